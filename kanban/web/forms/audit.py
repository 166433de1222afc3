"""What a browser may ask of the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from kanban.audit.queries import latest
from kanban.models import Entry, EntryQuerySet

UNCLEAR = "Type a date such as {:%d/%m/%Y}, or leave it empty."
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


class Asked(forms.Form):
    """Which lines somebody asked for, by person, days and outcome, and the page of a long list."""

    person = forms.ChoiceField(required=False)
    outcome = forms.ChoiceField(required=False, choices=[("", "Any outcome"), *Entry.Kind.choices])
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, data: Mapping[str, str], people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["from"] = _day()
        self.fields["to"] = _day()
        self.fields["person"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]
        self.fields["person"].error_messages["invalid_choice"] = "Nobody of that name is in what you can see."
        self.fields["outcome"].error_messages["invalid_choice"] = "There is no such outcome: choose one of the list."

    def clean(self) -> dict[str, object]:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            self.add_error("to", "The last day is before the first.")
        return self.cleaned_data

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for besides a page of the list."""
        return any(self.data.get(name) for name in ("person", "from", "to", "outcome"))

    @property
    def query(self) -> str:
        """What was asked, for the address of the same lines on another page."""
        return urlencode({name: self.data[name] for name in ("person", "from", "to", "outcome") if self.data.get(name)})

    def of(self, entries: EntryQuerySet) -> EntryQuerySet:
        """The latest line of each move that was asked for, and the changes in Plannr."""
        entries = latest(entries)
        cleaned = self.cleaned_data
        if person := cleaned["person"]:
            entries = entries.filter(_by(person)).exclude(kind=Entry.Kind.OUTSIDE)
        if cleaned["outcome"]:
            entries = entries.filter(kind=cleaned["outcome"])
        if cleaned["from"]:
            entries = entries.filter(at__gte=_begin(cleaned["from"]))
        if cleaned["to"]:  # a change in Plannr belongs to every day on which it may have happened
            end = _begin(cleaned["to"] + timedelta(days=1))
            entries = entries.alias(begun=Coalesce("since", "at")).filter(begun__lt=end)
        return entries

    def every_line_of(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Every line of what was asked for, not only the latest."""
        if not self.narrows:
            return entries
        found = self.of(entries).order_by()
        moves = found.filter(intent__isnull=False)
        return entries.filter(Q(number__in=found.values("number")) | Q(intent__in=moves.values("intent")))


def _by(key: str) -> Q:
    return Q(person=key) | Q(person="", who=key) | Q(person="", who="", account_name=key)


def _day() -> forms.DateField:
    field = forms.DateField(required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"])
    field.error_messages["invalid"] = UNCLEAR.format(timezone.localdate())
    field.validators.append(_within_reason)
    return field


def _within_reason(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise forms.ValidationError(f"The year is one from {FIRST:%Y} to {LAST:%Y}.")


def _begin(day: date) -> datetime:
    """Its first moment in London."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
