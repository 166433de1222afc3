"""The board in lanes: what holds for a board holds in every row of it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.test_accessibility import SIZES, violations
from tests.support.processes import wait_until

pytestmark = pytest.mark.browser

Json = dict[str, Any]
CARDS = """list => [...list.querySelectorAll(".card")].map((card) => card.dataset.case)"""
REFUSED = "Lanes show who it is assigned to; change that in the case."


def in_lanes(board: Board, query: str = "lanes=person") -> Board:
    board.open()
    board.page.goto(f"{board.server.url}/?{query}")
    return board


def shared(board: Board, column: str = "Fact find") -> Json:
    """A case of that column with two advisers."""
    cases = board.plannr.now().of(board.uuid(column))
    return next(case for case in cases if len(case["assigned_to_uuids"]) == 2)


def card(board: Board, case: str, lane: str) -> Locator:
    return board.page.locator(f"#card-{case}-{lane}")


def cell(board: Board, column: str, lane: str) -> Locator:
    return board.page.locator(f'#lane-{lane} .cell[data-status="{board.uuid(column)}"]')


def cards_in(board: Board, column: str, lane: str) -> list[str]:
    return list(cell(board, column, lane).evaluate(CARDS))


def drag(board: Board, what: Locator, to: Locator, *, sends: bool = True) -> None:
    """By mouse, onto the foot of something that is in sight beside it."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box() or {}
    board.page.mouse.move(box["x"] + 60, box["y"] + 20)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + 64, box["y"] + 27, steps=2)
    board.page.locator(".drag-ghost").wait_for()
    goal = to.bounding_box() or {}
    board.page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] - 6, steps=4)
    with board.answered() if sends else nullcontext():
        board.page.mouse.up()


def test_lanes_are_chosen_in_place_and_stay_in_the_address(board: Board) -> None:
    board.open()
    board.page.locator("#lane-chosen").click()
    board.page.get_by_role("link", name="Adviser").click()
    expect(board.page.locator("#lane-chosen")).to_have_text("Lanes: adviser")
    board.quiet()
    assert board.page.url.endswith("/?lanes=person")
    shown = board.page.locator(".lane").count()
    board.page.reload()
    expect(board.page.locator(".lane")).to_have_count(shown)
    board.page.go_back()
    expect(board.page.locator(".lane")).to_have_count(0)
    board.quiet()
    assert len(board.cards_in("Fact find")) > 0


