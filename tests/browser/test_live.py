"""What a colleague does is on every open board at once, and never under a hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board

pytestmark = pytest.mark.browser

AT_ONCE = 1500  # milliseconds: far from the ten seconds after which the page would ask by itself


@pytest.fixture
def priya(browse: Browse) -> Board:
    return browse().open()


@pytest.fixture
def leah(priya: Board, browse: Browse) -> Board:
    return browse().open()


def test_a_drop_is_on_the_other_board_at_once_with_light_and_a_sentence(priya: Board, leah: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    title = priya.link(case).inner_text().replace("\n", ", ")
    priya.drag(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    expect(leah.card(case)).to_have_attribute("data-arrived", "", timeout=AT_ONCE)
    expect(leah.page.locator("#announcer")).to_have_text(f"{title} moved to Research.", timeout=2 * AT_ONCE)
    assert leah.drawn() == priya.drawn()


def test_ones_own_move_is_not_drawn_twice_nor_said_twice(priya: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    with priya.page.expect_response(lambda answer: "/changes/" in answer.url, timeout=AT_ONCE):
        priya.drag(case, "Research")
        priya.page.evaluate(f"document.getElementById('card-{case}').dataset.same = ''")
    priya.quiet()
    priya.page.wait_for_timeout(1200)
    expect(priya.card(case)).to_have_attribute("data-same", "")
    assert priya.says() == ""


def test_what_comes_while_a_card_is_held_comes_when_it_is_put_down(priya: Board, leah: Board) -> None:
    held, case = leah.cards_in("Fact find")[:2]
    leah.link(held).focus()
    leah.press("Space", "ArrowDown")
    before = leah.drawn()
    priya.drag(case, "Research")
    leah.page.wait_for_timeout(600)
    assert leah.drawn() == before
    leah.press("Escape")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    assert leah.focused() == held
    assert leah.drawn() == priya.drawn()


def test_many_changes_at_once_are_asked_for_once_or_twice(priya: Board, leah: Board) -> None:
    leah.page.evaluate("document.querySelector('#move-menu').showModal()")
    for case in priya.cards_in("Fact find")[:4]:
        priya.carry(case, "ArrowRight")
    before = len([each for each in leah.requests if "/changes/" in each.url])
    leah.page.evaluate("document.querySelector('#move-menu').close()")
    expect(leah.page.locator("#announcer")).to_have_text("4 cases changed.", timeout=2 * AT_ONCE)
    assert len([each for each in leah.requests if "/changes/" in each.url]) - before <= 2
    assert leah.drawn() == priya.drawn()


def test_two_tabs_of_one_browser_share_one_stream(priya: Board, leah: Board) -> None:
    tab = Board(leah.page.context.new_page(), leah.server, leah.plannr).open()
    case = priya.cards_in("Fact find")[1]
    priya.drag(case, "Research")
    expect(tab.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    assert not [each for each in (*leah.requests, *tab.requests) if "/stream/" in each.url]
    session = leah.page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
    targets = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    bells = [each for each in targets if each["type"] == "shared_worker"]
    assert len(bells) == 2  # Priya's, and one for both tabs of Leah's
    leah.page.bring_to_front()
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)


def test_without_shared_workers_a_tab_has_a_bell_of_its_own(priya: Board, browse: Browse) -> None:
    leah = browse()
    leah.page.add_init_script("delete window.SharedWorker")
    leah.open()
    case = priya.cards_in("Fact find")[1]
    priya.drag(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)


def test_what_was_missed_without_a_network_comes_when_it_is_back(priya: Board, leah: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    leah.page.context.set_offline(True)
    priya.drag(case, "Research")
    leah.page.wait_for_timeout(300)
    leah.page.context.set_offline(False)
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)


def test_a_time_that_is_a_minute_old_says_so_though_nobody_answers(browse: Browse) -> None:
    board = browse()
    board.page.clock.install()
    board.open()
    expect(board.page.locator("#as-of:not([data-old])")).to_be_visible()
    board.page.context.set_offline(True)
    board.page.clock.run_for(62_000)
    expect(board.page.locator("#as-of[data-old][title]")).to_be_visible()
