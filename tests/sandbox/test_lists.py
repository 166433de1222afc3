"""Lists: pages, filters, includes and sorts, with the documented defaults."""

from collections.abc import Callable
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
ALL = "participants,participants_count,type,status,tags,plans,custom_fields,groups,assigned_to"


def uuids(items: list[Any]) -> list[str]:
    return [item["uuid"] for item in items]


def test_fifteen_by_name_unless_asked(call: Caller) -> None:
    page = call("GET", "/api/v1/cases").json
    names = [case["name"].casefold() for case in page["data"]]
    assert len(names) == 15
    assert names == sorted(names)
    assert page["meta"] | {"links": 0} == {
        "current_page": 1,
        "from": 1,
        "last_page": 2,
        "links": 0,
        "path": f"{call.sandbox.url}/api/v1/cases",
        "per_page": 15,
        "to": 15,
        "total": 20,
    }
    assert page["links"]["prev"] is None
    assert page["links"]["next"].endswith("/api/v1/cases?page=2")


def test_the_numbered_links_stand_between_previous_and_next(call: Caller) -> None:
    links = call("GET", "/api/v1/cases", per_page=5, page=2).json["meta"]["links"]
    assert [link["label"] for link in links] == ["&laquo; Previous", "1", "2", "3", "4", "Next &raquo;"]
    assert [link["label"] for link in links if link["active"]] == ["2"]


def test_pages_together_hold_every_case_once(call: Caller) -> None:
    seen = [
        uuid for page in (1, 2, 3) for uuid in uuids(call("GET", "/api/v1/cases", per_page=7, page=page).json["data"])
    ]
    assert sorted(seen) == sorted(call.sandbox.firm.cases)


def test_a_page_past_the_end_is_empty(call: Caller) -> None:
    page = call("GET", "/api/v1/cases", page=9).json
    assert page["data"] == []
    assert (page["meta"]["from"], page["meta"]["to"], page["meta"]["total"]) == (None, None, 20)


@pytest.mark.parametrize(("asked", "given"), [("501", 500), ("99999999999", 500), ("0", 15), ("x", 15), ("-3", 15)])
def test_per_page_is_kept_within_its_bounds(call: Caller, asked: str, given: int) -> None:
    assert call("GET", "/api/v1/cases", per_page=asked).json["meta"]["per_page"] == given


def test_relations_come_only_when_included(call: Caller) -> None:
    plain = call.cases()[0]
    assert not {"status", "plans", "participants"} & set(plain)
    full = call.cases(include=ALL)[0]
    assert set(ALL.split(",")) < set(full)
    assert full["participants_count"] == len(full["participants"])


def test_relations_that_are_not_included_may_be_null(make: Make, caller: Meet) -> None:
    case = caller(make(relation_keys="null")).cases(include="status")[0]
    assert case["plans"] is None
    assert case["status"]


def test_relations_that_are_not_included_are_absent_by_default(make: Make, caller: Meet) -> None:
    assert "plans" not in caller(make(relation_keys="absent")).cases()[0]


def test_collections_may_come_as_objects(make: Make, caller: Meet) -> None:
    cases = caller(make(collections="object")).cases(include="participants,plans")
    assert all(list(case["participants"]) == [str(n) for n in range(len(case["participants"]))] for case in cases)
    assert all(isinstance(case["plans"], dict) or case["plans"] == [] for case in cases)


def test_collections_come_as_arrays_by_default(make: Make, caller: Meet) -> None:
    assert isinstance(caller(make(collections="array")).cases(include="participants")[0]["participants"], list)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"filter[name]": "x"}, "Requested filter(s) `name` are not allowed."),
        ({"include": "status,secrets"}, "Requested include(s) `secrets` are not allowed."),
        ({"sort": "-updated_at"}, "Requested sort(s) `updated_at` is not allowed."),
    ],
)
def test_what_is_not_allowed_is_a_400(make: Make, caller: Meet, query: dict[str, str], words: str) -> None:
    sandbox = make(filter_unknown="400")
    reply = caller(sandbox)("GET", "/api/v1/cases", **query)
    assert reply.status == 400
    assert reply.json["message"].startswith(words)
    sandbox.speak(filter_unknown="ignore")
    assert caller(sandbox)("GET", "/api/v1/cases", **query).json["meta"]["total"] == 20


def filtered(call: Caller, **filters: str) -> set[str]:
    return set(uuids(call.cases(**{f"filter[{name}]": value for name, value in filters.items()})))


def those(call: Caller, test: Callable[[Any], Any]) -> set[str]:
    return {uuid for uuid, case in call.sandbox.firm.cases.items() if test(case)}


def test_cases_are_found_by_uuid(call: Caller) -> None:
    two = list(call.sandbox.firm.cases)[:2]
    assert filtered(call, uuid=",".join(two) + ",nonsense") == set(two)


