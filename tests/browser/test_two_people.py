"""Priya and Leah have the board open at once, and colleagues work in Plannr's own screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before, shows_what_plannr_has

pytestmark = pytest.mark.browser


@pytest.fixture
def priya(browse: Browse) -> Board:
    return browse().open()


@pytest.fixture
def leah(priya: Board, browse: Browse) -> Board:
    return browse().open()


@contextmanager
def in_her_hand(board: Board, case: str) -> Iterator[None]:
    """She holds the card while others move it: of what they did nothing is drawn before she has dropped it."""
    board.lift(case)
    yield
    with board.answered():
        board.page.mouse.up()


def test_the_second_of_two_drops_of_one_card_asks_and_sends_nothing(
    priya: Board, leah: Board, plannr: PlannrSwitchboard
) -> None:
    case = priya.cards_in("Fact find")[1]
    with in_her_hand(leah, case):
        priya.drag(case, "Research")
        leah.hover("Presented")
    notice = leah.notice("conflict")
    assert notice.buttons == ("Keep theirs", "Move anyway")
    assert "to Research" in notice.headline
    assert len(plannr.puts()) == 1
    shows_what_plannr_has(leah, case)


def test_keep_theirs_leaves_the_card_where_they_put_it(priya: Board, leah: Board, plannr: PlannrSwitchboard) -> None:
    case = priya.cards_in("Fact find")[1]
    with in_her_hand(leah, case):
        priya.drag(case, "Research")
        leah.hover("Presented")
    leah.page.get_by_text("Keep theirs").click()
    expect(leah.page.locator(".notice")).to_have_count(0)
    assert plannr.order("Research")[-1] == case
    assert len(plannr.puts()) == 1
    shows_what_plannr_has(leah, case)


def test_move_anyway_moves_it_where_it_was_dropped(priya: Board, leah: Board, plannr: PlannrSwitchboard) -> None:
    case = priya.cards_in("Fact find")[1]
    with in_her_hand(leah, case):
        priya.drag(case, "Research")
        before = Before.of(leah)
        leah.hover("Presented", before=before.orders["Presented"][1])
    assert plannr.order("Research")[-1] == case
    leah.press_button("Move anyway")
    assert "moved to Presented, 2 of 4" in leah.notice("success").headline
    before.moved(case, "Presented", 1, puts=2)


def test_a_case_moved_in_plannr_meanwhile_asks_too(priya: Board, plannr: PlannrSwitchboard) -> None:
    case = priya.cards_in("Fact find")[1]
    plannr.outside_move(case, "Report writing", 2)
    priya.drag(case, "Research")
    assert "Somebody in Plannr moved" in priya.notice("conflict").headline
    assert plannr.puts() == []
    shows_what_plannr_has(priya, case)
    assert plannr.order("Report writing")[1] == case


def test_a_card_put_elsewhere_in_its_own_column_asks_too(priya: Board, leah: Board, plannr: PlannrSwitchboard) -> None:
    case, *others = priya.cards_in("Awaiting provider")
    with in_her_hand(leah, case):
        priya.drag(case, "Awaiting provider", before=others[4])
        before = Before.of(leah)
        leah.hover("Awaiting provider", before=others[1])
    assert leah.notice("conflict").buttons == ("Keep theirs", "Move anyway")
    assert len(plannr.puts()) == 1
    leah.press_button("Move anyway")
    before.moved(case, "Awaiting provider", 1, puts=2)


def test_a_card_whose_number_changed_because_others_came_and_went_does_not_ask(
    priya: Board, plannr: PlannrSwitchboard
) -> None:
    first, case = priya.cards_in("Fact find")[0], priya.cards_in("Fact find")[3]
    plannr.outside_move(first, "Presented", 1)
    before = Before.of(priya)
    priya.drag(case, "Research", before=before.orders["Research"][1])
    assert priya.notice().kind == "success"
    before.moved(case, "Research", 1, others_too=True)


def test_a_neighbour_that_was_moved_away_leaves_the_other_one_to_go_by(priya: Board, plannr: PlannrSwitchboard) -> None:
    case, (_, above, below, *_) = priya.cards_in("Fact find")[3], priya.cards_in("Research")
    plannr.outside_move(above, "Presented", 1)
    before = Before.of(priya)
    priya.drag(case, "Research", before=below)
    before.moved(case, "Research", 1, others_too=True)


def test_neighbours_that_were_both_moved_away_send_it_to_the_end_and_say_so(
    priya: Board, plannr: PlannrSwitchboard
) -> None:
    case, (_, above, below, *_) = priya.cards_in("Fact find")[3], priya.cards_in("Research")
    for neighbour in (above, below):
        plannr.outside_move(neighbour, "Presented", 1)
    before = Before.of(priya)
    priya.drag(case, "Research", before=below)
    assert "it went to the end" in priya.notice("success").advice
    before.moved(case, "Research", 3, others_too=True)


def test_somebody_who_slips_in_between_the_look_and_the_put_is_overruled_but_never_hidden(
    priya: Board, plannr: PlannrSwitchboard
) -> None:
    case = priya.cards_in("Fact find")[1]
    plannr.outside_move(case, "Presented", 1, between=True)
    priya.drag(case, "Research")
    assert len(plannr.puts()) == 1
    assert plannr.order("Research")[-1] == case
    priya.reread()
    shows_what_plannr_has(priya, case)


def test_a_card_of_somebody_else_comes_by_itself_within_twelve_seconds(priya: Board, leah: Board) -> None:
    case = priya.cards_in("Fact find")[1]
    priya.drag(case, "Research")
    expect(leah.list("Research").locator(f"#card-{case}")).to_be_visible(timeout=12_000)
    assert leah.drawn() == priya.drawn()


def test_two_cards_dropped_into_one_column_at_once_both_land(
    priya: Board, leah: Board, plannr: PlannrSwitchboard
) -> None:
    one, other = priya.cards_in("Fact find")[:2]
    plannr.fail(delay=0.5)
    for board, case in ((priya, one), (leah, other)):
        board.lift(case)
        board.hover("Presented")
    priya.page.mouse.up()
    with leah.answered():
        leah.page.mouse.up()
    priya.quiet()
    assert len(plannr.puts()) == 2
    assert sorted(plannr.order("Presented")[3:]) == sorted([one, other])
    leah.poll()
    shows_what_plannr_has(leah)
