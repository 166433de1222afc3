"""Fixtures of the client's tests."""

from collections.abc import Iterator

import pytest

from plannr_api import Plannr
from tests.plannr_api.scripted_peer import HASTY, Peer, client


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The random pause before a read is tried again is shortened to nothing."""
    monkeypatch.setattr("plannr_api.transport.sender.PAUSE", 0)


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.stop()


@pytest.fixture
def plannr(peer: Peer) -> Iterator[Plannr]:
    with client(peer.url) as plannr:
        yield plannr


@pytest.fixture
def hasty(peer: Peer) -> Iterator[Plannr]:
    """A client in a hurry, for peers that are slow."""
    with client(peer.url, HASTY) as plannr:
        yield plannr
