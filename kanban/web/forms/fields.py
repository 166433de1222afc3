"""One field of a case as a form, and what a browser may send of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict

from kanban.cases import choices, formats
from kanban.cases.choices import Option
from kanban.cases.fields import CASE_FIELDS, CaseField, amount_of
from kanban.cases.formats import ParseError
from kanban.models import Card, Connection, Edit
from kanban.sync import lookup
from kanban.web.messages.reasons import PROBLEMS
from kanban.writes.commands import EditCommand
from plannr_api import UNSET, Case, PlannrError

UNCLEAR = "The page sent something unclear, so nothing was changed. Reload it and try again."
NO_NAME = "Type a name."
LONGEST = 2000
NOBODY = "Choose at least one client."


@dataclass
class FactForm:
    """One field while it is edited: what is in it, and what is wrong with that."""

    fact: CaseField
    intent: UUID = field(default_factory=uuid.uuid4)
    seen: str = ""
    asked: UUID | None = None  # the edit at which a limit was asked about
    text: str = ""
    chosen: dict[str, str] = field(default_factory=dict)  # uuid → name
    options: list[Option] = field(default_factory=list)
    search: str = ""
    errors: list[str] = field(default_factory=list)
    theirs: str = ""  # of a conflict: who changed what, and when
    waiting: str = ""  # why its outcome is not known yet
    input: str = "wanted"  # the name of its field in the form

    @property
    def searched(self) -> bool:
        """Whether there are so many options that they have to be searched."""
        return self.fact.name == "participants" or bool(self.search) or len(self.options) > choices.FEW

    def fill(self, connection: Connection, of: choices.Of) -> FactForm:
        """Fetch the options. Raises PlannrError."""
        if self.fact.kind in ("many", "choice"):
            self.options = choices.options(connection, self.fact.name, of, self.search, self.chosen)
        return self

    def without_plannr(self) -> FactForm:
        """Offer only what is chosen."""
        self.options = choices.offered(self.chosen, self.chosen)
        return self


def opened(fact: CaseField, case: Case) -> FactForm:
    """The form as it opens: with what Plannr has now."""
    value = fact.of(case)
    chosen = choices.chosen_in(fact.name, case) if fact.kind in ("many", "choice") else {}
    return FactForm(fact, seen=fact.mark(value), text=text_of(fact, value), chosen=chosen)


def foreign(fact: CaseField, case: Case) -> str:
    """Why a value in another currency than pounds cannot be edited: Plannr takes only pennies."""
    value = fact.of(case)
    other = fact.kind == "money" and isinstance(value, list)
    return f"This value is in {amount_of(value)[1]}. Change it in Plannr." if other else ""


def asked_again(edit: Edit) -> FactForm:
    """The form as it was sent, from the journal."""
    fact = CASE_FIELDS[edit.field]
    wanted = edit.wanted if isinstance(edit.wanted, list) else [edit.wanted] if edit.wanted else []
    chosen = dict.fromkeys(wanted, "") if fact.kind in ("many", "choice") else {}
    return FactForm(fact, seen=edit.seen, text=text_of(fact, edit.wanted), chosen=chosen)


def typed_in(fact: CaseField, data: QueryDict, name: str = "wanted") -> FactForm:
    """The form with what somebody typed, understood or not."""
    chosen = dict(each.partition(" ")[::2] for each in data.getlist(name)) if _is_chosen(fact) else {}
    chosen.pop("", None)
    text = "" if _is_chosen(fact) else data.get(name, "")[:LONGEST]
    search = data.get("q" if name == "wanted" else f"q-{name}", "")[:100]
    found = FactForm(fact, seen=data.get("seen", "")[:16], text=text, chosen=chosen, search=search, input=name)
    found.asked = uuid_in(data.get("asked", ""))
    found.intent = uuid_in(data.get("intent", "")) or found.intent
    return found


def change_of(form: FactForm, data: QueryDict) -> EditCommand:
    """What is asked for. Raises ParseError, with a sentence."""
    if not _is_chosen(form.fact) and "wanted" not in data:
        raise ParseError(UNCLEAR)
    return EditCommand(form.intent, form.fact.name, wanted_of(form), form.seen, form.chosen, form.asked)


def wanted_of(form: FactForm) -> Any:
    """What is in the form, as the journal stores it. Raises ParseError, with a sentence."""
    kind = form.fact.kind
    if kind == "money":
        return formats.money(form.text)
    if kind == "date":
        day = formats.day(form.text)
        return day.isoformat() if day else None
    if kind == "text":
        return name_of(form.text)
    if any(uuid_in(each) is None for each in form.chosen):
        raise ParseError(UNCLEAR)
    if kind == "choice":
        return next(iter(form.chosen), None)
    if form.fact.name == "participants" and not form.chosen:
        raise ParseError(NOBODY)
    return sorted(form.chosen)


def name_of(text: str) -> str:
    name = text.strip()
    if not name:
        raise ParseError(NO_NAME)
    return name


def untouched(form: FactForm, change: EditCommand) -> bool:
    """Whether what was sent is what was seen. Of a date only the day is sent; the write compares it with the time."""
    return bool(form.seen) and form.seen == form.fact.mark(change.wanted)


def text_of(fact: CaseField, value: Any) -> str:
    """A value as it is typed: £1,250.00, 19/11/2026."""
    if value in (None, UNSET) or _is_chosen(fact):
        return ""
    if fact.kind == "money":
        return formats.pounds(*amount_of(value))
    if fact.kind == "date":
        return f"{formats.read(value).astimezone(formats.LONDON):%d/%m/%Y}"
    return str(value)


def _is_chosen(fact: CaseField) -> bool:
    return fact.kind in ("many", "choice")


def uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Found:
    """The case as Plannr has it now, or why it cannot be read."""

    case: Case | None
    problem: str = ""


def look(connection: Connection, card: Card) -> Case | None:
    """The case as Plannr has it now, with its relations; None if Plannr no longer shows it.

    Raises PlannrError.
    """
    return lookup.fetch_cases(connection, [card.case]).get(card.case)


def look_or_say(connection: Connection, card: Card) -> Found:
    try:
        case = look(connection, card)
    except PlannrError as error:
        return Found(None, " ".join(PROBLEMS[error.kind]))
    return Found(case) if case else Found(None, " ".join(PROBLEMS["not_found"]))


def filled(form: FactForm, connection: Connection, of: choices.Of) -> str:
    """Fetch the options. Returns why that failed, if it did."""
    try:
        form.fill(connection, of)
    except PlannrError as error:
        return " ".join(PROBLEMS[error.kind])
    return ""
