"""The record as a table for spreadsheets: CSV as in RFC 4180, a line for each line of the record, none left out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO

from kanban.models import Entry, EntryQuerySet

# UTF-8 with a byte order mark: without it Excel takes the file for another encoding and breaks every name that is not
# plain ASCII. Rejected: leaving it out for those programs that do not skip it; they are rare, and lose one heading.
MARK = "\ufeff"
AT_ONCE = 500
COLUMNS = {
    "line": "number",
    "time (UTC)": "at",
    "not before (UTC)": "since",  # of a change in Plannr, which happened between the two
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
# What a spreadsheet would take for a formula: one of these at the front, or behind blanks that it skips.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\0＝＋－＠]|[\t\r\n]")


def table(entries: EntryQuerySet) -> Iterator[str]:
    """The file in pieces. Asked for batch by batch: a slow reader holds no cursor and no memory."""
    yield MARK + _rows([COLUMNS])
    number = 0
    while some := list(entries.filter(number__gt=number).order_by("number")[:AT_ONCE]):
        yield _rows(_cells(entry) for entry in some)
        number = some[-1].number


def everything() -> Iterator[str]:
    """The whole record, of cases that nobody sees any more as well: for whoever runs the board."""
    return table(Entry.objects.all())


def _rows(rows: Iterable[Iterable[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _cells(entry: Entry) -> Iterator[str]:
    return (_cell(getattr(entry, field)) for field in COLUMNS.values())


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return harmless(str(value))


def harmless(text: str) -> str:
    """As text, whatever program opens it: an apostrophe before what would be a formula."""
    return f"'{text}" if FORMULA.match(text) else text
