"""Yusuf's browser runs no scripts: the same board, by links and forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard

pytestmark = pytest.mark.browser


@pytest.fixture
def board(browse: Browse) -> Board:
    return browse(java_script_enabled=False).open()


def move(board: Board, case: str, column: str, at: str = "Top") -> None:
    board.page.goto(f"{board.server.url}/cases/{case}/move/")
    board.page.locator("label").filter(has_text=column).click()
    board.page.get_by_text(at, exact=True).click()
    board.page.get_by_role("button", name="Move").click()


def shows(board: Board, plannr: PlannrSwitchboard, *columns: str) -> None:
    board.page.wait_for_load_state()
    for column in columns:
        cards = board.column(column).locator(".card").all()
        assert [card.get_attribute("data-case") for card in cards] == plannr.order(column)
        assert board.column(column).locator("header").get_attribute("data-count") == str(len(cards))


def test_the_menu_is_a_page_and_the_move_ends_on_the_board(board: Board, plannr: PlannrSwitchboard) -> None:
    case, *others = plannr.order("Fact find")
    research = plannr.order("Research")
    board.card(case).hover()
    board.card(case).locator(".card-menu").click()
    expect(board.page).to_have_url(f"{board.server.url}/cases/{case}/move/")
    move(board, case, "Research", "Bottom")
    assert "moved to Research, 6 of 6" in board.notice("success").headline
    (put,) = plannr.puts()
    assert put.body == {"status": plannr.status("Research"), "status_position": 6}
    assert (plannr.order("Research"), plannr.order("Fact find")) == ([*research, case], others)
    shows(board, plannr, "Research", "Fact find")
    board.page.reload()
    assert len(plannr.puts()) == 1
    shows(board, plannr, "Research", "Fact find")
    assert board.position(case) == 6


def test_the_case_page_moves_it_too(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Fact find")[3]
    board.link(case).click()
    board.page.get_by_text("Place", exact=True).click()
    board.page.locator(".number").fill("2")
    board.page.get_by_role("button", name="Move").click()
    assert "moved to Fact find, 2 of 7" in board.notice("success").headline
    assert plannr.order("Fact find")[1] == case
    shows(board, plannr, "Fact find")


def test_a_place_that_is_no_number_is_said_on_the_form(board: Board, plannr: PlannrSwitchboard) -> None:
    move(board, plannr.order("Fact find")[3], "Research", "Place")
    assert board.page.locator("#number-wrong").inner_text() == "Say which place, counted from 1."
    assert board.page.locator("label").filter(has_text="Research").locator("input").is_checked()
    assert plannr.puts() == []


def test_a_refusal_is_said_on_the_board_and_retry_moves(board: Board, plannr: PlannrSwitchboard) -> None:
    case, before = plannr.order("Fact find")[0], plannr.order("Fact find")
    plannr.fail(status=503)
    move(board, case, "Research")
    assert "was not moved to Research" in board.notice("failure").headline
    assert plannr.order("Fact find") == before
    shows(board, plannr, "Research", "Fact find")
    board.page.get_by_role("button", name="Retry").click()
    assert "moved to Research, 1 of 6" in board.notice("success").headline
    assert len(plannr.puts()) == 2
    shows(board, plannr, "Research", "Fact find")


def test_a_conflict_asks_and_nothing_is_sent_until_it_is_answered(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Fact find")[0]
    board.page.goto(f"{board.server.url}/cases/{case}/move/")
    plannr.outside_move(case, "Presented", 1)
    board.page.locator("label").filter(has_text="Research").click()
    board.page.get_by_role("button", name="Move").click()
    notice = board.notice("conflict")
    assert "Somebody in Plannr moved" in notice.headline
    assert notice.buttons == ("Keep theirs", "Move anyway")
    assert plannr.puts() == []
    shows(board, plannr, "Research", "Fact find", "Presented")
    board.page.get_by_role("button", name="Move anyway").click()
    assert "moved to Research" in board.notice("success").headline
    assert plannr.order("Research")[0] == case
    shows(board, plannr, "Research", "Fact find", "Presented")


def test_keep_theirs_is_a_link_to_the_board(board: Board, plannr: PlannrSwitchboard) -> None:
    case = plannr.order("Fact find")[0]
    board.page.goto(f"{board.server.url}/cases/{case}/move/")
    plannr.outside_move(case, "Presented", 1)
    board.page.locator("label").filter(has_text="Research").click()
    board.page.get_by_role("button", name="Move").click()
    board.page.get_by_role("link", name="Keep theirs").click()
    expect(board.page.locator(".notice")).to_have_count(0)
    assert plannr.puts() == []
    shows(board, plannr, "Presented")


def test_a_folded_column_opens_and_a_long_one_goes_on_on_its_own_page(
    browse: Browse, plannr: PlannrSwitchboard
) -> None:
    plannr.reset(cases=400)
    board = browse(java_script_enabled=False).open()
    board.column("Completed").locator(".fold button").click()
    expect(board.column("Completed").locator(".card")).not_to_have_count(0)
    board.column("Awaiting provider").get_by_text("Show more").click()
    expect(board.page.locator(".card").first).to_have_attribute("data-case", plannr.order("Awaiting provider")[50])
    board.page.wait_for_load_state()
    cards = board.page.locator(".card").all()
    assert [card.get_attribute("data-case") for card in cards] == plannr.order("Awaiting provider")[50:]
