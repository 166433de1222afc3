"""A case on a page of its own, in a browser that runs scripts."""

from __future__ import annotations

import pytest

from tests.browser.page import Board
from tests.browser.promises import Before

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("page", ["", "move/"])
def test_its_form_moves_the_case_and_ends_on_the_board(board: Board, page: str) -> None:
    board.open()
    before = Before.of(board)
    case = before.orders["Fact find"][3]
    board.page.goto(f"{board.server.url}/cases/{case}/{page}")
    board.page.locator("label").filter(has_text="Research").click()
    board.page.get_by_text("Bottom", exact=True).click()
    board.page.get_by_role("button", name="Move").click()
    assert "moved to Research, 6 of 6" in board.notice("success").headline
    before.moved(case, "Research", 5)


def test_cancel_goes_back_to_the_board(board: Board) -> None:
    board.open()
    case = board.cards_in("Fact find")[3]
    board.page.goto(f"{board.server.url}/cases/{case}/")
    board.page.get_by_text("Cancel").click()
    board.page.wait_for_url(board.server.url + "/")
