"""Being told of changes: the subscriptions, the signature, and what a call is about."""

import hashlib
import hmac
from typing import Any
from uuid import UUID

import pytest

from plannr_api import NotFound, Plannr, WebhookSubscription, case_in, signature_is_right
from tests.plannr_api.scripted_peer import CANARY, CASE, Peer, page

PATH = "/api/v2/webhook-subscriptions"
HOOK = UUID("22222222-2222-4222-8222-222222222222")
SECRET = CANARY
BODY = b'{"event":"case.updated"}'
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
ODD: list[Any] = [None, "", b"", 5, [], {}, "é", "\ud800", "x" * 100_000, True]


def sent(**fields: Any) -> dict[str, Any]:
    return {
        "uuid": str(HOOK),
        "created_at": "2026-04-09T17:35:05+01:00",
        "updated_at": "2026-04-09T17:35:05+01:00",
        "signing_secret": SECRET,
        "url": "https://board.example/hook",
        "events": ["case.created", "case.updated"],
        "last_outgoing_webhook_call_at": None,
        **fields,
    }


def test_the_list_tells_each_subscription_and_its_secret(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(sent(), sent(uuid=str(CASE), signing_secret=None, events=None)))
    first, second = plannr.webhooks.list()
    assert peer.asked[0].target.partition("?")[0] == PATH
    assert (first.uuid, first.url, first.events) == (
        HOOK,
        "https://board.example/hook",
        ["case.created", "case.updated"],
    )
    assert first.signing_secret == SECRET
    assert first.created_at
    assert first.created_at.isoformat() == "2026-04-09T16:35:05+00:00"
    assert (first.last_outgoing_webhook_call_at, second.signing_secret, second.events) == (None, None, None)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_subscription_is_made(peer: Peer, plannr: Plannr, wrapped: bool) -> None:
    peer.answers({"data": sent()} if wrapped else sent(), status=201)
    made = plannr.webhooks.create("https://board.example/hook", ["case.created", "case.updated"])
    (asked,) = peer.asked
    assert (asked.method, asked.target, made.signing_secret) == ("POST", PATH, SECRET)
    assert asked.json == {"url": "https://board.example/hook", "events": ["case.created", "case.updated"]}


def test_only_the_events_of_a_subscription_can_be_changed(peer: Peer, plannr: Plannr) -> None:
    peer.answers(sent(events=["case.deleted"]))
    assert plannr.webhooks.update(HOOK, ("case.deleted",)).events == ["case.deleted"]
    (asked,) = peer.asked
    assert (asked.method, asked.target, asked.json) == ("PUT", f"{PATH}/{HOOK}", {"events": ["case.deleted"]})


def test_a_subscription_is_ended(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=204).answers(status=404)
    plannr.webhooks.delete(HOOK)
    assert (peer.asked[0].method, peer.asked[0].target) == ("DELETE", f"{PATH}/{HOOK}")
    with pytest.raises(NotFound):
        plannr.webhooks.delete(str(HOOK))


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("ftp://x", ["case.created"]),
        ("/hook", ["case.created"]),
        ("https://x/#a", ["case.created"]),
        ("https://x/\r\n", ["case.created"]),
        (None, ["case.created"]),
        ("https://x", []),
        ("https://x", "case.created"),
        ("https://x", [""]),
        ("https://x", ["case created"]),
        ("https://x", [5]),
        ("https://x", None),
    ],
)
def test_slips_are_told_before_anything_is_sent(peer: Peer, plannr: Plannr, url: Any, events: Any) -> None:
    with pytest.raises(ValueError, match=r"address|events"):
        plannr.webhooks.create(url, events)
    assert peer.asked == []


def test_a_subscription_does_not_show_its_secret() -> None:
    hook = WebhookSubscription(uuid=HOOK, url="https://x", signing_secret=SECRET)
    assert SECRET not in f"{hook} {hook!r} {[hook]} {list(hook.__rich_repr__())}"
    assert str(HOOK) in repr(hook)


def test_a_secret_of_a_wrong_shape_is_not_quoted(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(sent(created_at=SECRET)))
    with pytest.raises(Exception, match="not a date") as caught:
        plannr.webhooks.list()
    assert SECRET not in f"{caught.value!r} {vars(caught.value)}"


# The signature


@pytest.mark.parametrize("written", [SIGNATURE, SIGNATURE.upper(), f"  {SIGNATURE}\t"])
def test_the_signature_of_the_raw_body_is_right(written: str) -> None:
    assert signature_is_right(BODY, written, SECRET) is True


def test_a_body_a_signature_and_a_secret_belong_together() -> None:
    assert not signature_is_right(BODY + b" ", SIGNATURE, SECRET)
    assert not signature_is_right(BODY, SIGNATURE, SECRET + "x")
    assert not signature_is_right(BODY, SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1"), SECRET)
    assert not signature_is_right(BODY, SIGNATURE[:-1], SECRET)
    assert not signature_is_right(BODY, SIGNATURE + "0", SECRET)
    assert not signature_is_right(BODY, f"sha256={SIGNATURE}", SECRET)


def test_nobody_signs_with_an_empty_secret() -> None:
    assert not signature_is_right(BODY, hmac.new(b"", BODY, hashlib.sha256).hexdigest(), "")


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_nothing_odd_is_a_signature(odd: Any) -> None:
    assert signature_is_right(BODY, odd, SECRET) is False
    assert signature_is_right(BODY, SIGNATURE, odd) is False
    assert signature_is_right(odd, SIGNATURE, SECRET) is False


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: (compared.append((one, other)), True)[1])
    assert signature_is_right(BODY, "0" * 64, SECRET)
    assert compared == [(SIGNATURE.encode(), b"0" * 64)]


# What a call is about


@pytest.mark.parametrize(
    "body",
    [
        '{"event":"case.updated","data":{"uuid":"%s","name":"x"}}',
        '{"uuid":"%s"}',
        '{"case_uuid":"%s"}',
        '{"data":[],"uuid":"","case_uuid":"%s"}',
        '{"data":{"uuid":5},"uuid":"%s"}',
        '\ufeff{"data":{"uuid":"%s"}}',
    ],
)
def test_the_case_of_a_call_is_found_where_it_may_stand(body: str) -> None:
    assert case_in((body % CASE).encode()) == CASE
    assert case_in((body % str(CASE).upper()).encode()) == CASE


def test_the_nearest_uuid_wins() -> None:
    assert case_in(b'{"case_uuid":"%s","data":{"uuid":"%s"}}' % (str(HOOK).encode(), str(CASE).encode())) == CASE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"x"',
        b"<html>",
        b'{"data":null}',
        b'{"data":{"uuid":"../logins"}}',
        b'{"uuid":["%s"]}' % str(CASE).encode(),
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"data":' * 100_000,
        b'{"uuid":' + b"9" * 5000 + b"}",
        *ODD,
    ],
    ids=lambda body: repr(body)[:20],
)
def test_a_call_about_nothing_known_is_about_no_case(body: Any) -> None:
    assert case_in(body) is None
