"""Webhooks: how often a call is tried, how it can go wrong on the way, and what is known of it afterwards."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.listener import Listener, rename, subscribe, until

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
Listen = Callable[..., Listener]


def test_a_call_is_made_three_times_at_most(call: Caller, listen: Listen) -> None:
    once, never = listen(500), listen(500, 404, 503)
    subscribe(call, once.url)
    subscribe(call, never.url)
    rename(call)
    assert len(never.wait(3)) == 3
    assert len({each.body for each in never.calls}) == 1
    until(lambda: sorted((each["status"], each["tries"]) for each in call.sandbox.deliveries) == [(202, 2), (503, 3)])
    time.sleep(0.1)
    assert (len(once.calls), len(never.calls)) == (2, 3)


def test_nobody_at_the_address_is_told_in_the_deliveries(call: Caller, listen: Listen) -> None:
    gone = listen()
    gone.close()
    subscribe(call, gone.url)
    rename(call)
    until(lambda: call.sandbox.deliveries[0]["tries"] == 3)
    assert call.sandbox.deliveries[0]["status"] is None
    assert "refused" in call.sandbox.deliveries[0]["error"]


@pytest.mark.parametrize("url", ["http://plannr.example/", "https://127.0.0.2/", "http://127.0.0.1.example:80/"])
def test_nothing_leaves_this_machine(call: Caller, url: str) -> None:
    subscribe(call, url)
    rename(call)
    (delivery,) = call.sandbox.deliveries
    assert (delivery["tries"], delivery["status"]) == (0, None)
    assert delivery["error"] == "The sandbox delivers to this machine only."


def test_a_slow_listener_slows_nobody_else(call: Caller, listen: Listen) -> None:
    slow, quick = listen(pause=1), listen()
    subscribe(call, slow.url)
    subscribe(call, quick.url)
    start = time.monotonic()
    for number in range(5):
        rename(call, f"Name {number}")
    assert len(quick.wait(5)) == 5
    assert time.monotonic() - start < 1
    assert len(slow.calls) == 1


def test_calls_are_dropped(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    call.sandbox.webhooks("drop")
    rename(call)
    call.sandbox.webhooks("normal")
    rename(call, "Again")
    assert [each.json["data"]["name"] for each in listener.wait(1)] == ["Again"]
    assert [each["mode"] for each in call.sandbox.deliveries] == ["drop", "normal"]


def test_calls_come_twice(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    assert call("POST", "/switchboard/webhooks", {"mode": "double"}).json["mode"] == "double"
    rename(call)
    one, two = listener.wait(2)
    assert (one.body, one.headers["x-signature"]) == (two.body, two.headers["x-signature"])


def test_calls_are_forged(call: Caller, listener: Listener) -> None:
    made = subscribe(call, listener.url)
    call.sandbox.webhooks("forge")
    rename(call)
    (told,) = listener.wait(1)
    assert len(told.headers["x-signature"]) == 64
    assert not told.signed_with(made["signing_secret"])


def test_late_calls_are_overtaken(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    call("POST", "/switchboard/webhooks", {"mode": "late", "seconds": 0.3})
    rename(call, "First")
    call.sandbox.webhooks("normal")
    rename(call, "Second")
    assert [each.json["data"]["name"] for each in listener.wait(2)] == ["Second", "First"]


@pytest.mark.parametrize(
    "body", [{}, {"mode": "lost"}, {"mode": "late", "seconds": -1}, {"mode": "late", "seconds": "x"}]
)
def test_another_mode_is_refused_in_words(call: Caller, body: dict[str, Any]) -> None:
    reply = call("POST", "/switchboard/webhooks", body)
    assert (reply.status, "mode" in reply.json["message"]) == (400, True)


def test_a_storm_tells_of_cases_that_were_not_changed(call: Caller, listener: Listener) -> None:
    before = call.sandbox.state()
    assert call("POST", "/switchboard/storm", {"count": 3}).json == {"sent": 0}
    made = subscribe(call, listener.url)
    assert call("POST", "/switchboard/storm", {"count": 50}).json == {"sent": 50}
    calls = listener.wait(50)
    assert {each.json["event"] for each in calls} == {"case.updated"}
    assert {each.json["data"]["uuid"] for each in calls} == set(call.sandbox.firm.cases)
    assert all(each.signed_with(made["signing_secret"]) for each in calls)
    assert call.sandbox.state() == before


def test_deliveries_tell_what_was_sent(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    uuid = rename(call)
    (told,) = listener.wait(1)
    until(lambda: call.sandbox.deliveries[0]["status"])
    (delivery,) = call("GET", "/switchboard/deliveries").json
    assert delivery.pop("at").endswith("+00:00")
    assert delivery == {
        "number": 1,
        "event": "case.updated",
        "case": uuid,
        "url": listener.url,
        "status": 202,
        "signature": told.headers["x-signature"],
        "mode": "normal",
        "tries": 1,
        "error": None,
        "replay_of": None,
    }


def test_a_delivery_is_replayed_byte_for_byte(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    uuid = rename(call)
    listener.wait(1)
    call("DELETE", f"/api/v1/cases/{uuid}")
    listener.wait(2)
    assert call("POST", "/switchboard/replay", {"number": 1}).status == 200
    first, _, again = listener.wait(3)
    assert (again.body, again.headers["x-signature"]) == (first.body, first.headers["x-signature"])
    assert call.sandbox.deliveries[2]["replay_of"] == 1
    assert call("POST", "/switchboard/replay", {"number": 99}).status == 404


def test_stopping_does_not_wait_for_the_post(make: Make, caller: Meet, listen: Listen) -> None:
    sandbox = make()
    call = caller(sandbox)
    subscribe(call, listen(pause=2).url)
    rename(call)
    start = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - start < 1
