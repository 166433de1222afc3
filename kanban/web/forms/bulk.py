"""Forms for many cases at once."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kanban.cases.fields import CASE_FIELDS
from kanban.cases.formats import ParseError
from kanban.web.forms import fields as field_forms
from kanban.writes.commands import BulkEdit, BulkMove, Seen

MOST = 200  # cases at once
TOO_MANY = f"At most {MOST} cases can be changed at once. Clear some of them and try again."


class SelectionField(forms.Field):
    """The selected cards, one value each, from the top of the board's first column to the end of its last."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"required": "No case is selected. Select some and try again."}  # noqa: RUF012

    def to_python(self, value: list[str] | None) -> list[Seen]:
        if len(value or []) > MOST:
            raise ValidationError(TOO_MANY)
        try:
            seen = {each.case: each for each in map(Seen.read, value or [])}
        except ValueError:
            raise ValidationError("The page sent something unclear.") from None
        return list(seen.values())


class Selection(forms.Form):
    """Which cases, and the intent of the request."""

    intent = forms.UUIDField(required=False)
    items = SelectionField()

    @property
    def intended(self) -> UUID:
        return UUID(str(self.cleaned_data["intent"] or uuid.uuid4()))


class BulkForm(Selection):
    """Where many cases are wanted: between two others, or at an edge of a column."""

    status = forms.UUIDField(
        error_messages={"required": "Choose the column to move to.", "invalid": "That is no column."}
    )
    above = forms.UUIDField(required=False)
    below = forms.UUIDField(required=False)
    edge = forms.ChoiceField(required=False, choices=[("top", "Top"), ("bottom", "Bottom")])

    @property
    def command(self) -> BulkMove:
        cleaned = self.cleaned_data
        return BulkMove(
            self.intended, cleaned["items"], cleaned["status"], cleaned["above"], cleaned["below"], cleaned["edge"]
        )


TITLES = {"people": "Assign", "type": "Set the type of", "review_at": "Set the review date of"}
NOTHING = {"people": "Assign to nobody", "review_at": "Clear the review date"}  # labels of the checkbox for no value
MISSING = {
    "people": f"Choose somebody, or tick “{NOTHING['people']}”.",
    "type": "Choose a type.",
    "review_at": f"Type a date such as 19/11/2026 or 19 Nov, or tick “{NOTHING['review_at']}”.",
}
BOTH = {
    "people": f"Choose people or tick “{NOTHING['people']}”, not both.",
    "review_at": f"Type a date or tick “{NOTHING['review_at']}”, not both.",
}


class BulkEditForm(Selection):
    """One field, as it is wanted for each selected case. Its control is that of a single case."""

    nothing = forms.BooleanField(required=False)

    def __init__(self, name: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fact = CASE_FIELDS[name]
        self.control = field_forms.typed_in(self.fact, data or QueryDict())
        self.wanted: Any = None

    @property
    def title(self) -> str:
        return TITLES[self.fact.name]

    @property
    def tick(self) -> str:
        return NOTHING.get(self.fact.name, "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.wanted = self._value(bool(cleaned.get("nothing")))
        except ParseError as why:
            self.control.errors = [str(why)]
            raise forms.ValidationError(str(why)) from None
        return cleaned

    @property
    def command(self) -> BulkEdit:
        cleaned = self.cleaned_data
        return BulkEdit(self.intended, cleaned["items"], self.fact.name, self.wanted, self.control.chosen)

    def _value(self, nothing: bool) -> Any:
        name, given = self.fact.name, bool(self.control.chosen or self.control.text.strip())
        if nothing and self.tick:
            if given:
                raise ParseError(BOTH[name])
            return self.fact.empty
        if not given:
            raise ParseError(MISSING[name])
        return field_forms.wanted_of(self.control)
