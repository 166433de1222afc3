"""What a column asks on a drop, as people meet it: a question before anything is sent, a form for what is lacking."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import Before, shows_what_plannr_has
from tests.browser.test_accessibility import SIZES, violations

pytestmark = pytest.mark.browser


def ask(board: Board, column: str, *, most: int | None = None, needs: tuple[str, ...] = ()) -> None:
    """On the page "Columns", and back to the board."""
    board.page.goto(f"{board.server.url}/columns/")
    form = board.page.get_by_role("form", name=f"What the firm asks of {column}")
    if most:
        form.get_by_label("At most").fill(str(most))
    for need in needs:
        form.get_by_label(need).check()
    form.get_by_role("button", name="Save").click()
    expect(board.page.locator(".said")).to_have_text(f"{column} is saved.")
    board.reload()


def without_a_value(board: Board, plannr: PlannrSwitchboard) -> str:
    case = plannr.order("Fact find")[1]
    plannr.outside_edit(case, value=None)
    board.reread()
    return case


def dialog(board: Board) -> Locator:
    """The form for what is lacking, opened by itself."""
    found = board.page.locator("#needs[open]")
    found.wait_for()
    expect(board.page.locator("#need-value")).to_be_focused()
    return found


def test_cancel_leaves_the_card_where_it_was_and_sends_nothing(board: Board, plannr: PlannrSwitchboard) -> None:
    case = without_a_value(board.open(), plannr)
    ask(board, "Research", needs=("a value",))
    before = Before.of(board)
    board.drag(case, "Research", before.orders["Research"][1])
    assert "Research asks for a value." in board.notice("conflict").headline
    dialog(board).get_by_role("link", name="Cancel").click()
    expect(board.page.locator("#needs[open], .notice")).to_have_count(0)
    expect(board.link(case)).to_be_focused()
    before.unmoved(puts=0)


def test_save_sends_the_place_and_the_value_in_one_request(board: Board, plannr: PlannrSwitchboard) -> None:
    case = without_a_value(board.open(), plannr)
    ask(board, "Research", needs=("a value",))
    above, below = plannr.order("Research")[:2]
    board.drag(case, "Research", below)
    form = dialog(board)
    with board.answered():
        form.get_by_role("button", name="Save and move").click()
    expect(form.get_by_role("alert")).to_have_text("Type an amount such as 1,250 or £1.2k.")
    expect(form.locator("#need-value")).to_be_focused()
    form.locator("#need-value").fill("1,250")
    with board.answered():
        board.press("Enter")
    expect(board.page.locator("#needs[open]")).to_have_count(0)
    assert "moved to Research, 2 of " in board.notice("success").headline
    [put] = plannr.puts()
    assert put.body == {"status": board.uuid("Research"), "status_position": 2, "value": 125_000}
    assert plannr.order("Research")[:3] == [above, case, below]
    expect(board.link(case)).to_be_focused()
    shows_what_plannr_has(board, case)


@pytest.mark.parametrize("way", ["drag", "keys", "menu"])
def test_a_full_column_is_asked_about_on_every_way_to_move(board: Board, plannr: PlannrSwitchboard, way: str) -> None:
    board.open()
    count = len(plannr.order("Research"))
    ask(board, "Research", most=count)
    before, case = Before.of(board), plannr.order("Fact find")[0]
    if way == "drag":
        board.drag(case, "Research", before.orders["Research"][0])
    elif way == "keys":
        board.carry(case, "ArrowRight")
    else:
        board.choose(case, "Research", by_key=True)
    notice = board.notice("conflict")
    assert notice.headline == f"That makes {count + 1} of {count} in Research."
    assert notice.buttons == ("Keep", "Move anyway")
    before.unmoved(puts=0)
    board.reload()
    board.carry(case, "ArrowRight")
    board.press_button("Move anyway")
    assert "moved to Research" in board.notice("success").headline
    expect(board.column("Research").locator(".over-limit")).to_have_text("1 over limit")
    expect(board.page.locator("#strip")).to_contain_text("1 over limit")
    before.moved(case, "Research", 0)


def test_a_new_case_in_a_full_column_is_asked_about_in_its_dialog(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    count = len(plannr.order("Research"))
    ask(board, "Research", most=count, needs=("a value",))
    board.link(plannr.order("Research")[0]).focus()
    board.press("n")
    form = board.page.locator("#case-dialog form")
    form.locator("#name-name").fill("One more")
    with board.page.expect_response(lambda answer: "q-participants=a" in answer.url):
        form.get_by_label("Find somebody by name").press_sequentially("a")
    board.quiet()
    form.locator('input[name="participants"]').first.check()
    create = form.get_by_role("button", name="Create")
    create.click()
    expect(form.get_by_role("alert")).to_have_text("Research asks for a value. Type an amount such as 1,250 or £1.2k.")
    form.locator("#value-value").fill("1,250")
    create.click()
    expect(form.get_by_role("alert")).to_have_text(f"That makes {count + 1} of {count} in Research. Create anyway?")
    expect(form.locator("#name-name")).to_have_value("One more")
    assert len(plannr.order("Research")) == count
    form.get_by_role("button", name="Create anyway").click()
    expect(board.page.locator("#case-dialog[open]")).to_have_count(0)
    assert "was created in Research" in board.notice("success").headline
    assert len(plannr.order("Research")) == count + 1


def test_undo_out_of_a_guarded_column_and_back_into_one_asks_nothing(board: Board, plannr: PlannrSwitchboard) -> None:
    case = without_a_value(board.open(), plannr)
    ask(board, "Fact find", most=1, needs=("a value",))
    before = Before.of(board)
    board.carry(case, "ArrowRight")
    with board.page.expect_response(lambda answer: "/undo/" in answer.url):
        board.press("Control+z")
    board.quiet()
    assert "moved back to Fact find" in board.notice("success").headline
    assert plannr.order("Fact find") == before.orders["Fact find"]


def test_the_columns_are_kept_without_a_mouse(board: Board, plannr: PlannrSwitchboard) -> None:
    board.open()
    board.page.locator(".account summary").focus()
    board.press("Enter")
    board.page.get_by_role("link", name="Columns").focus()
    board.press("Enter")
    board.page.get_by_role("button", name="Research one place up").focus()
    board.press("Enter")
    expect(board.page.locator(".said")).to_have_text("Plannr has changed Research.")
    names = [status["name"] for status in plannr.now().statuses]
    assert names.index("Research") == 1
    assert [column.name for column in board.drawn(anew=True).values()][1] == "Research"


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_question_the_form_and_the_page(
    browse: Browse, plannr: PlannrSwitchboard, size: str
) -> None:
    board: Any = browse(viewport=SIZES[size])
    case = without_a_value(board.open(), plannr)
    ask(board, "Research", most=len(plannr.order("Research")), needs=("a value", "a plan"))
    assert violations(board) == []
    board.choose(plannr.order("Research")[0], "Fact find", by_key=True)
    board.choose(case, "Research", by_key=True)
    form = dialog(board)
    with board.answered():
        form.get_by_role("button", name="Save and move").click()
    assert violations(board) == []
    form.get_by_role("link", name="Cancel").click()
    board.page.goto(f"{board.server.url}/columns/")
    assert violations(board) == []


def test_the_form_keeps_the_focus_and_the_words_of_whoever_is_in_it(board: Board, plannr: PlannrSwitchboard) -> None:
    case = without_a_value(board.open(), plannr)
    ask(board, "Research", needs=("a value",))
    board.drag(case, "Research", plannr.order("Research")[0])
    form = dialog(board)
    form.locator("#need-value").fill("lots")
    with board.answered():
        board.press("Enter")
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_role("button", name="Save and move").focus()
    other = "document.getElementById('filter-menu')"
    board.page.evaluate(f"htmx.ajax('GET', {other}.getAttribute('hx-get'), {{target: '#filter-menu'}})")
    expect(board.page.locator("#filter-form")).to_have_count(1)
    board.quiet()
    expect(form.get_by_role("button", name="Save and move")).to_be_focused()
    form.locator("#need-value").fill("1,250")
    board.press("Escape")
    expect(board.page.locator("#needs[open]")).to_have_count(0)
    board.page.locator("#notices [data-needs]").click()
    expect(form.locator("#need-value")).to_have_value("1,250")
    form.get_by_role("link", name="Cancel").click()
    expect(board.page.locator("#needs[open], .notice")).to_have_count(0)
