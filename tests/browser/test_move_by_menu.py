"""Leah moves cards with single clicks, from the menu of a card."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "places",
    [
        [("Fact find", "Top", 0), ("Fact find", "Bottom", 6), ("Fact find", 6, 5), ("Fact find", 2, 1)],
        [("Research", "Top", 0), ("Research", "Bottom", 6), ("Research", 3, 2), ("Research", 99, 8)],
        [("Completed", "Top", 0)],
    ],
    ids=lambda places: places[0][0],
)
def test_a_case_is_moved_to_the_top_the_bottom_or_the_nth_place(
    board: Board, places: list[tuple[str, str | int, int]]
) -> None:
    board.open()
    for puts, (column, at, index) in enumerate(places, 1):
        before = Before.of(board)
        case = before.orders["Fact find"][3]
        board.choose(case, column, at)
        assert board.page.locator("#move-menu[open]").count() == 0
        before.moved(case, column, index, puts=puts)


def test_a_case_goes_into_an_empty_column(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.empty("Presented", into="Research")
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][0]
    board.choose(case, "Presented", "Bottom")
    before.moved(case, "Presented", 0)


def test_the_place_it_already_has_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.choose(before.orders["Fact find"][0], "Fact find", "Top")
    assert board.notice().advice == "It already stood there; nothing was sent."
    before.unmoved(puts=0)


def test_cancel_escape_and_a_click_beside_it_close_the_menu_and_send_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][3]
    for leave in ("Cancel", "Escape", "beside"):
        menu = board.open_menu(case)
        if leave == "Cancel":
            menu.get_by_text("Cancel").click()
        elif leave == "Escape":
            board.press("Escape")
        else:
            board.page.mouse.click(5, 5)
        menu.wait_for(state="hidden")
        wait_until(lambda: board.focused() == case, "the focus is back on its card")
    before.unmoved(puts=0)


def test_a_place_that_is_no_number_is_said_beside_the_field(board: Board) -> None:
    board.open()
    before = Before.of(board)
    menu = board.open_menu(before.orders["Fact find"][3])
    menu.get_by_text("Place", exact=True).click()
    with board.answered():
        menu.get_by_role("button", name="Move").click()
    assert menu.locator("#number-wrong").inner_text() == "Say which place, counted from 1."
    menu.locator(".number").fill("2")
    with board.answered():
        menu.get_by_role("button", name="Move").click()
    before.moved(before.orders["Fact find"][3], "Fact find", 1)


def test_the_key_m_opens_the_menu_and_enter_moves(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][3]
    board.link(case).focus()
    board.press("m")
    board.page.locator("#move-menu").wait_for()
    with board.answered():
        board.press("ArrowDown", "Enter")
    assert board.focused() == case
    before.moved(case, "Research", 0)


def test_a_refusal_closes_the_menu_and_says_why(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.plannr.fail(status=403)
    board.choose(before.orders["Fact find"][3], "Research")
    assert board.page.locator("#move-menu[open]").count() == 0
    assert "does not allow" in board.notice("failure").headline
    before.unmoved(puts=1)


def test_two_clicks_on_move_are_one_move(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][3]
    held: list[Route] = []
    menu = board.open_menu(case)
    menu.locator("label").filter(has_text="Research").click()
    board.page.route("**/move/", lambda route: held.append(route))
    with board.answered():
        menu.get_by_role("button", name="Move").dblclick()
        wait_until(lambda: board.page.title() and held, "the first is held back")
        held[0].continue_()
    assert len(held) == 1
    before.moved(case, "Research", 0)
