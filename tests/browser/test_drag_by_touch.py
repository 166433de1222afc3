"""Grace drags cards with a finger."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board, Finger
from tests.browser.promises import Before

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 2150, "height": 950}, "has_touch": True}
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
# Between two events of a finger a busy machine may let pass the quarter of a second after which a card is picked up.
HOLD_FOR_LONG = """{
  const later = window.setTimeout;
  window.setTimeout = (act, after, ...said) => later(act, after === 250 ? 5000 : after, ...said);
}"""


@pytest.fixture
def board(browse: Browse) -> Board:
    return browse(**TABLET).open()


def long_press(board: Board, case: str) -> Finger:
    finger = Finger(board.page)
    box = board.card(case).bounding_box()
    assert box
    finger.down(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    board.page.locator(".drag-ghost").wait_for()
    return finger


def test_a_card_that_is_held_and_then_moved_lands_where_the_finger_leaves_it(board: Board) -> None:
    before = Before.of(board)
    case, below = before.orders["Fact find"][1], before.orders["Research"][3]
    finger = long_press(board, case)
    finger.to(*board.spot("Research", below))
    with board.answered():
        finger.up()
    before.moved(case, "Research", 3)


def test_a_card_is_held_and_moved_within_its_column(board: Board) -> None:
    before = Before.of(board)
    case, below = before.orders["Fact find"][4], before.orders["Fact find"][1]
    finger = long_press(board, case)
    finger.to(*board.spot("Fact find", below))
    with board.answered():
        finger.up()
    before.moved(case, "Fact find", 1)


def test_a_swipe_over_a_column_scrolls_it_and_drags_nothing(browse: Browse) -> None:
    board = browse(**TABLET | {"viewport": {"width": 2150, "height": 500}})
    board.page.add_init_script(HOLD_FOR_LONG)
    board.open()
    before = Before.of(board)
    box = board.card(before.orders["Fact find"][2]).bounding_box()
    assert box
    finger = Finger(board.page)
    finger.down(box["x"] + 60, box["y"] + 40)
    finger.to(box["x"] + 60, box["y"] - 160, steps=12)
    finger.up()
    top = board.card(before.orders["Fact find"][0])
    expect(top).not_to_be_in_viewport()
    assert board.page.locator(".drag-ghost, [data-lifted], [data-dragging]").count() == 0
    before.unmoved(puts=0)


def test_a_tap_opens_the_case(board: Board) -> None:
    case = Before.of(board).orders["Fact find"][2]
    board.link(case).tap()
    board.page.locator(f'#case-panel [data-opened="{case}"]').wait_for()


def test_a_long_press_that_ends_where_it_began_sends_nothing(board: Board) -> None:
    before = Before.of(board)
    long_press(board, before.orders["Fact find"][2]).up()
    board.quiet()
    before.unmoved(puts=0)


def test_on_a_phone_a_card_is_moved_by_its_menu(browse: Browse) -> None:
    board = browse(**PHONE).open()
    before = Before.of(board)
    case = before.orders["New enquiry"][1]
    board.card(case).locator(".card-menu").tap()
    menu = board.page.locator("#move-menu")
    menu.locator("label").filter(has_text="Research").tap()
    with board.answered():
        menu.get_by_role("button", name="Move").tap()
    before.moved(case, "Research", 0)
