"""Reading, creating, changing and deleting cases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def one(sandbox: Sandbox, test: Callable[[Any], Any] = lambda case: True) -> dict[str, Any]:
    """The first case that passes; the live record."""
    return next(case for case in sandbox.firm.cases.values() if test(case))


def put(call: Caller, case: dict[str, Any], **fields: Any) -> Any:
    reply = call("PUT", f"/api/v1/cases/{case['uuid']}", fields)
    assert reply.status == 200, reply.text
    return reply.json


def test_every_field_can_be_put_and_comes_back(make: Make, caller: Meet) -> None:
    call = caller(make(put_relations="loaded"))
    firm, case = call.sandbox.firm, one(call.sandbox)
    kind, group, plan = next(iter(firm.types)), next(iter(firm.groups)), next(iter(firm.plans))
    answer = put(
        call,
        case,
        name="  Annual review  ",
        review_at="2031-03-18T16:05:25+00:00",
        type=kind,
        value=15099,
        assigned_to_uuids=[call.sandbox.account],
        group_uuids=[group],
        plans=[plan],
        completed_at="2031-07-01 09:00:00",
        nonsense="ignored",
    )
    assert answer["name"] == "Annual review"
    assert answer["slug"] == "annual-review"
    assert answer["review_at"] == "2031-03-18T16:05:25+00:00"
    assert answer["completed_at"] == "2031-07-01T09:00:00+01:00"
    assert answer["type"]["uuid"] == kind
    assert answer["value"] == {"amount": "15099", "currency": "GBP", "formatted": "£150.99"}
    assert answer["assigned_to_uuids"] == [call.sandbox.account]
    assert [each["uuid"] for each in answer["plans"]] == [plan]
    assert "nonsense" not in answer
    again = call("GET", f"/api/v1/cases/{case['uuid']}").json
    assert again == answer


def test_null_clears_what_may_be_empty(call: Caller) -> None:
    case = one(call.sandbox, lambda case: case["plans"] and case["value"])
    answer = put(call, case, review_at=None, completed_at=None, value=None, type=None, plans=None)
    assert [answer[name] for name in ("review_at", "completed_at", "value", "type")] == [None] * 4
    assert case["plans"] == []


def test_an_empty_list_detaches_all_plans(call: Caller) -> None:
    case = one(call.sandbox, lambda case: case["plans"])
    put(call, case, plans=[])
    assert case["plans"] == []


def test_a_put_without_plans_keeps_them(make: Make, caller: Meet) -> None:
    call = caller(make(plans="keep"))
    case = one(call.sandbox, lambda case: case["plans"])
    put(call, case, status_position=1)
    assert case["plans"]


def test_a_put_without_plans_may_detach_them(make: Make, caller: Meet) -> None:
    call = caller(make(plans="detach"))
    case = one(call.sandbox, lambda case: case["plans"])
    kept = list(case["plans"])
    put(call, case, status_position=1, plans=kept)
    assert case["plans"] == kept
    put(call, case, status_position=1)
    assert case["plans"] == []


def test_digits_in_a_string_are_a_number(call: Caller) -> None:
    assert put(call, one(call.sandbox), value="4000")["value"]["amount"] == "4000"


def test_amounts_may_be_numbers(make: Make, caller: Meet) -> None:
    call = caller(make(money="int"))
    assert put(call, one(call.sandbox), value=4000)["value"]["amount"] == 4000


def test_amounts_are_strings_by_default(make: Make, caller: Meet) -> None:
    call = caller(make(money="string"))
    assert put(call, one(call.sandbox), value=123456)["value"] == {
        "amount": "123456",
        "currency": "GBP",
        "formatted": "£1,234.56",
    }


def test_a_single_case_may_be_wrapped(make: Make, caller: Meet) -> None:
    call = caller(make(wrap_single="data"))
    case = one(call.sandbox)
    assert put(call, case, name="x")["data"]["uuid"] == case["uuid"]
    call.sandbox.speak(wrap_single="bare")
    assert put(call, case, name="y")["uuid"] == case["uuid"]


def test_a_single_case_has_its_status_but_no_other_relations(make: Make, caller: Meet) -> None:
    call = caller(make(put_relations="absent"))
    answer = put(call, one(call.sandbox), name="x")
    assert "status" in answer
    assert not {"participants", "plans", "groups", "assigned_to"} & set(answer)


def statuses(sandbox: Sandbox) -> tuple[str, str]:
    """The first status and the completed one."""
    found = list(sandbox.firm.statuses)
    return found[0], found[-1]


def test_completing_dates_the_case_and_reopening_clears_it(make: Make, caller: Meet) -> None:
    call = caller(make(completed="sync"))
    opened, completed = statuses(call.sandbox)
    case = one(call.sandbox, lambda case: case["completed_at"] is None)
    assert put(call, case, status=completed, status_position=1)["completed_at"]
    assert put(call, case, status=opened, status_position=1)["completed_at"] is None


def test_a_completion_date_that_is_sent_wins(call: Caller) -> None:
    opened, completed = statuses(call.sandbox)
    case = one(call.sandbox, lambda case: case["completed_at"] is None)
    sent = "2026-02-01T12:00:00+00:00"
    assert put(call, case, status=completed, completed_at=sent)["completed_at"] == sent
    assert put(call, case, status=opened, completed_at=sent)["completed_at"] == sent


def test_completion_may_be_nobodys_business_but_the_callers(make: Make, caller: Meet) -> None:
    call = caller(make(completed="off"))
    case = one(call.sandbox, lambda case: case["completed_at"] is None)
    assert put(call, case, status=statuses(call.sandbox)[1])["completed_at"] is None


def test_a_body_that_is_not_json_changes_nothing(call: Caller, raw: Callable[..., bytes]) -> None:
    case = one(call.sandbox)
    before = dict(case)
    head = f"PUT /api/v1/cases/{case['uuid']} HTTP/1.1\r\nAuthorization: Bearer sandbox-token\r\n"
    head += f"X-PLANNR-ACCOUNT-UUID: {call.sandbox.account}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    for body in (b"{", b"[1]", b"[" * 100_000, b"9" * 5_000):
        seen = raw(call.sandbox, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert seen.startswith(b"HTTP/1.1 200")
    assert case == before


def test_a_new_case_stands_at_the_end_of_the_first_status(call: Caller) -> None:
    client = one(call.sandbox)["participants"]
    first, _ = statuses(call.sandbox)
    numbers = [case["status_position"] or 0 for case in call.sandbox.firm.cases.values() if case["status"] == first]
    reply = call("POST", "/api/v1/cases", {"name": "New", "participants": client, "value": 500})
    assert reply.status == 200
    assert reply.json["status"]["uuid"] == first
    assert reply.json["status_position"] == max(numbers) + 1
    assert call("GET", f"/api/v1/cases/{reply.json['uuid']}").json["name"] == "New"
    entry = call.sandbox.ledger[-2]
    assert (entry["before"], entry["applied"], entry["after"]["value"]) == (None, True, 500)


def test_a_new_case_needs_a_name_and_a_client(call: Caller) -> None:
    assert set(call("POST", "/api/v1/cases", {}).json["errors"]) == {"name", "participants"}
    reply = call("POST", "/api/v1/cases", {"name": "x", "participants": [call.sandbox.account]})
    assert reply.status == 422
    assert "at least one client" in reply.json["message"]


def test_people_join_and_leave_but_one_client_stays(call: Caller) -> None:
    case = one(call.sandbox)
    clients = list(case["participants"])
    path = f"/api/v1/cases/{case['uuid']}/participants"
    assert call("POST", path, {"participants": [call.sandbox.account]}).status == 200
    assert case["participants"] == [*clients, call.sandbox.account]
    reply = call("DELETE", path, {"participants": clients})
    assert (reply.status, list(reply.json["errors"])) == (422, ["participants"])
    assert call("DELETE", path, {"participants": [call.sandbox.account]}).status == 200
    assert case["participants"] == clients
    assert call("DELETE", path, {}).status == 422


def test_a_deleted_case_is_gone_and_the_others_move_up(call: Caller) -> None:
    case = one(call.sandbox, lambda case: case["status_position"] == 1)
    assert call("DELETE", f"/api/v1/cases/{case['uuid']}").status == 204
    assert call("GET", f"/api/v1/cases/{case['uuid']}").status == 404
    left = [each["status_position"] for each in call.sandbox.firm.cases.values() if each["status"] == case["status"]]
    numbers = sorted(number for number in left if number)
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_plan_can_be_looked_up(call: Caller) -> None:
    plan = next(iter(call.sandbox.firm.plans.values()))
    answer = call("GET", f"/api/v1/plans/{plan['uuid']}").json
    assert (answer["policy_number"], answer["value"]["amount"]) == (plan["policy_number"], str(plan["value"]))


def test_many_hands_at_once_leave_the_numbers_dense(make: Make, caller: Meet) -> None:
    sandbox = make(cases=60)
    target = list(sandbox.firm.statuses)[2]
    uuids = list(sandbox.firm.cases)

    def move(number: int) -> None:
        call = caller(sandbox, ("sandbox-tom", "sandbox-leah", "sandbox-mei")[number % 3])
        for uuid in uuids[number::6]:
            put(call, {"uuid": uuid}, status=target, status_position=1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(move, range(6)))
    numbers = sorted(case["status_position"] for case in sandbox.firm.cases.values())
    assert numbers == list(range(1, 61))
    assert sum(entry["applied"] for entry in sandbox.ledger) == 60
