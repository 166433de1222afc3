"""What a colleague does is on every open board at once, and never under a hand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board, Column
from tests.browser.plannr import PlannrSwitchboard
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser

AT_ONCE = 10_000  # milliseconds, on a machine that runs other tests as well: who waits asks nothing by itself
# How the page looks for which its bell was last asked, and whether that has answered.
BELL = """window.bell = {};
if (window.SharedWorker) window.SharedWorker = class extends SharedWorker {
  constructor(...said) {
    super(...said);
    const ask = this.port.postMessage.bind(this.port);
    this.port.postMessage = (said) => {
      if (said.join) window.bell = { look: said.look, answered: false };
      ask(said);
    };
    this.port.addEventListener("message", ({ data }) => (window.bell.answered ||= data.kind === "hello"));
  }
};"""
CARRIED = """() => {
  const lens = new URLSearchParams(location.search);
  for (const name of ["case", "move", "view"]) lens.delete(name);
  const lanes = document.getElementById("lanes")?.dataset.drawn ?? "";
  const folded = [...document.querySelectorAll("#board .column[data-folded]")].map(({ id }) => id);
  return bell.answered && bell.look === [lens, lanes, ...folded].join(" ");
}"""


@pytest.fixture
def priya(browse: Browse) -> Board:
    return browse().open()


@pytest.fixture
def leah(priya: Board, browse: Browse) -> Board:
    """She asks nothing by herself."""
    board = browse()
    board.page.context.add_init_script(BELL)
    board.open()
    board.stop_the_clock()
    return board


def test_a_drop_is_on_the_other_board_at_once_with_light_and_a_sentence(priya: Board, leah: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    title = priya.link(case).inner_text().replace("\n", ", ")
    priya.drag(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    expect(leah.card(case)).to_have_attribute("data-arrived", "", timeout=AT_ONCE)
    expect(leah.page.locator("#announcer")).to_have_text(f"{title} moved to Research.", timeout=2 * AT_ONCE)
    assert leah.drawn() == priya.drawn()


def questions(board: Board) -> int:
    """How often it has asked what is new."""
    return len([each for each in board.requests if "/changes/" in each.url])


def standing(board: Board, *, anew: bool = False) -> dict[str, Column]:
    """Without Plannr's numbers: a card that stays where it is keeps that which it was drawn with."""
    return {status: replace(column, positions=[]) for status, column in board.drawn(anew=anew).items()}


def carried(leah: Board) -> None:
    """From here on its own stream brings what is new, as it knows how the page looks, and it asks no question."""
    leah.page.wait_for_function(CARRIED)
    leah.poll()


def test_a_colleagues_drop_is_drawn_without_asking(priya: Board, leah: Board) -> None:
    carried(leah)
    asked = questions(leah)
    for case in priya.cards_in("Fact find")[:3]:
        priya.choose(case, "Research")
        expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    assert questions(leah) == asked
    assert standing(leah) == standing(priya, anew=True)


