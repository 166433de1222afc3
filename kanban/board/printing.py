"""A look on paper: every case of it, status by status, and what it is a list of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kanban.board import export
from kanban.board.board import Board, Look
from kanban.board.card_view import Where, face
from kanban.board.counts import Numbers
from kanban.core.calendar import today
from kanban.models import Card, Column, Connection
from kanban.search import chips
from kanban.search.filters import Lens
from kanban.search.sorting import ORDERS

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
    def of(cls, connection: Connection, lens: Lens) -> Paper:
        board = Board.of(connection, Look(lens=lens), draw=False)
        sections = {each.column.pk: Section(each.column, each.numbers) for each in board.columns if each.numbers.count}
        for column, card in _first(connection, lens):
            section = sections.setdefault(column.pk, Section(column, Numbers()))
            section.cards.append(face(card, today(), Where(str(column.status), column.completed, column.stale_days)))
        words = [chip.words for chip in chips.chips(connection, lens, [each.column for each in board.columns])]
        drawn = [section for section in sections.values() if section.cards]
        return cls(board, drawn, words, ORDERS.get(lens.sort, ""))

    @property
    def count(self) -> int:
        return sum(len(section.cards) for section in self.sections)

    @property
    def total(self) -> int:
        return sum(each.numbers.total for each in self.board.columns)

    @property
    def left_out(self) -> int:
        return max(0, self.board.found[0] - self.count)


def _first(connection: Connection, lens: Lens) -> Iterator[tuple[Column, Card]]:
    left = MOST
    for column, cards in export.every(connection, lens):
        yield from ((column, card) for card in cards[:left])
        left -= len(cards)
        if left <= 0:
            return
