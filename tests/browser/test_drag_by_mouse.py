"""Priya drags cards with the mouse."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before

pytestmark = pytest.mark.browser


def test_a_card_dropped_into_another_column_lands_between_the_two_it_was_dropped_between(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case, below = before.orders["Fact find"][2], before.orders["Research"][2]
    board.drag(case, "Research", before=below)
    assert board.notice().kind == "success"
    before.moved(case, "Research", 2)


@pytest.mark.parametrize(("start", "below", "index"), [(0, 4, 3), (5, 2, 2), (1, 3, 2), (3, 2, 2)])
def test_a_card_moves_up_and_down_within_its_column(board: Board, start: int, below: int, index: int) -> None:
    board.open()
    before = Before.of(board)
    cards = before.orders["Fact find"]
    board.drag(cards[start], "Fact find", before=cards[below])
    before.moved(cards[start], "Fact find", index)


@pytest.mark.parametrize("column", ["Fact find", "Research"])
def test_a_card_goes_to_the_top(board: Board, column: str) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][4]
    board.drag(case, column, before=before.orders[column][0])
    before.moved(case, column, 0)


@pytest.mark.parametrize("column", ["Fact find", "Research"])
def test_a_card_goes_to_the_end(board: Board, column: str) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][1]
    board.drag(case, column)
    before.moved(case, column, len([each for each in before.orders[column] if each != case]))


def test_a_card_goes_into_an_empty_column(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.empty("Presented", into="Research")
    board.open()
    assert board.list("Presented").locator(".empty").inner_text() == "No cases here"
    before = Before.of(board)
    case = before.orders["Fact find"][0]
    board.drag(case, "Presented")
    before.moved(case, "Presented", 0)


def test_the_last_card_of_a_column_leaves_it_empty_and_can_come_back(board: Board, plannr: PlannrSwitchboard) -> None:
    for case in plannr.order("Presented")[1:]:
        plannr.outside_move(case, "Research")
    board.open()
    before = Before.of(board)
    (case,) = before.orders["Presented"]
    board.drag(case, "Fact find", before=before.orders["Fact find"][0])
    before.moved(case, "Fact find", 0)
    assert board.list("Presented").locator(".empty").is_visible()
    board.reload()
    before = Before.of(board)
    board.drag(case, "Presented")
    before.moved(case, "Presented", 0, puts=2)


def test_a_card_goes_into_a_folded_column(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][0]
    assert board.list("Completed").count() == 0
    board.drag(case, "Completed")
    assert "moved to Completed" in board.notice().headline
    assert board.card(case).count() == 0
    before.moved(case, "Completed", 0)


def test_a_card_goes_into_a_column_that_somebody_has_folded(board: Board) -> None:
    board.open()
    board.column("Research").locator(".fold button").click()
    board.list("Research").wait_for(state="detached")
    before = Before.of(board)
    case = before.orders["Fact find"][0]
    board.drag(case, "Research")
    before.moved(case, "Research", 0)


def test_a_drop_where_it_was_sends_nothing(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = Before.of(board)
    cards = before.orders["Fact find"]
    board.drag(cards[2], "Fact find", before=cards[3], sends=False)
    board.quiet()
    before.unmoved(puts=0)


def test_escape_in_the_middle_of_a_drag_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.lift(before.orders["Fact find"][2])
    board.hover("Research", before.orders["Research"][0])
    board.press("Escape")
    board.page.mouse.up()
    assert board.page.locator(".drag-ghost, .drop-line, [data-lifted], [data-dragging]").count() == 0
    before.unmoved(puts=0)


def test_a_drop_outside_every_column_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.lift(before.orders["Fact find"][2])
    board.page.mouse.move(600, 20, steps=4)
    board.page.mouse.up()
    before.unmoved(puts=0)


def test_a_click_opens_the_case_and_a_drag_does_not(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    board.drag(case, "Research")
    assert board.page.url == board.server.url + "/"
    board.link(case).click()
    board.page.locator(f'#case-panel [data-opened="{case}"]').wait_for()


IN_SIGHT = """(column) => {
  const { left, right } = column.getBoundingClientRect();
  return left >= 0 && right <= innerWidth;
}"""


def test_the_board_scrolls_to_a_column_that_is_out_of_sight(browse: Browse) -> None:
    board = browse(viewport={"width": 1000, "height": 800}).open()
    before = Before.of(board)
    case = before.orders["New enquiry"][0]
    board.lift(case)
    board.page.mouse.move(985, 400, steps=4)
    there = board.column("Awaiting provider").element_handle()
    board.page.wait_for_function(IN_SIGHT, arg=there, polling="raf")  # it scrolls on: whoever looks seldom misses it
    board.page.mouse.move(700, 400)
    board.hover("Awaiting provider", before.orders["Awaiting provider"][0])
    with board.answered():
        board.page.mouse.up()
    before.moved(case, "Awaiting provider", 0)


def test_two_moves_one_after_the_other_count_from_what_the_first_one_left(board: Board) -> None:
    board.open()
    before = Before.of(board)
    first, second = before.orders["Fact find"][0], before.orders["Fact find"][1]
    board.drag(first, "Fact find", before=before.orders["Fact find"][4])
    middle = Before.of(board)
    board.drag(second, "Fact find", before=first)
    index = middle.orders["Fact find"].index(first) - 1
    middle.moved(second, "Fact find", index, puts=2)
