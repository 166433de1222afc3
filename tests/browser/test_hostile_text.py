"""Names, tags, colours and statuses are somebody else's text: shown as text, whatever they hold."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.promises import same

pytestmark = pytest.mark.browser

PAYLOADS = {
    "a script": "<script>window.__pwn = 1</script>",
    "an image": '<img src="//evil.example/x" onerror="window.__pwn = 1">',
    "a frame": '<iframe srcdoc="<script>parent.__pwn = 1</script>"></iframe>',
    "a drawing": '<svg onload="window.__pwn = 1"><use href="//evil.example/x"/></svg>',
    "an htmx move": '" hx-put="/cases/CASE/move/" hx-trigger="load" hx-vals=\'{"status": "STATUS"}\' x="',
    "an htmx element": '<b hx-put="/cases/CASE/move/" hx-trigger="load" hx-include="closest form">x</b>',
    "a data-hx attribute": '<i data-hx-get="//evil.example/x" data-hx-trigger="load">x</i>',
    "an htmx handler": '<i hx-on::load="window.__pwn = 1" hx-on:click="window.__pwn = 1">x</i>',
    "an out-of-band swap": '<div id="board" hx-swap-oob="true">gone</div>',
    "the end of a template": "</template></li></ul></section></kanban-board><h1>mine</h1>",
    "a link": '<a href="javascript:window.__pwn = 1">x</a>',
    "template language": "{{ board }}{% include 'x' %}${window.__pwn = 1}",
    "a base": '<base href="//evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example">',
}
ODD = {
    "five thousand characters": "W" * 5000,
    "five thousand words": "word " * 1000,
    "bidi overrides": "\u202e\u2066abc\u202dtxt.exe",
    "a lone surrogate": "before \ud83d after",
    "a NUL": "before \x00 after",
    "combining marks": "Z" + "\u0301\u0335\u0489" * 160,
    "nothing": "",
    "line breaks": "a\nb\r\nc\td",
    "emoji": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 40,
}
COLOURS = [
    *("red;background:url(//evil.example/x)", '#fff"><script>window.__pwn = 1</script>', "x" * 500),
    *("", "#12345", "currentcolor"),
]
FOREIGN = "iframe, base, object, embed, main script, main [onload], main [onerror], main b [hx-put]"


def width_of_a_card(board: Board, case: str) -> float:
    box = board.card(case).bounding_box()
    assert box
    return box["width"]


def unharmed(board: Board, plannr: PlannrSwitchboard) -> None:
    """Nothing ran, nothing was asked of anybody, nothing was moved, and nothing is wider than the window."""
    board.quiet()
    page = board.page
    assert page.evaluate("typeof window.__pwn") == "undefined"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(FOREIGN).count() == 0
    assert board.strangers() == []
    assert {each.method for each in board.requests} == {"GET"}
    assert plannr.puts() == []


@pytest.mark.parametrize("viewport", [(1440, 900), (375, 740)])
def test_hostile_names_are_shown_as_text_and_do_nothing(
    browse: Browse, plannr: PlannrSwitchboard, viewport: tuple[int, int]
) -> None:
    victim, *cases = plannr.order("Awaiting provider") + plannr.order("Fact find")
    said = dict(zip(cases, PAYLOADS.values(), strict=False))
    assert len(said) == len(PAYLOADS)
    research = plannr.status("Research")
    for case, text in said.items():
        said[case] = text.replace("CASE", victim).replace("STATUS", research)
        plannr.outside_edit(case, name=said[case])
    board = browse(viewport={"width": viewport[0], "height": viewport[1]}).open()
    width = width_of_a_card(board, victim)
    for case, text in said.items():
        assert board.card(case).locator(".card-name").text_content() == text
        assert width_of_a_card(board, case) == width
    for case in list(said) if viewport[0] > 1000 else list(said)[:2]:
        board.page.goto(f"{board.server.url}/cases/{case}/")
        assert board.page.locator(".case-name").text_content() == said[case]
    unharmed(board, plannr)


@pytest.mark.parametrize("kind", ["a script", "an htmx move", "an out-of-band swap"])
def test_a_hostile_name_does_nothing_in_the_menu_in_news_and_in_a_notice(
    board: Board, plannr: PlannrSwitchboard, kind: str
) -> None:
    case, text = plannr.order("Fact find")[2], PAYLOADS[kind]
    board.open()
    plannr.outside_edit(case, name=text)
    board.server.reread()
    board.poll()
    assert board.card(case).locator(".card-name").text_content() == text
    menu = board.open_menu(case)
    assert text in (menu.locator("h2").text_content() or "")
    unharmed(board, plannr)
    board.press("Escape")
    expect(menu).to_be_hidden()
    board.drag(case, "Research")
    assert text in board.notice("success").headline
    assert board.page.evaluate("typeof window.__pwn") == "undefined"
    assert len(plannr.puts()) == 1
    plannr.fail(status=422, body={"message": text, "errors": {"status": [text]}})
    board.close_notice()
    board.drag(case, "Presented")
    assert text in board.notice("failure").words
    assert board.page.evaluate("typeof window.__pwn") == "undefined"
    assert len(plannr.puts()) == 2


@pytest.mark.parametrize("viewport", [(1440, 900), (375, 740)])
def test_odd_names_leave_the_layout_whole(browse: Browse, plannr: PlannrSwitchboard, viewport: tuple[int, int]) -> None:
    victim, *cases = plannr.order("Awaiting provider") + plannr.order("Fact find")
    for case, text in zip(cases, ODD.values(), strict=False):
        plannr.outside_edit(case, name=text)
    board = browse(viewport={"width": viewport[0], "height": viewport[1]}).open()
    width = width_of_a_card(board, victim)
    for case in cases[: len(ODD)]:
        box = board.card(case).bounding_box()
        assert box
        assert box["width"] == width
        assert box["height"] < 160
    same(board.drawn(), plannr.now())
    for case in cases[: len(ODD)]:
        board.page.goto(f"{board.server.url}/cases/{case}/")
        assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    unharmed(board, plannr)


def test_a_case_with_an_odd_name_can_be_moved(board: Board, plannr: PlannrSwitchboard) -> None:
    kinds = ["a lone surrogate", "a NUL", "bidi overrides", "five thousand characters"]
    cases = plannr.order("Fact find")[2:6]
    for case, kind in zip(cases, kinds, strict=True):
        plannr.outside_edit(case, name=ODD[kind])
    board.open()
    for number, case in enumerate(cases, 6):
        board.drag(case, "Research")
        assert f"moved to Research, {number} of {number}" in board.notice("success", about=case).headline
        assert plannr.order("Research")[-1] == case
        assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_statuses_and_colours_are_text_and_a_colour_or_none(board: Board, plannr: PlannrSwitchboard) -> None:
    made = {}
    for text, colour in zip([*PAYLOADS.values()][:6], COLOURS, strict=True):
        made[plannr.outside("add_status", name=text, colour=colour)] = text
    plannr.outside("edit_status", status=plannr.status("Research"), fields={"name": ODD["five thousand characters"]})
    board.open()
    for status, text in made.items():
        assert board.page.locator(f"#name-{status}").text_content() == text
        assert board.page.locator(f"#column-{status}").get_attribute("data-hue") == "grey"
    widths = board.page.locator(".column:not([data-folded])").evaluate_all("all => all.map((each) => each.offsetWidth)")
    assert len(set(widths)) == 1
    menu = board.open_menu(plannr.order("Fact find")[0])
    for text in made.values():
        assert text in (menu.locator(".choices").text_content() or "")
    unharmed(board, plannr)
