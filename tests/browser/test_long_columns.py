"""More cards than are drawn: beyond the first fifty, and completed ones of which only the latest are shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before

pytestmark = pytest.mark.browser


@pytest.fixture
def board(board: Board, plannr: PlannrSwitchboard) -> Board:
    plannr.reset(cases=400)
    return board.open()


def scroll_to_the_end(board: Board, column: str) -> None:
    more = board.list(column).locator(".more")
    while more.count():
        shown = len(board.cards_in(column))
        more.scroll_into_view_if_needed()
        expect(board.column(column).locator(".card")).not_to_have_count(shown)
        board.quiet()


def test_the_rest_of_a_column_comes_as_it_is_scrolled_to(board: Board) -> None:
    before = Before.of(board)
    assert board.cards_in("Awaiting provider") == before.orders["Awaiting provider"][:50]
    scroll_to_the_end(board, "Awaiting provider")
    assert board.cards_in("Awaiting provider") == before.orders["Awaiting provider"]


def test_a_card_beyond_the_fiftieth_moves_up_within_its_column(board: Board) -> None:
    before = Before.of(board)
    scroll_to_the_end(board, "Awaiting provider")
    cards = before.orders["Awaiting provider"]
    board.drag(cards[51], "Awaiting provider", before=cards[48])
    before.moved(cards[51], "Awaiting provider", 48)


def test_a_card_dropped_beyond_the_fiftieth_lands_there(board: Board) -> None:
    before = Before.of(board)
    scroll_to_the_end(board, "Awaiting provider")
    cards, case = before.orders["Awaiting provider"], before.orders["Presented"][0]
    board.drag(case, "Awaiting provider", before=cards[51])
    assert "moved to Awaiting provider, 52 of 53" in board.notice().headline
    before.moved(case, "Awaiting provider", 51)


def test_a_card_dropped_under_the_last_one_drawn_lands_under_it_and_not_at_the_end(board: Board) -> None:
    before = Before.of(board)
    board.page.route("**/columns/**", lambda route: route.abort())  # the rest does not come in time
    case = before.orders["Presented"][0]
    board.drag(case, "Awaiting provider")
    assert "50 of 53" in board.notice().headline or "51 of 53" in board.notice().headline
    board.page.unroute_all()
    at = board.plannr.order("Awaiting provider").index(case)
    assert at in (49, 50)
    before.moved(case, "Awaiting provider", at)


def test_the_bottom_is_the_end_of_the_whole_column(board: Board) -> None:
    before = Before.of(board)
    case = before.orders["Presented"][0]
    board.choose(case, "Awaiting provider", "Bottom")
    before.moved(case, "Awaiting provider", 52)


def test_among_completed_cases_the_neighbour_on_the_screen_counts_not_the_place_on_it(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    *_, old = [case for case in plannr.now().of(plannr.status("Completed")) if case["status_position"]]
    plannr.outside_move(old["uuid"], "Completed", 2)
    plannr.outside_edit(old["uuid"], completed_at=old["completed_at"])
    board.reread()
    board.column("Completed").locator(".fold button").click()
    board.list("Completed").wait_for()
    before = Before.of(board)
    shown, order = board.cards_in("Completed"), before.orders["Completed"]
    assert old["uuid"] not in shown
    assert len(shown) < len(order)
    case = before.orders["Presented"][0]
    board.drag(case, "Completed", before=shown[3])
    assert board.notice().kind == "success"
    after = Before.of(board).orders["Completed"]
    assert after.index(case) == after.index(shown[2]) + 1
    before.moved(case, "Completed", after.index(case))


def test_a_completed_case_goes_back_to_work_and_loses_its_date(board: Board, plannr: PlannrSwitchboard) -> None:
    board.column("Completed").locator(".fold button").click()
    board.list("Completed").wait_for()
    before = Before.of(board)
    case = board.cards_in("Completed")[1]
    board.drag(case, "Presented", before=before.orders["Presented"][1])
    assert board.notice().kind == "success"
    before.moved(case, "Presented", 1)
    assert plannr.case(case)["completed_at"] is None
