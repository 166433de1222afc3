"""Gates: requests that wait where they are told to, so that races can be played out."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller, Reply
from tests.sandbox.listener import until

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
Later = Callable[..., "Future[Reply]"]
CASES = "/api/v1/cases/*"


@pytest.fixture
def later(sandbox: Sandbox, caller: Meet) -> Iterator[Later]:
    """later("New name"): a PUT from a thread of its own, whose answer comes when it comes."""
    with ThreadPoolExecutor(4) as pool:

        def later(name: str, token: str = "sandbox-token") -> "Future[Reply]":
            uuid = next(iter(sandbox.firm.cases))
            return pool.submit(caller(sandbox, token), "PUT", f"/api/v1/cases/{uuid}", {"name": name})

        yield later
        sandbox.world.gates.clear()


def name(sandbox: Sandbox) -> Any:
    return next(iter(sandbox.firm.cases.values()))["name"]


def test_a_request_is_held_before_it_is_applied(sandbox: Sandbox, later: Later) -> None:
    gate = sandbox.gate("PUT", CASES)
    answer = later("Held")
    until(sandbox.held)
    assert name(sandbox) != "Held"
    assert (sandbox.ledger[-1]["status"], sandbox.ledger[-1]["applied"]) == (None, False)
    sandbox.release(gate)
    assert answer.result(5).status == 200
    assert name(sandbox) == "Held"


def test_a_request_is_held_after_it_is_applied(sandbox: Sandbox, later: Later) -> None:
    gate = sandbox.gate("PUT", CASES, when="after")
    answer = later("Held")
    until(sandbox.held)
    assert name(sandbox) == "Held"
    assert (sandbox.ledger[-1]["status"], sandbox.ledger[-1]["applied"]) == (None, True)
    time.sleep(0.05)
    assert not answer.done()
    sandbox.release(gate)
    assert answer.result(5).status == 200


def test_two_are_let_go_in_the_other_order(sandbox: Sandbox, later: Later) -> None:
    first, second = sandbox.gate("PUT", CASES, name="first"), sandbox.gate("PUT", CASES, name="second")
    one = later("One")
    until(lambda: sandbox.held() == ["first"])
    two = later("Two", "sandbox-tom")
    until(lambda: sandbox.held() == ["first", "second"])
    sandbox.release(second)
    assert two.result(5).json["name"] == "Two"
    sandbox.release(first)
    assert one.result(5).json["name"] == "One"
    assert name(sandbox) == "One"


def test_others_go_on_meanwhile(sandbox: Sandbox, call: Caller, later: Later) -> None:
    sandbox.gate("PUT", CASES)
    later("Held")
    until(sandbox.held)
    assert call("GET", "/api/v1/tag").status == 200
    assert later("Not held", "sandbox-tom").result(5).status == 200


def test_a_gate_can_wait_for_one_person(sandbox: Sandbox, later: Later) -> None:
    gate = sandbox.gate("PUT", CASES, person="bob")
    assert later("Tom's", "sandbox-tom").result(5).status == 200
    answer = later("Bob's", "sandbox-bob")
    until(sandbox.held)
    sandbox.release(gate)
    assert answer.result(5).status == 200


def test_gates_over_http(sandbox: Sandbox, call: Caller, later: Later) -> None:
    wanted = {"method": "PUT", "path": CASES, "when": "before", "name": "door"}
    assert call("POST", "/switchboard/gates", wanted).json == {"name": "door"}
    assert call("GET", "/switchboard/gates").json == []
    answer = later("Held", "sandbox-bob")
    until(lambda: call("GET", "/switchboard/gates").json)
    (held,) = call("GET", "/switchboard/gates").json
    assert held == {
        "name": "door",
        "when": "before",
        "method": "PUT",
        "path": f"/api/v1/cases/{next(iter(sandbox.firm.cases))}",
        "query": "",
        "person": "bob",
        "number": 1,
    }
    assert call("POST", "/switchboard/gates/release", {"name": "door"}).status == 200
    assert answer.result(5).status == 200
    assert call("POST", "/switchboard/gates/release", {"name": "door"}).status == 404


def test_a_gate_that_was_opened_holds_nobody(sandbox: Sandbox, later: Later) -> None:
    sandbox.release(sandbox.gate("PUT", CASES))
    assert later("Free").result(5).status == 200


def test_a_gate_holds_what_goes_wrong_as_well(sandbox: Sandbox, later: Later) -> None:
    gate = sandbox.gate("PUT", CASES, when="after")
    sandbox.fail("PUT", CASES, status=500, applied=True)
    answer = later("Held")
    until(sandbox.held)
    assert name(sandbox) == "Held"
    sandbox.release(gate)
    assert answer.result(5).status == 500


@pytest.mark.parametrize("wanted", [{"when": "never"}, {"name": "door"}, {"door": "x"}])
def test_a_gate_that_makes_no_sense_is_refused(sandbox: Sandbox, call: Caller, wanted: dict[str, str]) -> None:
    sandbox.gate("PUT", CASES, name="door")
    assert call("POST", "/switchboard/gates", wanted).status == 400


def test_what_waits_over_a_reset_is_dropped_and_changes_nothing(sandbox: Sandbox, later: Later) -> None:
    """The firm has the same cases again; a request from before must not reach them."""
    sandbox.gate("PUT", CASES)
    sandbox.fail("PUT", CASES, delay=30, person="bob")
    held = later("Held")
    until(sandbox.held)
    delayed = later("Delayed", "sandbox-bob")
    until(lambda: len(sandbox.ledger) == 2)
    sandbox.reset()
    for answer in (held, delayed):
        with pytest.raises(HTTPException):
            answer.result(5)
    assert sandbox.held() == []
    assert name(sandbox) not in {"Held", "Delayed"}


def test_stopping_lets_everybody_go_and_applies_nothing(make: Make, caller: Meet) -> None:
    sandbox = make()
    sandbox.gate("PUT", CASES)
    uuid = next(iter(sandbox.firm.cases))
    caller(sandbox).send("PUT", f"/api/v1/cases/{uuid}", {"name": "Held"})
    until(sandbox.held)
    start = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - start < 1
    assert name(sandbox) != "Held"
