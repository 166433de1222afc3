"""Choosing, saving and printing a view, by mouse, by keys, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.test_accessibility import SIZES, violations

pytestmark = pytest.mark.browser
SOON = 10_000  # milliseconds


def now(board: Board) -> Locator:
    return board.page.locator("#views-now bdi")


def menu(board: Board) -> Locator:
    board.page.locator("#views-now").click()
    return board.page.locator(".views-menu")


def save(board: Board, name: str, *, opens: bool = False) -> None:
    shown = menu(board)
    shown.get_by_text("Save this view…").click()
    shown.get_by_label("Name of this view").fill(name)
    if opens:
        shown.get_by_label("Open my board with it").check()
    shown.get_by_role("button", name="Save").click()


def test_a_view_is_chosen_in_place_and_back_leads_back(board: Board) -> None:
    board.open()
    expect(now(board)).to_have_text("All cases")
    whole = board.drawn()
    board.page.evaluate("window.same = true")
    menu(board).get_by_role("link", name="High value").click()
    expect(now(board)).to_have_text("High value")
    expect(board.page.locator("#views-now")).to_be_focused()
    assert board.page.locator(".views-menu").is_hidden()
    board.quiet()
    assert board.drawn() != whole
    expect(board.page.locator("#take-away a").first).to_have_attribute("href", "/cases.csv?min=100000&sort=value")
    board.page.go_back()
    expect(now(board)).to_have_text("All cases")
    board.quiet()
    assert board.drawn() == whole
    board.page.go_forward()
    expect(now(board)).to_have_text("High value")
    assert board.page.evaluate("window.same"), "the page was loaded anew"


def test_a_look_is_saved_by_keys_alone_and_opens_the_board_from_then_on(board: Board) -> None:
    board.open()
    board.page.goto(f"{board.server.url}/?sort=value")
    board.page.locator("#views-now").focus()
    board.press("Enter")
    board.page.locator("#views-new").focus()
    board.press("Enter", "Tab")
    board.page.keyboard.type("Dearest first")
    board.press("Tab", "Space", "Enter")
    expect(now(board)).to_have_text("Dearest first")
    assert board.notice("success").headline == "Saved as “Dearest first”."
    expect(board.page.locator("#views-now")).to_be_focused()
    board.page.goto(board.server.url + "/")
    assert board.page.url.endswith("/?sort=value")
    menu(board).get_by_role("link", name="All cases").click()
    expect(now(board)).to_have_text("All cases")
    board.page.reload()
    expect(now(board)).to_have_text("All cases")


def test_escape_and_a_click_elsewhere_close_the_menu(board: Board) -> None:
    board.open()
    shown = menu(board)
    shown.get_by_role("link", name="My cases").focus()
    board.press("Escape")
    expect(shown).to_be_hidden()
    expect(board.page.locator("#views-now")).to_be_focused()
    menu(board)
    board.page.locator("#strip").click()
    expect(shown).to_be_hidden()


def test_a_name_that_is_taken_is_said_where_it_is_typed(board: Board) -> None:
    board.open()
    save(board, "Mine alone")
    expect(now(board)).to_have_text("Mine alone")
    board.close_notice()
    save(board, "Mine alone")
    name = board.page.get_by_label("Name of this view")
    expect(board.page.locator("#view-wrong")).to_contain_text("You have a view of that name already.")
    expect(name).to_have_value("Mine alone")
    expect(name).to_be_focused()
    assert violations(board) == []
    board.page.get_by_role("button", name="Replace").click()
    expect(now(board)).to_have_text("Mine alone")


def test_without_script_views_are_links_and_forms(browse: Browse) -> None:
    board = browse(java_script_enabled=False).open()
    menu(board).get_by_role("link", name="Overdue").click()
    expect(board.page).to_have_url(f"{board.server.url}/?review=overdue&state=open")
    save(board, "Late", opens=True)
    expect(now(board)).to_have_text("Late")
    board.page.goto(board.server.url + "/")
    expect(now(board)).to_have_text("Late")
    menu(board).get_by_role("link", name="Rename, share or delete views").click()
    board.page.get_by_role("link", name="Change Late").click()
    delete = board.page.get_by_role("button", name="Delete this view")
    delete.click()
    expect(delete).to_have_count(0)
    board.page.get_by_role("link", name="Board").click()
    expect(now(board)).to_have_text("All cases")


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_menu_and_on_the_pages_of_views(browse: Browse, size: str) -> None:
    board = browse(viewport=SIZES[size])
    board.open()
    save(board, "Everything", opens=True)
    expect(now(board)).to_have_text("Everything")
    board.close_notice()
    menu(board).get_by_text("Save this view…").click()
    assert violations(board) == []
    for place in ("/views/", "/print/?review=overdue&state=open"):
        board.page.goto(board.server.url + place)
        assert violations(board) == []
        assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    board.page.goto(f"{board.server.url}/views/")
    board.page.get_by_role("link", name="Change Everything").click()
    expect(board.page.get_by_role("button", name="Delete this view")).to_be_visible()
    assert violations(board) == []


def test_a_print_is_a4_across_with_every_page_numbered_and_no_chrome(board: Board) -> None:
    board.open()
    board.page.goto(f"{board.server.url}/print/?view=all")
    drawn = board.page.locator("tr[data-case]").count()
    assert drawn == len(board.plannr.now().cases)
    pdf = board.page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841" in pdf or b"/MediaBox [0 0 842" in pdf
    board.page.emulate_media(media="print")
    expect(board.page.locator(".paper-acts")).to_be_hidden()
    assert board.page.locator(".paper tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    board.page.goto(f"{board.server.url}/?view=all")
    for part in (".finder", ".card-menu", ".fold", "#take-away"):
        expect(board.page.locator(part).first).to_be_hidden()
    expect(board.page.locator(".card").last).to_be_visible()
