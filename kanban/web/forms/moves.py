"""Forms of a move: the move itself, its undo, and what a column asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django import forms

from kanban.cases import formats
from kanban.cases.fields import CASE_FIELDS
from kanban.cases.requirements import HOW_TO_PROVIDE
from kanban.cases.revisions import revision
from kanban.models import Card, Connection, Move
from kanban.writes.commands import MoveCommand
from kanban.writes.positions import neighbours_of

T = TypeVar("T")


class UndoForm(forms.Form):
    """An undo: only its intent, so that asking twice undoes once."""

    intent = forms.UUIDField(required=False)


class RequirementsForm(forms.Form):
    """What a column asks of an incoming case that lacks it. What `needs` names is required."""

    asked = forms.UUIDField(required=False)
    value = forms.CharField(required=False, max_length=40)
    review_at = forms.CharField(required=False, max_length=40)
    type = forms.UUIDField(required=False)
    people = forms.UUIDField(required=False)
    plans = forms.UUIDField(required=False)

    def __init__(self, *args: Any, needs: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = list(needs)
        for name, words in HOW_TO_PROVIDE.items():
            self.fields[name].required = name in self.needs
            self.fields[name].error_messages = dict.fromkeys(("required", "invalid"), words)

    def clean_value(self) -> int | None:
        return _understood(formats.money, self.cleaned_data["value"])

    def clean_review_at(self) -> date | None:
        return _understood(formats.day, self.cleaned_data["review_at"])

    @property
    def also(self) -> dict[str, Any]:
        """What was given, as Plannr wants it and as JSON can hold it."""
        given = {name: self.cleaned_data.get(name) for name in HOW_TO_PROVIDE}
        return {name: _written(name, value) for name, value in given.items() if value is not None}


def _understood(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except formats.ParseError as why:
        raise forms.ValidationError(str(why)) from None


def _written(name: str, value: Any) -> Any:
    if name == "review_at":
        return formats.moment(value, None).isoformat(timespec="seconds")
    return value if name == "value" else str(value) if name == "type" else [str(value)]


def _given(also: dict[str, Any]) -> dict[str, object]:
    """The same as the form's fields, for asking again."""
    fields: dict[str, object] = {}
    for fact in CASE_FIELDS.values():
        if (value := also.get(fact.body)) is not None:
            fields[fact.name] = (
                value[0] if fact.kind == "many" else value if fact.kind == "choice" else fact.words(value)
            )
    return fields


class MoveForm(RequirementsForm):
    """The move form of a card: filled by a drag, by keys or in the menu, and sent to one address."""

    intent = forms.UUIDField(required=False)  # none without script: then each request is its own intent
    status = forms.UUIDField(
        error_messages={"required": "Choose the column to move to.", "invalid": "That is no column."}
    )
    above = forms.UUIDField(required=False)
    below = forms.UUIDField(required=False)
    edge = forms.ChoiceField(required=False, choices=[("top", "Top"), ("bottom", "Bottom"), ("number", "Place")])
    number = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        error_messages={"invalid": "The place is a whole number from 1."},
    )
    seen_status = forms.UUIDField(required=False)
    seen_position = forms.IntegerField(required=False)
    seen_above = forms.UUIDField(required=False)
    seen_below = forms.UUIDField(required=False)
    seen_revision = forms.CharField(required=False, max_length=16)
    dated = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("edge") == "number" and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", "Say which place, counted from 1.")
        return cleaned

    @property
    def command(self) -> MoveCommand:
        cleaned = self.cleaned_data
        return MoveCommand(
            intent=cleaned["intent"] or uuid.uuid4(),
            ordinal=cleaned["number"] if cleaned["edge"] == "number" else None,
            edge=cleaned["edge"] if cleaned["edge"] != "number" else "",
            asked=cleaned["asked"],
            also=self.also,
            **{name: cleaned[name] for name in ("status", "above", "below", "dated")},
            **{
                name: cleaned[name]
                for name in ("seen_status", "seen_position", "seen_above", "seen_below", "seen_revision")
            },
        )


def retry_of(move: Move) -> dict[str, object]:
    """The fields with which a refused or contested move is asked for again, as a new intent.

    As seen position it has what the notice says: where the case was found, else where it came from. It also answers
    what was asked the first time.
    """
    return {
        **_given(move.also),
        "asked": move.intent if move.asked else None,
        "intent": uuid.uuid4(),
        "status": move.to_status,
        "above": move.above,
        "below": move.below,
        "seen_status": move.got_status or move.from_status,
        "seen_position": move.got_position if move.got_status else move.from_position,
        "seen_revision": move.revision,
        "dated": "on" if move.dated else "",
    }


def seen_of(connection: Connection, card: Card) -> dict[str, object]:
    """What the person sees of the card, sent back with the form: where it stands and its neighbours."""
    above, below = neighbours_of(connection, card)
    return {
        "intent": uuid.uuid4(),
        "seen_status": card.column.status,
        "seen_position": card.position,
        "seen_above": above,
        "seen_below": below,
        "seen_revision": revision(card),
    }


def form_context(connection: Connection, card: Card, form: MoveForm | None = None) -> dict[str, object]:
    """The context of the move form: the columns to choose from, what is seen of the card, and what was typed."""
    form = form or MoveForm(initial={"edge": "top", "status": card.column.status})
    columns = [column for column in connection.columns if not column.vanished]
    return {"columns": columns, "seen": seen_of(connection, card), "form": form, "chosen": str(form["status"].value())}
