"""What Plannr does not document, in every way it might be: the page equals Plannr's own order all the same."""

from __future__ import annotations

import pytest

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before, shows_what_plannr_has

pytestmark = pytest.mark.browser
BETWEEN_COLUMNS = ("Fact find", 1, "Research", 2)
DOWN = ("Awaiting provider", 0, "Awaiting provider", 3)
UP = ("Awaiting provider", 5, "Awaiting provider", 1)
TO_THE_END = ("Report writing", 1, "Report writing", None)
DOWN_AGAIN = ("Fact find", 0, "Fact find", 3)


@pytest.mark.parametrize(
    ("positions", "wrap_single"),
    [("shift", "bare"), ("store", "data"), ("clamp", "bare"), ("ignore", "data")],
)
def test_the_page_equals_plannrs_order_after_every_move(
    board: Board, plannr: PlannrSwitchboard, positions: str, wrap_single: str
) -> None:
    plannr.speak(positions=positions, wrap_single=wrap_single)
    board.open()
    for number, (home, start, column, below) in enumerate([DOWN, BETWEEN_COLUMNS, UP, TO_THE_END, DOWN_AGAIN], 1):
        before = Before.of(board)
        case, target = before.orders[home][start], before.orders[column]
        board.drag(case, column, before=None if below is None else target[below])
        (*_, put) = puts = plannr.puts()
        assert len(puts) == number
        assert (put.case, set(put.body)) == (case, {"status", "status_position"})
        assert put.body["status"] == board.uuid(column)
        habit_unknown = number == 1 and positions in ("store", "clamp")
        if not habit_unknown and board.notice(about=case).advice == "" and positions != "ignore":
            others = [each for each in target if each != case]
            at = len(others) if below is None else others.index(target[below])
            assert plannr.order(column) == [*others[:at], case, *others[at:]]
        shows_what_plannr_has(board, case)
        board.reload()


def test_plannr_that_ignores_a_place_within_a_column_is_said_to(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.speak(positions="ignore")
    board.open()
    before = Before.of(board)
    board.drag(before.orders["Fact find"][4], "Fact find", before=before.orders["Fact find"][1])
    assert "left the case where it was" in board.notice("failure").headline
    before.unmoved(puts=1)


def test_plans_that_a_move_detached_are_put_back_and_sent_along_from_then_on(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    plannr.speak(plans="detach")
    firm = plannr.now()
    with_plans = [case["uuid"] for case in firm.of(firm.status("Fact find")) if case["plans"]]
    assert len(with_plans) >= 2
    plans = {case["uuid"]: set(case["plans"]) for case in firm.cases}
    board.open()
    board.drag(with_plans[0], "Research")
    notice = board.notice("success")
    assert "Plannr also changed its plans; we put that back." in notice.advice
    move, mending = plannr.puts()
    assert set(move.body) == {"status", "status_position"}
    assert (set(mending.body), set(mending.body["plans"])) == ({"plans"}, plans[with_plans[0]])
    board.close_notice()
    board.drag(with_plans[1], "Research")
    assert board.notice("success").advice == ""
    (*_, move) = puts = plannr.puts()
    assert len(puts) == 3
    assert set(move.body) == {"status", "status_position", "plans"}
    assert set(move.body["plans"]) == plans[with_plans[1]]
    assert {case["uuid"]: set(case["plans"]) for case in plannr.now().cases} == plans
    shows_what_plannr_has(board)
