"""Each fault, seen on the wire."""

import json
import time
from collections.abc import Callable

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller

CASES = "/api/v1/cases/*"


@pytest.fixture
def case(sandbox: Sandbox) -> str:
    return next(iter(sandbox.firm.cases))


@pytest.fixture
def put(
    sandbox: Sandbox, case: str, raw: Callable[..., bytes], put_bytes: Callable[..., bytes]
) -> Callable[..., bytes]:
    """Rename the case and say what came over the wire."""

    def put(seconds: float = 3) -> bytes:
        return raw(sandbox, put_bytes(sandbox, case, {"name": "Renamed"}, Connection="close"), seconds)

    return put


def renamed(sandbox: Sandbox, case: str) -> bool:
    return bool(sandbox.firm.cases[case]["name"] == "Renamed")


def test_a_status_is_answered_and_nothing_applied(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, status=503)
    seen = put()
    assert seen.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert not renamed(sandbox, case)


def test_a_body_may_be_text_or_json(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, body="{broken")
    sandbox.fail("PUT", CASES, body={"uuid": 7}, status=200)
    assert put().endswith(b"\r\n\r\n{broken")
    assert put().endswith(b'\r\n\r\n{"uuid":7}')


def test_an_empty_body_with_success_can_hide_an_applied_change(
    sandbox: Sandbox, case: str, put: Callable[..., bytes]
) -> None:
    sandbox.fail("PUT", CASES, status=200, body="", applied=True)
    seen = put()
    assert seen.startswith(b"HTTP/1.1 200")
    assert b"Content-Length: 0\r\n" in seen
    assert renamed(sandbox, case)


def test_headers_are_added_to_a_fault_and_to_a_normal_answer(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, status=429, headers={"Retry-After": "-5"})
    sandbox.fail("PUT", CASES, headers={"X-Odd": "yes"})
    assert b"Retry-After: -5\r\n" in put()
    normal = put()
    assert normal.startswith(b"HTTP/1.1 200")
    assert b"X-Odd: yes\r\n" in normal


def test_html_comes_as_html(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, html=True, status=502)
    seen = put()
    assert seen.startswith(b"HTTP/1.1 502")
    assert b"Content-Type: text/html" in seen
    assert b"<h1>" in seen


def test_applied_means_done_in_spite_of_the_500(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, status=500, applied=True)
    assert put().startswith(b"HTTP/1.1 500")
    assert renamed(sandbox, case)
    assert sandbox.ledger[-1]["applied"]
    assert sandbox.ledger[-1]["status"] == 500


def test_a_delay_comes_before_a_normal_answer(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, delay=0.15)
    start = time.monotonic()
    seen = put()
    assert time.monotonic() - start >= 0.15
    assert seen.startswith(b"HTTP/1.1 200")
    assert renamed(sandbox, case)


def test_a_delay_combines_with_a_status(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, delay=0.1, status=504)
    start = time.monotonic()
    assert put().startswith(b"HTTP/1.1 504")
    assert time.monotonic() - start >= 0.1


def test_dropped_before_nothing_is_said_and_nothing_done(
    sandbox: Sandbox, case: str, put: Callable[..., bytes]
) -> None:
    sandbox.fail("PUT", CASES, drop="before")
    assert put() in {b"", b"<reset>"}
    assert not renamed(sandbox, case)
    assert sandbox.ledger[-1]["status"] is None


def test_dropped_after_nothing_is_said_but_it_is_done(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, drop="after")
    assert put() in {b"", b"<reset>"}
    assert renamed(sandbox, case)
    entry = sandbox.ledger[-1]
    assert (entry["status"], entry["applied"], entry["fault"]) == (None, True, "drop after")


def test_a_drip_takes_its_time_for_every_byte(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, drip=0.01, body="12345678901234567890")
    start = time.monotonic()
    assert put().endswith(b"12345678901234567890")
    assert time.monotonic() - start >= 0.2


