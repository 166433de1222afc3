"""Two firms: what belongs to one is not there for the other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from plannr_api.sandbox.state.records import Firm
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
LISTS = ("cases", "cases-status", "cases-type", "group", "tag", "custom-field", "account", "employee", "client", "task")
RECORDS = ("cases", "statuses", "types", "groups", "tags", "custom_fields", "accounts", "plans")
RECORDS += ("task_statuses", "tasks", "notes", "contacts")


@pytest.fixture
def charlie(sandbox: Sandbox, caller: Meet) -> Caller:
    return caller(sandbox, "sandbox-charlie")


def uuids(firm: Firm) -> set[str]:
    """Of everything the firm has."""
    return {firm.firm["uuid"]} | {uuid for name in RECORDS for uuid in firm[name]}


def everything_listed(call: Caller) -> str:
    """All lists, all pages, all relations."""
    include = "participants,type,status,tags,plans,custom_fields,groups,assigned_to"
    cases = call("GET", "/api/v1/cases", per_page=500, include=include).text
    return cases + "".join(call("GET", f"/api/v1/{name}", per_page=500).text for name in LISTS)


def test_the_second_firm_has_work_of_its_own(sandbox: Sandbox, charlie: Caller) -> None:
    cases = charlie.cases(include="participants,status")
    assert len(cases) == 20
    assert all("Harbour" in case["name"] for case in cases)
    statuses = charlie("GET", "/api/v1/cases-status").json["data"]
    assert [status["is_type_completed"] for status in statuses] == [False, False, False, True]
    for status in statuses:
        held = [case for case in cases if case["status"]["uuid"] == status["uuid"]]
        assert sorted(case["status_position"] for case in held) == [1, 2, 3, 4, 5]
        assert all(bool(case["completed_at"]) == status["is_type_completed"] for case in held)


def test_no_uuid_and_no_client_is_shared(sandbox: Sandbox) -> None:
    assert uuids(sandbox.firm).isdisjoint(uuids(sandbox.other_firm))
    ours, theirs = ({each["last_name"] for each in clients(firm)} for firm in (sandbox.firm, sandbox.other_firm))
    assert ours.isdisjoint(theirs)
    assert len(theirs) == 8


def clients(firm: Firm) -> Iterator[Any]:
    return (each for each in firm.accounts.values() if each["type"] == "client")


@pytest.mark.parametrize("token", ["sandbox-token", "sandbox-alice", "sandbox-val", "sandbox-daniel"])
def test_nobody_of_the_first_firm_is_shown_anything_of_the_second(sandbox: Sandbox, caller: Meet, token: str) -> None:
    listed = everything_listed(caller(sandbox, token))
    assert not [uuid for uuid in uuids(sandbox.other_firm) if uuid in listed]
    assert "Harbour" not in listed


def test_nobody_of_the_second_firm_is_shown_anything_of_the_first(sandbox: Sandbox, charlie: Caller) -> None:
    listed = everything_listed(charlie)
    assert not [uuid for uuid in uuids(sandbox.firm) if uuid in listed]


def test_who_works_for_both_sees_what_the_header_says(sandbox: Sandbox, caller: Meet, charlie: Caller) -> None:
    account = next(each["uuid"] for each in sandbox.other_firm.accounts.values() if each["first_name"] == "Daniel")
    assert everything_listed(caller(sandbox, "sandbox-daniel", account)) == everything_listed(charlie)


def test_cases_of_a_person_in_both_firms_hold_the_account_of_their_own_firm(make: Make) -> None:
    sandbox = make(cases=300)
    for firm in (sandbox.firm, sandbox.other_firm):
        daniel = next(uuid for uuid, each in firm.accounts.items() if each["first_name"] == "Daniel")
        assert any(daniel in case["assigned_to_uuids"] for case in firm.cases.values())
        assert all(set(case["assigned_to_uuids"]) <= set(firm.accounts) for case in firm.cases.values())


def test_a_case_of_the_other_firm_is_a_404_whatever_is_done_to_it(sandbox: Sandbox, charlie: Caller) -> None:
    before = sandbox.state()
    uuid = next(iter(sandbox.firm.cases))
    body = {"name": "Mine", "participants": [next(iter(sandbox.other_firm.accounts))]}
    for method, more in [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/participants"),
        ("DELETE", "/participants"),
    ]:
        reply = charlie(method, f"/api/v1/cases/{uuid}{more}", body)
        assert (reply.status, method) == (404, method)
        assert reply.json["message"] == f"No query results for model [App\\Models\\Case] {uuid}"
    assert sandbox.state() == before


def test_statuses_and_plans_of_the_other_firm_are_a_404_too(sandbox: Sandbox, charlie: Caller) -> None:
    status, plan = next(iter(sandbox.firm.statuses)), next(iter(sandbox.firm.plans))
    for method, path in [
        ("GET", f"cases-status/{status}"),
        ("PUT", f"cases-status/{status}"),
        ("GET", f"plans/{plan}"),
    ]:
        assert charlie(method, f"/api/v1/{path}", {"name": "Mine"}).status == 404
    assert sandbox.firm.statuses[status]["name"] != "Mine"


FOREIGN = [
    ("status", "statuses", False),
    ("type", "types", False),
    ("assigned_to_uuids", "accounts", True),
    ("group_uuids", "groups", True),
    ("plans", "plans", True),
]


@pytest.mark.parametrize(("field", "records", "many"), FOREIGN)
def test_what_belongs_to_the_other_firm_is_as_good_as_unknown(
    sandbox: Sandbox, charlie: Caller, field: str, records: str, many: bool
) -> None:
    uuid, foreign = next(iter(sandbox.other_firm.cases)), next(iter(sandbox.firm[records]))
    reply = charlie("PUT", f"/api/v1/cases/{uuid}", {field: [foreign] if many else foreign})
    assert reply.status == 422
    assert list(reply.json["errors"]) == [f"{field}.0" if many else field]


def test_a_case_cannot_be_made_for_a_client_of_the_other_firm(sandbox: Sandbox, charlie: Caller) -> None:
    body = {"name": "Mine", "participants": [next(clients(sandbox.firm))["uuid"]]}
    assert charlie("POST", "/api/v1/cases", body).status == 422
    body["participants"] = [next(clients(sandbox.other_firm))["uuid"]]
    made = charlie("POST", "/api/v1/cases", body).json
    assert made["status"]["name"] == "Moored"
    assert made["uuid"] in sandbox.other_firm.cases
    assert made["uuid"] not in sandbox.firm.cases


FILTERS = [
    ("uuid", "cases"),
    ("status", "statuses"),
    ("type", "types"),
    ("tags", "tags"),
    ("plan_uuid", "plans"),
    ("account_uuids", "accounts"),
    ("employee_account_uuids", "accounts"),
]


@pytest.mark.parametrize(("name", "records"), FILTERS)
def test_no_filter_reaches_into_the_other_firm(sandbox: Sandbox, charlie: Caller, name: str, records: str) -> None:
    """Its own records find cases, the other's none."""
    own, foreign = (",".join(firm[records]) for firm in (sandbox.other_firm, sandbox.firm))
    assert charlie("GET", "/api/v1/cases", **{f"filter[{name}]": own}).json["data"]
    assert charlie("GET", "/api/v1/cases", **{f"filter[{name}]": foreign}).json["data"] == []


