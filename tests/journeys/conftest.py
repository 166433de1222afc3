"""A sandbox over a real socket for each test, and Priya, who owns the firm, at her board."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from kanban.accounts import clients, connections
from kanban.board import audience, card_cache, counts, rendering
from kanban.cases import choices
from kanban.core import throttle
from kanban.live import updates
from kanban.sync import diff, refresh
from kanban.templatetags import board
from plannr_api.sandbox import Sandbox
from tests.journeys.people import Person
from tests.journeys.team import BOARD, CLIENT, Team


def forget_everything() -> None:
    """What a process keeps, so that the next look is its first."""
    for kept in (board, rendering, audience, diff, choices, updates, throttle, card_cache, counts):
        kept.forget()


@pytest.fixture(autouse=True)
def nobody_is_left_connected() -> Iterator[None]:
    forget_everything()
    yield
    clients.disconnect_all()


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


def a_team(plannr: Sandbox, settings: Any) -> Team:
    plannr.add_oauth_client(**CLIENT)
    settings.SIGN_IN, settings.PUBLIC_URL, settings.PLANNR_ACCESS_TOKEN = "plannr", BOARD, ""
    settings.PLANNR_OAUTH_CLIENT_ID, settings.PLANNR_OAUTH_CLIENT_SECRET = CLIENT["client_id"], CLIENT["client_secret"]
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    return Team(plannr)


def at_the_board(plannr: Sandbox) -> Person:
    connection = connections.current()
    assert refresh.refresh(connection)
    return Person(Client(), plannr, connection)
