"""Subscribing at the stand-in Plannr, and reading what it sends."""

import threading
from collections.abc import Iterator

import pytest

from plannr_api import BearerToken, NotFound, Plannr, Rejected, case_in, signature_is_right
from plannr_api.sandbox import Sandbox
from tests.plannr_api.scripted_peer import PATIENT, Peer

EVENTS = ["case.created", "case.updated", "case.deleted"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(cases=12, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def plannr(sandbox: Sandbox) -> Iterator[Plannr]:
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token), account=sandbox.account, timeouts=PATIENT) as plannr:
        yield plannr


def waited_for(peer: Peer, calls: int) -> None:
    for _ in range(100):
        if len(peer.asked) >= calls:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"{len(peer.asked)} calls came, not {calls}.")


@pytest.mark.parametrize("wrapped", ["bare", "data"])
def test_a_subscription_is_made_found_changed_and_ended(sandbox: Sandbox, plannr: Plannr, wrapped: str) -> None:
    sandbox.speak(wrap_single=wrapped)
    made = plannr.webhooks.create("http://127.0.0.1:9/hook", EVENTS)
    assert (made.url, made.events, len(made.signing_secret or "")) == ("http://127.0.0.1:9/hook", EVENTS, 60)
    assert plannr.webhooks.list() == [made]
    changed = plannr.webhooks.update(made.uuid, EVENTS[:1])
    assert (changed.events, changed.signing_secret) == (EVENTS[:1], made.signing_secret)
    plannr.webhooks.delete(made.uuid)
    assert plannr.webhooks.list() == []
    with pytest.raises(NotFound):
        plannr.webhooks.delete(made.uuid)


def test_an_event_that_plannr_does_not_have_is_refused_by_plannr(plannr: Plannr) -> None:
    with pytest.raises(Rejected):
        plannr.webhooks.create("http://127.0.0.1:9/hook", ["client.updated"])


def test_a_call_is_rightly_signed_and_names_its_case(sandbox: Sandbox, plannr: Plannr, peer: Peer) -> None:
    peer.answers(status=200)
    hook = plannr.webhooks.create(f"{peer.url}/hook", EVENTS)
    case = plannr.cases.list().cases[0]
    plannr.cases.update(case.uuid, name="Renamed ☂")
    waited_for(peer, 1)
    call = peer.asked[0]
    assert (call.method, call.target) == ("POST", "/hook")
    assert signature_is_right(call.body, call.headers["x-signature"], hook.signing_secret or "")
    assert not signature_is_right(call.body + b" ", call.headers["x-signature"], hook.signing_secret or "")
    assert case_in(call.body) == case.uuid
