"""What axe-core finds on the board, in every look it has."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 375, "height": 740}}


# Axe's rules that look at colours. Nothing but colours hangs on the theme: an attribute of the page, which only
# tokens.css reads.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
IN_THEME = "(theme) => (document.documentElement.dataset.theme = theme)"


def violations(board: Board) -> list[str]:
    """One line for each element that breaks a rule: every rule in light colours, those about colours in dark ones."""
    board.page.wait_for_load_state()
    shown = board.page.evaluate("document.documentElement.dataset.theme")
    found: list[dict[str, Any]] = []
    for theme, rules in (("dark", OF_COLOURS), ("light", DEFAULT_OPTIONS)):
        board.page.evaluate(IN_THEME, theme)
        found += Axe().run(board.page, options=rules).response["violations"]
    board.page.evaluate(IN_THEME, shown)
    return [f"{rule['id']}: {node['target']} {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def compact(board: Board) -> None:
    """As the Display menu keeps it."""
    cookies = {"density": "compact", "folds": ""}
    url = board.server.url
    board.page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


@pytest.fixture
def board(browse: Browse, size: str) -> Board:
    return browse(viewport=SIZES[size])


in_every_size = pytest.mark.parametrize("size", SIZES)


@in_every_size
def test_the_board_and_the_menu_of_a_card(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    assert violations(board) == []
    case = plannr.order("New enquiry")[1]
    board.link(case).focus()
    board.press("m")
    board.page.locator("#move-menu").wait_for()
    assert violations(board) == []


@in_every_size
def test_compact_and_with_the_completed_column_open(board: Board) -> None:
    compact(board)
    board.open()
    fold = board.column("Completed").locator(".fold button")
    fold.scroll_into_view_if_needed()
    fold.click()
    board.list("Completed").wait_for()
    board.quiet()
    board.page.locator(".look:not(.account, .filters) summary").click()
    assert violations(board) == []


@in_every_size
def test_every_kind_of_notice(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    one, two, three, four, five = plannr.order("Fact find")[:5]
    board.choose(one, "Research", by_key=True)
    plannr.fail(status=422, body={"message": "No."})
    board.choose(two, "Research", by_key=True)
    plannr.fail(drop="before")
    board.choose(three, "Research", by_key=True)
    plannr.outside_move(four, "Presented", 1)
    board.choose(four, "Research", by_key=True)
    kinds = board.page.locator(".notice").evaluate_all("all => all.map((each) => each.dataset.kind)")
    assert {"failure", "waiting", "conflict"} <= set(kinds)
    assert violations(board) == []
    menu = board.open_menu(five, by_key=True)
    board.page.route("**/move/", lambda route: route.abort())
    menu.get_by_role("button", name="Move").click()
    menu.locator(".notice").wait_for()
    assert violations(board) == []


@in_every_size
def test_the_page_of_a_case_and_of_a_form_that_was_misunderstood(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    case = plannr.order("Fact find")[0]
    board.page.goto(f"{board.server.url}/cases/{case}/")
    expect(board.page.locator(".asking:visible")).to_have_count(0)
    assert violations(board) == []
    board.page.get_by_text("Place", exact=True).click()
    board.page.get_by_role("button", name="Move").click()
    board.page.locator("#number-wrong").wait_for()
    assert violations(board) == []


@in_every_size
def test_an_open_case_with_a_part_that_failed(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    plannr.fail("GET", "/api/v1/note/*", status=403)
    case = plannr.order("Fact find")[0]
    plannr.outside_edit(case, review_at="2026-01-05T00:00:00+00:00")
    board.link(case).click()
    board.page.locator("#part-notes .wrong:visible").wait_for()
    expect(board.page.locator(".asking:visible")).to_have_count(0)
    board.quiet()
    assert violations(board) == []


@in_every_size
def test_a_board_that_cannot_be_refreshed_and_a_card_in_the_air(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    plannr.fail("GET", "/api/v1/cases*", status=500, times=0)
    board.server.age()
    board.reload()
    wait_until(lambda: board.server.store.one("SELECT problem FROM kanban_connection"), "the reading has failed")
    board.server.be_idle()
    board.reload()
    board.page.locator("#problem .problem").wait_for()
    board.link(plannr.order("New enquiry")[1]).focus()
    board.press("Space", "ArrowDown")
    assert violations(board) == []
    board.press("Escape")


@in_every_size
def test_a_narrowed_board_with_its_filters_open(board: Board) -> None:
    board.open()
    board.page.goto(board.server.url + "/?mine=1&unassigned=1&q=a&sort=value")
    board.page.locator("#filters summary").click()
    board.page.locator("#filter-form").wait_for()
    board.quiet()
    assert violations(board) == []
