"""What the board looks like to one account: columns, cards, counts, totals, and as of when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from kanban.board import card_cache, counts, lanes
from kanban.board.counts import Numbers
from kanban.board.lanes import Lane, LaneOption
from kanban.board.placement import Placement, _number_of
from kanban.board.view_state import ViewState
from kanban.models import Card, CardQuerySet, Column, Connection
from kanban.search.filters import BoardQuery
from kanban.search.sorting import Order
from kanban.sync import change_log

PAGE = 50  # cards that a column shows at first, and adds each time it is scrolled to its end
OLD = 60  # seconds after which "as of" turns amber


@dataclass
class BoardColumn:
    """A column as it is drawn: its header's numbers, and the cards in sight."""

    column: Column
    numbers: Numbers  # of the cards that are asked for
    folded: bool
    whole: Numbers | None = None  # of all its cards, where not all are asked for
    lens: BoardQuery = field(default_factory=BoardQuery)
    cards: list[Card] = field(default_factory=list)
    more: str = ""  # where the next cards begin, which are loaded on scrolling
    earlier: int = 0  # how many were completed too long ago to be shown at first

    @property
    def head(self) -> str:
        """Everything that its header depends on, except the lens and the viewer."""
        fields = [getattr(self.column, field.attname) for field in Column._meta.concrete_fields]
        return repr((fields, self.numbers, self.whole, self.folded))

    @property
    def over(self) -> int:
        """By how many cases it exceeds the firm's limit, counting also those that the lens leaves out."""
        most = None if self.column.completed else self.column.most
        return max(0, (self.whole or self.numbers).count - most) if most else 0

    @property
    def bar(self) -> list[tuple[str, str, int]]:
        """When the cases of an open column are due, as (state, words, count), without empty parts."""
        numbers = self.numbers
        parts = [
            ("overdue", "overdue", numbers.overdue),
            ("week", "due in 7 days", numbers.week),
            ("month", "due in 30 days", numbers.month),
            ("later", "due later", numbers.later),
            ("none", "without a date", numbers.undated),
        ]
        return [] if self.column.completed else [part for part in parts if part[2]]


@dataclass
class Board:
    connection: Connection
    columns: list[BoardColumn]
    change: int  # the number of the newest change that is shown here
    look: ViewState
    lanes: list[Lane] = field(default_factory=list)

    @classmethod
    def of(cls, connection: Connection, look: ViewState, *, draw: bool = True) -> Board:
        """The board, in a constant number of queries. `draw`: with cards."""
        change, columns = change_log.latest(connection), list(connection.drawn_columns)
        shown = _counted(connection, columns, look, columns)
        if look.lens.lanes:
            return cls(connection, shown, change, look, _laid(connection, columns, look, draw=draw))
        if draw:
            cards = look.lens.at(connection, columns)
            for each in shown:
                if not each.folded:
                    fill(cards, each)
        return cls(connection, shown, change, look)

    @property
    def found(self) -> tuple[int, int]:
        """How many cases are shown through the lens, of how many there are."""
        return sum(e.numbers.count for e in self.columns), sum((e.whole or e.numbers).count for e in self.columns)

    @property
    def open(self) -> Numbers:
        return sum((each.numbers for each in self.columns if not each.column.completed), Numbers())

    @property
    def over(self) -> int:
        """By how many cases the columns exceed their limits."""
        return sum(each.over for each in self.columns)

    def place_of(self, card: Card | None) -> tuple[int, int] | None:
        """As placement.place_of, but from counts that are there already. Read the card in the same snapshot."""
        if card is None:
            return None
        [each] = [each for each in self.columns if each.column.pk == card.column_id]
        return _number_of(self.connection, card), (each.whole or each.numbers).count

    @property
    def as_of(self) -> datetime | None:
        return self.connection.as_of

    @property
    def old(self) -> bool:
        return bool(self.as_of and (timezone.now() - self.as_of).total_seconds() > OLD) or bool(self.connection.problem)

    @property
    def problem(self) -> str:
        """Why the last read failed, if it did: a key of reasons.PROBLEMS."""
        return self.connection.problem

    def touched(self, statuses: set[UUID | None]) -> list[BoardColumn]:
        return [each for each in self.columns if each.column.status in statuses]

    def lanes_touched(self, placed: Placement, statuses: set[UUID | None]) -> list[Lane]:
        """The lanes of the case, with only the cells of these columns; all lanes if the case has gone."""
        return [each.only(statuses) for each in self.lanes if each.key in placed.lanes or not placed.lanes]

    @property
    def lane_ways(self) -> list[LaneOption]:
        return lanes.ways(self.look.lens)

    @property
    def lanes_drawn(self) -> str:
        return lanes.mark(self.lanes)


def _laid(connection: Connection, columns: list[Column], look: ViewState, *, draw: bool) -> list[Lane]:
    folded = {column.pk for column in columns if look.folds.folded(column)}
    return lanes.lay(look.lens.at(connection, columns), look.lens, columns, folded, draw=draw)


def column_of(connection: Connection, column: Column, look: ViewState, *, draw: bool = True) -> BoardColumn:
    """One column alone, opened or folded. `draw`: with its first cards."""
    columns = list(connection.columns)
    [each] = _counted(connection, [column], look, columns)
    if draw and not each.folded:
        fill(look.lens.at(connection, columns), each)
    return each


def _counted(connection: Connection, wanted: list[Column], look: ViewState, columns: list[Column]) -> list[BoardColumn]:
    """Columns with their numbers: through the lens and, where that leaves cards out, of the whole column."""
    whole = counts.of_all(connection, columns)
    some = counts.of(look.lens.at(connection, columns), columns) if look.lens.narrows else None
    return [
        BoardColumn(
            column,
            (whole if some is None else some).get(column.pk, Numbers()),
            look.folded(column),
            None if some is None else whole.get(column.pk, Numbers()),
            look.lens,
        )
        for column in wanted
    ]


def fill(
    cards: CardQuerySet, each: BoardColumn, *, after: tuple[Any, UUID] | None = None, all_time: bool = False
) -> None:
    """Put the next page of cards into a column. `after`: key and case of the last card that it already has."""
    order, cards = Order.named(each.lens.sort), cards.of(each.column)
    if each.column.completed and not all_time:
        cards = cards.recent()
        each.earlier = each.numbers.count - each.numbers.recent
    if after:
        cards = order.beyond(cards, *after)
    found = card_cache.fetch(order.sorted(cards)[: PAGE + 1])
    each.cards = found[:PAGE]
    each.more = order.mark(found[PAGE - 1]) if len(found) > PAGE else ""
