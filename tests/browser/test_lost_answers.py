"""The way between the browser and the board breaks: nothing is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before, same

pytestmark = pytest.mark.browser


def never_sent(route: Route) -> None:
    route.abort()


def answer_lost(route: Route) -> None:
    route.fetch()
    route.abort()


def somebody_elses_page(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<html><body><h1>502 Bad Gateway</h1></body></html>")


def sign_in_page(route: Route) -> None:
    body = "<html><body><form>Sign in to this wifi</form></body></html>"
    route.fulfill(status=200, content_type="text/html", body=body)


WAYS = [never_sent, answer_lost, somebody_elses_page, sign_in_page]


def broken_once(board: Board, way: Callable[[Route], None]) -> None:
    board.page.route("**/move/", way, times=1)


@pytest.mark.parametrize("way", WAYS)
def test_a_dropped_card_goes_back_and_retry_asks_for_the_very_same_move(
    board: Board, plannr: PlannrSwitchboard, way: Callable[[Route], None]
) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    broken_once(board, way)
    board.drag(case, "Research", before=before.orders["Research"][2], sends=False)
    notice = board.notice("failure")
    assert notice.headline == "The board did not answer, so this move may or may not have been made."
    if way is answer_lost:  # Plannr has it, so the news take it there, now or in a moment
        board.list("Research").locator(f"#card-{case}").wait_for()
    else:
        assert board.cards_in("Fact find") == before.orders["Fact find"]
    with board.answered():
        board.page.get_by_role("button", name="Retry").click()
    assert "moved to Research, 3 of 6" in board.notice("success").headline
    asked = [each.post_data for each in board.requests if each.method == "PUT"]
    assert len(asked) == 2
    assert len(set(asked)) == 1
    before.moved(case, "Research", 2)


@pytest.mark.parametrize("way", WAYS)
def test_a_move_from_the_menu_survives_it_too(
    board: Board, plannr: PlannrSwitchboard, way: Callable[[Route], None]
) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    menu = board.open_menu(case)
    menu.locator("label").filter(has_text="Research").click()
    broken_once(board, way)
    menu.get_by_role("button", name="Move").click()
    assert board.notice("failure").headline.startswith("The board did not answer")
    with board.answered():
        board.page.get_by_role("button", name="Retry").click()
    before.moved(case, "Research", 0)


def test_retry_of_a_refused_move_survives_it_too(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    plannr.fail(status=503)
    board.drag(case, "Research", before=before.orders["Research"][2])
    broken_once(board, answer_lost)
    board.page.get_by_role("button", name="Retry").click()
    lost = board.page.locator(".notice").filter(has_text="did not answer")
    lost.wait_for()
    with board.answered():
        lost.get_by_role("button", name="Retry").click()
    before.moved(case, "Research", 2, puts=2)


def test_a_browser_without_a_network_puts_the_card_back_and_retry_works_once_it_has_one(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    board.page.context.set_offline(True)
    board.drag(case, "Research", before=before.orders["Research"][2], sends=False)
    assert board.notice("failure").headline.startswith("The board did not answer")
    assert board.cards_in("Fact find") == before.orders["Fact find"]
    board.page.context.set_offline(False)
    with board.answered():
        board.page.get_by_role("button", name="Retry").click()
    before.moved(case, "Research", 2)


def test_a_second_drag_of_a_card_that_still_waits_is_ignored(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    held: list[Route] = []
    board.page.route("**/move/", lambda route: held.append(route))
    with board.answered():
        board.drag(case, "Research", before=before.orders["Research"][2], sends=False)
        busy = board.page.locator(f"#card-{case}[aria-busy=true]")
        busy.wait_for()
        box = busy.bounding_box()
        assert box
        board.page.mouse.move(box["x"] + 60, box["y"] + 40)
        board.page.mouse.down()
        board.page.mouse.move(box["x"] + 400, box["y"] + 40, steps=4)
        assert board.page.locator(".drag-ghost, [data-lifted]").count() == 0
        board.page.mouse.up()
        board.link(case).focus()
        board.press("Space")
        assert board.page.locator("[data-held]").count() == 0
        assert len(held) == 1
        held[0].continue_()
    before.moved(case, "Research", 2)


def test_news_that_comes_while_a_card_is_in_the_air_waits_until_it_is_down(
    board: Board, plannr: PlannrSwitchboard
) -> None:
    board.open()
    cards, other = board.cards_in("Fact find"), board.cards_in("Presented")[0]
    board.lift(cards[2])
    board.hover("Research")
    plannr.outside_move(other, "Report writing", 1)
    plannr.outside_edit(cards[2], name="Renamed in the air")
    board.server.reread()
    board.poll()
    assert board.page.locator(".drag-ghost").count() == 1
    assert board.card(cards[2]).get_attribute("data-lifted") is not None
    assert other in board.cards_in("Presented")
    with board.answered():
        board.page.mouse.up()
    assert "changed the name of" in board.notice("conflict").headline  # it was edited since it was picked up
    assert "Renamed in the air" in board.card(cards[2]).inner_text()
    assert plannr.puts() == []
    board.press_button("Move anyway")
    assert plannr.order("Research")[-1] == cards[2]
    board.poll()
    assert board.cards_in("Report writing") == plannr.order("Report writing")
    assert len(plannr.puts()) == 1


def test_what_a_colleague_changed_in_plannr_is_drawn_in_place(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    board.page.evaluate("window.__sameDocument = true")
    moved, gone, renamed = board.cards_in("Fact find")[:3]
    plannr.outside_move(moved, "Research", 2)
    plannr.outside("delete", case=gone)
    plannr.outside_edit(renamed, name="Quite another name", value=123_400)
    made = plannr.outside_create(name="Just made", status=board.uuid("Presented"))
    board.server.reread()
    board.poll()
    assert board.page.evaluate("window.__sameDocument")
    assert board.card(gone).count() == 0
    assert "Quite another name" in board.card(renamed).inner_text()
    assert made in board.cards_in("Presented")
    same(board.drawn(), plannr.now())
    assert len(plannr.puts()) == 0
