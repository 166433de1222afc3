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
    board.quiet()
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
    with board.page.expect_response(lambda answer: "q-participants=a" in answer.url):
        dialog.locator("[name=q-participants]").press_sequentially("a")
    board.quiet()
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


def in_panel(board: Board, case: str, field: str) -> Locator:
    """A case opened over the board, with one of its fields open."""
    board.link(case).click()
    board.page.locator(f'#case-panel [data-opened="{case}"]').wait_for()
    board.page.locator(f"#case-panel #fact-{field} .fact-edit").wait_for()
    return opened(board, field)


def test_in_the_panel_a_form_is_drawn_as_it_is_answered(board: Board, plannr: PlannrSwitchboard) -> None:
    case = board.open().cards_in("Fact find")[0]
    row = in_panel(board, case, "value")
    row.locator(".typed").fill("lots")
    board.press("Enter")
    expect(row.locator(".wrong")).to_be_visible()
    row.locator(".typed").fill("7")
    plannr.outside_edit(case, value=99_900)
    board.press("Enter")
    expect(row.locator(".fact-theirs")).to_contain_text("Somebody in Plannr changed the value")
    row.get_by_role("button", name="Save anyway").click()
    expect(row.locator(".fact-said")).to_have_text("£7.00")
    opened(board, "value").locator(".typed").fill("8")
    row.get_by_role("link", name="Cancel").click()
    expect(row.locator(".fact-said")).to_have_text("£7.00")
    expect(opened(board, "value").locator(".typed")).to_have_value("£7.00")


def test_what_was_typed_is_there_again_until_it_is_cancelled(board: Board) -> None:
    """Escape leaves the field alone, another card takes the panel, and it is closed: nothing typed is lost."""
    one, two = board.open().cards_in("Fact find")[:2]
    row = in_panel(board, one, "name")
    row.locator(".typed").fill("Half a sentence")
    row.get_by_role("button", name="Save").focus()
    board.press("Escape")
    expect(row.locator(".fact-edit")).to_be_focused()
    expect(board.page.locator("#case-panel")).to_be_visible()
    expect(opened(board, "name").locator(".typed")).to_have_value("Half a sentence")
    in_panel(board, two, "value").locator(".typed").fill("12")
    board.page.locator("#case-panel").get_by_role("link", name="Close").click()
    expect(board.page.locator("#case-panel")).to_be_hidden()
    expect(in_panel(board, one, "name").locator(".typed")).to_have_value("Half a sentence")
    expect(in_panel(board, two, "value").locator(".typed")).to_have_value("12")
    row = in_panel(board, one, "name")
    row.get_by_role("link", name="Cancel").click()
    expect(row.locator(".fact-said")).not_to_have_text("Half a sentence")
    expect(opened(board, "name").locator(".typed")).not_to_have_value("Half a sentence")
    assert wrote_to_cases(board) == []


def test_a_new_case_half_typed_is_not_lost_beside_the_dialog_nor_by_escape(board: Board) -> None:
    board.open()
    button, dialog = board.column("Research").locator(".new-case"), board.page.locator("#case-dialog")
    name = dialog.locator("[name=name]")
    button.click()
    expect(name).to_be_focused()
    board.page.mouse.click(5, 300)
    expect(dialog).to_be_hidden()
    button.click()
    name.fill("Half a name")
    board.page.mouse.click(5, 300)
    expect(dialog).to_be_visible()
    box = name.bounding_box() or {}
    board.page.mouse.move(box["x"] + 20, box["y"] + 10)
    board.page.mouse.down()
    board.page.mouse.move(5, 300)
    board.page.mouse.up()
    expect(dialog).to_be_visible()
    board.press("Escape")
    expect(dialog).to_be_hidden()
    button.click()
    expect(name).to_have_value("Half a name")
    dialog.get_by_role("link", name="Cancel").click()
    button.click()
    expect(name).to_have_value("")


def test_a_form_that_cannot_be_reached_says_so(board: Board) -> None:
    board.open()
    board.page.route("**/cases/new/**", lambda route: route.abort())
    board.column("Research").locator(".new-case").click()
    expect(board.page.locator(".notice")).to_contain_text("its form was not opened")


def test_a_session_that_a_poll_finds_ended_takes_no_words_with_it(team: Team) -> None:
    bob = team.sign_in("bob")
    bob.column("Research").locator(".new-case").click()
    dialog = bob.page.locator("#case-dialog")
    dialog.locator("[name=name]").fill("Half a name")
    bob.page.context.clear_cookies(name="sessionid")
    bob.page.evaluate("htmx.ajax('GET', '/changes/?after=0', {source: '#notices', swap: 'none'})")
    expect(bob.page.locator("#session-ended")).to_be_visible()
    assert "Half a name" in bob.page.evaluate("sessionStorage.getItem('typed')")
