"""Lanes: the rows of a board, by adviser, group, type or review date. Two queries read them all.

A case with two advisers stands in two lanes; columns and the board count it once. Cases without any have a lane of
their own, the last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from typing import Any
from uuid import UUID

from django.db.models import Case, F, FilteredRelation, Max, Q, Value, When, Window
from django.db.models.functions import RowNumber

from kanban.models import Card, CardQuerySet, Column
from kanban.search.filters import BoardQuery, review_in
from kanban.search.query_string import ENDED, LANES, NONE, REVIEWS
from kanban.search.sorting import Order

FIRST = 8  # cards that a cell shows at first
PAGE = 50  # cards that it adds on each request
WITHOUT = {"person": "Nobody", "group": "No group", "type": "No type", "review": "No review date"}
NAMELESS = "(no name)"
DUE = {**{state: words for state, words in REVIEWS.items() if state != NONE}, ENDED: "Completed"}


@dataclass
class Lane:
    """A row: its name, and its numbers over all its cards that the lens finds, not only those shown. In pennies."""

    key: str  # a uuid, the state of a review date, or none
    name: str
    shut: bool
    turn: str  # the address of the board with this lane folded, or unfolded
    cells: list[Cell] = field(default_factory=list)
    count: int = 0
    total: int = 0
    foreign: int = 0  # cases with a value in another currency, which is not in the total

    def only(self, statuses: set[UUID | None]) -> Lane:
        return replace(self, cells=[each for each in self.cells if each.column.status in statuses])


@dataclass
class Cell:
    """Where a lane and a column meet."""

    column: Column
    lane: Lane = field(repr=False)
    folded: bool = False
    count: int = 0
    total: int = 0
    recent: int = 0
    cards: list[Card] = field(default_factory=list)
    more: str = ""  # where the next cards begin, which are loaded on request

    @property
    def place(self) -> str:
        """How the ids of its elements end."""
        return f"{self.column.status}-{self.lane.key}"

    @property
    def earlier(self) -> int:
        """How many were completed too long ago to be shown at first."""
        return self.count - self.recent if self.column.completed else 0


@dataclass(frozen=True)
class LanePlacement:
    """Where a card stands in one lane: right after this element."""

    lane: str
    after: str


@dataclass(frozen=True)
class LaneOption:
    """A kind of lanes to choose, or no lanes."""

    words: str
    query: str
    chosen: bool


def ways(lens: BoardQuery) -> list[LaneOption]:
    kinds = {"": "No lanes", **LANES}
    return [
        LaneOption(words, replace(lens, lanes=kind, shut=frozenset()).query, kind == lens.lanes)
        for kind, words in kinds.items()
    ]


def mark(lanes: list[Lane]) -> str:
    """A fingerprint of the lanes and their names: when it changes, the page is rendered again."""
    return blake2s(repr([(each.key, each.name) for each in lanes]).encode(), digest_size=8).hexdigest()


def lay(cards: CardQuerySet, lens: BoardQuery, columns: list[Column], folded: set[int], *, draw: bool) -> list[Lane]:
    """All lanes with a cell for each column. `draw`: with their first cards."""
    rows = _tally(_in_lanes(cards, lens.lanes))
    lanes = _named(rows, lens)
    for lane in lanes.values():
        lane.cells = [Cell(column, lane, column.pk in folded) for column in columns]
    cells = {(cell.lane.key, cell.column.pk): cell for lane in lanes.values() for cell in lane.cells}
    for row in rows:
        _count(cells[_key(row["lane"]), row["column"]], row)
    if draw:
        _fill(cards, lens, cells)
    return list(lanes.values())


def cell(
    cards: CardQuerySet, lens: BoardQuery, column: Column, key: str, *, after: tuple[Any, UUID] | None, all_time: bool
) -> Cell | None:
    """One cell with its next cards. `after`: key and case of the last card that it already has. None: there is no such
    lane."""
    try:
        order, cards = Order.named(lens.sort), _in_lanes(cards, lens.lanes).filter(_one_of(lens.lanes, [key]))
    except ValueError:
        return None
    rows = _tally(cards)
    found = Cell(column, _named(rows, lens).get(key) or Lane(key, NAMELESS, False, lens.query))
    for row in rows:
        _count(found, row)
    cards = cards.recent() if column.completed and not all_time else cards
    page = list(order.sorted(order.beyond(cards, *after) if after else cards)[: PAGE + 1])
    found.cards = page[:PAGE]
    found.more = order.mark(page[PAGE - 1]) if len(page) > PAGE else ""
    return found


def of(card: Card, lens: BoardQuery) -> tuple[str, ...]:
    """The lanes that a card belongs to."""
    if not lens.lanes:
        return ()
    found = _in_lanes(Card.objects.filter(pk=card.pk), lens.lanes).values_list("lane", flat=True)
    return tuple(sorted(map(_key, found)))


def spots(shown: CardQuerySet, lens: BoardQuery, card: Card, keys: tuple[str, ...]) -> tuple[LanePlacement, ...]:
    """Where the card stands in each of its unfolded lanes, among the cards shown of its column."""
    order = Order.named(lens.sort)
    nearest = Window(RowNumber(), partition_by=[F("lane")], order_by=order.keys(backwards=True))
    before = _in_lanes(order.before(shown, card), lens.lanes).filter(_one_of(lens.lanes, keys))
    above = {_key(each.lane): each.case for each in before.annotate(row=nearest).filter(row=1)}
    return tuple(_spot(card, key, above.get(key)) for key in keys if key not in lens.shut)


def _spot(card: Card, key: str, above: UUID | None) -> LanePlacement:
    place = f"{card.column.status}-{key}"
    return LanePlacement(key, f"#cards-{place} > #" + (f"card-{above}-{key}" if above else f"top-{place}"))


def _in_lanes(cards: CardQuerySet, kind: str) -> Any:
    """Each card once in each of its lanes; `lane` is None for cards without any."""
    if kind == "review":
        due = [When(review_in(state), then=Value(state)) for state in REVIEWS if state != NONE]
        return cards.annotate(lane=Case(When(column__completed=True, then=Value(ENDED)), *due), lane_name=Value(""))
    if kind == "type":
        return cards.annotate(lane=F("type"), lane_name=F("type_name"))
    cards = cards.annotate(held=FilteredRelation("facets", condition=Q(facets__kind=kind)))
    return cards.annotate(lane=F("held__uuid"), lane_name=F("held__name"))


def _tally(cards: Any) -> list[dict[str, Any]]:
    return list(cards.tally(by=("lane", "column")).annotate(name=Max("lane_name")))


def _count(cell: Cell, row: dict[str, Any]) -> None:
    cell.count, cell.total, cell.recent = row["count"], row["total"], row["recent"]
    cell.lane.count += cell.count
    cell.lane.total += cell.total
    cell.lane.foreign += row["foreign"]


def _named(rows: Iterable[dict[str, Any]], lens: BoardQuery) -> dict[str, Lane]:
    """The lanes that have cases: by name, or the nearest review date first; the lane of cases without any is last."""
    names: dict[str, str] = {}
    for row in rows:
        key = _key(row["lane"])
        names[key] = max(names.get(key, ""), row["name"] or "")
    for key in names:
        names[key] = WITHOUT[lens.lanes] if key == NONE else DUE.get(key) or names[key] or NAMELESS
    rank = {key: number for number, key in enumerate(DUE)}
    keys = sorted(names, key=lambda key: (key == NONE, rank.get(key, 0), names[key].casefold(), key))
    return {key: Lane(key, names[key], key in lens.shut, replace(lens, shut=lens.shut ^ {key}).query) for key in keys}


def _fill(cards: CardQuerySet, lens: BoardQuery, cells: dict[tuple[str, int], Cell]) -> None:
    """The first cards of all cells in sight, in one query."""
    seen = [cell for cell in cells.values() if not cell.folded and not cell.lane.shut and cell.count]
    order = Order.named(lens.sort)
    wanted = _one_of(lens.lanes, {cell.lane.key for cell in seen})
    shown = _in_lanes(cards.unasked(), lens.lanes).filter(wanted, column__in={cell.column.pk for cell in seen})
    row = Window(RowNumber(), partition_by=[F("lane"), F("column")], order_by=order.keys())
    for card in shown.annotate(row=row).filter(row__lte=FIRST).order_by("row"):
        cells[_key(card.lane), card.column_id].cards.append(card)
    for cell in seen:
        there = cell.recent if cell.column.completed else cell.count
        cell.more = order.mark(cell.cards[-1]) if there > len(cell.cards) else ""


def _key(lane: object) -> str:
    return NONE if lane is None else str(lane)


def _one_of(kind: str, keys: Collection[str]) -> Q:
    """Cards in one of these lanes."""
    known = [key for key in keys if key != NONE]
    some = Q(lane__in=known if kind == "review" else [UUID(key) for key in known])
    return some | Q(lane__isnull=True) if NONE in keys else some
