"""What the board looks like to one account: columns, cards, counts, totals, and as of when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kanban import changes, notices
from kanban.models import Card, CardQuerySet, Column, Connection

PAGE = 50  # cards of a column drawn at first, and again each time its end comes into sight
OLD = 60  # seconds after which "as of" turns amber


@dataclass
class Numbers:
    """Counted and summed by the database over all cards of a column, not those drawn. Pennies."""

    count: int = 0
    total: int = 0
    overdue: int = 0
    week: int = 0
    month: int = 0
    later: int = 0
    undated: int = 0
    recent: int = 0
    foreign: int = 0  # worth something in another currency, and not in the total

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})


@dataclass
class BoardColumn:
    """A column as it is drawn: its header's numbers, and the cards in sight."""

    column: Column
    numbers: Numbers
    folded: bool
    cards: list[Card] = field(default_factory=list)
    more: bool = False  # further cards come as it is scrolled
    earlier: int = 0  # completed longer ago than is shown unasked

    @property
    def bar(self) -> list[tuple[str, str, int]]:
        """Of an open column: how its review dates stand, (state, in words, how many), without empty parts."""
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
    change: int  # the number of the newest change that is drawn here
    folds: Folds

    @classmethod
    def of(cls, connection: Connection, folds: Folds, *, draw: bool = True) -> Board:
        """The board, in a number of queries that grows with neither cards nor cases. `draw`: with cards."""
        change = changes.latest(connection)
        tally = _tally(connection.cards)
        columns = [
            BoardColumn(column, tally.get(column.pk, Numbers()), folds.folded(column)) for column in connection.columns
        ]
        for each in columns:
            if draw and not each.folded:
                fill(connection, each)
        return cls(connection, columns, change, folds)

    @property
    def open(self) -> Numbers:
        return sum((each.numbers for each in self.columns if not each.column.completed), Numbers())

    @property
    def as_of(self) -> datetime | None:
        return self.connection.as_of

    @property
    def old(self) -> bool:
        return bool(self.as_of and (timezone.now() - self.as_of).total_seconds() > OLD) or bool(self.connection.problem)

    @property
    def problem(self) -> notices.Notice | None:
        return notices.of_problem(self.connection)

    def touched(self, statuses: set[UUID | None]) -> list[BoardColumn]:
        return [each for each in self.columns if each.column.status in statuses]


def column_of(connection: Connection, column: Column, folds: Folds, *, draw: bool = True) -> BoardColumn:
    """One column alone, opened or folded. `draw`: with its first cards."""
    each = BoardColumn(column, _tally(connection.cards.of(column)).get(column.pk, Numbers()), folds.folded(column))
    if draw and not each.folded:
        fill(connection, each)
    return each


def _tally(cards: CardQuerySet) -> dict[int, Numbers]:
    return {row.pop("column"): Numbers(**row) for row in cards.tally()}


def fill(
    connection: Connection, each: BoardColumn, *, after: tuple[float, UUID] | None = None, all_time: bool = False
) -> None:
    """Put the next screenful of cards into a column. `after`: place and case of the last card that is there already."""
    cards = connection.cards.of(each.column)
    if each.column.completed and not all_time:
        cards = cards.recent()
        each.earlier = each.numbers.count - each.numbers.recent
    if after:
        cards = cards.beyond(*after)
    found = list(cards.in_order()[: PAGE + 1])
    each.cards, each.more = found[:PAGE], len(found) > PAGE


@dataclass(frozen=True)
class Placement:
    """Where a card stands, as sent to a browser: right after this element, or nowhere in sight."""

    case: UUID
    card: Card | None = None
    after: str = ""  # selects the element it stands after, in its own column and in no other
    place: tuple[int, int] | None = None  # 2 of 7

    @property
    def order(self) -> tuple[int, float, UUID]:
        """Placements are carried out from the top of each column down: each finds the one above in its new place."""
        return (self.card.column_id, self.card.place, self.case) if self.card else (0, 0.0, self.case)


def place_of(connection: Connection, card: Card) -> tuple[int, int]:
    """2 of 7: where this account sees it stand in its column."""
    whole = connection.cards.of(card.column)
    return whole.before(card).count() + 1, whole.count()


def placement(connection: Connection, case: UUID, folds: Folds) -> Placement:
    """Where this account sees this case stand now."""
    card = connection.cards.select_related("column").filter(case=case).first()
    if card is None:
        return Placement(case)
    whole, place = connection.cards.of(card.column), place_of(connection, card)
    shown = whole.recent() if card.column.completed else whole
    if folds.folded(card.column) or not shown.filter(pk=card.pk).exists():
        return Placement(case, place=place)
    above = shown.before(card).in_order().last()
    after = f"card-{above.case}" if above else f"top-{card.column.status}"
    return Placement(case, card, f"#cards-{card.column.status} > #{after}", place)


@dataclass(frozen=True)
class Folds:
    """Which columns this browser keeps folded. Completed ones are, unless opened; the others are not."""

    turned: frozenset[UUID] = frozenset()

    @classmethod
    def read(cls, text: str) -> Folds:
        """From a cookie; what is not a uuid is not ours and is left out."""
        parts = [part for part in text.split(".")[:200] if len(part) == 32 and part.isalnum()]
        return cls(frozenset(UUID(part) for part in parts if all(c in "0123456789abcdef" for c in part)))

    def write(self) -> str:
        return ".".join(sorted(status.hex for status in self.turned))

    def folded(self, column: Column) -> bool:
        return column.completed != (column.status in self.turned)

    def turn(self, status: UUID) -> Folds:
        return Folds(self.turned ^ {status})
