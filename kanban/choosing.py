"""What there is to choose from for a field, from Plannr's own lists, narrowed by what somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kanban import connections
from kanban.facts import FACTS, name_of
from kanban.models import Connection
from plannr_api import UNSET, Case, CaseFilters, NotFound, Plan, Thing, types_of

FEW = 8  # so many are read at a glance and need no search
FOUND = 10  # clients offered while one types


@dataclass(frozen=True)
class Option:
    """One thing to choose. Its name goes along with its uuid, so that what is chosen can be drawn again by itself."""

    uuid: str
    name: str
    chosen: bool = False

    @property
    def value(self) -> str:
        return f"{self.uuid} {self.name}"


def options(connection: Connection, field: str, case: Case | None, typed: str, chosen: dict[str, str]) -> list[Option]:
    """What is chosen already, and what matches of the rest. Raises PlannrError."""
    known = FACTS[field].names(case) if case else {}
    there = known | {str(each.uuid): _called(each) for each in _listed(connection, field, case, typed)}
    words = typed.casefold().split()
    wanted = {uuid: name for uuid, name in there.items() if all(word in name.casefold() for word in words)}
    return offered(wanted | {uuid: there.get(uuid) or name or "(unknown)" for uuid, name in chosen.items()}, chosen)


def offered(names: dict[str, str], chosen: Iterable[str]) -> list[Option]:
    ordered = sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))
    return [Option(uuid, name, uuid in chosen) for uuid, name in ordered]


def chosen_in(field: str, case: Case) -> dict[str, str]:
    """What is chosen in Plannr now, and what it is called."""
    fact = FACTS[field]
    value, names = fact.of(case), fact.names(case)
    held = [] if value is UNSET or value is None else value if isinstance(value, list) else [value]
    return {uuid: names.get(uuid, "") for uuid in held}


def _listed(connection: Connection, field: str, case: Case | None, typed: str) -> Iterable[Thing]:
    """Colleagues may take part as well, but a new case is for clients."""
    client = connections.client_for(connection)
    if field == "people":
        return client.employees.list()
    if field == "groups":
        return client.groups.list()
    if field == "participants":
        return client.accounts.find(typed, None if case else "client", FOUND) if typed.strip() else []
    if field == "type":
        try:
            return client.types.list()
        except NotFound:  # this account has no such list: those that cases are of
            return types_of(client.cases.list(include=("type",)).cases)
    clients = [account.uuid for account in (case.participants if case else None) or ()]
    of_theirs = client.cases.list(include=("plans",), filters=CaseFilters(account_uuids=clients)).cases
    return [plan for each in of_theirs for plan in each.plans or ()]


def _called(thing: Thing) -> str:
    if isinstance(thing, Plan):
        return " · ".join(filter(None, (name_of(thing), thing.provider, thing.policy_number)))
    return name_of(thing)