def test_a_drop_within_a_lane_moves_the_case_in_both_of_its_lanes(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    one, two = case["assigned_to_uuids"]
    before = int(board.page.locator(f"#header-{board.uuid('Research')}").get_attribute("data-count") or 0)
    drag(board, card(board, case["uuid"], one), cell(board, "Research", one))
    for lane in (one, two):
        assert case["uuid"] in cards_in(board, "Research", lane)
        assert case["uuid"] not in cards_in(board, "Fact find", lane)
    assert board.plannr.case(case["uuid"])["status"] == board.uuid("Research")
    assert board.notice().kind == "success"
    header = board.page.locator(f"#header-{board.uuid('Research')}")
    expect(header).to_have_attribute("data-count", str(before + 1))
    drawn = {lane: cards_in(board, "Research", lane) for lane in (one, two)}
    board.page.reload()
    assert {lane: cards_in(board, "Research", lane) for lane in (one, two)} == drawn


def test_while_a_drop_waits_only_the_card_that_was_dragged_is_busy_and_the_other_cannot_be_picked_up(
    board: Board,
) -> None:
    in_lanes(board)
    case = shared(board)
    one, two = case["assigned_to_uuids"]
    held: list[Route] = []
    board.page.route("**/move/", lambda route: held.append(route))
    with board.answered():
        drag(board, card(board, case["uuid"], one), cell(board, "Research", one), sends=False)
        expect(card(board, case["uuid"], one)).to_have_attribute("aria-busy", "true")
        assert card(board, case["uuid"], two).get_attribute("aria-busy") is None
        card(board, case["uuid"], two).locator(".card-link").focus()
        board.press("Space")
        expect(board.page.locator("[data-held]")).to_have_count(0)
        wait_until(lambda: board.page.title() and held, "the drop is held back")
        held[0].continue_()
    assert len(held) == 1
    assert len(board.plannr.puts()) == 1


def test_a_drop_into_another_lane_goes_home_with_a_calm_sentence_and_sends_nothing(board: Board) -> None:
    in_lanes(board)
    lanes = board.page.locator(".lane").evaluate_all("all => all.map((lane) => lane.dataset.lane)")
    there = next(lane for lane in lanes[:-1] if cards_in(board, "Fact find", lane))
    before = cards_in(board, "Fact find", there)
    what = card(board, before[-1], there)
    what.evaluate("card => card.scrollIntoView({block: 'center'})")
    other = lanes[lanes.index(there) + 1]
    for column in ("Fact find", "Research"):
        board.page.locator(f"#lane-{other}").evaluate("lane => lane.scrollIntoView({block: 'center'})")
        drag(board, what, cell(board, column, other).locator(".cell-head"), sends=False)
        expect(board.page.locator(".notice .notice-words")).to_have_text([REFUSED])
        assert board.page.locator(".notice").get_attribute("role") == "status"
        assert cards_in(board, "Fact find", there) == before
    assert board.plannr.puts() == []


def test_a_card_that_plannr_refuses_is_back_in_its_lane_and_undo_brings_one_back_in_both(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    one, two = case["assigned_to_uuids"]
    before = {lane: cards_in(board, "Fact find", lane) for lane in (one, two)}
    board.plannr.fail(status=403)
    drag(board, card(board, case["uuid"], one), cell(board, "Research", one))
    assert board.notice().kind == "failure"
    assert {lane: cards_in(board, "Fact find", lane) for lane in (one, two)} == before
    drag(board, card(board, case["uuid"], one), cell(board, "Research", one))
    with board.page.expect_response(lambda answer: "/undo/" in answer.url):
        board.press("Control+z")
    expect(cell(board, "Research", one).locator(f'[data-case="{case["uuid"]}"]')).to_have_count(0)
    board.quiet()
    assert {lane: cards_in(board, "Fact find", lane) for lane in (one, two)} == before


def test_keys_walk_across_lanes_and_carry_within_one(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    lane = case["assigned_to_uuids"][0]
    here = cards_in(board, "Fact find", lane)
    card(board, here[-1], lane).locator(".card-link").focus()
    lanes = board.page.locator(f'.lane:has(.cell[data-status="{board.uuid("Fact find")}"] .card)')
    order = lanes.evaluate_all("all => all.map((each) => each.dataset.lane)")
    below = order[order.index(lane) + 1]
    focused = "document.activeElement.closest('.card').id"
    board.press("ArrowDown")
    assert board.page.evaluate(focused) == f"card-{cards_in(board, 'Fact find', below)[0]}-{below}"
    board.press("ArrowUp")
    assert board.page.evaluate(focused) == f"card-{here[-1]}-{lane}"
    stops = board.page.locator(f'#lane-{lane} .card-link[tabindex="0"]')
    assert stops.evaluate_all("all => all.map((link) => link.closest('.card').dataset.case)") == [here[-1]]
    card(board, case["uuid"], lane).locator(".card-link").focus()
    board.press("Space", "ArrowRight")
    assert board.says().startswith("Research, place ")
    for _ in range(9):
        board.press("ArrowDown")  # to the end of the cell and no further
    with board.answered():
        board.press("Space")
    assert cards_in(board, "Research", lane)[-1] == case["uuid"]
    assert board.page.evaluate(focused) == f"card-{case['uuid']}-{lane}"


def test_a_lane_folds_and_opens_by_click_and_by_key_and_keeps_the_focus(board: Board) -> None:
    in_lanes(board)
    lane = shared(board)["assigned_to_uuids"][0]
    turn = board.page.locator(f"#turn-{lane}")
    words = board.page.locator(f"#lane-sum-{lane}").inner_text()
    turn.click()
    expect(board.page.locator(f"#lane-{lane} .cell")).to_have_count(0)
    assert board.page.locator(f"#lane-sum-{lane}").inner_text() == words
    expect(turn).to_be_focused()
    expect(turn).to_have_attribute("aria-expanded", "false")
    board.press("Enter")
    expect(board.page.locator(f"#lane-{lane} .card").first).to_be_visible()
    expect(turn).to_be_focused()


def test_a_column_folds_in_all_lanes_and_a_card_can_be_dropped_there(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    lane = case["assigned_to_uuids"][0]
    board.page.locator(f"#fold-{board.uuid('Research')}").click()
    expect(cell(board, "Research", lane)).to_have_attribute("data-folded", "")
    expect(board.page.locator(f"#fold-{board.uuid('Research')}")).to_be_focused()
    drag(board, card(board, case["uuid"], lane), cell(board, "Research", lane))
    assert board.plannr.case(case["uuid"])["status"] == board.uuid("Research")
    expect(card(board, case["uuid"], lane)).to_have_count(0)


def test_what_a_colleague_does_is_in_every_lane_and_is_said_once(board: Board, browse: Browse) -> None:
    in_lanes(board)
    other = browse().open()
    case = shared(board)
    one, two = case["assigned_to_uuids"]
    title = ", ".join(card(board, case["uuid"], one).locator(".card-link bdi").all_text_contents())
    board.stop_the_clock()
    other.drag(case["uuid"], "Research")
    for lane in (one, two):
        expect(cell(board, "Research", lane).locator(f'[data-case="{case["uuid"]}"]')).to_be_visible()
        expect(card(board, case["uuid"], lane)).to_have_attribute("data-arrived", "")
    expect(board.page.locator("#announcer")).to_have_text(f"{title} moved to Research.")


def test_a_case_that_is_assigned_to_another_changes_lanes_and_a_lane_without_cases_goes(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    one, two = case["assigned_to_uuids"]
    lanes = board.page.locator(".lane").evaluate_all("all => all.map((lane) => lane.dataset.lane)")
    third = next(lane for lane in lanes if lane not in (one, two, "none"))
    board.plannr.outside_edit(case["uuid"], assigned_to_uuids=[one, third])
    board.server.reread()
    board.poll()
    expect(card(board, case["uuid"], third)).to_be_visible()
    expect(card(board, case["uuid"], two)).to_have_count(0)
    for each in board.plannr.now().cases:
        if two in each["assigned_to_uuids"]:
            board.plannr.outside_edit(each["uuid"], assigned_to_uuids=[third])
    board.server.reread()
    board.poll()
    expect(board.page.locator(f"#lane-{two}")).to_have_count(0)


def test_without_script_lanes_are_links(browse: Browse) -> None:
    board = browse(java_script_enabled=False)
    board.open()
    board.page.locator("#lane-chosen").click()
    board.page.get_by_role("link", name="Type").click()
    expect(board.page.locator(".lane .card")).not_to_have_count(0)
    board.page.locator(".turn").first.click()
    expect(board.page.locator(".lane[data-shut]")).to_have_count(1)


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_lanes(browse: Browse, size: str) -> None:
    board = browse(viewport=SIZES[size])
    in_lanes(board, "lanes=review&shut=later")
    assert violations(board) == []
    label = board.page.locator(".lane:not([data-shut]) .cards").first.evaluate(
        "list => document.getElementById(list.getAttribute('aria-labelledby')).textContent"
    )
    assert label.startswith("Overdue, New enquiry, ")
    board.page.locator("#lane-chosen").click()
    assert violations(board) == []


def test_the_focus_comes_back_to_the_copy_it_came_from_and_column_keys_work(board: Board) -> None:
    in_lanes(board)
    case = shared(board)
    lane = case["assigned_to_uuids"][1]
    link = card(board, case["uuid"], lane).locator(".card-link")
    link.click()
    board.page.locator("#case-panel #case-title").wait_for()
    board.press("Escape")
    expect(board.page.locator("#case-panel")).to_be_hidden()
    expect(link).to_be_focused()
    board.press("n")
    dialog = board.page.locator("#case-dialog")
    expect(dialog.locator("[name=status]")).to_have_value(board.uuid("Fact find"))
    board.press("Escape")
    expect(dialog).to_be_hidden()
    link.focus()
    expect(link).to_be_focused()
    board.press("[")
    expect(board.column("Fact find")).to_have_attribute("data-folded", "")
