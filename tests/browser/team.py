"""People of a firm at their boards, each in a browser of their own, signed in with Plannr."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.processes import Server
from tests.support.processes import wait_until

WIDE = {"width": 2150, "height": 950}
CAST = {"alice": "Alice Archer", "bob": "Bob Bailey", "val": "Val Price", "charlie": "Charlie Carter"}


class Team:
    def __init__(self, chromium: Browser, server: Server, plannr: PlannrSwitchboard) -> None:
        self.chromium, self.server, self.plannr = chromium, server, plannr
        self._contexts: list[BrowserContext] = []
        self._boards: list[Board] = []

    def browser(self, **options: Any) -> BrowserContext:
        self._contexts.append(self.chromium.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options))
        return self._contexts[-1]

    def window(self, context: BrowserContext) -> Board:
        """One more tab of a browser."""
        self._boards.append(Board(context.new_page(), self.server, self.plannr))
        return self._boards[-1]

    def sign_in(self, name: str, **options: Any) -> Board:
        """Come to the board with a fresh browser: it leads to Plannr's page, and that back to the board."""
        board = self.window(self.browser(**options))
        board.page.goto(self.server.url + "/")
        self.press_own_name(board, name)
        return board

    def let_in(self, name: str) -> BrowserContext:
        """Signed in already: this browser's own requests went Plannr's way, without a page to press a button on and
        without the second that passes while the first reading is shown."""
        context = self.browser()
        ask, door = context.request, f"{self.plannr.url}/oauth/authorize"
        asked = dict(parse_qsl(urlsplit(ask.get(self.server.url + "/").url).query))
        ask.post(door, form=asked | {"person": name})
        home = f"{self.server.url}/"
        wait_until(lambda: 'id="board"' in ask.get(home).text(), f"the board of {name} is read", pause=0.05)
        return context

    def at_the_board(self, name: str) -> Board:
        """For tests about something else than signing in."""
        board = self.window(self.let_in(name))
        board.reload()
        board.page.locator("#board").wait_for()
        return board

    def press_own_name(self, board: Board, name: str) -> None:
        board.page.get_by_role("button", name=CAST[name]).first.click()
        board.page.locator("#board").wait_for()
        board.page.wait_for_load_state()  # before that no key and no button of it does anything
        expect(board.page.locator("body")).not_to_have_attribute("data-ended", "")

    def go_home(self) -> None:
        for context in self._contexts:
            context.close()
        for board in self._boards:
            assert board.incidents == [], board.incidents
            assert [url for url in board.strangers() if not url.startswith(f"{self.plannr.url}/oauth/")] == []
