"""Every case that a lens finds, not only those that the board shows: for spreadsheets and for printing.

Folded columns are included, and so are cases completed more than 30 days ago: counts and sums equal those of the
headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from kanban.board.board import Board
from kanban.board.card_view import Where, face
from kanban.board.counts import Numbers
from kanban.board.view_state import ViewState
from kanban.core.calendar import today
from kanban.core.csv_safe import MARK, cell, rows_of
from kanban.models import Card, Column, Connection
from kanban.search import chips
from kanban.search.filters import BoardQuery
from kanban.search.sorting import ORDERS, Order

AT_ONCE = 500
CASES = (
    *("status", "place", "client", "case", "type", "value", "currency", "review date", "completed", "assigned to"),
    *("groups", "tags", "days in status", "in status since", "created", "last changed", "link"),
)


def every(connection: Connection, lens: BoardQuery) -> Iterator[tuple[Column, list[Card]]]:
    """Column by column in the lens's order, in batches: a slow reader holds no cursor and no memory."""
    columns, order = list(connection.columns), Order.named(lens.sort)
    cards = lens.at(connection, columns)
    for column in columns:
        rest = order.sorted(cards.of(column))
        while some := list(rest[:AT_ONCE]):
            yield column, some
            if len(some) < AT_ONCE:
                break
            last = some[-1]
            rest = order.sorted(order.beyond(cards.of(column), order.key_of(last), last.case))


def places(connection: Connection) -> dict[int, int]:
    """The place of each card in its column, in Plannr's order, among the cards that this account sees."""
    found: dict[int, int] = {}
    counted: dict[int, int] = {}
    for pk, column in connection.cards.in_order().values_list("pk", "column"):
        counted[column] = found[pk] = counted.get(column, 0) + 1
    return found


def table(connection: Connection, lens: BoardQuery, link: Callable[[UUID], str]) -> Iterator[str]:
    """The cases that a lens finds, column by column in its order. `link`: the address of a case."""
    yield MARK + rows_of([CASES])
    placed = places(connection)
    for column, cards in every(connection, lens):
        yield rows_of(_cells_of(card, column, placed.get(card.pk), link(card.case)) for card in cards)


def _cells_of(card: Card, column: Column, place: int | None, link: str) -> Iterator[str]:
    """Days are those of the firm's calendar. The place is in Plannr's order, among all cases of that status. Of some
    cases it is only known that they have stood there since a day or longer."""
    value = None if card.value is None else Decimal(card.value) / 100
    days = None if column.completed or card.since is None else (today() - timezone.localdate(card.since)).days
    since = "" if days is None else _day(card.since) + ("" if card.since_known else " or earlier")
    cells = (
        *(column.name, place, "; ".join(card.clients), card.name, card.type_name),
        *(value, card.currency if value is not None else "", _day(card.review_at), _day(card.completed_at)),
        *("; ".join(card.people), "; ".join(card.groups), "; ".join(tag["name"] for tag in card.tags)),
        *(days, since, _day(card.created_at), _day(card.updated_at), link),
    )
    return (cell(each) for each in cells)


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


MOST = 2000  # cases on one print: some fifty sheets


@dataclass
class Section:
    column: Column
    numbers: Numbers
    cards: list[dict[str, object]] = field(default_factory=list)  # as the board words them


@dataclass(frozen=True)
class Paper:
    board: Board
    sections: list[Section]
    filters: list[str]  # in words
    order: str

    @classmethod
    def of(cls, connection: Connection, lens: BoardQuery) -> Paper:
        board = Board.of(connection, ViewState(lens=lens), draw=False)
        sections = {each.column.pk: Section(each.column, each.numbers) for each in board.columns if each.numbers.count}
        for column, card in _first(connection, lens):
            section = sections.setdefault(column.pk, Section(column, Numbers()))
            section.cards.append(face(card, today(), Where(str(column.status), column.completed, column.stale_days)))
        words = [chip.words for chip in chips.chips(connection, lens, [each.column for each in board.columns])]
        shown = [section for section in sections.values() if section.cards]
        return cls(board, shown, words, ORDERS.get(lens.sort, ""))

    @property
    def count(self) -> int:
        return sum(len(section.cards) for section in self.sections)

    @property
    def total(self) -> int:
        return sum(each.numbers.total for each in self.board.columns)

    @property
    def left_out(self) -> int:
        return max(0, self.board.found[0] - self.count)


def _first(connection: Connection, lens: BoardQuery) -> Iterator[tuple[Column, Card]]:
    left = MOST
    for column, cards in every(connection, lens):
        yield from ((column, card) for card in cards[:left])
        left -= len(cards)
        if left <= 0:
            return
