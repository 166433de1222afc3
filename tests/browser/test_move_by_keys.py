"""Tom moves cards without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.page import Board
from tests.browser.promises import Before

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "ways",
    [
        [(2, ["ArrowRight"], "Research", 2), (1, ["ArrowRight", "ArrowRight", "ArrowUp"], "Report writing", 0)],
        [
            (0, ["ArrowDown"] * 2, "Fact find", 2),
            (4, ["ArrowUp"], "Fact find", 3),
            (3, ["ArrowUp"] * 3, "Fact find", 0),
        ],
        [(3, ["ArrowDown"] * 9, "Fact find", 6), (6, ["ArrowRight"], "Research", 5)],
    ],
    ids=["to the right", "within a column", "to an end"],
)
def test_space_picks_up_arrows_carry_and_space_drops(board: Board, ways: list[tuple[int, list[str], str, int]]) -> None:
    board.open()
    for puts, (start, keys, column, index) in enumerate(ways, 1):
        before = Before.of(board)
        case = before.orders["Fact find"][start]
        board.carry(case, *keys)
        assert board.focused() == case
        before.moved(case, column, index, puts=puts)


def test_a_card_is_carried_into_a_folded_column(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Awaiting provider"][0]
    board.link(case).focus()
    board.press("Space", "ArrowRight")
    assert "Completed" in board.says()
    with board.answered():
        board.press("Enter")
    before.moved(case, "Completed", 0)


def test_escape_puts_the_card_back_and_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][2]
    board.link(case).focus()
    board.press("Space", "ArrowRight", "ArrowDown", "Escape")
    assert "back where it was" in board.says()
    assert board.focused() == case
    before.unmoved(puts=0)


def test_tab_puts_a_card_that_is_held_back(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.link(before.orders["Fact find"][2]).focus()
    board.press("Space", "ArrowRight", "Tab")
    expect(board.page.locator("[data-held]")).to_have_count(0)
    before.unmoved(puts=0)


def test_picked_up_and_dropped_on_the_spot_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.carry(before.orders["Fact find"][2], sends=False)
    board.quiet()
    before.unmoved(puts=0)


def test_carried_away_and_back_again_sends_nothing(board: Board) -> None:
    board.open()
    before = Before.of(board)
    board.carry(before.orders["Fact find"][2], "ArrowDown", "ArrowUp", sends=False)
    board.quiet()
    before.unmoved(puts=0)


def test_what_happens_is_said_aloud(board: Board) -> None:
    board.open()
    cards = board.cards_in("Fact find")
    board.link(cards[1]).focus()
    board.press("Space")
    assert "picked up. Fact find, place 2. Arrow keys move it, Space drops it, Escape cancels." in board.says()
    board.press("ArrowDown")
    assert board.says() == "Fact find, place 3"
    board.press("ArrowRight")
    assert board.says() == "Research, place 3"
    with board.answered():
        board.press("Space")
    assert board.page.locator(".notice").get_attribute("role") == "status"
    assert "moved to Research, 3 of 6" in board.notice().headline


def test_arrows_walk_from_card_to_card(board: Board) -> None:
    board.open()
    orders = Before.of(board).orders
    board.link(orders["Fact find"][1]).focus()
    walk = [("ArrowDown", "Fact find", 2), ("ArrowRight", "Research", 2), ("ArrowUp", "Research", 1)]
    for key, column, index in [*walk, ("ArrowLeft", "Fact find", 1)]:
        board.press(key)
        assert board.focused() == orders[column][index]


def test_every_column_is_one_tab_stop(board: Board) -> None:
    board.open()
    orders = Before.of(board).orders

    def stops(column: str) -> list[str]:
        links = board.column(column).locator('.card-link[tabindex="0"]')
        return list(links.evaluate_all("links => links.map((link) => link.closest('.card').dataset.case)"))

    assert stops("Fact find") == [orders["Fact find"][0]]
    board.link(orders["Fact find"][0]).focus()
    board.press("ArrowDown")
    assert stops("Fact find") == [orders["Fact find"][1]]
    board.carry(orders["Fact find"][1], "ArrowRight")
    assert stops("Fact find") == [orders["Fact find"][0]]
    assert stops("Research") == [orders["Fact find"][1]]
    while board.focused() in (
        "",
        orders["Fact find"][1],
    ):  # past its menu and checkbox, and what the next header offers
        board.press("Tab")
    assert board.focused() == orders["Report writing"][0]


def test_focus_stays_on_a_card_that_was_refused(board: Board) -> None:
    board.open()
    case = board.cards_in("Fact find")[2]
    board.plannr.fail(status=403)
    board.carry(case, "ArrowRight")
    assert board.notice().kind == "failure"
    assert board.focused() == case
