"""Outside hands, the ledger, and the switches, over HTTP and from Python."""

from collections.abc import Callable
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def outside(call: Caller, **deed: Any) -> Any:
    reply = call("POST", "/switchboard/outside", deed)
    assert reply.status == 200, reply.text
    return reply.json


@pytest.fixture
def case(sandbox: Sandbox) -> dict[str, Any]:
    """A case that is not in the first status, as a live record."""
    first = next(iter(sandbox.firm.statuses))
    return next(case for case in sandbox.firm.cases.values() if case["status"] != first and case["status_position"])


def test_a_colleague_moves_a_case(call: Caller, case: dict[str, Any]) -> None:
    first = next(iter(call.sandbox.firm.statuses))
    outside(call, do="move", case=case["uuid"], status=first, position=1)
    assert (case["status"], case["status_position"]) == (first, 1)


def test_a_colleague_never_loses_plans_by_moving(make: Make) -> None:
    sandbox = make(plans="detach")
    case = next(case for case in sandbox.firm.cases.values() if case["plans"])
    sandbox.outside.move(case["uuid"], next(iter(sandbox.firm.statuses)), 1)
    assert case["plans"]


def test_a_colleague_edits_unchecked(call: Caller, case: dict[str, Any]) -> None:
    fields = {"name": None, "value": "lots", "status_position": "3", "review_at": "2031-07-01", "assigned_to_uuids": []}
    outside(call, do="edit", case=case["uuid"], fields=fields)
    drawn = call("GET", f"/api/v1/cases/{case['uuid']}").json
    assert (drawn["name"], drawn["value"], drawn["status_position"]) == (None, "lots", "3")
    assert drawn["review_at"] == "2031-07-01T00:00:00+01:00"
    assert len(call.cases(sort="status_position")) == len(call.cases(sort="name")) == 20


def test_anything_can_be_laid_over_the_drawn_case(call: Caller, case: dict[str, Any]) -> None:
    wire = {"status_position": 2.5, "uuid": "not one", "surprise": {"deep": [1]}, "name": "\ud800"}
    outside(call, do="edit", case=case["uuid"], fields={"wire": wire})
    drawn = call("GET", f"/api/v1/cases/{case['uuid']}")
    assert {name: drawn.json[name] for name in wire} == wire
    assert drawn.text.count("status_position") == 1


def test_a_colleague_creates_and_deletes(call: Caller) -> None:
    made = outside(call, do="create", fields={"name": "Walk-in", "status_position": 1})["uuid"]
    drawn = call("GET", f"/api/v1/cases/{made}").json
    assert (drawn["name"], drawn["status_position"], drawn["status"]["name"]) == ("Walk-in", 1, "New enquiry")
    outside(call, do="delete", case=made)
    assert call("GET", f"/api/v1/cases/{made}").status == 404


def test_statuses_come_change_and_go(call: Caller, case: dict[str, Any]) -> None:
    made = outside(call, do="add_status", name="On hold", colour="javascript:alert(1)")["uuid"]
    outside(call, do="edit_status", status=made, fields={"name": "Held", "is_type_completed": True, "position": 1})
    status = call("GET", f"/api/v1/cases-status/{made}").json
    assert (status["name"], status["is_type_completed"], status["position"]) == ("Held", True, 1)
    gone = case["status"]
    outside(call, do="delete_status", status=gone)
    drawn = next(each for each in call.cases(include="status") if each["uuid"] == case["uuid"])
    assert drawn["status"] is None
    assert call("GET", f"/api/v1/cases-status/{gone}").status == 404


def test_something_happens_between_the_get_and_the_put(call: Caller, case: dict[str, Any]) -> None:
    when = {"method": "GET", "path": "/api/v1/cases"}
    outside(call, do="edit", case=case["uuid"], fields={"name": "Meanwhile"}, when=when)
    call("GET", "/api/v1/tag")
    assert case["name"] != "Meanwhile"
    assert "Meanwhile" not in {each["name"] for each in call.cases()}
    assert case["name"] == "Meanwhile"
    call.sandbox.outside.edit(case["uuid"], name="Once only")
    call.cases()
    assert case["name"] == "Once only"


def test_what_was_to_happen_to_a_case_that_has_gone_does_not(call: Caller, case: dict[str, Any]) -> None:
    call.sandbox.outside.edit(case["uuid"], name="x", when=("GET", "*"))
    call.sandbox.outside.delete(case["uuid"])
    assert call("GET", "/api/v1/tag").status == 200


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ({"do": "dance"}, 400),
        ({"do": "move"}, 400),
        ({"do": "delete", "case": "nobody"}, 404),
        ({"do": "move", "case": "nobody", "status": "nowhere"}, 404),
    ],
)
def test_a_deed_that_makes_no_sense_is_refused_in_words(call: Caller, deed: dict[str, Any], status: int) -> None:
    reply = call("POST", "/switchboard/outside", deed)
    assert reply.status == status
    assert reply.json["message"]


