"""A week of Leah Morgan, who writes the reports of an invented firm: one browser, signed in with Plannr, from Monday to
Friday. After each thing that she does, what Plannr holds is what she was shown."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page import Board
from tests.browser.plannr import Json, PlannrSwitchboard
from tests.browser.team import Team

pytestmark = pytest.mark.browser

LEAH = "Leah Morgan"


def test_a_week_of_a_paraplanner(team: Team) -> None:
    desk, before = on_her_desk(team), last_line(team)
    leah = team.at_the_board("leah")
    monday(leah, desk)
    tuesday(leah, desk[0])
    wednesday(leah, *desk[:2])
    thursday(leah, desk[2:], team)
    friday(leah, desk[0], before)


def monday(leah: Board, desk: list[str]) -> None:
    """She looks at what is hers, finds a client by three letters, and reads the case."""
    choose_view(leah, "My cases")
    assert shown(leah) == hers(leah)
    case = desk[0]
    client = leah.link(case).locator(".card-client").inner_text()
    look(leah, lambda: leah.page.locator("#search").fill(client[:3]))
    assert case in shown(leah) <= hers(leah)
    assert leah.page.locator("#found").inner_text().startswith(f"{len(shown(leah))} of ")
    open_case(leah, leah.link(case))
    expect(panel(leah).locator("#part-details .rows > li")).to_have_count(len(leah.plannr.case(case)["plans"]))
    expect(panel(leah).locator("#part-tasks li")).not_to_have_count(0)
    expect(panel(leah).locator("#case-clients")).to_contain_text(client)
    expect(panel(leah).locator("#case-clients a").first).to_have_attribute("href", re.compile("^(mailto|tel):"))


def tuesday(leah: Board, case: str) -> None:
    """She corrects the value and the review date in the panel, and is told of a date that there is not."""
    value = edit(leah, "value", "£1.2k")
    expect(value.locator(".fact-said")).to_have_text("£1,200.00")
    expect(leah.card(case)).to_contain_text("£1,200")
    date = edit(leah, "review_at", "31/02/2027")
    expect(date.locator(".wrong")).to_be_visible()
    expect(date.locator(".typed")).to_have_value("31/02/2027")
    date.locator(".typed").fill("28/3/2027")
    leah.press("Enter")
    expect(date.locator(".fact-said")).to_contain_text("28 March 2027")
    assert leah.plannr.case(case)["value"] == 120_000
    assert leah.plannr.case(case)["review_at"].startswith("2027-03-28")
    expect(panel(leah).locator("#case-history")).to_contain_text("review date")
    close_case(leah)
    look(leah, lambda: leah.page.get_by_label("Without “").first.click())
    assert shown(leah) == hers(leah)


def wednesday(leah: Board, case: str, other: str) -> None:
    """She moves one case two columns on by keys. Of another she learns that a colleague was quicker, and takes back her
    own move: the case is where it was among all cases of the firm, not only among hers."""
    before = [each for each in leah.plannr.order("Fact find") if each != other]
    leah.carry(case, "ArrowRight", "ArrowRight")
    assert where(leah, case) == "Report writing"
    leah.link(other).focus()
    leah.press("Space")  # what is done in Plannr is not drawn while she holds it
    leah.plannr.outside_move(other, "Presented", 1)
    leah.press("ArrowRight")
    with leah.answered():
        leah.press("Space")
    conflict = leah.notice("conflict")
    assert "to Presented" in conflict.headline
    leah.page.locator(".notice[data-kind=conflict]").get_by_text("Keep theirs").click()
    expect(leah.page.locator(".notice[data-kind=conflict]")).to_have_count(0)
    assert where(leah, other) == "Presented"
    with leah.page.expect_response(lambda answer: "/undo/" in answer.url):
        leah.press("Control+z")
    leah.quiet()
    assert where(leah, case) == "Fact find"
    assert leah.plannr.order("Fact find") == before


def thursday(leah: Board, three: list[str], team: Team) -> None:
    """She sorts her board into a lane for each adviser, moves three cases at once, and shares the look as a view."""
    leah.page.locator("#lane-chosen").click()
    look(leah, lambda: leah.page.get_by_role("link", name="Adviser").click())
    lane = leah.page.locator(".lane", has=leah.page.get_by_role("heading", name=LEAH))
    for case in three:
        lane.locator(f'[data-case="{case}"] .pick').check()
    expect(leah.page.locator("#selection p")).to_have_text("3 selected")
    leah.page.locator("#selection").get_by_text("Move to…").click()
    menu = leah.page.locator("#bulk-menu")
    menu.locator(f'label:has(input[value="{leah.uuid("Research")}"])').click()
    menu.get_by_role("button", name="Move").click()
    expect(leah.page.locator(".bulk-notice .notice-headline")).to_have_text(
        "3 cases moved to Research.", timeout=20_000
    )
    leah.quiet()
    for case in three:
        assert leah.plannr.case(case)["status"] == leah.uuid("Research")
        cell = lane.locator(f'.cell[data-status="{leah.uuid("Research")}"]')
        expect(cell.locator(f'[data-case="{case}"]')).to_have_count(1)
    share_view(leah, "Whose is it")
    bob = team.at_the_board("bob")
    choose_view(bob, "Whose is it")
    expect(bob.page.locator("#lane-chosen")).to_have_text("Lanes: adviser")


def friday(leah: Board, case: str, before: int) -> None:
    """She completes the case, takes the month to a spreadsheet and to paper, and reads what the record tells."""
    open_case(leah, leah.page.locator(f'.card[data-case="{case}"] .card-link').first)
    with leah.answered():
        panel(leah).get_by_role("button", name="Complete").click()
    expect(panel(leah).locator("#case-header .status")).to_have_text("Completed")
    expect(panel(leah).get_by_role("button", name="Reopen")).to_be_visible()
    assert leah.plannr.case(case)["status"] == leah.uuid("Completed")
    assert leah.plannr.case(case)["completed_at"].startswith(f"{datetime.now(UTC):%Y-%m-%d}")
    close_case(leah)
    choose_view(leah, "Completed this month")
    expect(leah.list("Completed").locator(f"#card-{case}")).to_have_count(1)
    month = [each for each in leah.plannr.now().cases if completed_this_month(each)]
    assert sum(column.total for column in leah.drawn().values()) == sum(each["value"] or 0 for each in month)
    rows = exported(leah)
    assert {row["link"].rstrip("/").rsplit("/", 1)[1] for row in rows} == {each["uuid"] for each in month}
    assert sum(round(float(row["value"] or 0) * 100) for row in rows) == sum(each["value"] or 0 for each in month)
    leah.page.locator("#take-away").get_by_text("Print this view").click()
    expect(leah.page.locator(f'tr[data-case="{case}"]')).to_contain_text("£1,200.00")
    expect(leah.page.locator("tr[data-case]")).to_have_count(len(month))
    leah.page.goto(f"{leah.server.url}/cases/{case}/record/")
    lines = recorded_since(leah, before)
    assert {line.locator(".by bdi").inner_text() for line in lines} == {LEAH}
    told = "\n".join(line.inner_text() for line in lines)
    for deed in ("value", "review date", "Report writing", "Completed"):
        assert deed in told
    assert len(lines) == 5  # two edits, the move, its undo, and the completion


# What is on her desk, and what Plannr itself says


def on_her_desk(team: Team) -> list[str]:
    """Five cases of one column that are given to her in Plannr; the first has a plan."""
    now = team.plannr.now()
    cases = sorted(now.of(now.status("Fact find")), key=lambda case: not case["plans"])[:5]
    assert cases[0]["plans"]
    for case in cases:
        team.plannr.outside_edit(case["uuid"], assigned_to_uuids=[herself(team.plannr)])
    return [case["uuid"] for case in cases]


def herself(plannr: PlannrSwitchboard) -> str:
    return str(plannr_says(plannr, "logins")["data"][0]["account"]["uuid"])


def plannr_says(plannr: PlannrSwitchboard, resource: str) -> Json:
    """What Plannr answers her, without a board in between."""
    asked = Request(f"{plannr.url}/api/v1/{resource}", headers={"Authorization": "Bearer sandbox-leah"})
    with urlopen(asked, timeout=10) as answer:
        return dict(json.loads(answer.read()))


def hers(board: Board) -> set[str]:
    """Her open cases: the column of those that are completed is folded."""
    mine, done = herself(board.plannr), board.uuid("Completed")
    cases = board.plannr.now().cases
    return {case["uuid"] for case in cases if mine in case["assigned_to_uuids"] and case["status"] != done}


def last_line(team: Team) -> int:
    """The number of the last line of the record, in which older tests tell of cases with the same uuids."""
    return int(team.server.store.one("SELECT max(number) FROM kanban_entry") or 0)


def recorded_since(board: Board, before: int) -> list[Locator]:
    lines = board.page.locator(".record-line").all()
    return [line for line in lines if int((line.get_attribute("id") or "").removeprefix("line-")) > before]


def where(board: Board, case: str) -> str:
    """The column in which the case is drawn, which is the one in which Plannr has it."""
    drawn = next(column for column in board.drawn().values() if case in column.cards)
    assert board.plannr.case(case)["status"] == drawn.status
    return drawn.name


def completed_this_month(case: Json) -> bool:
    return str(case["completed_at"] or "").startswith(f"{datetime.now(UTC):%Y-%m}")


# What she does


def shown(board: Board) -> set[str]:
    return {case for column in board.drawn().values() for case in column.cards}


def panel(board: Board) -> Locator:
    return board.page.locator("#case-panel")


def look(board: Board, act: Callable[[], object]) -> None:
    """Change what the board shows, and wait until it does."""
    with board.page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "board"):
        act()
    board.quiet()


def menu_of_views(board: Board) -> Locator:
    board.page.locator("#views-now").click()
    return board.page.locator(".views-menu")


def choose_view(board: Board, name: str) -> None:
    menu = menu_of_views(board)
    look(board, lambda: menu.get_by_role("link", name=name).click())
    expect(board.page.locator("#views-now bdi")).to_have_text(name)


def share_view(board: Board, name: str) -> None:
    menu = menu_of_views(board)
    menu.get_by_text("Save this view…").click()
    menu.get_by_label("Name of this view").fill(name)
    menu.get_by_label("Share it with the team").check()
    menu.get_by_role("button", name="Save").click()
    expect(board.page.locator("#views-now bdi")).to_have_text(name)


def open_case(board: Board, link: Locator) -> None:
    link.click()
    panel(board).locator("#case-title").wait_for()
    expect(panel(board).locator(".asking:visible")).to_have_count(0)
    board.quiet()


def close_case(board: Board) -> None:
    panel(board).get_by_role("link", name="Close").click()
    expect(panel(board)).to_be_hidden()


def edit(board: Board, field: str, typed: str) -> Locator:
    """A fact of the open case, edited by keys; what became of it is for the caller to see."""
    row = panel(board).locator(f"#fact-{field}")
    row.locator(".fact-edit").focus()
    board.press("Enter")
    row.locator(".typed").fill(typed)
    with board.answered():
        board.press("Enter")
    return row


def exported(board: Board) -> list[dict[str, str]]:
    board.page.locator("#take-away").locator("xpath=ancestor::details").locator("summary").click()
    with board.page.expect_download() as download:
        board.page.locator("#take-away").get_by_text("Export this view").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))
