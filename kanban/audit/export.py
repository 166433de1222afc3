"""The record as a table for spreadsheets. No line is left out."""

from __future__ import annotations

from collections.abc import Iterator

from kanban.core.csv_safe import MARK, cell, rows_of
from kanban.models import Entry, EntryQuerySet

AT_ONCE = 500
COLUMNS = {
    "line": "number",
    "time (UTC)": "at",
    "not before (UTC)": "since",  # for a change in Plannr, which happened between the two
    "outcome": "kind",
    "person": "who",
    "signed in as": "person",
    "account": "account_name",
    "account id": "account",
    "case": "title",
    "case id": "case",
    "what": "what",
    "from": "from_name",
    "from id": "from_status",
    "from place": "from_position",
    "to": "to_name",
    "to id": "to_status",
    "place asked for": "asked_position",
    "Plannr's answer: status id": "got_status",
    "Plannr's answer: place": "got_position",
    "reason": "reason",
    "words": "words",
    "request id": "intent",
    "firm id": "firm",
    "hash before": "previous",
    "hash": "hash",
}


def table(entries: EntryQuerySet) -> Iterator[str]:
    """The file in pieces, read in batches, so that a slow reader holds no cursor and no memory."""
    yield MARK + rows_of([COLUMNS])
    number = 0
    while some := list(entries.filter(number__gt=number).order_by("number")[:AT_ONCE]):
        yield rows_of(_cells(entry) for entry in some)
        number = some[-1].number


def everything() -> Iterator[str]:
    """The whole record, also of cases that nobody sees any more: for whoever runs the board."""
    return table(Entry.objects.all())


def _cells(entry: Entry) -> Iterator[str]:
    return (cell(getattr(entry, field)) for field in COLUMNS.values())
