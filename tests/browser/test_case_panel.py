"""A case opened over the board: how it opens and closes, what stays where it was, and how it stays true."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard

pytestmark = pytest.mark.browser

OPENED = re.compile("case=")  # in the address
NARROW = {"width": 1200, "height": 500}  # so that columns and the board itself can be scrolled
STANDS = """() => [document.querySelector('#board').scrollLeft, scrollX, scrollY,
  ...[...document.querySelectorAll('.cards')].map((list) => list.scrollTop)]"""


def panel(board: Board) -> Locator:
    return board.page.locator("#case-panel")


def loaded(board: Board) -> None:
    """Until every part has come."""
    panel(board).locator("#case-title").wait_for()
    expect(panel(board).locator(".asking:visible")).to_have_count(0)
    board.quiet()


def open_case(board: Board, case: str) -> None:
    board.link(case).click()
    expect(panel(board).locator(f'[data-opened="{case}"]')).to_be_visible()
    loaded(board)


def closed(board: Board, case: str) -> None:
    """Nothing of it is left, and the focus is on the card that it came from."""
    expect(panel(board)).to_be_hidden()
    assert panel(board).inner_html() == ""
    expect(board.page).not_to_have_url(OPENED)
    assert board.focused() == case


def test_a_click_opens_it_over_the_board_which_does_not_move(browse: Browse, plannr: PlannrSwitchboard) -> None:
    board = browse(viewport=NARROW).open()
    case = plannr.order("Fact find")[-1]
    board.card(case).scroll_into_view_if_needed()
    board.page.evaluate("document.getElementById('board').scrollLeft = 90")
    before = board.page.evaluate(STANDS)
    assert before[0] == 90
    assert any(before[3:])
    foot = board.card(case).locator(".card-foot").bounding_box()
    assert foot
    board.page.mouse.click(foot["x"] + 3, foot["y"] + 3)  # anywhere on the card
    loaded(board)
    expect(board.page).to_have_url(f"{board.server.url}/?case={case}")
    expect(panel(board)).to_be_focused()
    assert panel(board).locator("#case-title").inner_text() == plannr.case(case)["name"]
    assert board.page.evaluate(STANDS) == before
    for close in (
        lambda: board.press("Escape"),
        lambda: panel(board).get_by_role("link", name="Close").click(),
        lambda: board.page.go_back(),
    ):
        if panel(board).is_hidden():
            open_case(board, case)
        close()
        closed(board, case)
        assert board.page.evaluate(STANDS) == before


def test_all_of_it_by_keys(board: Board, plannr: PlannrSwitchboard) -> None:
    first, second = plannr.order("Research")[:2]
    board.open()
    board.link(first).focus()
    board.press("o")
    loaded(board)
    named = panel(board).evaluate("(panel) => document.getElementById(panel.getAttribute('aria-labelledby')).innerText")
    assert named == plannr.case(first)["name"]
    board.press("Tab")
    assert board.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close"
    board.press("Enter")
    closed(board, first)
    board.press("ArrowDown", "Enter")
    loaded(board)
    assert panel(board).locator("[data-opened]").get_attribute("data-opened") == second
    board.press("Escape")
    closed(board, second)
    headings = "h1, #case-panel h2, #case-panel h3"
    board.press("Enter")
    loaded(board)
    levels = board.page.locator(headings).evaluate_all("all => all.map((each) => each.tagName)")
    assert levels[:2] == ["H1", "H2"]
    assert set(levels[2:]) == {"H3"}


def test_escape_first_ends_what_is_in_hand(board: Board, plannr: PlannrSwitchboard) -> None:
    case, other = plannr.order("Research")[:2]
    board.open()
    open_case(board, case)
    board.link(other).focus()
    board.press("Space", "Escape")
    assert panel(board).is_visible()
    board.press("m")
    board.page.locator("#move-menu").wait_for()
    board.press("Escape")
    expect(board.page.locator("#move-menu")).to_be_hidden()
    assert panel(board).is_visible()
    board.press("Escape")
    expect(panel(board)).to_be_hidden()


def test_another_card_takes_its_place_and_back_closes_it(board: Board, plannr: PlannrSwitchboard) -> None:
    one, two = plannr.order("New enquiry")[:2]
    board.open()
    open_case(board, one)
    open_case(board, two)
    assert panel(board).locator(".case").count() == 1
    board.page.go_back()
    closed(board, two)
    board.page.go_forward()
    expect(panel(board).locator(f'[data-opened="{two}"]')).to_be_visible()


def test_its_address_draws_the_board_with_it_open(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Research")[1]
    board.open()
    board.page.goto(f"{board.server.url}/?case={case}")
    loaded(board)
    assert board.card(case).is_visible()
    board.page.reload()
    loaded(board)
    address = panel(board).locator("#case-address")
    assert address.input_value() == board.page.url
    panel(board).get_by_role("button", name="Copy").click()
    expect(panel(board).locator("[data-copied]")).to_have_text("Copied.")
    assert address.evaluate("(input) => input.selectionEnd - input.selectionStart") == len(board.page.url)
    board.press("Escape")
    closed(board, case)
    board.page.goto(f"{board.server.url}/?case=00000000-0000-4000-8000-000000000000")
    expect(panel(board).locator("#case-title")).to_have_text("This case has gone")
    panel(board).get_by_role("link", name="Close").click()
    expect(panel(board)).to_be_hidden()


def test_a_page_of_its_own_opens_in_another_tab(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Research")[0]
    board.open()
    with board.page.context.expect_page() as opened:
        board.card(case).locator(".card-link").click(button="middle")
    opened.value.wait_for_url(f"{board.server.url}/cases/{case}/")
    expect(opened.value.locator(".asking")).to_have_count(0)
    assert opened.value.locator("#case-title").inner_text() == plannr.case(case)["name"]
    expect(panel(board)).to_be_hidden()


def test_a_drag_is_no_click_and_moves_the_open_case(board: Board, plannr: PlannrSwitchboard) -> None:
    case, other = plannr.order("Fact find")[:2]
    board.open()
    board.drag(other, "Research")
    expect(panel(board)).to_be_hidden()
    open_case(board, case)
    board.drag(case, "Research", plannr.order("Research")[0])
    expect(panel(board).locator(".status")).to_have_text("Research")
    expect(panel(board).locator(".where")).to_contain_text(f"1 of {len(plannr.order('Research'))}")
    expect(panel(board).locator("#case-history li").first).to_contain_text("moved it from Fact find to Research")
    expect(panel(board).locator("#case-journey")).to_contain_text("Research under 1 d")
    expect(board.page).to_have_url(OPENED)


def test_what_a_colleague_changes_is_drawn_anew_but_not_where_somebody_types(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    case, other = plannr.order("Fact find")[:2]
    board.open()
    open_case(board, case)
    asked = len(plannr.ledger())
    plannr.outside_edit(case, name="Named anew", value=24439594)
    board.reread_behind()
    expect(panel(board).locator("#case-title")).to_have_text("Named anew")
    expect(panel(board).locator("#fact-value")).to_contain_text("£244,395.94")
    board.quiet()
    looked = [
        entry
        for entry in plannr.ledger()[asked:]
        if "filter%5Buuid%5D" in entry["query"] or "filter[uuid]" in entry["query"]
    ]
    assert len(looked) == 1  # the one part in which more may be different
    board.page.evaluate(
        """() => {
          const form = document.createElement('form');
          form.append(document.createElement('input'));
          document.querySelector('#fact-value dd').replaceChildren(form);
          htmx.process(form);
        }"""
    )
    panel(board).locator("#fact-value input").fill("1,250")
    plannr.outside_edit(case, name="Named once more", value=100)
    board.reread_behind()
    expect(panel(board).locator("#case-title")).to_have_text("Named once more")
    board.quiet()
    assert panel(board).locator("#fact-value input").input_value() == "1,250"
    board.page.evaluate("document.querySelector('#fact-value form').remove()")
    plannr.outside_move(other, "Presented", 1)
    board.reread_behind()
    expect(panel(board).locator("#fact-value")).to_contain_text("£1.00")
    board.press("Escape")
    closed(board, case)  # though its card was drawn anew meanwhile


def test_a_case_that_goes_says_so(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Fact find")[0]
    board.open()
    open_case(board, case)
    plannr.outside("delete", case=case)
    board.reread_behind()
    expect(panel(board).locator("#case-title")).to_have_text("This case has gone")
    assert panel(board).locator(".part").count() == 0
    board.press("Escape")
    expect(panel(board)).to_be_hidden()
    assert board.focused()


def test_a_part_that_fails_takes_no_other_with_it(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Research")[0]
    board.open()
    plannr.fail("GET", "/api/v1/task", status=403, times=0)
    board.page.route("**/notes/", lambda route: route.abort())
    open_case(board, case)
    tasks, notes = panel(board).locator("#part-tasks"), panel(board).locator("#part-notes")
    expect(tasks).to_contain_text("Tasks cannot be shown. Plannr does not show them to this account.")
    expect(notes.get_by_text("The board could not be asked.")).to_be_visible()
    expect(panel(board).locator("#part-details .row")).not_to_have_count(0)
    plannr.recover()
    board.page.unroute("**/notes/")
    for part in (tasks, notes):
        part.get_by_role("button", name="Retry").click()
        expect(part.get_by_role("button", name="Retry")).to_have_count(0)
        expect(part.locator("li")).not_to_have_count(0)


def test_on_a_phone_it_has_the_whole_screen(browse: Browse, plannr: PlannrSwitchboard) -> None:
    board = browse(viewport={"width": 375, "height": 740}, has_touch=True).open()
    case = plannr.order("New enquiry")[0]
    board.link(case).tap()
    loaded(board)
    assert panel(board).bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 740}
    assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert panel(board).evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
    panel(board).get_by_role("link", name="Close").tap()
    closed(board, case)


def test_a_double_click_opens_it_once(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Research")[0]
    board.open()
    board.page.route(f"**/cases/{case}/", lambda route: (board.page.wait_for_timeout(150), route.continue_()))
    board.link(case).dblclick()
    loaded(board)
    expect(panel(board).locator(f'[data-opened="{case}"]')).to_be_visible()
    expect(board.page.locator(".notice")).to_have_count(0)
    expect(board.page).to_have_url(re.compile(f"case={case}"))
    board.press("Escape")
    closed(board, case)


def test_one_escape_does_one_thing(board: Board, plannr: PlannrSwitchboard) -> None:
    """A menu first, then the open case, then the selection; also where the address opened the case."""
    case, other = plannr.order("Research")[:2]
    board.open()
    board.page.goto(f"{board.server.url}/?case={case}")
    loaded(board)
    board.link(other).focus()
    board.press("x")
    menu = board.page.locator("details.account")
    menu.locator("summary").click()
    board.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert panel(board).is_visible()
    board.press("Escape")
    expect(panel(board)).to_be_hidden()
    expect(board.page.locator("#selection")).to_be_visible()
    board.link(other).focus()
    views = board.page.locator("details:has(> #views-now)")
    board.page.locator("#views-now").click()
    board.press("Escape")
    expect(views).not_to_have_attribute("open", "")
    expect(board.page.locator("#selection")).to_be_visible()
    board.press("Escape")
    expect(board.page.locator("#selection")).to_be_hidden()


def test_back_does_not_open_again_what_was_closed(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Research")[0]
    board.open()
    open_case(board, case)
    board.page.locator("#sort").select_option(index=1)
    expect(board.page.locator(".sorted")).not_to_have_count(0)
    board.quiet()
    panel(board).get_by_role("link", name="Close").click()
    expect(panel(board)).to_be_hidden()
    board.page.go_back()
    expect(board.page.locator(".sorted")).to_have_count(0)
    board.quiet()
    expect(board.page).not_to_have_url(OPENED)
    assert panel(board).is_hidden()


def test_on_a_phone_nothing_behind_it_takes_the_focus(browse: Browse, plannr: PlannrSwitchboard) -> None:
    board = browse(viewport={"width": 375, "height": 740}).open()
    case = plannr.order("New enquiry")[0]
    open_case(board, case)
    board.link(case).evaluate("(link) => link.focus()")
    board.page.locator(".top summary").first.evaluate("(summary) => summary.focus()")
    assert panel(board).evaluate("(panel) => panel.contains(document.activeElement)")
    board.press("Escape")
    closed(board, case)