def test_a_truncated_body_is_shorter_than_it_says(sandbox: Sandbox, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, truncate=10)
    head, _, body = put().partition(b"\r\n\r\n")
    said = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
    assert len(body) == 10
    assert said > 10


def test_late_is_silent_and_applied_afterwards(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, late=0.3)
    assert put(seconds=0.1) == b"<silence>"
    assert not renamed(sandbox, case)
    deadline = time.monotonic() + 3
    while not sandbox.ledger[-1]["applied"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert renamed(sandbox, case)
    assert sandbox.ledger[-1]["applied"]
    assert sandbox.ledger[-1]["status"] is None


def test_late_stays_silent_after_it_was_applied(sandbox: Sandbox, case: str, put: Callable[..., bytes]) -> None:
    sandbox.fail("PUT", CASES, late=0.05)
    assert put(seconds=0.3) == b"<silence>"
    assert renamed(sandbox, case)


def test_a_fault_is_used_up_after_its_times_and_skips_those_before(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail("GET", "/api/v1/tag", status=500, skip=1, times=2)
    assert [call("GET", "/api/v1/tag").status for _ in range(4)] == [200, 500, 500, 200]


def test_times_0_is_for_ever_until_healed(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail("*", "/api/*", status=500, times=0)
    assert {call("GET", "/api/v1/tag").status for _ in range(5)} == {500}
    sandbox.heal()
    assert call("GET", "/api/v1/tag").status == 200


def test_a_fault_can_pick_a_page_by_the_query(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail("GET", "/api/v1/cases?*&page=2*", status=500)
    assert call("GET", "/api/v1/cases", per_page=5, page=1).status == 200
    assert call("GET", "/api/v1/cases", per_page=5, page=2).status == 500


def test_a_fault_can_pick_one_person(sandbox: Sandbox, caller: Callable[..., Caller]) -> None:
    sandbox.fail("*", "*", status=403, token="sandbox-tom", times=0)
    assert caller(sandbox, "sandbox-tom")("GET", "/api/v1/tag").status == 403
    assert caller(sandbox, "sandbox-leah")("GET", "/api/v1/tag").status == 200


def test_a_fault_that_does_not_exist_is_named(call: Caller) -> None:
    reply = call("POST", "/switchboard/faults", {"method": "PUT", "path": "*", "explode": True})
    assert reply.status == 400
    assert "'explode'" in reply.json["message"]
    assert "truncate" in reply.json["message"]


@pytest.mark.parametrize("fault", [{}, {"drop": "sideways"}, {"delay": "long"}, {"status": True}])
def test_a_fault_that_says_nothing_or_nonsense_is_refused(call: Caller, fault: dict[str, object]) -> None:
    assert call("POST", "/switchboard/faults", fault).status == 400


def test_stopping_does_not_wait_for_faults(make: Callable[..., Sandbox], caller: Callable[..., Caller]) -> None:
    sandbox = make()
    sandbox.fail("GET", "*", delay=60)
    call = caller(sandbox)
    call.send("GET", "/api/v1/tag")
    time.sleep(0.05)
    start = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - start < 1


def test_nonsense_instead_of_http_is_a_400(sandbox: Sandbox, raw: Callable[..., bytes]) -> None:
    assert raw(sandbox, b"hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    chunked = b"PUT /api/v1/cases/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert raw(sandbox, chunked).startswith(b"HTTP/1.1 411")
    huge = b"PUT /api/v1/cases/x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"
    assert raw(sandbox, huge).startswith(b"HTTP/1.1 413")


def test_a_connection_carries_many_requests(sandbox: Sandbox, raw: Callable[..., bytes]) -> None:
    one = b"GET /api/v1/logins HTTP/1.1\r\nAuthorization: Bearer sandbox-tom\r\n"
    seen = raw(sandbox, one + b"\r\n" + one + b"Connection: close\r\n\r\n")
    assert seen.count(b"HTTP/1.1 200 OK") == 2
    assert json.loads(seen.rpartition(b"\r\n\r\n")[2])["data"]
