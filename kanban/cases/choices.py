"""What can be chosen for a field, from Plannr's own lists, filtered by what somebody types."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kanban.accounts.clients import client_for
from kanban.cases.fields import CASE_FIELDS, name_of
from kanban.core import cache
from kanban.models import Card, Connection
from plannr_api import UNSET, Case, CaseFilters, NotFound, Plan, Thing

FEW = 8  # so few need no search
FOUND = 10  # clients offered while somebody types


@dataclass(frozen=True)
class Option:
    """One thing to choose. Its value holds the name too, so that a chosen one can be rendered again by itself."""

    uuid: str
    name: str
    chosen: bool = False

    @property
    def value(self) -> str:
        return f"{self.uuid} {self.name}"


Of = Case | Card | None  # the case as Plannr or the mirror has it; None for a new one
KINDS = {"people": "person", "groups": "group", "participants": "client"}  # of facets


def options(connection: Connection, field: str, of: Of, typed: str, chosen: dict[str, str]) -> list[Option]:
    """What is chosen already, and what else matches. Raises PlannrError."""
    there = {**_known(field, of), **_listed(connection, field, of, typed)}
    words = typed.casefold().split()
    wanted = {uuid: name for uuid, name in there.items() if all(word in name.casefold() for word in words)}
    return offered(wanted | {uuid: there.get(uuid) or name or "(unknown)" for uuid, name in chosen.items()}, chosen)


def offered(names: dict[str, str], chosen: Iterable[str]) -> list[Option]:
    ordered = sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))
    return [Option(uuid, name, uuid in chosen) for uuid, name in ordered]


def chosen_in(field: str, case: Case) -> dict[str, str]:
    """What is chosen in Plannr now, with its names."""
    fact = CASE_FIELDS[field]
    value, names = fact.of(case), fact.names(case)
    held = [] if value is UNSET or value is None else value if isinstance(value, list) else [value]
    return {uuid: names.get(uuid, "") for uuid in held}


def _known(field: str, of: Of) -> Names:
    """What the case holds already, which may no longer be on any list."""
    if isinstance(of, Card):
        return {uuid: name for kind, uuid, name in of.facets_said if kind == KINDS.get(field)}
    return CASE_FIELDS[field].names(of) if of else {}


def _listed(connection: Connection, field: str, of: Of, typed: str) -> Names:
    """Colleagues may take part in a case too, but a new one is for clients."""
    client = client_for(connection)
    if field == "people":
        return cached(connection.account, field, lambda: _named(client.employees.list()))
    if field == "groups":
        return cached(connection.account, field, lambda: _named(client.groups.list()))
    if field == "participants":
        return _named(client.accounts.find(typed, None if of else "client", FOUND) if typed.strip() else [])
    if field == "type":
        try:
            return _named(client.types.list())
        except NotFound:  # this account has no such list: take the types of its cases
            return _types(connection)
    return _plans(connection, of)


def _types(connection: Connection) -> Names:
    found = connection.cards.exclude(type=None).order_by().values_list("type", "type_name").distinct()
    return {str(uuid): name or "(no name)" for uuid, name in found}


def _plans(connection: Connection, of: Of) -> Names:
    """All plans on cases of the same clients."""
    clients = _clients(of)
    if not clients:
        return {}
    filters = CaseFilters(account_uuids=clients)
    cases = client_for(connection).cases.list(include=("plans",), filters=filters).cases
    return _named(plan for each in cases for plan in each.plans or ())


def _clients(of: Of) -> list[UUID]:
    if isinstance(of, Card):
        return [UUID(uuid) for uuid in _known("participants", of)]
    return [account.uuid for account in (of.participants if of else None) or ()]


def _named(things: Iterable[Thing]) -> Names:
    return {str(each.uuid): _called(each) for each in things}


def _called(thing: Thing) -> str:
    if isinstance(thing, Plan):
        return " · ".join(filter(None, (name_of(thing), thing.provider, thing.policy_number)))
    return name_of(thing)


Names = Mapping[str, str]  # by uuid

LIFETIME = 60.0  # seconds
MOST = 500  # lists cached at a time
_lock = threading.Lock()
_lists: dict[tuple[UUID, str], tuple[float, Names]] = {}


def cached(account: UUID, what: str, ask: Callable[[], Names]) -> Names:
    """The list as this account got it less than a minute ago, else as Plannr gives it now."""
    now = time.monotonic()
    with _lock:
        at, names = _lists.get((account, what), (now - LIFETIME, {}))
    if now - at < LIFETIME:
        return names
    names = ask()  # an error is not cached
    with _lock:
        if len(_lists) >= MOST:
            _lists.clear()
        _lists[account, what] = now, names
    return names


@cache.clears
def clear() -> None:
    """Ask Plannr for every list again."""
    with _lock:
        _lists.clear()
