"""Leah changes a case where she reads it, by keys alone; makes one in a column, and deletes one by its name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.team import Team
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser


def at_the_case(board: Board) -> str:
    """On the page of a case that has a value."""
    board.open()
    now = board.plannr.now()
    case = next(each["uuid"] for each in now.of(now.status("Fact find")) if each["value"])
    board.page.goto(f"{board.server.url}/cases/{case}/")
    return str(case)


def fact(board: Board, field: str) -> Locator:
    return board.page.locator(f"#fact-{field}")


def opened(board: Board, field: str) -> Locator:
    """A field opened by keys: the focus goes into it."""
    board.quiet()
    fact(board, field).locator(".fact-edit").focus()
    board.press("Enter")
    row = fact(board, field)
    row.locator("form").wait_for()
    return row


def wrote(board: Board) -> list[tuple[str, object]]:
    return [(entry["method"], entry["body"]) for entry in board.plannr.ledger() if entry["method"] != "GET"]


def test_a_value_is_changed_by_keys_alone_and_the_focus_comes_back(board: Board) -> None:
    case = at_the_case(board)
    row = opened(board, "value")
    expect(row.locator(".typed")).to_be_focused()
    board.press("Control+a")
    board.page.keyboard.type("£1.2k")
    board.press("Enter")
    expect(row.locator(".fact-said")).to_have_text("£1,200.00")
    expect(row.locator(".fact-edit")).to_be_focused()
    assert "is now £1,200.00" in board.notice("success").headline
    assert wrote(board) == [("PUT", {"value": 120_000})]
    expect(opened(board, "value").locator(".typed")).to_be_focused()
    board.press("Escape")
    expect(row.locator(".fact-edit")).to_be_focused()
    assert board.plannr.case(case)["value"] == 120_000


def test_what_is_wrong_stands_beside_what_was_typed(board: Board) -> None:
    at_the_case(board)
    row = opened(board, "review_at")
    row.locator(".typed").fill("soonish")
    board.press("Enter")
    expect(row.locator(".wrong")).to_contain_text("Type a date such as 19/11/2026")
    expect(row.locator(".typed")).to_have_value("soonish")
    expect(row.locator(".typed")).to_be_focused()
    row.locator(".calendar").fill("2027-03-28")
    expect(row.locator(".typed")).to_have_value("28/03/2027")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".fact-said")).to_contain_text("28 March 2027")


def test_people_are_looked_for_as_one_types_and_ticked_by_keys(board: Board) -> None:
    case = at_the_case(board)
    row = opened(board, "people")
    expect(row.locator("[type=search]")).to_be_focused()
    board.page.keyboard.type("priya")
    expect(row.locator(".options label", has_text="Priya Shah")).to_be_visible()
    expect(row.locator(".options label")).to_have_count(len(set(board.plannr.case(case)["assigned_to_uuids"])) + 1)
    board.press("Enter")  # looks, and sends nothing
    row.get_by_label("Priya Shah").focus()
    board.press("Space")
    row.get_by_role("button", name="Save").focus()
    board.press("Enter")
    expect(row.locator(".fact-said")).to_contain_text("Priya Shah")
    assert len(wrote(board)) == 1


def test_a_colleagues_change_is_shown_before_it_is_overwritten(board: Board, plannr: PlannrSwitchboard) -> None:
    case = at_the_case(board)
    row = opened(board, "value")
    row.locator(".typed").fill("7")
    plannr.outside_edit(case, value=99_900)
    board.press("Enter")
    expect(row.locator(".fact-theirs")).to_contain_text("Somebody in Plannr changed the value")
    expect(row.locator(".typed")).to_have_value("7")
    row.get_by_role("button", name="Save anyway").click()
    expect(row.locator(".fact-said")).to_have_text("£7.00")
    plannr.outside_edit(case, value=88_800)
    opened(board, "value")
    plannr.outside_edit(case, value=77_700)
    row.locator(".typed").fill("8")
    board.press("Enter")
    row.get_by_role("link", name="Keep theirs").click()
    expect(row.locator(".fact-said")).to_have_text("£777.00")


def test_a_lost_answer_offers_the_very_same_change_again(board: Board) -> None:
    at_the_case(board)
    row = opened(board, "value")
    row.locator(".typed").fill("7")
    board.page.route("**/edit/value/**", lambda route: route.abort())
    board.press("Enter")
    assert "may or may not have been made" in board.notice("failure").headline
    expect(row.locator(".typed")).to_have_value("7")
    board.page.unroute("**/edit/value/**")
    board.page.locator(".notice [data-retry]").click()
    expect(row.locator(".fact-said")).to_have_text("£7.00")
    assert len(wrote(board)) == 1


def test_a_case_is_made_in_a_column_by_keys(board: Board) -> None:
    board.open()
    board.link(board.cards_in("Research")[0]).focus()
    board.press("n")
    dialog = board.page.locator("#case-dialog")
    expect(dialog.locator("[name=name]")).to_be_focused()
    board.page.keyboard.type("Something new")
    expect(dialog.locator("[name=status]")).to_have_value(board.uuid("Research"))
    board.press("Enter")
    expect(dialog.locator(".wrong")).to_have_text("Choose at least one client.")
    expect(dialog.locator("[name=name]")).to_have_value("Something new")
    dialog.locator("[name=q-participants]").press_sequentially("a")
    option = dialog.locator(".options [name=participants]").first
    option.check()
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    assert "Something new was created in Research" in board.notice("success").headline
    made = next(case for case in board.plannr.now().cases if case["name"] == "Something new")
    expect(board.list("Research").locator(".card").last).to_have_id(f"card-{made['uuid']}")


def test_a_case_is_deleted_with_its_name_typed(board: Board) -> None:
    case = at_the_case(board)
    board.page.get_by_role("link", name="Delete…").click()
    name = board.plannr.case(case)["name"]
    board.page.locator("[name=name]").fill("no")
    board.press("Enter")
    expect(board.page.locator(".wrong")).to_contain_text("Nothing was deleted.")
    board.page.locator("[name=name]").fill(name)
    board.press("Enter")
    assert "was deleted in Plannr" in board.notice("success").headline
    expect(board.card(case)).to_have_count(0)


def test_nothing_of_it_stands_in_anybodys_way(board: Board) -> None:
    """axe, in light and dark, with a field open and what is wrong beside it; and on a phone nothing sticks out."""
    at_the_case(board)
    row = opened(board, "value")
    row.locator(".typed").fill("lots")
    board.press("Enter")
    row.locator(".wrong").wait_for()
    for scheme in ("light", "dark"):
        board.page.emulate_media(color_scheme=scheme)
        assert violations(board) == []
    board.page.set_viewport_size({"width": 375, "height": 700})
    assert board.page.evaluate("document.documentElement.scrollWidth") <= 375


def test_what_was_typed_outlives_the_session(team: Team) -> None:
    """It is in the field again once the same person opens it, and is never sent by itself."""
    bob = team.sign_in("bob")
    case = bob.cards_in("Fact find")[0]
    page = f"{team.server.url}/cases/{case}/"
    bob.page.goto(page)
    row = opened(bob, "name")
    row.locator(".typed").fill("Half a sentence")
    bob.page.context.clear_cookies(name="sessionid")
    with bob.page.expect_response(lambda answer: answer.status == 401):
        row.get_by_role("button", name="Save").click()
    expect(row.locator(".typed")).to_have_value("Half a sentence")
    assert "You are signed out" in bob.notice("failure").headline
    bob.page.goto(page)
    bob.page.get_by_role("link", name="Sign in").or_(bob.page.get_by_role("button", name="Bob Bailey")).first.click()
    bob.page.wait_for_url(page)
    expect(opened(bob, "name").locator(".typed")).to_have_value("Half a sentence")
    assert wrote_to_cases(bob) == []


def wrote_to_cases(board: Board) -> list[str]:
    return [entry["path"] for entry in board.plannr.ledger() if entry["method"] != "GET" and "/cases" in entry["path"]]