def test_a_status_made_in_one_firm_is_no_column_of_the_other(sandbox: Sandbox, charlie: Caller) -> None:
    made = charlie("POST", "/api/v1/cases-status", {"name": "Aground"}).json
    assert made["position"] == 5
    assert made["uuid"] not in sandbox.firm.statuses
    names = [status["name"] for status in charlie("GET", "/api/v1/cases-status").json["data"]]
    assert names[-1] == "Aground"


def test_moving_a_case_shifts_nobody_in_the_other_firm(sandbox: Sandbox, charlie: Caller) -> None:
    before = sandbox.state()
    uuid, status = next(iter(sandbox.other_firm.cases)), list(sandbox.other_firm.statuses)[1]
    moved = charlie("PUT", f"/api/v1/cases/{uuid}", {"status": status, "status_position": 2}).json
    assert (moved["status"]["uuid"], moved["status_position"]) == (status, 2)
    after = sandbox.state()
    assert after["cases"] == before["cases"]
    assert after["other_firm"] != before["other_firm"]


def test_outside_hands_work_in_either_firm(sandbox: Sandbox) -> None:
    firm = sandbox.other_firm
    first, second, *_ = firm.cases
    status = list(firm.statuses)[2]
    sandbox.outside.move(first, status, 1)
    sandbox.outside.edit(first, name="Harbour, edited")
    sandbox.outside.delete(second)
    made = sandbox.outside.create(name="Harbour, new", status=status)
    sandbox.outside.edit_status(status, name="Dry dock")
    assert (firm.cases[first]["status"], firm.cases[first]["name"]) == (status, "Harbour, edited")
    assert second not in firm.cases
    assert set(firm.cases[made]["participants"]) <= set(firm.accounts)
    sandbox.outside.delete_status(status)
    assert (status in firm.statuses, firm.cases[made]["status"]) == (False, None)


def test_the_state_shows_the_first_firm_and_the_other_apart(sandbox: Sandbox, charlie: Caller) -> None:
    state = charlie("GET", "/switchboard/state").json
    assert {case["uuid"] for case in state["cases"]} == set(sandbox.firm.cases)
    assert {case["uuid"] for case in state["other_firm"]["cases"]} == set(sandbox.other_firm.cases)
    assert [status["name"] for status in state["other_firm"]["statuses"]][0] == "Moored"  # noqa: RUF015