def test_the_ledger_tells_what_was_asked_and_what_it_did(call: Caller, case: dict[str, Any]) -> None:
    before, plans = case["status_position"], case["plans"]
    call("PUT", f"/api/v1/cases/{case['uuid']}?x=1", {"status_position": 1, "plans": plans})
    (entry,) = call("GET", "/switchboard/ledger").json
    assert entry.pop("at").endswith("+00:00")
    assert entry.pop("before")["status_position"] == before
    assert entry.pop("after")["status_position"] == 1
    assert entry == {
        "number": 1,
        "method": "PUT",
        "path": f"/api/v1/cases/{case['uuid']}",
        "query": "x=1",
        "body": {"status_position": 1, "plans": plans},
        "token_hint": "-token",
        "person": "priya",
        "account": call.sandbox.account,
        "request_id": "req-1",
        "status": 200,
        "applied": True,
        "fault": None,
    }


def test_the_ledger_can_be_read_from_a_number_on(call: Caller) -> None:
    for _ in range(3):
        call("GET", "/api/v1/tag")
    assert [entry["number"] for entry in call("GET", "/switchboard/ledger?since=1").json] == [2, 3]
    assert call("GET", "/switchboard/ledger?since=3").json == []
    assert not any(entry["applied"] for entry in call.sandbox.ledger)


def test_the_switchboard_costs_nothing_and_leaves_no_trace(make: Make, caller: Meet) -> None:
    sandbox = make(rate_limit=1)
    call = caller(sandbox, None, None)
    for _ in range(5):
        assert call("GET", "/switchboard/state").status == 200
    assert sandbox.ledger == []
    assert caller(sandbox)("GET", "/api/v1/tag").status == 200


def test_the_state_shows_every_case_in_plain_form(call: Caller, case: dict[str, Any]) -> None:
    state = call("GET", "/switchboard/state").json
    assert [status["position"] for status in state["statuses"]] == list(range(1, 8))
    shown = next(each for each in state["cases"] if each["uuid"] == case["uuid"])
    assert {name: shown[name] for name in ("status", "status_position", "plans", "value", "updated_at")} == {
        name: case[name] for name in ("status", "status_position", "plans", "value", "updated_at")
    }
    assert call.sandbox.state()["cases"] == state["cases"]


def test_dialects_switch_while_running(call: Caller) -> None:
    uuid = next(iter(call.sandbox.firm.cases))
    assert call("POST", "/switchboard/dialects", {"wrap_single": "data"}).json["wrap_single"] == "data"
    assert call("GET", f"/api/v1/cases/{uuid}").json["data"]["uuid"] == uuid
    reply = call("POST", "/switchboard/dialects", {"wrap_single": "paper"})
    assert reply.status == 400
    assert "bare, data" in reply.json["message"]


def test_a_token_expires_over_http(call: Caller) -> None:
    call("POST", "/switchboard/expire", {"token": "sandbox-token"})
    assert call("GET", "/api/v1/tag").status == 401


def test_faults_come_and_go_over_http(call: Caller) -> None:
    made = call("POST", "/switchboard/faults", {"method": "GET", "path": "/api/*", "times": 0, "status": 503})
    assert made.json == {"name": "status 503"}
    assert call("GET", "/api/v1/tag").status == 503
    assert call.sandbox.ledger[-1]["fault"] == "status 503"
    call("DELETE", "/switchboard/faults")
    assert call("GET", "/api/v1/tag").status == 200


def test_a_reset_makes_a_new_firm_and_forgets_everything(make: Make, caller: Meet) -> None:
    sandbox = make(positions="store", rate_limit=3)
    call = caller(sandbox)
    sandbox.expire("sandbox-tom")
    sandbox.fail("*", "*", status=500, times=0)
    sandbox.speak(money="int")
    sandbox.outside.edit(next(iter(sandbox.firm.cases)), when=("GET", "*"), name="x")
    call("GET", "/api/v1/tag")
    body = {"cases": 30, "seed": 8, "dialects": {"plans": "detach"}, "wrap_single": "data"}
    assert call("POST", "/switchboard/reset", body).json == {"cases": 30, "seed": 8}
    assert sandbox.ledger == []
    assert sandbox.world.dialects["positions"] == "store"
    assert (sandbox.world.dialects["money"], sandbox.world.dialects["plans"]) == ("string", "detach")
    again = caller(sandbox, "sandbox-tom")
    assert again("GET", "/api/v1/cases").json["meta"]["total"] == 30


def test_without_a_switchboard_there_is_none_and_no_ledger(make: Make, caller: Meet) -> None:
    sandbox = make(switchboard=False)
    call = caller(sandbox)
    assert call("GET", "/switchboard/state").status == 404
    call("GET", "/api/v1/tag")
    assert sandbox.ledger == []


def test_an_unknown_switch_is_a_404(call: Caller) -> None:
    assert call("GET", "/switchboard/nothing").status == 404