def test_through_a_filter_the_stream_brings_what_is_seen_through_it(priya: Board, leah: Board) -> None:
    leah.page.goto(f"{leah.server.url}/?sort=-value")
    carried(leah)
    asked = questions(leah)
    case = priya.cards_in("Fact find")[1]
    priya.choose(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    assert questions(leah) == asked
    there = leah.cards_in("Research")
    leah.page.reload()
    assert leah.cards_in("Research") == there


def test_a_column_that_was_folded_just_now_stays_right_and_its_news_are_carried_from_then_on(
    priya: Board, leah: Board
) -> None:
    carried(leah)
    one, other, third = priya.cards_in("Fact find")[:3]
    leah.column("Presented").locator(".fold button").click()
    expect(leah.column("Presented")).to_have_attribute("data-folded", "")
    priya.choose(one, "Presented")
    expect(leah.card(one)).to_have_count(0, timeout=AT_ONCE)
    carried(leah)
    asked = questions(leah)
    priya.choose(other, "Presented")
    expect(leah.card(other)).to_have_count(0, timeout=AT_ONCE)
    priya.choose(third, "Research")
    expect(leah.list("Research").locator(f"#card-{third}")).to_be_visible(timeout=AT_ONCE)
    assert questions(leah) == asked


def test_of_two_tabs_that_look_differently_each_is_right(priya: Board, leah: Board) -> None:
    tab = Board(leah.page.context.new_page(), leah.server, leah.plannr).open()
    tab.page.goto(f"{leah.server.url}/?q=zzzz")
    carried(tab)
    case = priya.cards_in("Fact find")[1]
    priya.choose(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)
    for each in (leah, tab):
        expect(each.page.locator("#as-of")).to_have_attribute("data-change", newest(priya), timeout=AT_ONCE)
    assert tab.page.locator(".card").count() == 0
    assert standing(leah) == standing(priya, anew=True)


def test_a_page_that_has_not_come_as_far_asks(priya: Board, leah: Board) -> None:
    one, other = priya.cards_in("Fact find")[:2]
    number = leah.page.locator("#as-of").get_attribute("data-change")
    priya.choose(one, "Research")
    expect(leah.list("Research").locator(f"#card-{one}")).to_be_visible(timeout=AT_ONCE)
    leah.page.evaluate("(number) => (document.getElementById('as-of').dataset.change = number)", number)
    with leah.page.expect_response(lambda answer: "/changes/" in answer.url, timeout=2 * AT_ONCE):
        priya.choose(other, "Research")
    expect(leah.list("Research").locator(f"#card-{other}")).to_be_visible(timeout=AT_ONCE)
    assert standing(leah) == standing(priya, anew=True)


def test_a_lane_that_comes_is_asked_for(priya: Board, leah: Board, plannr: PlannrSwitchboard) -> None:
    leah.page.goto(f"{leah.server.url}/?lanes=review")
    carried(leah)
    drawn = leah.page.locator("#lanes").get_attribute("data-drawn")
    shown = leah.page.locator(".lane").count()
    cases = [case for column in priya.drawn().values() for case in column.cards]
    with leah.page.expect_response(lambda answer: "/changes/" in answer.url, timeout=3 * AT_ONCE):
        for case in cases:
            plannr.outside_edit(case, review_at=None)
        leah.server.reread()
    expect(leah.page.locator("#lanes")).not_to_have_attribute("data-drawn", str(drawn), timeout=AT_ONCE)
    assert leah.page.locator(".lane").count() < shown


def test_a_board_that_lives_on_what_is_carried_ends_as_a_reload_draws_it(
    priya: Board, leah: Board, plannr: PlannrSwitchboard
) -> None:
    """Whatever happens, several things at a time; it cannot ask."""
    carried(leah)
    leah.page.route("**/changes/*", lambda route: route.abort())
    chance = random.Random(7)
    columns = ["New enquiry", "Fact find", "Research", "Presented"]
    cases = [case for name in columns for case in priya.cards_in(name)]
    for turn in range(12):
        for case in chance.sample(cases, chance.randint(1, 4)):
            if chance.random() < 0.3:
                plannr.outside_edit(case, name=f"Edited {turn}", value=chance.randrange(9_000_00))
            else:
                plannr.outside_move(case, chance.choice(columns), 1)
        leah.server.reread()
        number = newest(priya)
        expect(leah.page.locator("#as-of")).to_have_attribute("data-change", number, timeout=2 * AT_ONCE)
    assert standing(leah) == standing(priya, anew=True)
    assert leah.page.locator(".card").count() == len(
        set(leah.page.locator(".card").evaluate_all("(all) => all.map((c) => c.id)"))
    )


def newest(board: Board) -> str:
    return str(board.server.store.one("SELECT max(id) FROM kanban_change"))


def test_ones_own_move_is_not_drawn_twice_nor_said_twice(priya: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    as_of = priya.page.locator("#as-of")
    before = as_of.get_attribute("data-change") or ""
    priya.drag(case, "Research")
    priya.page.evaluate(f"document.getElementById('card-{case}').dataset.same = ''")
    expect(as_of).not_to_have_attribute("data-change", before)  # it was carried, or asked for
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

    def bells() -> int:
        targets = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        return len([each for each in targets if each["type"] == "shared_worker"])

    # Priya's, and one for both tabs of Leah's; those of browsers that were closed just now may still be on their way.
    wait_until(lambda: bells() == 2, "there are two bells")
    leah.page.bring_to_front()
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=AT_ONCE)


def test_without_shared_workers_a_tab_has_a_bell_of_its_own(priya: Board, browse: Browse) -> None:
    leah = browse()
    leah.page.add_init_script("delete window.SharedWorker")
    leah.open()
    leah.stop_the_clock()
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


def test_a_page_that_is_told_the_time_asks_only_to_say_that_somebody_looks(browse: Browse) -> None:
    board = browse()
    board.page.clock.install()
    board.open()
    for _ in range(3):  # its timers stand still but for these: it joins, and says how it looks
        board.page.clock.run_for(1000)
    board.page.evaluate("document.addEventListener('news:after', () => (window.told = (window.told ?? 0) + 1))")
    asked = told = -1
    while told < 0 or questions(board) != asked:  # what it was told then was the answer to a question
        asked, told = questions(board), board.page.evaluate("window.told ?? 0")
        board.page.wait_for_function("(before) => window.told > before", arg=told, polling=50, timeout=40_000)
    board.page.clock.run_for(15_000)
    assert questions(board) == asked
    board.page.clock.run_for(30_000)
    assert questions(board) > asked


def test_a_time_that_is_a_minute_old_says_so_though_nobody_answers(browse: Browse) -> None:
    board = browse()
    board.page.clock.install()
    board.open()
    expect(board.page.locator("#as-of:not([data-old])")).to_be_visible()
    board.page.context.set_offline(True)
    board.page.clock.run_for(62_000)
    expect(board.page.locator("#as-of[data-old][title]")).to_be_visible()
