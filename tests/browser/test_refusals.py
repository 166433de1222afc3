"""Plannr refuses, stumbles or falls silent: the card stands where Plannr says, and a sentence says why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before, shows_what_plannr_has

pytestmark = pytest.mark.browser
INVALID = {"message": "The given data was invalid.", "errors": {"status": ["The selected <b>status</b> is invalid."]}}

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "401": ({"status": 401}, "Plannr does not accept the access token any more."),
    "403": ({"status": 403}, "Plannr does not allow this account to do that."),
    "404": ({"status": 404}, "was not moved to Research."),
    "422": ({"status": 422, "body": INVALID}, "Plannr refused."),
    "500": ({"status": 500}, "Plannr answered with something that the board cannot read."),
    "503": ({"status": 503}, "Plannr cannot be reached."),
}
SILENCES: dict[str, dict[str, Any]] = {
    "no answer in time": {"delay": 5, "status": 503},
    "dropped before it was applied": {"drop": "before"},
    "a web page instead of an answer": {"html": True},
    "half an answer": {"truncate": 20, "status": 200, "body": {"data": {"uuid": "the rest is missing"}}},
}
MUMBLES: dict[str, dict[str, Any]] = {
    "dropped after it was applied": {"drop": "after"},
    "500 but applied": {"status": 500, "applied": True},
    "503 but applied": {"status": 503, "applied": True},
    "a web page, but applied": {"html": True, "applied": True},
}


def drop(board: Board) -> tuple[Before, str]:
    """Priya drops the third card of Fact find onto the third place of Research."""
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    board.drag(case, "Research", before=before.orders["Research"][2])
    return before, case


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_card_goes_back_and_retry_moves_it(board: Board, plannr: PlannrSwitchboard, kind: str) -> None:
    fault, why = REFUSALS[kind]
    plannr.fail(**fault)
    before, case = drop(board)
    notice = board.notice("failure")
    assert why in notice.headline
    assert "Retry" in notice.buttons
    if kind == "422":
        assert "The selected <b>status</b> is invalid." in notice.words
    board.press_button("Retry")
    assert "moved to Research, 3 of 6" in board.notice("success").headline
    before.moved(case, "Research", 2, puts=2)


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_card_is_back_now_and_after_a_reload(board: Board, plannr: PlannrSwitchboard, kind: str) -> None:
    plannr.fail(**REFUSALS[kind][0])
    before, _ = drop(board)
    assert board.notice().kind == "failure"
    before.unmoved(puts=1)


@pytest.mark.usefixtures("server_restarted_after")
def test_a_plannr_that_asks_to_slow_down_says_for_how_long(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.fail(status=429, headers={"Retry-After": "1"})
    before, case = drop(board)
    notice = board.notice("failure")
    assert "Plannr asks us to slow down." in notice.headline
    assert "Try again in 1 second" in notice.advice
    while board.notice().kind == "failure":  # until the second has passed, nothing leaves the board
        assert len(plannr.puts()) == 1
        board.press_button("Retry")
    before.moved(case, "Research", 2, puts=2)


@pytest.mark.parametrize("kind", SILENCES)
def test_a_move_without_an_answer_goes_back_and_retry_moves_it(
    board: Board, plannr: PlannrSwitchboard, kind: str
) -> None:
    plannr.fail(**SILENCES[kind])
    before, case = drop(board)
    notice = board.notice()
    assert notice.kind in ("waiting", "failure")
    assert "Research" in notice.headline
    same_as_before = {board.uuid(name): cases for name, cases in before.orders.items() if name != "Completed"}
    assert {status: column.cards for status, column in board.drawn().items() if not column.folded} == same_as_before
    board.press_button("Retry")
    assert board.notice("success").kind == "success"
    before.moved(case, "Research", 2, puts=2)


def test_a_move_that_plannr_never_confirms_ends_as_refused(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.fail(drop="before")
    before, _ = drop(board)
    assert "has not confirmed" in board.notice("waiting").headline
    board.server.age_moves()
    assert "never confirmed the move" in board.notice("failure").headline
    before.unmoved(puts=1)


@pytest.mark.parametrize("kind", MUMBLES)
def test_a_move_that_was_applied_without_saying_so_ends_as_moved(
    board: Board, plannr: PlannrSwitchboard, kind: str
) -> None:
    plannr.fail(**MUMBLES[kind])
    before, case = drop(board)
    assert "moved to Research, 3 of 6" in board.notice("success").headline
    before.moved(case, "Research", 2)


def test_a_move_that_is_applied_late_ends_as_moved_and_is_never_sent_again(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    plannr.fail(late=8)  # so late that the board is looked at before
    before, case = drop(board)
    assert "Plannr did not answer in time." in board.notice("waiting").headline
    assert board.cards_in("Fact find") == before.orders["Fact find"]
    assert "moved to Research, 3 of 6" in board.notice("success").headline
    before.moved(case, "Research", 2)


def test_while_plannr_is_down_nothing_is_sent_and_retry_works_once_it_is_back(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    plannr.stop()
    try:
        board.drag(case, "Research", before=before.orders["Research"][2])
        notice = board.notice("failure")
        assert "Plannr cannot be reached." in notice.headline
        assert board.cards_in("Fact find") == before.orders["Fact find"]
        board.reload()
        assert board.cards_in("Fact find") == before.orders["Fact find"]
        board.drag(case, "Research", before=before.orders["Research"][2])
        assert board.notice("failure").kind == "failure"
    finally:
        plannr.start()
    assert plannr.puts() == []
    board.press_button("Retry")
    before.moved(case, "Research", 2)


def test_a_token_that_has_run_out_refuses_before_anything_is_sent(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = Before.of(board)
    plannr.expire()
    board.drag(before.orders["Fact find"][2], "Research")
    assert "access token" in board.notice("failure").headline
    assert plannr.puts() == []
    assert board.cards_in("Fact find") == before.orders["Fact find"]


def test_a_case_deleted_in_plannr_is_taken_off_the_board(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    case = board.cards_in("Fact find")[2]
    plannr.outside("delete", case=case, between=True)
    board.drag(case, "Research")
    notice = board.notice("failure")
    assert "Plannr has no such case any more" in notice.headline
    assert "Retry" not in notice.buttons
    assert board.card(case).count() == 0
    shows_what_plannr_has(board)


def test_a_status_that_is_gone_takes_no_card(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.empty("Presented", into="Research")
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    plannr.outside("delete_status", status=board.uuid("Presented"))
    board.drag(case, "Presented")
    assert "Plannr refused." in board.notice("failure").headline
    assert plannr.order("Fact find") == before.orders["Fact find"]
    assert board.cards_in("Fact find") == before.orders["Fact find"]
