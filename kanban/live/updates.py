"""What is new since a number, as sent to a page: rendered in pieces, once for all pages that see the same.

Hundreds of boards ask at once when a card has moved, each since another number. So the pieces are cached: a card in its
new place, the headers, the time. They depend on what the asking account sees, never on who asks: accounts that see
the same cards share them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from kanban.board.audience import shared, visibility_key
from kanban.board.board import Board, BoardColumn
from kanban.board.placement import placement
from kanban.board.rendering import rendered
from kanban.board.view_state import ViewState
from kanban.core.cache import SingleFlightCache
from kanban.core.calendar import today
from kanban.models import Connection
from kanban.sync import change_log

Order = tuple[Any, ...]
_cards: SingleFlightCache[tuple[Order, str]] = SingleFlightCache(1024)
_heads: SingleFlightCache[tuple[str, str]] = SingleFlightCache(256)
_texts: SingleFlightCache[str] = SingleFlightCache(1024)


@dataclass(frozen=True)
class News:
    """The news for one page, in one snapshot."""

    connection: Connection
    look: ViewState
    can_move: bool
    change: int  # the newest that there is
    lanes: str  # the fingerprint of the lanes that the page has

    @classmethod
    def of(cls, connection: Connection, look: ViewState, *, can_move: bool, lanes: str = "") -> News:
        """To be used within one snapshot."""
        return cls(connection, look, can_move, change_log.latest(connection), lanes)

    def since(self, number: int) -> str | None:
        """None: too much to place card by card, or a lane has come or gone."""
        cases = change_log.since(self.connection, number) if number != self.change else []
        if cases is None or (cases and self.lanes and self.lanes != self._headers()[0]):
            return None
        return "".join([*self._placed(cases), self.time()])

    def _placed(self, cases: Iterable[UUID]) -> list[str]:
        cards = [shared(_cards, self.connection, (*self._seen, case), self._card(case)) for case in cases]
        return [*(text for _, text in sorted(cards)), self._headers()[1]] if cards else []

    def _card(self, case: UUID) -> Callable[[], tuple[Order, str]]:
        def draw() -> tuple[Order, str]:
            placed = placement(self.connection, case, self.look)
            return placed.order, self._render("board/_placement.html", placed=placed)

        return draw

    def _headers(self) -> tuple[str, str]:
        """The fingerprint of the lanes, and all headers."""
        return shared(_heads, self.connection, (*self._seen, *self._board), self._draw_headers)

    def _draw_headers(self) -> tuple[str, str]:
        board = Board.of(self.connection, self.look, draw=False)
        heads = [self._head(each) for each in board.columns]
        others = self._render("board/_headers.html", board=board, lanes=board.lanes)
        return board.lanes_drawn, "".join([*heads, others])

    def _head(self, each: BoardColumn) -> str:
        """Cached by column: a move changes few of them."""
        key: Hashable = ("head", each.head, each.lens, self.can_move)
        return _texts.of(key, lambda: self._render("board/_head.html", each=each))

    def time(self) -> str:
        """The element that says as of when the board is, up to this change."""
        board = Board(self.connection, [], self.change, self.look)
        key: Hashable = ("time", self.change, self.look.lens.query, board.as_of, board.old, self.connection.problem)
        return _texts.of(key, lambda: self._render("board/_time.html", board=board))

    @property
    def _board(self) -> tuple[Hashable, ...]:
        return self.connection.set_aside, self.connection.statuses_listed

    @property
    def alike(self) -> tuple[Hashable, ...]:
        """The same for two pages that are sent the same, except for what changed for one account alone."""
        visible = visibility_key(self.connection)
        return (visible, *self._seen, *self._board, self.lanes, self.connection.as_of, self.connection.problem)

    @cached_property
    def _seen(self) -> tuple[Hashable, ...]:
        """Everything that a card and the headers depend on."""
        lens = self.look.lens.key(self.connection)
        return (self.change, self.look.folds, lens, self.can_move, today())

    def _render(self, template: str, **context: object) -> str:
        return rendered(template, self.can_move, **context)
