"""A sandbox over a real socket for each test, and Priya, who owns the firm, at her board."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from kanban.core import cache
from plannr_api.sandbox import Sandbox
from tests.support.connections import disconnect_all
from tests.support.people import Person, at_the_board
from tests.support.team import Team, a_team


@pytest.fixture(autouse=True)
def nobody_is_left_connected() -> Iterator[None]:
    cache.clear_all()
    yield
    disconnect_all()


@pytest.fixture
def make(settings: Any) -> Iterator[Callable[..., Sandbox]]:
    """make(cases=20, positions="store"): a running sandbox that the board is connected to."""
    with ExitStack() as stack:

        def make(**options: Any) -> Sandbox:
            sandbox = stack.enter_context(Sandbox(**{"cases": 40, "seed": 7} | options))
            settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN = sandbox.url, sandbox.token
            settings.PLANNR_TIMEOUT = 2.0
            settings.REFRESH_SECONDS = 3600  # nothing is read behind a test's back
            return sandbox

        yield make


@pytest.fixture
def plannr(make: Callable[..., Sandbox]) -> Sandbox:
    return make()


@pytest.fixture
def priya(db: None, plannr: Sandbox) -> Person:
    return at_the_board(plannr)


@pytest.fixture
def team(db: None, plannr: Sandbox, settings: Any) -> Team:
    """Everybody signs in with Plannr."""
    return a_team(plannr, settings)
