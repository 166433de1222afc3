"""A firm at one board: everybody under their own name and rights, and colleagues' moves arrive by themselves."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.page import Board
from tests.browser.promises import Before
from tests.browser.team import Team
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser

SOON = 10_000  # milliseconds, on a machine that runs other tests as well: whoever waits asks nothing by itself


def first(board: Board, column: str) -> str:
    return board.cards_in(column)[0]


def title(board: Board, case: str) -> str:
    return ", ".join(part.strip() for part in board.link(case).all_inner_texts()[0].split("\n") if part.strip())


def who_only_hear(team: Team, *names: str) -> list[Board]:
    """At their boards, which ask nothing by themselves: what comes there was brought to them."""
    boards = [team.at_the_board(name) for name in names]
    for board in boards:
        board.stop_the_clock()
    return boards


def arrives(board: Board, case: str, column: str) -> None:
    expect(board.list(column).locator(f"#card-{case}")).to_be_visible(timeout=SOON)


# Signing in


def test_everybody_signs_in_under_their_own_name(team: Team) -> None:
    alice, val = team.sign_in("alice"), team.sign_in("val")
    expect(alice.page.locator(".account-name")).to_have_text("Alice Archer")
    expect(val.page.locator(".account-name")).to_have_text("Val Price")
    assert alice.drawn() == val.drawn()


def test_another_firm_has_another_board(team: Team) -> None:
    alice, charlie = team.at_the_board("alice"), team.sign_in("charlie")
    shown = {column.name for column in charlie.drawn().values()}
    assert {"Moored", "Under sail"} < shown
    assert not shown & {column.name for column in alice.drawn().values()}
    number = charlie.page.locator("#as-of").get_attribute("data-change")
    alice.drag(first(alice, "Fact find"), "Research")
    charlie.poll()
    assert charlie.page.locator("#as-of").get_attribute("data-change") == number


def test_who_only_looks_cannot_even_lift_a_card(team: Team) -> None:
    val = team.at_the_board("val")
    case = first(val, "Fact find")
    expect(val.page.locator(".account").get_by_text("Only looking")).to_be_visible()
    assert val.page.locator(".card-menu, [data-seen]").count() == 0
    val.link(case).focus()
    val.press("Space", "ArrowRight", "Space", "m")
    box = val.card(case).bounding_box()
    assert box
    val.page.mouse.move(box["x"] + 20, box["y"] + 20)
    val.page.mouse.down()
    val.page.mouse.move(box["x"] + 320, box["y"] + 40, steps=4)
    assert val.page.locator(".drag-ghost").count() == 0
    val.page.mouse.up()
    assert team.plannr.puts() == []


# Live


def test_a_colleagues_move_arrives_by_itself_and_is_said_once(team: Team) -> None:
    alice, bob, val = who_only_hear(team, "alice", "bob", "val")
    case = first(alice, "Fact find")
    before = Before.of(alice)
    alice.drag(case, "Research", first(alice, "Research"))
    for board in (bob, val):
        arrives(board, case, "Research")
        expect(board.page.locator("#announcer")).to_contain_text("Research")
        assert board.cards_in("Research") == before.with_case_at(case, "Research", 0)
    assert bob.drawn() == val.drawn() == alice.drawn()


def test_what_happens_in_plannr_appears_on_every_open_board(team: Team) -> None:
    alice, bob = team.at_the_board("alice"), team.at_the_board("bob")
    moved, edited, deleted = alice.cards_in("Fact find")[:3]
    team.plannr.outside_move(moved, "Research", 1)
    team.plannr.outside_edit(edited, name="Edited in Plannr")
    team.plannr.outside_create(name="Made in Plannr", status=alice.uuid("Research"))
    team.plannr.outside("delete", case=deleted)
    within = 30_000  # the page asks every 10 s, and the mirror is then read
    for board in (alice, bob):
        expect(board.list("Research").locator(f"#card-{moved}")).to_be_visible(timeout=within)
        expect(board.page.get_by_text("Edited in Plannr")).to_be_visible(timeout=within)
        expect(board.page.get_by_text("Made in Plannr")).to_be_visible(timeout=within)
        expect(board.card(deleted)).to_have_count(0, timeout=within)


def test_nothing_moves_under_a_hand(team: Team) -> None:
    alice, bob = who_only_hear(team, "alice", "bob")
    held, other = alice.cards_in("Fact find")[:2]
    bob.lift(held)
    alice.drag(other, "Research")
    time.sleep(1)
    assert other in bob.cards_in("Fact find")
    bob.press("Escape")
    arrives(bob, other, "Research")


def test_who_else_looks_is_in_the_header(team: Team) -> None:
    alice, bob = team.at_the_board("alice"), team.at_the_board("bob")
    expect(bob.page.locator("#present")).to_contain_text("Alice Archer")
    alice.poll()  # who is here is looked up every two seconds: if not now, then with her next question
    expect(alice.page.locator("#present")).to_contain_text("Bob Bailey", timeout=20_000)


# Conflicts and undo


def test_a_conflict_names_the_colleague(team: Team) -> None:
    alice, bob = who_only_hear(team, "alice", "bob")
    case = first(bob, "Fact find")
    bob.lift(case)
    alice.choose(case, "Presented")
    bob.hover("Research")
    with bob.answered():
        bob.page.mouse.up()
    notice = bob.notice("conflict")
    assert notice.headline.startswith("Alice Archer moved ")
    assert "to Presented" in notice.headline
    assert len(team.plannr.puts()) == 1
    bob.press_button("Move anyway")
    arrives(alice, case, "Research")


def test_undo_puts_it_back_on_every_board(team: Team) -> None:
    alice, bob = who_only_hear(team, "alice", "bob")
    before = Before.of(alice)
    case = alice.cards_in("Fact find")[1]
    alice.drag(case, "Research")
    alice.page.locator(".notice").hover()  # while she reads it, it stays
    arrives(bob, case, "Research")
    alice.page.locator(".notice").get_by_role("button", name="Undo").click()
    arrives(bob, case, "Fact find")
    alice.quiet()
    assert Before.of(alice).orders == before.orders


def test_control_z_undoes_and_is_refused_once_a_colleague_has_moved_on(team: Team) -> None:
    alice, bob = who_only_hear(team, "alice", "bob")
    one, other = alice.cards_in("Fact find")[:2]
    alice.drag(one, "Research")
    alice.close_notice()
    alice.press("Control+z")
    arrives(bob, one, "Fact find")
    alice.quiet()
    alice.drag(other, "Research")
    arrives(bob, other, "Research")
    bob.choose(other, "Presented")
    arrives(alice, other, "Presented")
    alice.press("Control+z")
    notice = alice.notice("conflict")
    assert notice.headline.startswith("Bob Bailey moved ")
    assert "Move anyway" not in notice.buttons
    assert other in team.plannr.order("Presented")


# The end of a session


def test_a_leaver_is_out_within_half_a_minute_and_nobody_else(team: Team) -> None:
    alice, bob = team.at_the_board("alice"), team.at_the_board("bob")
    team.plannr.say("leave", person="bob")
    expect(bob.page.locator("#session-ended")).to_be_visible(timeout=30_000)
    assert bob.card(first(alice, "Fact find")).is_hidden()
    alice.drag(first(alice, "Fact find"), "Research")
    assert alice.notice().kind == "success"


def test_a_drop_after_the_end_is_kept_and_offered_and_never_sent_by_itself(team: Team) -> None:
    bob = team.at_the_board("bob")
    case = first(bob, "Fact find")
    words = title(bob, case)
    bob.lift(case)
    team.server.store.rows("DELETE FROM kanban_session")
    bob.hover("Research")
    bob.page.mouse.up()
    expect(bob.page.locator("#session-ended [data-kept]")).to_be_visible()
    expect(bob.page.locator("#session-ended")).to_contain_text("is kept")
    assert team.plannr.puts() == []
    bob.page.get_by_role("link", name="Sign in again").click()
    team.press_own_name(bob, "bob")
    offer = bob.page.locator(".notice")
    expect(offer).to_contain_text(f"you wanted to move {words} to Research")
    assert team.plannr.puts() == []
    with bob.answered():
        offer.get_by_role("button", name="Move now").click()
    arrives(bob, case, "Research")
    assert len(team.plannr.puts()) == 1


def test_a_kept_drop_is_not_offered_to_somebody_else(team: Team) -> None:
    bob = team.at_the_board("bob")
    bob.lift(first(bob, "Fact find"))
    team.server.store.rows("DELETE FROM kanban_session")
    bob.hover("Research")
    bob.page.mouse.up()
    expect(bob.page.locator("#session-ended [data-kept]")).to_be_visible()
    bob.page.get_by_role("link", name="Sign in again").click()
    team.press_own_name(bob, "alice")
    assert bob.page.locator(".notice").count() == 0
    assert bob.page.evaluate("sessionStorage.getItem('proposal')") is None


def test_a_warning_comes_before_the_end_and_one_press_stays(team: Team) -> None:
    alice = team.at_the_board("alice")
    alice.page.evaluate(
        """() => {
          const xhr = { status: 200, getResponseHeader: (name) => (name === "X-Session-Ends" ? "90" : null) };
          const detail = { xhr, elt: document.body, requestConfig: { elt: document.body } };
          document.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail }));
        }"""
    )
    warning = alice.page.locator("#session-warning")
    expect(warning).to_be_visible(timeout=SOON)
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()


def test_after_signing_out_the_back_button_shows_no_case(team: Team) -> None:
    alice = team.at_the_board("alice")
    case = first(alice, "Fact find")
    alice.page.locator(".account summary").click()
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("heading", name="You are signed out").wait_for()
    alice.page.go_back()
    alice.page.wait_for_load_state()
    assert alice.card(case).count() == 0


def test_somebody_else_signing_in_takes_every_tab_along(team: Team) -> None:
    context = team.browser()
    one, other = team.window(context), team.window(context)
    one.page.goto(team.server.url + "/")
    team.press_own_name(one, "alice")
    other.page.goto(team.server.url + "/")
    one.page.goto(team.server.url + "/sign-in/?other")
    team.press_own_name(one, "bob")
    wait_until(lambda: other.page.locator(".account-name").inner_text() == "Bob Bailey", "the other tab is Bob's too")
