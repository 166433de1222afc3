"""Forms of the columns: what the firm asks of them, and the statuses in Plannr."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from kanban.cases.requirements import REQUIREMENTS

DAYS, CASES, PLACES = 730, 9_999, 500  # the most that can be asked for
_COLOUR = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", "A colour is # and six digits or letters a to f, such as #2f7dd1.")


def _whole(label: str, most: int, unit: str, **more: Any) -> forms.IntegerField:
    """A whole number from 1, or nothing."""
    field = forms.IntegerField(label=label, required=False, min_value=1, max_value=most, **more)
    words = f"Type a whole number of {unit} from 1 to {most:,}, or leave it empty."
    field.error_messages |= dict.fromkeys(("invalid", "required"), words)
    for validator in field.validators:
        validator.message = words  # type: ignore[attr-defined]
    return field


class RulesForm(forms.Form):
    """What the firm asks of one column. An empty field asks nothing."""

    stale_days = _whole("Stale after", DAYS, "days")
    most = _whole("At most", CASES, "cases")
    requires = forms.MultipleChoiceField(
        label="What comes in needs", required=False, choices=list(REQUIREMENTS.items())
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requires"].error_messages["invalid_choice"] = "A column cannot ask for that. Choose from the list."


class EachForm(forms.Form):
    """What the firm asks of everybody."""

    most_each = _whole("Open cases each, at most", CASES, "cases")


class StatusForm(forms.Form):
    """A status as it is in Plannr."""

    name = forms.CharField(label="Name", max_length=255)
    colour = forms.CharField(label="Colour", validators=[_COLOUR])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.error_messages["required"] = "Give the status a name."
        name.validators[0].message = "The name is longer than 255 characters. Shorten it."  # type: ignore[attr-defined]
        self.fields["colour"].error_messages["required"] = "Choose a colour."


class PlaceForm(forms.Form):
    """The place of a status among the others, from 1."""

    position = forms.IntegerField(label="Place", min_value=1, max_value=PLACES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        words = f"The place is a whole number from 1 to {PLACES}."
        field.error_messages |= dict.fromkeys(("required", "invalid"), words)
        for validator in field.validators:
            validator.message = words  # type: ignore[attr-defined]
