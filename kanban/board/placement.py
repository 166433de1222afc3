"""Where one card stands now, as sent to a browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from kanban.board import lanes
from kanban.board.lanes import LanePlacement
from kanban.board.view_state import ViewState
from kanban.core.db import snapshot_read
from kanban.models import Card, Connection
from kanban.search.filters import BoardQuery
from kanban.search.sorting import Order


@dataclass(frozen=True)
class Placement:
    """Where a card stands, as sent to a browser: right after this element, or nowhere in sight."""

    case: UUID
    card: Card | None = None  # if it is shown there
    found: Card | None = None  # whether it is or not
    after: str = ""  # selects the element it stands after, in its own column and in no other
    lens: BoardQuery = field(default_factory=BoardQuery)
    lanes: tuple[str, ...] = ()  # the case's own, whether it is shown there or not
    spots: tuple[LanePlacement, ...] = ()  # where it stands in each of them

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts from the top of each column down, so that each card finds the one above already in its new place."""
        return (self.card.column_id, *Order.named(self.lens.sort).rank(self.card)) if self.card else (0,)


def place_of(connection: Connection, card: Card) -> tuple[int, int]:
    """2 of 7: where this account sees it stand in its column."""
    with snapshot_read():
        return _number_of(connection, card), connection.cards.of(card.column).count()


def _number_of(connection: Connection, card: Card) -> int:
    return connection.cards.of(card.column).before(card).count() + 1


def placement(connection: Connection, case: UUID, look: ViewState) -> Placement:
    """Where this account sees this case stand now, if it is shown through this lens."""
    card = connection.cards.select_related("column").filter(case=case).first()
    if card is None:
        return Placement(case, lens=look.lens)
    whole = connection.cards.of(card.column)
    placed = Placement(case, found=card, lens=look.lens, lanes=lanes.of(card, look.lens))
    shown = look.lens.at(connection, list(connection.columns)).of(card.column) if look.lens.narrows else whole
    shown = shown.recent() if card.column.completed else shown
    if look.folded(card.column) or (shown is not whole and not shown.filter(pk=card.pk).exists()):
        return placed
    if look.lens.lanes:
        return replace(placed, card=card, spots=lanes.spots(shown, look.lens, card, placed.lanes))
    order = Order.named(look.lens.sort)
    above = order.sorted(order.before(shown, card)).values_list("case", flat=True).last()
    after = f"card-{above}" if above else f"top-{card.column.status}"
    return replace(placed, card=card, after=f"#cards-{card.column.status} > #{after}")
