"""Priya selects many cards and has them moved by one wish."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board, Finger
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.test_accessibility import SIZES, violations
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser
QUEUED = ".card[data-queued][aria-busy=true]"


def box(board: Board, case: str) -> Locator:
    return board.card(case).locator(".pick")


def bar(board: Board) -> Locator:
    return board.page.locator("#selection")


def selected(board: Board) -> list[str]:
    """The cases whose cards say so, by their checkbox and by their look; and the bar counts as many."""
    cards = board.page.locator(".card[data-selected]").evaluate_all("(cards) => cards.map((c) => c.dataset.case)")
    assert cards == board.page.locator(".card:has(.pick:checked)").evaluate_all("(cs) => cs.map((c) => c.dataset.case)")
    if cards:
        expect(bar(board).locator("p")).to_have_text(f"{len(cards)} selected")
    expect(bar(board)).to_be_visible(visible=bool(cards))
    return list(cards)


def select(board: Board, *cases: str) -> None:
    for case in cases:
        board.card(case).click(modifiers=["Control"], position={"x": 60, "y": 40})
    assert set(selected(board)) >= set(cases)


def move_to(board: Board, column: str, at: str = "Top") -> None:
    bar(board).get_by_text("Move to…").click()
    menu = board.page.locator("#bulk-menu")
    menu.locator(f'label:has(input[value="{board.uuid(column)}"])').click()
    menu.get_by_text(at, exact=True).click()
    menu.get_by_role("button", name="Move").click()
    expect(menu).to_be_hidden()


def headline(board: Board) -> str:
    """How it ended."""
    notice = board.page.locator(".bulk-notice .notice-headline")
    words = notice.inner_text(timeout=20_000)  # at once, as good news leaves by itself
    board.quiet()
    return words


def drawn_as_in_plannr(board: Board, column: str) -> bool:
    """Waits for it: cards are placed by the news, which come beside the notice."""
    order = board.plannr.order(column)
    wait_until(lambda: board.cards_in(column) == order, f"{column} is drawn as Plannr has it")
    return True


def test_cards_are_selected_by_click_range_and_checkbox_and_let_go_by_escape(board: Board) -> None:
    board.open()
    cards = board.cards_in("Fact find")
    board.card(cards[1]).click(modifiers=["Control"], position={"x": 60, "y": 40})
    assert selected(board) == [cards[1]]
    board.card(cards[4]).click(modifiers=["Shift"], position={"x": 60, "y": 40})
    assert selected(board) == cards[1:5]
    box(board, cards[2]).click()
    assert selected(board) == [cards[1], *cards[3:5]]
    assert board.says() == "3 selected"
    assert board.page.url == board.server.url + "/"  # nothing was opened by it
    board.press("Escape")
    assert selected(board) == []


def test_keys_alone_select_move_and_undo(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = {name: plannr.order(name) for name in ("Fact find", "Research")}
    cards = before["Fact find"]
    board.link(cards[1]).focus()
    board.press("x", "ArrowDown", "x")
    assert selected(board) == cards[1:3]
    assert board.focused() == cards[2]
    board.press("Escape", "Control+a")
    assert selected(board) == cards
    board.press("x")
    assert selected(board) == [cards[0], cards[1], *cards[3:]]
    board.press("Escape", "x", "ArrowUp", "x")
    bar(board).get_by_text("Move to…").focus()
    board.press("Enter")
    menu = board.page.locator("#bulk-menu")
    expect(menu.get_by_role("heading")).to_have_text("Move 2 cases")
    menu.locator(f'input[value="{board.uuid("Research")}"]').focus()
    board.press("Space", "Enter")
    assert headline(board) == "2 cases moved to Research."
    assert plannr.order("Research") == [*cards[1:3], *before["Research"]]
    board.press("Control+z")
    expect(board.page.locator(".bulk-notice .notice-headline")).to_have_text("2 cases moved back.", timeout=20_000)
    assert {name: plannr.order(name) for name in before} == before


def test_all_that_is_shown_in_a_column_is_selected_by_its_header(board: Board) -> None:
    board.open()
    cards = board.cards_in("Research")
    every = board.column("Research").locator(".pick-all")
    every.click()
    assert selected(board) == cards
    box(board, cards[0]).click()
    assert every.evaluate("(box) => box.indeterminate")
    every.click()
    assert selected(board) == cards
    every.click()
    assert selected(board) == []


def test_dragging_one_of_those_selected_drags_them_all_and_keeps_their_order(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    enquiries, facts = plannr.order("New enquiry"), plannr.order("Fact find")
    target = plannr.order("Research")
    select(board, facts[3], enquiries[1], facts[0])
    board.lift(facts[3])
    assert board.page.locator(".drag-ghost").get_attribute("data-stack") == "3"
    assert board.page.locator(".card[data-lifted]").count() == 3
    board.hover("Research", target[1])
    board.page.mouse.up()
    assert headline(board) == "3 cases moved to Research."
    stack = [enquiries[1], facts[0], facts[3]]
    assert plannr.order("Research") == [target[0], *stack, *target[1:]]
    assert drawn_as_in_plannr(board, "Research")
    assert selected(board) == []


def test_dragging_another_card_leaves_the_selection_where_it_is(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    facts = plannr.order("Fact find")
    select(board, facts[0], facts[1])
    board.drag(facts[3], "Research")
    assert selected(board) == facts[:2]  # also survives what the answer draws anew
    assert len(plannr.puts()) == 1


def test_a_stack_is_carried_by_keys_and_dropped_where_it_was_it_sends_nothing(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    facts, target = plannr.order("Fact find"), plannr.order("Research")
    select(board, facts[0], facts[1])
    board.link(facts[0]).focus()
    board.press("Space", "ArrowDown", "Space")
    assert plannr.puts() == []
    board.press("Space", "ArrowRight", "Space")
    assert headline(board) == "2 cases moved to Research."
    assert plannr.order("Research") == [*facts[:2], *target]


def test_it_says_how_far_it_is_and_can_be_stopped(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    plannr.fail(delay=1, times=0)  # so long that somebody can stop it in between
    facts = plannr.order("Fact find")
    board.link(facts[0]).focus()
    board.press("Control+a")
    move_to(board, "Research")
    board.page.locator(QUEUED).first.wait_for()
    progress = board.page.locator(".bulk-progress")
    expect(progress).to_contain_text(re.compile(rf"[1-9] of {len(facts)}"))
    board.page.locator(".bulk").get_by_role("button", name="Stop").click()
    assert re.fullmatch(r"\d+ cases? moved to Research, \d+ not begun\.", headline(board))
    left = plannr.order("Fact find")
    assert 0 < len(left) < len(facts)
    assert selected(board) == left  # and what was done is shown
    assert drawn_as_in_plannr(board, "Research")


def test_what_is_refused_stays_selected_and_a_reload_finds_it_still_running(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    facts = plannr.order("Fact find")
    plannr.fail(path=f"/api/v1/cases/{facts[1]}", status=422)
    plannr.fail(delay=1, times=0)  # so long that the page can be loaded anew meanwhile
    select(board, *facts[:4])
    move_to(board, "Research", "Bottom")
    board.page.reload()
    expect(board.page.locator(".bulk-progress")).to_contain_text("of 4")
    assert headline(board) == "3 cases moved to Research, 1 refused."
    assert selected(board) == [facts[1]]
    assert plannr.order("Research")[-3:] == [facts[0], facts[2], facts[3]]


def test_a_colleagues_move_leaves_what_is_selected_and_a_card_that_goes_is_selected_no_more(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    facts = plannr.order("Fact find")
    select(board, *facts[:3])
    plannr.outside_move(facts[0], "Research", 1)
    plannr.outside("delete", case=facts[2])
    board.server.reread()
    board.poll()
    expect(board.card(facts[2])).to_have_count(0)
    assert set(selected(board)) == set(facts[:2])


def test_a_drop_whose_answer_was_lost_can_be_sent_again_and_is_made_once(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    facts, target = plannr.order("Fact find"), plannr.order("Research")
    select(board, *facts[:2])

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    board.page.route("**/bulks/", lose, times=1)
    board.lift(facts[0])
    board.hover("Research", target[0])
    board.page.mouse.up()
    board.page.locator(".notice").get_by_role("button", name="Retry").click()
    assert headline(board) == "2 cases moved to Research."
    assert plannr.order("Research") == [*facts[:2], *target]
    assert len(plannr.puts()) == 2


def test_one_finger_is_enough(browse: Browse, plannr: PlannrSwitchboard) -> None:
    board = browse(viewport=SIZES["phone"], has_touch=True, is_mobile=True).open()
    cards = plannr.order("New enquiry")
    target = plannr.order("Fact find")
    for case in cards[:2]:
        assert box(board, case).is_visible()
        box(board, case).tap()
    assert selected(board) == cards[:2]
    finger = Finger(board.page)
    shape = board.card(cards[0]).bounding_box()
    assert shape
    finger.down(shape["x"] + 60, shape["y"] + 50)
    board.page.wait_for_timeout(350)
    expect(board.page.locator(".drag-ghost")).to_have_attribute("data-stack", "2")
    finger.up()  # where it was: nothing is sent
    assert plannr.puts() == []
    bar(board).get_by_text("Move to…").tap()
    menu = board.page.locator("#bulk-menu")
    menu.locator(f'label:has(input[value="{board.uuid("Fact find")}"])').tap()
    menu.get_by_role("button", name="Move").tap()
    assert headline(board) == "2 cases moved to Fact find."
    assert plannr.order("Fact find") == [*cards[:2], *target]


def test_selected_cases_are_assigned_by_the_bar_and_what_is_refused_stays_selected(
    browse: Browse, plannr: PlannrSwitchboard
) -> None:
    board = browse(viewport=SIZES["phone"]).open()
    cases = plannr.order("New enquiry")[:3]
    board.link(cases[0]).focus()
    board.press("x", "ArrowDown", "x", "ArrowDown", "x")
    for button in bar(board).get_by_role("button").all():
        expect(button).to_be_in_viewport(ratio=1)
    opener = bar(board).get_by_text("Assign…")
    opener.click()
    menu = board.page.locator("#bulk-menu")
    expect(menu.get_by_role("heading")).to_have_text("Assign 3 cases")
    assert violations(board) == []
    menu.get_by_role("button", name="Assign").click()
    expect(menu.get_by_role("alert")).to_contain_text("Choose somebody, or tick “Assign to nobody”.")
    assert selected(board) == cases
    board.press("Escape")
    expect(opener).to_be_focused()
    plannr.fail(path=f"/api/v1/cases/{cases[1]}", status=422)
    board.press("Enter")
    search = menu.get_by_role("searchbox")
    search.fill("archer")
    who = menu.locator(".options label")
    expect(who).to_have_count(1)
    search.press("Enter")  # which looks and sends nothing
    board.quiet()
    who.click()
    expect(menu.get_by_role("alert")).to_have_count(0)
    menu.get_by_role("button", name="Assign").click()
    assert headline(board) == "2 cases assigned to Alice Archer, 1 refused."
    assert selected(board) == [cases[1]]
    assigned = board.card(cases[0])
    expect(assigned).to_contain_text("Assigned to Alice Archer", timeout=20_000)  # news are asked for every ten seconds


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(browse: Browse, plannr: PlannrSwitchboard, size: str) -> None:
    board = browse(viewport=SIZES[size])
    board.open()
    facts = plannr.order("New enquiry")
    board.link(facts[0]).focus()
    board.press("x", "ArrowDown", "x")
    assert violations(board) == []
    plannr.fail(path=f"/api/v1/cases/{facts[1]}", status=422)
    plannr.fail(delay=1, times=0)
    move_to(board, "Fact find")
    board.page.locator(QUEUED).first.wait_for()
    assert violations(board) == []
    headline(board)
    assert violations(board) == []
