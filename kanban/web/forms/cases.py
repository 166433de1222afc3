"""The form of a new case, the actions in a case's header, and the form that asks before a case is deleted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict

from kanban.cases import revisions
from kanban.cases.fields import CASE_FIELDS
from kanban.cases.formats import ParseError
from kanban.models import Card, Column, Connection, Edit
from kanban.web.forms import fields as field_forms
from kanban.web.forms import moves as move_forms
from kanban.web.forms.fields import FactForm
from kanban.web.messages import edits as edit_messages
from kanban.writes import column_rules, lifecycle
from kanban.writes.commands import CreateCommand
from plannr_api import Case

PARTS = ("name", "participants", "type", "value", "review_at", "people")
NO_STATUS = "Choose the column that it begins in."


@dataclass
class CaseForm:
    """A case as somebody is putting it together, part by part."""

    parts: dict[str, FactForm]
    status: str = ""
    intent: UUID = field(default_factory=uuid.uuid4)
    columns: list[Column] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)  # of the whole
    waiting: str = ""
    question: str = ""  # a limit that is exceeded, in words …
    asked: UUID | None = None  # … and the creation at which that was asked

    def fill(self, connection: Connection, case: Case | None = None) -> CaseForm:
        """Fetch the options; where Plannr cannot be asked, only the chosen ones."""
        self.columns = [column for column in connection.columns if not column.vanished]
        for part in self.parts.values():
            if part.fact.kind in ("many", "choice") and (why := field_forms.filled(part, connection, case)):
                part.without_plannr().errors.append(why)
        return self

    @property
    def wrong(self) -> bool:
        return bool(self.errors) or any(part.errors for part in self.parts.values())


def empty(status: str) -> CaseForm:
    return CaseForm({name: FactForm(CASE_FIELDS[name], input=name) for name in PARTS}, status)


def like(card: Card, case: Case) -> CaseForm:
    """Filled in from another case, except for the review date."""
    form = CaseForm({name: field_forms.opened(CASE_FIELDS[name], case) for name in PARTS}, str(card.column.status))
    for name, part in form.parts.items():
        part.input = name
    form.parts["review_at"].text = ""
    return form


def form_from(data: QueryDict) -> CaseForm:
    """The form with what somebody typed, understood or not."""
    form = CaseForm(
        {name: field_forms.typed_in(CASE_FIELDS[name], data, name) for name in PARTS}, data.get("status", "")[:36]
    )
    form.intent = next(iter(form.parts.values())).intent
    form.asked = field_forms.uuid_in(data.get("asked", ""))
    return form


def ask(form: CaseForm, edit: Edit) -> None:
    """Ask before a limit is exceeded: sending the form again is the answer."""
    form.intent, form.asked = uuid.uuid4(), edit.intent
    form.question = f"{edit_messages.theirs(edit)} Create anyway?"


def new_case(connection: Connection, form: CaseForm) -> CreateCommand | None:
    """What is asked for; None if a part is wrong, or is missing and its column asks for it. Its errors say why."""
    wanted: dict[str, Any] = {}
    for part in form.parts.values():
        try:
            if (value := field_forms.wanted_of(part)) not in (None, []):
                wanted[part.fact.body] = value
        except ParseError as why:
            part.errors.append(str(why))
    try:
        status = UUID(form.status)
    except ValueError:
        form.errors.append(NO_STATUS)
    else:
        _ask_for(form, connection.columns.filter(status=status).first(), wanted)
    if form.wrong:
        return None
    name, clients = wanted.pop("name"), wanted.pop("participants")
    return CreateCommand(form.intent, name, clients, status, wanted, form.asked)


def _ask_for(form: CaseForm, column: Column | None, wanted: dict[str, Any]) -> None:
    given = {part.fact.name for part in form.parts.values() if part.fact.body in wanted or part.errors}
    for name, sentence in (column_rules.asks_of_new(column, given) if column else {}).items():
        (form.parts[name].errors if name in form.parts else form.errors).append(sentence)


def blame(form: CaseForm, edit: Edit, otherwise: list[str]) -> None:
    """Put Plannr's errors beside their fields, and the rest above."""
    by_body = {part.fact.body: part for part in form.parts.values()}
    for name, texts in edit.problems.items():
        if part := by_body.get(name.split(".")[0]):
            part.errors += texts
    if not form.wrong:
        form.errors = otherwise


def deeds(connection: Connection, card: Card) -> dict[str, object]:
    """The actions in the header of a case: the column that completes it, or the columns in which it can be reopened."""
    columns = [column for column in connection.columns if not column.vanished]
    finish = next((column for column in columns if column.completed), None)
    return {
        "finish": None if card.column.completed else finish,
        "again_in": [column for column in columns if not column.completed] if card.column.completed else [],
        "seen": move_forms.seen_of(connection, card),
    }


@dataclass
class DeleteForm:
    """Before a case is deleted, somebody who sees it as it is now has to type its name."""

    name: str  # to be typed
    seen: str
    intent: UUID = field(default_factory=uuid.uuid4)
    text: str = ""
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, card: Card, data: QueryDict | None = None) -> DeleteForm:
        form = cls(lifecycle.name_to_type(card), revisions.revision(card))
        if data is not None:
            form.text = data.get("name", "")[: field_forms.LONGEST]
            form.seen = data.get("seen", "")[:16]
            form.intent = field_forms.uuid_in(data.get("intent", "")) or form.intent
            if " ".join(form.text.split()) != form.name:
                form.errors.append(f"Type “{form.name}” to delete it. Nothing was deleted.")
        return form