def test_cases_are_found_by_what_they_are(call: Caller) -> None:
    firm = call.sandbox.firm
    status, kind = list(firm.statuses)[1], next(iter(firm.types))
    assert filtered(call, status=status) == those(call, lambda case: case["status"] == status)
    assert filtered(call, status="fact find") == filtered(call, status=status)
    assert filtered(call, type=kind) == those(call, lambda case: case["type"] == kind)
    assert filtered(call, completed="true") == those(call, lambda case: case["completed_at"])
    assert filtered(call, in_progress="true") == those(call, lambda case: not case["completed_at"])
    assert filtered(call, completed="0") == filtered(call, in_progress="1")


def test_cases_are_found_by_who_and_what_belongs_to_them(call: Caller) -> None:
    case = next(case for case in call.sandbox.firm.cases.values() if case["plans"] and case["assigned_to_uuids"])
    client, plan, adviser = case["participants"][0], case["plans"][0], case["assigned_to_uuids"][0]
    circle = call.sandbox.firm.accounts[client]["circle"]
    assert filtered(call, account_uuids=client) == those(call, lambda each: client in each["participants"])
    assert filtered(call, plan_uuid=plan) == those(call, lambda each: plan in each["plans"])
    assert filtered(call, employee_account_uuids=adviser) == those(
        call, lambda each: adviser in each["assigned_to_uuids"]
    )
    assert case["uuid"] in filtered(call, circle_uuids=circle)


def test_cases_are_found_by_tag_name(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60))
    vip = next(uuid for uuid, tag in call.sandbox.firm.tags.items() if tag["name"] == "VIP")
    assert filtered(call, tags="vip") == those(call, lambda case: vip in case["tags"])


def test_dates_bound_on_both_sides_and_include_the_day(call: Caller) -> None:
    case = call.cases()[0]["uuid"]
    call.sandbox.outside.edit(case, review_at="2031-06-05T23:30:00+01:00")
    assert filtered(call, review_at_after="2031-06-05") == {case}
    assert case in filtered(call, review_at_before="2031-06-05")
    assert case not in filtered(call, review_at_before="2031-06-04")
    assert filtered(call, review_at_after="2031-06-06") == set()
    assert call("GET", "/api/v1/cases", **{"filter[completed_after]": "soon"}).status == 422


@pytest.mark.parametrize("name", ["created_at", "value", "completed_at", "review_at", "status_position"])
def test_sorted_either_way_what_has_no_value_comes_last(call: Caller, name: str) -> None:
    for sort, falling in ((name, False), (f"-{name}", True)):
        found = [call.sandbox.firm.cases[uuid][name] for uuid in uuids(call.cases(sort=sort))]
        known = [value for value in found if value is not None]
        assert known == sorted(known, reverse=falling)
        assert found[: len(known)] == known


def test_equal_positions_show_the_newest_change_first(call: Caller) -> None:
    first, second = list(call.sandbox.firm.cases)[:2]
    call.sandbox.outside.edit(first, status_position=-1)
    call.sandbox.outside.edit(second, status_position=-1)
    assert uuids(call.cases(sort="status_position"))[:2] == [second, first]


@pytest.mark.parametrize(
    ("path", "count"),
    [("cases-status", 7), ("cases-type", 7), ("group", 5), ("tag", 6), ("custom-field", 6), ("employee", 14)],
)
def test_the_other_lists_are_paged_alike(call: Caller, path: str, count: int) -> None:
    page = call("GET", f"/api/v1/{path}").json
    assert len(page["data"]) == page["meta"]["total"] == count


def test_people_are_found_by_kind_and_name(call: Caller) -> None:
    assert call("GET", "/api/v1/employee", **{"filter[type]": "admin"}).json["data"][0]["name"] == "Hannah Whitlock"
    found = call("GET", "/api/v1/account", **{"filter[type]": "employee", "filter[name]": "evan"}).json["data"]
    assert [person["name"] for person in found] == ["Tom Evans"]
    assert {person["type"] for person in call("GET", "/api/v1/client").json["data"]} == {"client"}


def test_statuses_come_in_the_order_of_the_columns(make: Make, caller: Meet) -> None:
    names = [status["name"] for status in caller(make(status_list="200"))("GET", "/api/v1/cases-status").json["data"]]
    assert names[0] == "New enquiry"
    assert names[-1] == "Completed"


def test_the_list_of_statuses_may_not_exist(make: Make, caller: Meet) -> None:
    call = caller(make(status_list="404", type_list="200"))
    assert call("GET", "/api/v1/cases-status").status == 404
    assert call("GET", "/api/v1/cases-type").status == 200


def test_the_list_of_types_may_not_exist(make: Make, caller: Meet) -> None:
    assert caller(make(type_list="404"))("GET", "/api/v1/cases-type").status == 404
