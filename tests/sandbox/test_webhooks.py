"""Webhooks: who subscribes, and what is told to whom."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.listener import SUBSCRIPTIONS as PATH
from tests.sandbox.listener import Listener, rename, subscribe, until

Meet = Callable[..., Caller]
Listen = Callable[..., Listener]
ALL = ["case.created", "case.updated", "case.deleted"]


def test_a_subscription_is_made_shown_changed_and_dropped(call: Caller, listener: Listener) -> None:
    made = subscribe(call, listener.url, "case.updated")
    assert len(made["signing_secret"]) == 60
    assert (made["url"], made["events"], made["last_outgoing_webhook_call_at"]) == (
        listener.url,
        ["case.updated"],
        None,
    )
    path = f"{PATH}/{made['uuid']}"
    assert call("GET", path).json == made
    changed = call("PUT", path, {"events": ["case.deleted", "task.completed"], "url": "http://elsewhere.example"}).json
    assert (changed["events"], changed["url"]) == (["case.deleted", "task.completed"], listener.url)
    assert [each["uuid"] for each in call("GET", PATH).json["data"]] == [made["uuid"]]
    assert call("DELETE", path).status == 204
    assert call("GET", path).status == 404
    assert call("GET", PATH).json == {"data": []}


def test_subscriptions_are_found_and_the_newest_comes_first(call: Caller) -> None:
    one, two = (subscribe(call, f"https://{host}.example/") for host in ("one", "two"))
    assert [each["uuid"] for each in call("GET", PATH).json["data"]] == [two["uuid"], one["uuid"]]
    for asked in ({"filter[uuid]": one["uuid"]}, {"filter[url]": "https://one.example/"}, {"sort": "created_at"}):
        assert call("GET", PATH, **asked).json["data"][0]["uuid"] == one["uuid"]
    assert call("GET", PATH, **{"filter[nonsense]": "x"}).status == 400


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"url", "events"}),
        ({"url": "ftp://127.0.0.1/", "events": ALL}, {"url"}),
        ({"url": "http://", "events": ALL}, {"url"}),
        ({"url": "http://[::1/", "events": ALL}, {"url"}),
        ({"url": 5, "events": ALL}, {"url"}),
        ({"url": "http://127.0.0.1/", "events": []}, {"events"}),
        ({"url": "http://127.0.0.1/", "events": "case.created"}, {"events"}),
        ({"url": "http://127.0.0.1/", "events": ["case.created", "client.updated", 7]}, {"events.1", "events.2"}),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(call: Caller, body: dict[str, Any], wrong: set[str]) -> None:
    reply = call("POST", PATH, body)
    assert (reply.status, set(reply.json["errors"])) == (422, wrong)


def test_who_may_not_write_may_not_subscribe(sandbox: Sandbox, caller: Meet) -> None:
    assert caller(sandbox, "sandbox-val")("POST", PATH, {"url": "http://127.0.0.1/", "events": ALL}).status == 403


def test_every_change_is_told_and_signed(call: Caller, listener: Listener) -> None:
    made = subscribe(call, listener.url)
    uuid = rename(call)
    (told,) = listener.wait(1)
    assert told.signed_with(made["signing_secret"])
    assert not told.signed_with(made["signing_secret"][:-1])
    assert told.path == "/hook?from=plannr"
    assert told.headers["content-type"] == "application/json"
    assert told.json == {"event": "case.updated", "data": call("GET", f"/api/v1/cases/{uuid}").json}
    until(lambda: call("GET", f"{PATH}/{made['uuid']}").json["last_outgoing_webhook_call_at"])


def test_created_updated_and_deleted_by_hand_and_from_outside(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    client = next(uuid for uuid, each in call.sandbox.firm.accounts.items() if each["type"] == "client")
    made = call("POST", "/api/v1/cases", {"name": "New", "participants": [client]}).json["uuid"]
    call("PUT", f"/api/v1/cases/{made}", {"status_position": 1})
    call("POST", f"/api/v1/cases/{made}/participants", {"participants": [call.sandbox.account]})
    call("DELETE", f"/api/v1/cases/{made}")
    walk_in = call.sandbox.outside.create(name="Walk-in")
    call.sandbox.outside.move(walk_in, list(call.sandbox.firm.statuses)[1], 1)
    call.sandbox.outside.delete(walk_in)
    told = [(each.json["event"], each.json["data"]["uuid"]) for each in listener.wait(7)]
    assert told == [
        ("case.created", made),
        ("case.updated", made),
        ("case.updated", made),
        ("case.deleted", made),
        ("case.created", walk_in),
        ("case.updated", walk_in),
        ("case.deleted", walk_in),
    ]


def test_only_what_was_subscribed_to_is_told(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url, "case.deleted")
    uuid = rename(call)
    call("DELETE", f"/api/v1/cases/{uuid}")
    assert [each.json["event"] for each in listener.wait(1)] == ["case.deleted"]
    assert len(call.sandbox.deliveries) == 1


def test_a_refused_change_is_not_told(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    uuid = next(iter(call.sandbox.firm.cases))
    assert call("PUT", f"/api/v1/cases/{uuid}", {"value": "lots"}).status == 422
    assert call.sandbox.deliveries == []


def test_each_firm_hears_only_of_its_own(sandbox: Sandbox, caller: Meet, listen: Listen) -> None:
    ours, theirs = listen(), listen()
    call, charlie = caller(sandbox), caller(sandbox, "sandbox-charlie")
    subscribe(charlie, theirs.url)
    here, there = rename(call), next(iter(sandbox.other_firm.cases))
    sandbox.outside.edit(there, name="Harbour, renamed")
    assert [each.json["data"]["uuid"] for each in theirs.wait(1)] == [there]
    made = subscribe(call, ours.url)
    assert charlie("GET", f"{PATH}/{made['uuid']}").status == 404
    assert charlie("PUT", f"{PATH}/{made['uuid']}", {"events": ALL}).status == 404
    assert charlie("DELETE", f"{PATH}/{made['uuid']}").status == 404
    assert len(charlie("GET", PATH).json["data"]) == 1
    rename(call, "Again")
    sandbox.outside.edit(there, name="Harbour, again")
    assert [each.json["data"]["uuid"] for each in ours.wait(1)] == [here]
    assert [each.json["data"]["uuid"] for each in theirs.wait(2)] == [there, there]


def test_subscriptions_survive_a_restart(tmp_path: Path, stack: ExitStack, caller: Meet, listener: Listener) -> None:
    path = tmp_path / "state.json"
    with Sandbox(12, state=path) as first:
        made = subscribe(caller(first), listener.url)
    second = caller(stack.enter_context(Sandbox(12, state=path)))
    assert second("GET", f"{PATH}/{made['uuid']}").json == made
    rename(second)
    assert listener.wait(1)[0].signed_with(made["signing_secret"])


def test_a_reset_forgets_who_subscribed(call: Caller, listener: Listener) -> None:
    subscribe(call, listener.url)
    call.sandbox.webhooks("late", 0.2)
    rename(call)
    call.sandbox.reset()
    assert call.sandbox.deliveries == []
    time.sleep(0.3)
    assert listener.calls == []
