"""Grace has the board on her phone: one column at a time, and a bar of statuses to drop a card on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board, Finger
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before
from tests.browser.test_accessibility import violations
from tests.browser.test_drag_by_touch import PHONE, long_press
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser

# What a finger may press and is drawn smaller than a finger: the name of a case is part of its card, and of a bar's
# parts the words below say the same.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select, label")].filter((each) => {
  const box = each.getBoundingClientRect();
  const drawn = each.checkVisibility({ visibilityProperty: true }) && box.width > 1 && !each.closest("svg, [inert]");
  const inLabel = each.matches("input") && each.closest("label");
  return drawn && !inLabel && (box.height < 44 || box.width < 44);
}).map((each) => [each.outerHTML, each.getBoundingClientRect().toJSON()])"""
SIDEWAYS = """() => {
  window.scrollTo(999, 0);
  document.body.scrollLeft = 999;
  return [scrollX, document.body.scrollLeft, document.documentElement.scrollWidth - innerWidth];
}"""


@pytest.fixture
def board(browse: Browse) -> Board:
    return browse(**PHONE).open()


def entry(board: Board, column: str) -> Locator:
    return board.page.locator(f'#drop-bar li[data-entry="{board.uuid(column)}"]')


def link(board: Board, column: str) -> Locator:
    return board.page.locator(f"#pick-{board.uuid(column)}")


def in_sight(board: Board, column: str) -> None:
    expect(board.column(column).locator("h2")).to_be_in_viewport(ratio=1)
    expect(board.page.locator("#picker [aria-current]")).to_have_id(f"pick-{board.uuid(column)}")
    expect(link(board, column)).to_be_in_viewport(ratio=1)


def take(finger: Finger, board: Board, column: str) -> None:
    """Over that status of the bar, which comes along sideways as long as the finger is near one of its edges: until it
    has come to rest there."""
    what = entry(board, column)

    def reached() -> bool:
        box = what.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        seen = 0 < x < 375
        finger.to(x if seen else 367 if x > 0 else 8, y, steps=2)
        board.page.wait_for_timeout(50)  # three frames, in each of which it may go on
        return seen and what.bounding_box() == box and what.get_attribute("data-over") is not None

    wait_until(reached, f"{column} is under the finger")


