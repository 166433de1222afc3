"""What every move promises, checked at all three ends: Plannr's ledger, Plannr's order, and the page."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.page import Board, Column
from tests.browser.plannr import Firm


@dataclass
class Before:
    """How Plannr stood before a move; knows how it must stand after."""

    board: Board
    orders: dict[str, list[str]]

    @classmethod
    def of(cls, board: Board) -> Before:
        firm = board.plannr.now()
        return cls(board, {status["name"]: firm.order(status["name"]) for status in firm.statuses})

    def with_case_at(self, case: str, column: str, index: int) -> list[str]:
        """The column's order with the case at that index, 0 for the top."""
        others = [each for each in self.orders[column] if each != case]
        return [*others[:index], case, *others[index:]]

    def moved(self, case: str, column: str, index: int, *, puts: int = 1, others_too: bool = False) -> None:
        """One PUT was sent, saying just this; Plannr and the page have the case there, now and after a reload.

        `others_too`: others moved cards meanwhile, so the page needs its next news first.
        """
        place = {"status": self.board.uuid(column), "status_position": index + 1}
        sent = self.board.plannr.puts()
        assert [(put.case, put.body) for put in sent[-1:]] == [(case, place)]
        assert len(sent) == puts
        expected = {name: [each for each in cases if each != case] for name, cases in self.orders.items()}
        expected[column] = self.with_case_at(case, column, index)
        assert Before.of(self.board).orders == expected
        if others_too:
            self.board.server.reread()
            self.board.poll()
        shows_what_plannr_has(self.board, case)

    def unmoved(self, puts: int = 1) -> None:
        """So many PUTs were sent and Plannr took none of them; the page shows every card where it was."""
        assert len(self.board.plannr.puts()) == puts
        assert Before.of(self.board).orders == self.orders
        shows_what_plannr_has(self.board)


def shows_what_plannr_has(board: Board, case: str = "") -> None:
    """Every column's order and header: as the page is, as a reload draws it, and after Plannr was read anew. Then
    every number too; before that only the moved case's own, as Plannr tells no others."""
    firm = board.plannr.now()
    for columns in (board.drawn(), board.drawn(anew=True)):
        same(columns, firm)
        if case:
            _same_number(columns, firm, case)
    board.server.reread()
    columns = board.drawn(anew=True)
    same(columns, firm)
    for column in columns.values():
        for each in column.cards:
            _same_number(columns, firm, each)


def same(columns: dict[str, Column], firm: Firm) -> None:
    for status, column in columns.items():
        cases = firm.of(status)
        assert (column.count, column.total) == (len(cases), sum(case["value"] or 0 for case in cases)), column.name
        order = [case["uuid"] for case in cases]
        shown = order[: max(50, len(column.cards))]
        if column.folded:
            shown = []
        elif column.name == "Completed":  # the last 30 days only
            shown = [uuid for uuid in order if uuid in column.cards]
        assert column.cards == shown, column.name


def _same_number(columns: dict[str, Column], firm: Firm, case: str) -> None:
    for column in columns.values():
        if case in column.cards:
            assert column.positions[column.cards.index(case)] == firm.case(case)["status_position"]
