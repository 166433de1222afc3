"""What there is to choose from where a column asks for a type, somebody or a plan: as Plannr lists it now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from kanban import connections
from kanban.forms import Lacking
from kanban.models import Card, Connection, Facet
from plannr_api import Account, CaseFilters, NotFound, Plan, PlannrError, Thing

T = TypeVar("T", bound=Thing)
Choice = tuple[str, str]  # uuid and name
LABELS = {"value": "Value", "review_at": "Review date", "type": "Type", "people": "Assigned to", "plans": "Plan"}
NONE = {
    "type": "Plannr lists no types. Give the case one in Plannr, then move it.",
    "people": "Plannr lists nobody. Assign somebody in Plannr, then move it.",
    "plans": "Plannr shows no plan on any case of this client. Link one in Plannr, then move it.",
}


@dataclass(frozen=True)
class Field:
    """One thing that is asked for, with what was typed and what is wrong with it."""

    name: str
    value: str
    errors: list[str]
    choices: list[Choice] = field(default_factory=list)

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def none(self) -> str:
        """Why there is nothing to choose from, if that is so."""
        return NONE.get(self.name, "") if not self.choices else ""


def fields(connection: Connection, card: Card, form: Lacking) -> list[Field]:
    """The fields that the form needs, and no others. What Plannr does not tell now cannot be chosen now."""
    return [
        Field(
            name,
            str(form[name].value() or ""),
            [str(error) for error in form.errors.get(name, ())],
            _choices(connection, card, name),
        )
        for name in form.needs
    ]


def _choices(connection: Connection, card: Card, name: str) -> list[Choice]:
    ask = _ASK.get(name)
    try:
        return ask(connection, card) if ask else []
    except PlannrError:
        return []


def _types(connection: Connection, card: Card) -> list[Choice]:
    """Where Plannr has no list of them, those that the cards have."""
    try:
        return [(str(each.uuid), each.name) for each in connections.client_for(connection).types.list()]
    except NotFound:
        known = connection.cards.exclude(type=None).order_by("type_name").values_list("type", "type_name").distinct()
        return [(str(uuid), name) for uuid, name in known]


def _people(connection: Connection, card: Card) -> list[Choice]:
    return _named(connections.client_for(connection).employees.list(), _person)


def _plans(connection: Connection, card: Card) -> list[Choice]:
    """Plannr documents no list of plans: those on all cases of the same clients."""
    clients = list(card.facets.filter(kind=Facet.Kind.CLIENT).values_list("uuid", flat=True))
    read = connections.client_for(connection).cases.list(filters=CaseFilters(account_uuids=clients), include=("plans",))
    plans = {plan.uuid: plan for case in read.cases for plan in case.plans or ()}
    return _named(plans.values(), _called)


def _person(account: Account) -> str:
    """A name, and never the e-mail address that a person without one would be called by."""
    return "(no name)" if account.display_name == account.email else account.display_name


def _called(plan: Plan) -> str:
    return ", ".join(filter(None, (plan.name, plan.provider, plan.policy_number))) or "(no name)"


def _named(things: Iterable[T], name: Callable[[T], str]) -> list[Choice]:
    return sorted(((str(each.uuid), name(each)) for each in things), key=lambda choice: choice[1].casefold())


_ASK = {"type": _types, "people": _people, "plans": _plans}
