"""The fields of a case that can be changed one at a time: how each is read from Plannr's answer, compared and shown.

A value is what JSON, and so the journal, can hold: pennies, a moment in ISO 8601, a uuid or a list of them. UNSET means
that Plannr did not say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any

from django.utils import timezone

from kanban.cases.formats import day_in_words, pounds, read
from kanban.models import Card
from plannr_api import UNSET, Account, Case, CaseType, Money, Thing

Names = Mapping[str, str]  # by uuid
UNKNOWN_VALUE = {"unsaid": True}  # UNSET, as the journal stores it: not the same as empty


@dataclass(frozen=True)
class CaseField:
    name: str  # in addresses
    label: str  # "Review date"
    kind: str  # text, choice, money, date or many
    body: str  # what Plannr calls it
    of: Callable[[Case], Any]
    mirror_texts: Callable[[Card], list[str]]  # as a card shows it
    mirrored: str = ""  # its value in revisions.NAMES, if the mirror has it
    none: str = "–"
    relation: str = ""  # what an answer must include for its names to be known

    @property
    def called(self) -> str:
        """Its label inside a sentence: "review date", "value"."""
        return self.label[0].lower() + self.label[1:]

    def words(self, value: Any, names: Names = {}) -> str:  # noqa: B006 - only read
        """As a person reads it."""
        if value in (None, "", []):
            return "nothing"
        if self.kind == "money":
            return pounds(*amount_of(value))
        if self.kind == "date":
            return day_in_words(read(value))
        if self.kind == "many":
            return ", ".join(sorted((names.get(each, "(unknown)") for each in value), key=str.casefold))
        return names.get(value, "(unknown)") if self.kind == "choice" else str(value)

    def mark(self, value: Any) -> str:
        """A short digest of what somebody saw, to be compared later; "" if Plannr did not say."""
        return "" if value is UNSET else blake2s(json.dumps(value).encode(), digest_size=8).hexdigest()

    def names(self, case: Case) -> dict[str, str]:
        """The names of the uuids on this case."""
        held = getattr(case, self.relation, None) if self.relation else None
        things = held if isinstance(held, list) else [held] if isinstance(held, Thing) else []
        return {str(thing.uuid): name_of(thing) for thing in things}

    def complete_in(self, answer: Case) -> bool:
        """Whether an answer has the value of this field, names included."""
        has_names = getattr(answer, self.relation) is not None if self.kind == "many" else True
        return has_names and self.of(answer) is not UNSET

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values mean the same. Their words do not tell: two people may have the same name."""
        if self.kind == "many":
            return sorted(one or ()) == sorted(other or ())
        if self.kind == "date" and one and other:
            return datetime.fromisoformat(one) == datetime.fromisoformat(other)
        return bool(one == other)

    @property
    def empty(self) -> Any:
        return [] if self.kind == "many" else None


def as_stored(value: Any) -> Any:
    """A value as the journal stores it."""
    return UNKNOWN_VALUE if value is UNSET else value


def amount_of(value: Any) -> tuple[int, str]:
    """Pennies and currency: a value that is a bare number is in pounds."""
    return (value[0], value[1]) if isinstance(value, list) else (value, "GBP")


def name_of(thing: Thing) -> str:
    """A name to choose by, never the e-mail address that stands in for a missing name."""
    if isinstance(thing, Account):
        return "(no name)" if thing.display_name == thing.email else thing.display_name
    return str(getattr(thing, "name", None) or "(no name)")


def _uuids(things: Iterable[Any] | None) -> Any:
    return UNSET if things is None else sorted(str(getattr(thing, "uuid", thing)) for thing in things)


def _moment(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _money(case: Case) -> Any:
    """Pennies, which is all that Plannr accepts; for another currency, the amount and the currency."""
    value = case.value
    if not isinstance(value, Money):
        return value
    return value.amount if value.currency == "GBP" else [value.amount, value.currency]


def _type(case: Case) -> Any:
    return str(case.type.uuid) if isinstance(case.type, CaseType) else case.type


def _one(text: str) -> list[str]:
    return [text] if text else []


CASE_FIELDS = {
    fact.name: fact
    for fact in (
        CaseField("name", "Name", "text", "name", lambda case: case.name, lambda card: _one(card.name), "name"),
        CaseField("type", "Type", "choice", "type", _type, lambda card: _one(card.type_name), "type", "–", "type"),
        CaseField(
            *("value", "Value", "money", "value", _money),
            lambda card: [] if card.value is None else [pounds(card.value, card.currency)],
            *("value", "No value"),
        ),
        CaseField(
            *("review_at", "Review date", "date", "review_at", lambda case: _moment(case.review_at)),
            lambda card: (
                [f"{day_in_words(card.review_at)} · {timezone.localtime(card.review_at):%A}"] if card.review_at else []
            ),
            *("review date", "No review date"),
        ),
        CaseField(
            *("completed_at", "Completed date", "date", "completed_at", lambda case: _moment(case.completed_at)),
            lambda card: [day_in_words(card.completed_at)] if card.completed_at else [],
            *("completion date", "Not completed"),
        ),
        CaseField(
            *("people", "Assigned people", "many", "assigned_to_uuids"),
            lambda case: _uuids(case.assigned_to_uuids if case.assigned_to_uuids is not None else case.assigned_to),
            *(lambda card: card.people, "people", "Nobody", "assigned_to"),
        ),
        CaseField(
            *("groups", "Groups", "many", "group_uuids"),
            lambda case: _uuids(case.group_uuids if case.group_uuids is not None else case.groups),
            *(lambda card: card.groups, "groups", "None", "groups"),
        ),
        CaseField(
            *("plans", "Plans", "many", "plans", lambda case: _uuids(case.plans), lambda card: [], "", "None"),
            relation="plans",
        ),
        CaseField(
            *("participants", "Participants", "many", "participants", lambda case: _uuids(case.participants)),
            *(lambda card: card.clients, "clients", "Nobody", "participants"),
        ),
    )
}


@dataclass(frozen=True)
class Row:
    """A field of one case as a page shows it."""

    fact: CaseField
    said: list[str]
    unread: bool = False  # only Plannr knows it, and has not been asked yet


def row(fact: CaseField, card: Card, case: Case | None) -> Row:
    """From Plannr's answer where there is one, else from the mirror."""
    value = fact.of(case) if case and fact.kind == "many" else UNSET
    if case is None or value is UNSET:
        return Row(fact, fact.mirror_texts(card), unread=not fact.mirrored)
    names = fact.names(case)
    return Row(fact, sorted((names.get(each, "(unknown)") for each in value), key=str.casefold))
