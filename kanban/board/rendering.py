"""The columns of a board, rendered once for all who see the same through the same lens, until something changes.

The templates may only use what is in the cache key: of the request they get nothing but the right to move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kanban.board import card_cache
from kanban.board.audience import shared
from kanban.board.board import Board, BoardColumn
from kanban.board.view_state import ViewState
from kanban.core.cache import SingleFlightCache
from kanban.core.calendar import today
from kanban.core.db import snapshot_read
from kanban.models import Connection
from kanban.sync import change_log

MOST = 24  # boards in a process, of some 300 KB each


@dataclass(frozen=True)
class RenderedBoard:
    board: Board  # with its numbers and without cards, which are in the pieces
    pieces: tuple[bytes, ...]  # its columns, one by one: most are the same in the next rendering

    @property
    def html(self) -> SafeString:
        return SafeString(b"".join(self.pieces).decode())


_boards: SingleFlightCache[RenderedBoard] = SingleFlightCache(MOST)
_columns: SingleFlightCache[bytes] = SingleFlightCache(5 * MOST)


def render_board(connection: Connection, look: ViewState, *, can_move: bool) -> RenderedBoard:
    """The board as this account sees it in one snapshot, without anything about the person."""
    with snapshot_read():
        return _cached_board(connection, look, can_move)


def _cached_board(connection: Connection, look: ViewState, can_move: bool) -> RenderedBoard:
    key = (
        *(change_log.latest(connection), look.folds, look.lens.key(connection), can_move, today()),
        *(connection.set_aside, connection.statuses_listed),
    )
    cached = shared(_boards, connection, key, partial(_render_board, connection, look, can_move))
    return RenderedBoard(replace(cached.board, connection=connection), cached.pieces)


def _render_board(connection: Connection, look: ViewState, can_move: bool) -> RenderedBoard:
    board = Board.of(connection, look)
    if look.lens.lanes or not board.columns:
        pieces = [rendered("board/_columns.html", can_move, board=board).encode()]
    else:
        pieces = [_column(each, can_move) for each in board.columns]
    for each in board.columns:
        each.cards = []
    return RenderedBoard(replace(board, lanes=[]), tuple(pieces))


def _column(each: BoardColumn, can_move: bool) -> bytes:
    """Cached by column: a move changes few of them."""
    cards = [card_cache.key(card) for card in each.cards]
    key = repr((each.head, each.more, each.earlier, cards))

    def draw() -> bytes:
        return rendered("board/_column.html", can_move, each=each).encode()

    return _columns.of((key, each.lens, can_move, today()), draw)


_INDENTS = re.compile(r"\s*\n\s*")  # a third of what would be sent


def rendered(template: str, can_move: bool, **context: object) -> str:
    """The templates get nothing of the request but the right to move, so nothing about one person can be sent
    to another."""
    request = SimpleNamespace(rights=SimpleNamespace(can_move=can_move))
    return _INDENTS.sub("\n", render_to_string(template, context | {"request": request}))
