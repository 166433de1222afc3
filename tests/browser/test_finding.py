"""Narrowing the board with a hand on it: typing, ticking, going back, and what is drawn meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser


def shown(board: Board) -> set[str]:
    return {case for column in board.drawn().values() for case in column.cards}


def search(board: Board, text: str) -> None:
    with board.page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "board"):
        board.page.locator("#search").fill(text)
    board.quiet()


def test_typing_narrows_the_board_marks_what_matched_and_is_in_the_address(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    case = board.cards_in("Fact find")[0]
    plannr.outside_edit(case, name="Zanzibar annuity")
    board.reread()
    board.page.locator("#search").focus()
    search(board, "zanz")
    assert shown(board) == {case}
    assert board.page.locator("#found").inner_text() == "1 of 60 cases"
    assert board.page.url.endswith("/?q=zanz")
    assert board.page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["Zanz"]
    assert board.page.evaluate("document.activeElement.id") == "search"
    board.page.reload()
    assert shown(board) == {case}
    assert board.page.locator("#search").input_value() == "zanz"


def test_back_undoes_the_last_filter_and_a_chip_takes_one_away(board: Board) -> None:
    board.open()
    everything = shown(board)
    board.page.locator("#filters summary").click()
    board.page.locator("[name=mine]").check()
    expect(board.page.locator(".chip")).to_have_text(re.compile("My cases"))
    board.quiet()
    mine = shown(board)
    board.page.locator("[name=unassigned]").check()
    expect(board.page.locator(".chip")).to_have_count(2)
    board.quiet()
    assert mine < shown(board) < everything
    board.page.go_back()
    expect(board.page.locator(".chip")).to_have_count(1)
    board.quiet()
    assert shown(board) == mine
    board.page.keyboard.press("Escape")
    board.page.get_by_label("Without My cases").click()
    expect(board.page.locator(".chip")).to_have_count(0)
    board.quiet()
    assert shown(board) == everything


def test_a_drop_on_a_narrowed_board_lands_where_it_was_dropped_among_all_cases(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    search(board, "annual")
    case, target = board.cards_in("Fact find")[0], board.cards_in("Research")[0]
    board.drag(case, "Research", before=target)
    order = plannr.order("Research")
    assert order.index(case) + 1 == order.index(target)
    assert board.cards_in("Research")[:2] == [case, target]
    assert len(plannr.puts()) == 1


def test_a_sorted_board_moves_between_columns_and_says_why_not_within_one(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    with board.page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "board"):
        board.page.locator("#sort").select_option("value")
    board.quiet()
    before = board.cards_in("Research")
    board.drag(before[3], "Research", before=before[1], sends=False)
    assert "set by the sort" in board.page.locator(".notice").inner_text()
    assert board.cards_in("Research") == before
    assert plannr.puts() == []
    board.close_notice()
    case = board.cards_in("Fact find")[0]
    board.drag(case, "Research", before=before[1])
    value = {each["uuid"]: each["value"] for each in plannr.now().cases}
    drawn = [value[each] if value[each] is not None else -1 for each in board.cards_in("Research")]
    assert case in board.cards_in("Research")
    assert drawn == sorted(drawn, reverse=True)
    assert plannr.order("Research")[0] == case


def test_a_case_that_no_longer_matches_leaves_the_board_with_the_news(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    search(board, "annual")
    case = board.cards_in("Fact find")[0]
    plannr.outside_edit(case, name="Something else altogether")
    board.server.reread()
    board.poll()
    expect(board.card(case)).to_have_count(0)


def test_a_board_that_does_not_answer_goes_on_showing_what_it_says(board: Board) -> None:
    board.open()
    before = shown(board)
    board.page.route("**/?q=*", lambda route: route.abort())
    board.page.locator("#search").fill("annual")
    assert "still shows what it showed before" in board.page.locator(".notice").inner_text()
    assert shown(board) == before
    assert "q=" not in board.page.url


def test_news_asked_for_through_another_lens_are_not_drawn(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    held: list[Route] = []
    board.page.route("**/changes/*", lambda route: held.append(route), times=1)
    case = board.cards_in("Fact find")[0]
    plannr.outside_edit(case, name="Edited meanwhile")
    board.server.reread()
    with board.page.expect_request("**/changes/*"):
        board.page.evaluate("htmx.trigger('#as-of', 'news')")
    wait_until(lambda: board.page.title() and held, "its question is held back")
    search(board, "zzzz")
    assert shown(board) == set()
    for route in held:
        route.continue_()
    board.page.wait_for_timeout(300)
    board.quiet()
    assert held
    assert shown(board) == set()


def test_a_bar_and_its_words_narrow_one_column(board: Board) -> None:
    board.open()
    others = board.cards_in("Research")
    link = board.column("Fact find").locator(".sub a").first
    count = int(link.inner_text().split()[0])
    with board.page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "board"):
        link.click()
    board.quiet()
    assert len(board.cards_in("Fact find")) == count
    assert board.cards_in("Research") == others


def test_a_date_is_asked_for_once_its_year_is_typed(board: Board) -> None:
    """And what is set right in the same field is the same step of Back; what was sorted meanwhile stays so."""
    board.open()
    board.page.locator("#filters summary").click()
    field = board.page.locator("[name=review_from]")
    field.wait_for()
    board.page.evaluate("history.replaceState(null, '', '/?sort=-value')")
    before, steps = len(board.requests), board.page.evaluate("history.length")
    field.focus()
    board.page.keyboard.type("11192026")
    expect(board.page.locator(".chip")).to_have_count(1)
    board.quiet()
    asked = [each.url for each in board.requests[before:] if each.headers.get("hx-target") == "board"]
    assert len(asked) == 1
    assert "sort=-value" in asked[0]
    field.press("ArrowUp")
    board.quiet()
    assert board.page.evaluate("history.length") == steps + 1
    assert "review_from=2027-11-19" in board.page.url


def test_every_part_of_a_headers_bar_is_within_reach_of_keys_and_pointers(board: Board) -> None:
    board.open()
    parts = board.page.locator("#board .bar a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    links = board.page.locator("#board .sub a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    assert parts
    assert set(parts) <= set(links)
    heights = board.page.locator("#board .sub a:not(.by-keys)").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    hidden = board.page.locator("#board .sub .by-keys").first
    hidden.focus()
    assert (hidden.bounding_box() or {})["width"] > 24
