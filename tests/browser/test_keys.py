"""Every key does what the list of keys says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before
from tests.browser.team import Team
from tests.browser.test_accessibility import violations
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser

# What the list says, row by row: this is the promise, and the table is what keeps it.
SAID = {
    "Anywhere on the board": {
        "Next card or column": "← ↓ ↑ → h j k l",
        "Search": "/",
        "Filter": "f",
        "My cases": "q",
        "Saved view by its place in the list": "1 – 9",
        "Clear all filters": "0",
        "Undo the last move": "u Ctrl Z",
        "Look for what is new": "r",
        "Close what is open, or clear the selection": "Esc",
        "Show this list": "?",
    },
    "In a column": {"New case in this column": "n", "Fold the column": "[", "Open the column again": "]"},
    "On a card": {
        "Open the case": "Enter o",
        "Move to…: choose the column and the place": "m",
        "Move to the top of the column on the left": "<",
        "Move to the top of the column on the right": ">",
        "Move one place up or down": "Shift ↑ Shift ↓",
        "Move to the top or bottom of its column": "Ctrl ↑ Ctrl ↓",
        "Edit the name": "e",
        "Assign": "a",
        "Set the review date": "d",
        "Select the case, or leave it out again": "x",
        "Select every case of the column": "Ctrl A",
        "Pick the card up": "Space",
    },
    "With a card in hand": {
        "Carry it": "← ↓ ↑ → h j k l",
        "Drop it here": "Space Enter",
        "Put it back where it was": "Esc Tab",
    },
}

# What another part of the board will bring, as a key looks for it.
PUT_THERE = """([html, where]) => document.querySelector(where).append(
  document.createRange().createContextualFragment(html))"""
HEAR = """(kinds) => {
  window.heard = [];
  for (const kind of kinds) document.addEventListener(kind, ({ target }) => window.heard.push([kind, target.id]));
}"""


MOVES = [
    (">", "Research", 0),
    ("Shift+ArrowDown", "Research", 1),
    ("Control+ArrowDown", "Research", 5),
    ("Shift+ArrowUp", "Research", 4),
    ("Control+ArrowUp", "Research", 0),
    ("<", "Fact find", 0),
]


@pytest.fixture
def board(board: Board) -> Board:
    return board.open()


def stand_on(board: Board, column: str, at: int) -> str:
    """The case whose card gets the focus."""
    case = board.cards_in(column)[at]
    board.link(case).focus()
    return case


def puts(board: Board) -> int:
    return len(board.plannr.puts())


@contextmanager
def nothing_sent(board: Board) -> Iterator[None]:
    """Nothing but what the page asks by itself, and the board as it was."""
    before = (len(board.requests), board.drawn())
    yield
    board.page.wait_for_timeout(60)
    by_itself = re.compile("/changes/|/static/")
    sent = [each.url for each in board.requests[before[0] :] if not by_itself.search(each.url)]
    assert (sent, board.drawn()) == ([], before[1])


def help_of(board: Board) -> Locator:
    board.press("?")
    dialog = board.page.locator("#keys")
    expect(dialog).to_be_visible()
    return dialog


def test_the_list_says_every_key_and_nothing_else_and_gives_the_focus_back(board: Board) -> None:
    case = stand_on(board, "Fact find", 2)
    dialog = help_of(board)
    said = {
        section.locator("h3").inner_text(): {
            row.locator("dd").inner_text(): " ".join(row.locator("kbd").all_inner_texts())
            for row in section.locator("dl > div").all()
        }
        for section in dialog.locator("section").all()
    }
    assert said == SAID
    rows = "({ KEYS }) => KEYS.map((row) => row.does)"
    handled = board.page.evaluate(f"import(document.querySelector('[href*=\"shell/keys.\"]').href).then({rows})")
    assert sorted(handled) == sorted(does for rows in SAID.values() for does in rows)
    board.press("Escape")
    expect(dialog).to_be_hidden()
    assert board.focused() == case


def test_letters_walk_and_carry_as_arrows_do_and_begin_at_the_first_card(board: Board) -> None:
    before = Before.of(board)
    orders = before.orders
    board.press("j")
    assert board.focused() == orders["New enquiry"][0]
    walk = [("l", "Fact find", 0), ("j", "Fact find", 1), ("k", "Fact find", 0), ("h", "New enquiry", 0)]
    for key, column, index in walk:
        board.press(key)
        assert board.focused() == orders[column][index]
    case = orders["Fact find"][2]
    board.carry(case, "l", "k", "j", "k", "h", "l")
    assert board.focused() == case
    before.moved(case, "Research", 1)


def test_one_key_moves_the_card_and_the_focus_stays_on_it(board: Board) -> None:
    before = Before.of(board)
    case = stand_on(board, "Fact find", 2)
    for sent, (key, column, index) in enumerate(MOVES, 1):
        with board.answered():
            board.press(key)
        assert (board.focused(), board.says()) == (case, f"{column}, place {index + 1}")
        assert f"moved to {column}, {index + 1} of" in board.notice("success").headline
        assert board.plannr.order(column) == before.with_case_at(case, column, index)
        assert puts(board) == sent
    before.moved(case, *MOVES[-1][1:], puts=len(MOVES))


def test_at_an_edge_nothing_is_sent_and_that_is_said(board: Board) -> None:
    with nothing_sent(board):
        case = stand_on(board, "New enquiry", 0)
        board.press("<")
        assert board.says() == "There is no column to the left of New enquiry."
        for key in ("Shift+ArrowUp", "Control+ArrowUp"):
            board.press(key)
            assert board.says().endswith("already at the top of New enquiry.")
        stand_on(board, "New enquiry", -1)
        for key in ("Shift+ArrowDown", "Control+ArrowDown"):
            board.press(key)
            assert board.says().endswith("already at the end of New enquiry.")
    assert case


def test_the_bottom_of_a_column_that_goes_on_is_its_real_bottom(board: Board, plannr: PlannrSwitchboard) -> None:
    plannr.reset(cases=400)
    board.reread()
    before = Before.of(board)
    case = stand_on(board, "Awaiting provider", 0)
    with board.answered():
        board.press("Control+ArrowDown")
    last = len(before.orders["Awaiting provider"])
    assert last > 50
    assert plannr.order("Awaiting provider")[-1] == case
    assert [put.body["status_position"] for put in plannr.puts()] == [last]
    wait_until(
        lambda: board.focused() in before.orders["Awaiting provider"], "a card beside it, which has left, is held"
    )


def test_a_card_that_goes_into_a_folded_column_leaves_the_focus_to_its_neighbour(board: Board) -> None:
    before = Before.of(board)
    case = stand_on(board, "Awaiting provider", 1)
    with board.answered():
        board.press(">")
    assert board.focused() == before.orders["Awaiting provider"][2]
    before.moved(case, "Completed", 0)


def test_a_conflict_is_met_as_in_any_move(board: Board, plannr: PlannrSwitchboard) -> None:
    case = stand_on(board, "Fact find", 2)
    plannr.outside_move(case, "Presented", 1)
    with board.answered():
        board.press(">")
    assert board.notice("conflict").buttons == ("Keep theirs", "Move anyway")
    assert (puts(board), board.focused()) == (0, case)


def test_a_second_key_waits_for_the_answer_to_the_first(board: Board, plannr: PlannrSwitchboard) -> None:
    case = stand_on(board, "Fact find", 2)
    held: list[Route] = []
    board.page.route("**/move/", lambda route: held.append(route))
    with board.answered():
        board.press(">", ">")
        assert board.says().endswith("still waiting for the answer to its last move.")
        wait_until(lambda: board.page.title() and held, "the first is held back")
        held[0].continue_()
    assert len(held) == 1
    assert (puts(board), plannr.order("Research")[0]) == (1, case)


def test_the_last_move_is_undone(board: Board) -> None:
    before = Before.of(board)
    case = stand_on(board, "Fact find", 2)
    for key in ("u", "Control+z"):
        with board.answered():
            board.press(">")
        with board.page.expect_response(re.compile("/undo/")):
            board.press(key)
        board.quiet()
        assert board.focused() == case
        assert Before.of(board).orders == before.orders


def test_m_opens_the_menu_and_only_enter_or_o_on_the_name_the_case(board: Board) -> None:
    case = stand_on(board, "Fact find", 2)
    board.press("m")
    board.page.locator("#move-menu form").wait_for()
    board.press("Escape")
    expect(board.card(case).locator(".card-menu")).to_be_focused()
    board.press("Enter")
    board.page.locator("#move-menu form").wait_for()
    board.press("Escape")
    expect(board.card(case).locator(".card-menu")).to_be_focused()
    board.press("o")
    board.page.wait_for_url(f"**/?case={case}")


def test_a_column_folds_and_opens_and_the_focus_stays_in_it(board: Board) -> None:
    case = stand_on(board, "Fact find", 3)
    board.press("[")
    expect(board.list("Fact find")).to_have_count(0)
    board.quiet()
    expect(board.column("Fact find").locator(".fold button")).to_be_focused()
    board.press("l")
    assert board.focused() in board.cards_in("Research")
    board.column("Fact find").locator(".fold button").focus()
    board.press("]")
    board.link(case).wait_for()
    expect(board.link(board.cards_in("Fact find")[0])).to_be_focused()


def test_slash_searches_and_f_opens_the_filters(board: Board) -> None:
    stand_on(board, "Fact find", 0)
    board.press("/")
    expect(board.page.locator("#search")).to_be_focused()
    assert board.page.locator("#search").input_value() == ""
    stand_on(board, "Fact find", 0)
    board.press("f")
    expect(board.page.locator("#filters")).to_have_attribute("open", "")
    expect(board.page.locator("#filters summary")).to_be_focused()
    board.press("Escape")
    expect(board.page.locator("#filters")).not_to_have_attribute("open", "")


def test_zero_clears_the_filters(board: Board) -> None:
    board.page.goto(f"{board.server.url}/?q=review")
    board.page.locator("a[data-clear]").wait_for()
    stand_on(board, "Fact find", 0)
    board.press("0")
    board.page.wait_for_url(f"{board.server.url}/?view=all")
    expect(board.page.locator("a[data-clear]")).to_have_count(0)


def test_r_asks_what_is_new(board: Board, plannr: PlannrSwitchboard) -> None:
    case = stand_on(board, "Fact find", 0)
    with board.page.expect_response(re.compile("/changes/")):
        board.press("r")
    board.quiet()
    assert (board.says(), board.focused()) == ("Looking for what is new.", case)


def test_escape_closes_a_menu_and_then_clears_the_selection(board: Board) -> None:
    board.page.evaluate(HEAR, ["selection:clear"])
    display = board.page.locator("details.look:has([data-keys])")
    display.locator("summary").click()
    board.press("Escape")
    expect(display).not_to_have_attribute("open", "")
    expect(display.locator("summary")).to_be_focused()
    assert board.page.evaluate("heard") == []
    board.press("Escape")
    assert board.page.evaluate("heard") == [["selection:clear", "board"]]


def test_keys_reach_the_views_the_selection_and_a_new_case(board: Board) -> None:
    stand_on(board, "Fact find", 1)
    board.press("q")
    board.page.wait_for_url("**/?mine=1")
    board.quiet()
    board.press("1")
    board.page.wait_for_url("**/?view=all")
    board.quiet()
    stand_on(board, "Fact find", 1)
    board.press("x")
    expect(board.page.locator("#selection [data-count]")).to_have_text("1")
    board.press("Control+a")
    expect(board.page.locator("#selection [data-count]")).to_have_text(str(len(board.cards_in("Fact find"))))
    board.press("Escape")
    expect(board.page.locator("#selection")).to_be_hidden()
    stand_on(board, "Fact find", 1)
    board.press("n")
    board.page.locator("#case-dialog [name=name]").wait_for()


def test_a_fact_is_edited_as_soon_as_its_case_is_open(board: Board) -> None:
    for at, (key, field) in enumerate({"e": "name", "a": "people", "d": "review_at"}.items()):
        case = stand_on(board, "Fact find", at)
        board.press(key)
        board.page.locator(f".fact-sheet[data-case='{case}'] #fact-{field} form").wait_for()
        board.page.goto(f"{board.server.url}/?view=all")


def test_what_does_not_apply_makes_its_key_do_nothing(board: Board) -> None:
    case = stand_on(board, "Fact find", 1)
    with nothing_sent(board):
        board.press("]", "u", "Control+z")
        assert board.focused() == case


def test_no_key_does_anything_while_somebody_types_or_a_dialog_is_open(board: Board) -> None:
    stand_on(board, "Fact find", 1)
    board.press("/")
    with board.page.expect_response(lambda answer: "q=" in answer.url):
        board.page.keyboard.type("[m>?")
    expect(board.page.locator("#search")).to_have_value("[m>?")
    board.quiet()
    expect(board.page.locator("#keys, #move-menu")).to_have_count(2)
    expect(board.page.locator("dialog[open], .column[data-folded]:not([data-completed])")).to_have_count(0)
    with board.page.expect_response(f"{board.server.url}/?view=all"):
        board.page.locator("#search").fill("")
    board.quiet()
    stand_on(board, "Fact find", 1)
    help_of(board)
    with nothing_sent(board):
        board.press("[", ">", "f", "x")
    expect(board.page.locator("#filters")).not_to_have_attribute("open", "")


def test_keys_of_one_character_can_be_switched_off_and_stay_so(board: Board) -> None:
    switch = help_of(board)
    expect(switch.get_by_role("button", name="On")).to_have_attribute("aria-pressed", "true")
    with board.page.expect_response(re.compile("/look/")):
        switch.get_by_role("button", name="Off").click()
    expect(switch.get_by_role("button", name="Off")).to_have_attribute("aria-pressed", "true")
    board.press("Escape")
    for _ in range(2):
        cards = board.cards_in("Fact find")
        board.link(cards[1]).focus()
        with nothing_sent(board):
            board.press("[", ">", "<", "m", "j", "/", "?", "x")
        assert board.focused() == cards[1]
        board.press("ArrowDown")
        assert board.focused() == cards[2]
        board.reload()
    menu = board.page.locator("details.look:has([data-keys])")
    menu.locator("summary").click()
    menu.get_by_role("button", name="All keys").click()
    expect(switch).to_be_visible()
    board.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    board.press("Enter")
    with board.page.expect_response(re.compile("/look/")):
        menu.get_by_role("button", name="On").click()
    expect(menu.get_by_role("button", name="On")).to_have_attribute("aria-pressed", "true")
    board.press("Escape", "?")
    expect(switch).to_be_visible()


def test_the_list_is_accessible(browse: Browse) -> None:
    board = browse(viewport={"width": 1440, "height": 900})
    board.open()
    help_of(board)
    assert violations(board) == []


def test_who_may_only_look_is_told_that_keys_move_nothing(team: Team) -> None:
    board = team.sign_in("val")
    assert "You only look here" in help_of(board).inner_text()
    board.press("Escape")
    stand_on(board, "Fact find", 1)
    with nothing_sent(board):
        board.press(">", "Shift+ArrowDown", "m", "Space")


COUNT = """() => {
  window.touched = new Set();
  new MutationObserver((all) => all.forEach(({ target }) => touched.add(target.closest(".card").id)))
    .observe(document.getElementById("board"), { subtree: true, attributeFilter: ["tabindex"] });
}"""


def test_a_step_touches_the_two_cards_that_it_goes_between_and_no_other(board: Board) -> None:
    case = stand_on(board, "Fact find", 1)
    board.page.evaluate(COUNT)
    board.press("j")
    assert set(board.page.evaluate("[...touched]")) == {f"card-{case}", f"card-{board.focused()}"}
    stops = board.list("Fact find").locator('.card-link[tabindex="0"]')
    expect(stops).to_have_count(1)
    expect(stops).to_be_focused()