def test_the_picker_takes_the_board_to_a_column_and_says_which_is_in_sight(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    counts = {each.name.strip(): each.count for each in board.drawn().values()}
    shown = [text.split("\n")[0] for text in board.page.locator("#picker li").all_inner_texts()]
    assert len(shown) == len(counts)
    in_sight(board, "New enquiry")
    for column in ("Presented", "Completed", "Fact find"):
        link(board, column).tap()
        in_sight(board, column)
        assert board.page.url == f"{board.server.url}/"
    board.page.locator("#board").evaluate("board => board.scrollBy(board.querySelector('.column').offsetWidth + 12, 0)")
    in_sight(board, "Research")
    for column, count in counts.items():
        expect(link(board, column).locator(".picked")).to_contain_text(f"{count} case")
    case = board.cards_in("Research")[0]
    board.card(case).locator(".card-menu").tap()
    board.page.locator("#move-menu label").filter(has_text="Presented").tap()
    with board.answered():
        board.page.locator("#move-menu").get_by_role("button", name="Move").tap()
    expect(link(board, "Research").locator(".picked")).to_contain_text(f"{counts['Research'] - 1} case")
    expect(link(board, "Presented").locator(".picked")).to_contain_text(f"{counts['Presented'] + 1} case")


def test_a_card_is_dropped_on_a_status_of_the_bar_and_goes_to_its_top(board: Board) -> None:
    before = Before.of(board)
    case = before.orders["New enquiry"][1]
    finger = long_press(board, case)
    expect(board.page.locator("#drop-bar li")).to_have_count(len(before.orders))
    take(finger, board, "Presented")
    expect(board.column("Presented")).to_have_attribute("data-over", "")
    with board.answered():
        finger.up()
    expect(board.page.locator("#drop-bar")).to_be_hidden()
    before.moved(case, "Presented", 0)


def test_a_completed_status_that_is_folded_is_a_target_too(board: Board) -> None:
    before = Before.of(board)
    case = before.orders["New enquiry"][0]
    finger = long_press(board, case)
    take(finger, board, "Completed")
    with board.answered():
        finger.up()
    before.moved(case, "Completed", 0)


def test_the_column_under_the_finger_stays_a_target(board: Board) -> None:
    before = Before.of(board)
    case, below = before.orders["New enquiry"][1], before.orders["New enquiry"][0]
    finger = long_press(board, case)
    finger.to(*board.spot("New enquiry", below))
    with board.answered():
        finger.up()
    before.moved(case, "New enquiry", 0)


def test_cancel_and_escape_put_the_card_back(board: Board) -> None:
    before = Before.of(board)
    case = before.orders["New enquiry"][1]
    finger = long_press(board, case)
    take(finger, board, "Fact find")
    box = board.page.locator(".drop-cancel").bounding_box()
    assert box
    assert (box["height"], box["width"]) >= (44, 44)
    finger.to(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(board.page.locator(".drop-cancel[data-over]")).to_have_count(1)
    finger.up()
    finger = long_press(board, case)
    take(finger, board, "Fact find")
    board.press("Escape")
    expect(board.page.locator("#drop-bar")).to_be_hidden()
    finger.up()
    board.quiet()
    assert board.page.locator(".drag-ghost, [data-lifted], [data-dragging], [data-over]").count() == 0
    before.unmoved(puts=0)


def test_every_target_is_as_broad_as_a_finger_and_nothing_scrolls_sideways(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    def fits() -> None:
        assert board.page.evaluate(TOO_SMALL) == []
        assert board.page.evaluate(SIDEWAYS) == [0, 0, 0]

    fits()
    one, two = plannr.order("New enquiry")[:2]
    plannr.fail(status=422, body={"message": "No " * 80})
    for case in (one, two):
        board.card(case).locator(".card-menu").tap()
        menu = board.page.locator("#move-menu")
        menu.locator("label").filter(has_text="Fact find").tap()
        fits()
        with board.answered():
            menu.get_by_role("button", name="Move").tap()
    expect(board.page.locator(".notice")).to_have_count(2)
    fits()
    board.reload()
    for opener in ("details.look:has([data-keys])", "details.account", "#filters"):
        board.page.locator(f"{opener} summary").tap()
        if opener == "#filters":
            board.page.locator("#filter-form").wait_for()
        board.quiet()
        fits()
        board.press("Escape")
    board.page.locator("details.look:has([data-keys]) summary").tap()
    board.page.locator("[data-keys]").tap()
    board.page.locator("#keys").wait_for()
    fits()
    board.page.locator("#keys [data-close]").tap()
    finger = long_press(board, one)
    for target in board.page.locator("#drop-bar li").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44
    fits()
    board.press("Escape")
    finger.up()


def test_the_picker_and_the_bar_are_accessible(browse: Browse) -> None:
    board = browse(**PHONE)
    board.open()
    case = board.cards_in("New enquiry")[1]  # the card itself is faint where it was, for as long as it is in hand
    finger = long_press(board, case)
    take(finger, board, "Fact find")
    assert [each for each in violations(board) if case not in each and "drag-ghost" not in each] == []
    board.press("Escape")
    finger.up()
    board.page.locator("details.look:has([data-keys]) summary").tap()
    board.page.locator("[data-keys]").tap()
    board.page.locator("#keys").wait_for()
    assert violations(board) == []
    board.page.locator("#keys [data-close]").tap()


def test_without_script_the_picker_is_links_to_the_columns(browse: Browse) -> None:
    board = browse(**PHONE, java_script_enabled=False).open()
    link(board, "Presented").tap()
    expect(board.page).to_have_url(f"{board.server.url}/#column-{board.uuid('Presented')}")
    expect(board.column("Presented").locator("h2")).to_be_in_viewport(ratio=1)
