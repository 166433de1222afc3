"""Tables for spreadsheets, CSV as in RFC 4180: the record, and the cases of a look. No line of either is left out."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from uuid import UUID

from django.utils import timezone

from kanban import listing
from kanban.lens import Lens
from kanban.models import Card, Column, Connection, Entry, EntryQuerySet, today

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
CASES = (
    *("status", "place", "client", "case", "type", "value", "currency", "review date", "completed", "assigned to"),
    *("groups", "tags", "days in status", "in status since", "created", "last changed", "link"),
)
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


def cases(connection: Connection, lens: Lens, link: Callable[[UUID], str]) -> Iterator[str]:
    """The cases that are seen through a lens, column by column in its order. `link`: the address of a case."""
    yield MARK + _rows([CASES])
    places = listing.places(connection)
    for column, cards in listing.every(connection, lens):
        yield _rows(_cells_of(card, column, places.get(card.pk), link(card.case)) for card in cards)


def _cells_of(card: Card, column: Column, place: int | None, link: str) -> Iterator[str]:
    """Days by the firm's calendar. The place is the one in Plannr's order, of all cases in that status. Of some cases
    it is only known that they stand there since a day or longer."""
    value = None if card.value is None else Decimal(card.value) / 100
    days = None if column.completed or card.since is None else (today() - timezone.localdate(card.since)).days
    since = "" if days is None else _day(card.since) + ("" if card.since_known else " or earlier")
    cells = (
        *(column.name, place, "; ".join(card.clients), card.name, card.type_name),
        *(value, card.currency if value is not None else "", _day(card.review_at), _day(card.completed_at)),
        *("; ".join(card.people), "; ".join(card.groups), "; ".join(tag["name"] for tag in card.tags)),
        *(days, since, _day(card.created_at), _day(card.updated_at), link),
    )
    return (_cell(each) for each in cells)


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _rows(rows: Iterable[Iterable[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _cells(entry: Entry) -> Iterator[str]:
    return (_cell(getattr(entry, field)) for field in COLUMNS.values())


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"  # a number, and to be summed as one: also below zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return harmless(str(value))


def harmless(text: str) -> str:
    """As text, whatever program opens it: an apostrophe before what would be a formula."""
    return f"'{text}" if FORMULA.match(text) else text
