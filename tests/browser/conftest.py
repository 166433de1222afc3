"""The board as people meet it: Chromium, gunicorn, and Plannr's stand-in, each a process of its own.

They are started once and shared; between two tests Plannr gets its first firm back and the board forgets everything.
After every test the browser must have seen nothing unexpected, and the server must not have stumbled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.page import Board
from tests.browser.plannr import PlannrSwitchboard
from tests.browser.processes import CHROMIUM, CHROMIUM_FLAGS, SIGNED_IN, SandboxProcess, Server
from tests.browser.team import Team

WIDE = {"width": 2150, "height": 950}  # every column in sight
Browse = Callable[..., Board]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop on this thread, which Django takes for async code: others share the process."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which(CHROMIUM), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    process = SandboxProcess()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def gunicorn(sandbox_process: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(sandbox_process.url, Path(tmp_path_factory.mktemp("board")))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def team_gunicorn(sandbox_process: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The board as a team uses it: everybody signs in with Plannr, and the mirror is read again by itself."""
    server = Server(sandbox_process.url, Path(tmp_path_factory.mktemp("team")), SIGNED_IN)
    yield server
    server.stop()


@pytest.fixture
def plannr(sandbox_process: SandboxProcess) -> PlannrSwitchboard:
    switchboard = PlannrSwitchboard(sandbox_process)
    switchboard.reset()
    return switchboard


@pytest.fixture
def server(gunicorn: Server, plannr: PlannrSwitchboard) -> Iterator[Server]:
    """The board's server, knowing nothing yet."""
    gunicorn.forget_everything()
    gunicorn.news()
    yield gunicorn
    gunicorn.be_left()
    news = gunicorn.news()
    assert "Traceback" not in news, news


@pytest.fixture
def browse(chromium: Browser, server: Server, plannr: PlannrSwitchboard) -> Iterator[Browse]:
    """browse(viewport=…, java_script_enabled=False): one more person's browser."""
    contexts: list[BrowserContext] = []
    boards: list[Board] = []

    def browse(**options: Any) -> Board:
        contexts.append(chromium.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options))
        boards.append(Board(contexts[-1].new_page(), server, plannr))
        return boards[-1]

    yield browse
    for context in contexts:
        context.close()
    for board in boards:
        assert board.incidents == []
        assert board.strangers() == []


@pytest.fixture
def team(chromium: Browser, team_gunicorn: Server, plannr: PlannrSwitchboard) -> Iterator[Team]:
    """Alice owns the firm, Bob edits, Val only looks, Charlie is of another firm: each with a browser of their own."""
    team_gunicorn.forget_everything()
    team_gunicorn.news()
    plannr.know_the_board(f"{team_gunicorn.url}/sign-in/back/")
    team = Team(chromium, team_gunicorn, plannr)
    yield team
    team.go_home()
    team_gunicorn.be_left()
    assert "Traceback" not in (news := team_gunicorn.news()), news


@pytest.fixture
def board(browse: Browse) -> Board:
    return browse()


@pytest.fixture
def server_restarted_after(gunicorn: Server) -> Iterator[None]:
    """For tests after which the process remembers something, such as that Plannr asked for a pause."""
    yield
    gunicorn.restart()
