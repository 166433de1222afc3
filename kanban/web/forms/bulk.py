"""What a browser may say about many cases at once."""

from __future__ import annotations

import uuid
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from kanban.writes.commands import BulkMove, Seen

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
    """Which cases, and under which id it is asked for."""

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
        said = self.cleaned_data
        return BulkMove(self.intended, said["items"], said["status"], said["above"], said["below"], said["edge"])
