"""Tasks, notes and contact details: believable, listed as documented, and in nobody else's way."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from plannr_api.sandbox.seed.firm import build, found
from plannr_api.sandbox.state.records import Firm
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
RELATED = ("contacts", "task_statuses", "tasks", "notes")
DRAMA = re.compile(r"\+447700900\d{3}|\+4420794600\d\d|\+4429201800\d\d")


@pytest.fixture(scope="module")
def firm() -> Firm:
    return found(300, 7).firms[0]


def test_the_same_seed_gives_the_same_related_records() -> None:
    one, same, other = (found(30, seed).firms for seed in (3, 3, 4))
    for number in (0, 1):
        assert all(one[number][name] == same[number][name] for name in RELATED)
        assert all(set(one[number][name]).isdisjoint(other[number][name]) for name in RELATED)


def test_related_records_leave_the_firm_as_it_was() -> None:
    bare, full = build(60, 7), found(60, 7).firms[0]
    assert list(full.cases) == list(bare.cases)
    for uuid, case in bare.cases.items():
        known = {field: full.cases[uuid]["custom_fields"][field] for field in case["custom_fields"]}
        assert full.cases[uuid] | {"custom_fields": known} == case
    assert list(full.custom_fields)[:3] == list(bare.custom_fields)
    for name in ("statuses", "types", "tags", "plans"):
        assert full[name] == bare[name]


def test_most_cases_have_one_to_four_tasks_and_some_are_done(firm: Firm) -> None:
    counts: dict[str, int] = {}
    for task in firm.tasks.values():
        counts[task["taskable"]] = counts.get(task["taskable"], 0) + 1
    assert 0.5 < len(counts) / len(firm.cases) < 0.7
    assert set(counts.values()) == {1, 2, 3, 4}
    done = [bool(task["completed_at"]) for task in firm.tasks.values()]
    assert 0.3 < sum(done) / len(done) < 0.8
    due = [task["due_at"] for task in firm.tasks.values() if not task["completed_at"]]
    now = datetime.now(UTC).isoformat()
    assert all([None in due, any(each and each < now for each in due), any(each and each > now for each in due)])


def test_related_records_lie_within_the_time_of_their_case(firm: Firm) -> None:
    now = datetime.now(UTC).isoformat()
    for task in firm.tasks.values():
        case = firm.cases[task["taskable"]]
        assert case["created_at"] <= task["created_at"] <= (task["completed_at"] or now)
        assert task["completed_at"] or not case["completed_at"]
    for note in firm.notes.values():
        case = firm.cases[note["notable"]]
        assert case["created_at"] <= note["created_at"] <= (case["completed_at"] or now)
        assert "{" not in note["contents"]


def test_telephone_numbers_are_for_drama_only(firm: Firm) -> None:
    numbers = [each["value"] for each in firm.contacts.values() if each["type"] == "phone_number"]
    assert len(numbers) > 50
    assert not [number for number in numbers if not DRAMA.fullmatch(number)]


def filtered(call: Caller, path: str, **filters: str) -> list[Any]:
    asked = {f"filter[{name}]": value for name, value in filters.items()}
    rows: list[Any] = call("GET", path, per_page=500, **asked).json["data"]
    return rows


def test_tasks_are_found_by_what_they_are(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60))
    kept = list(call.sandbox.firm.tasks.values())
    task, dated = kept[0], next(each for each in kept if each["due_at"])

    def count(**filters: str) -> int:
        return len(filtered(call, "/api/v1/task", **filters))

    assert count() == len(kept)
    assert count(taskable_type="plan") == 0
    assert {each["uuid"] for each in filtered(call, "/api/v1/task", taskable_uuid=task["taskable"])} == {
        each["uuid"] for each in kept if each["taskable"] == task["taskable"]
    }
    assert count(priority="highest,high") == sum(each["priority"].startswith("high") for each in kept)
    assert count(has_due_date="true") == sum(bool(each["due_at"]) for each in kept)
    assert count(completed_status="true") == sum(bool(each["completed_at"]) for each in kept)
    assert count(open_tasks="true") + count(completed_status="true") == len(kept)
    day = datetime.fromisoformat(dated["due_at"]).date().isoformat()
    assert dated["uuid"] in {each["uuid"] for each in filtered(call, "/api/v1/task", due_after=day, due_before=day)}


def test_a_task_tells_its_status_and_whose_it_is(call: Caller) -> None:
    page = call("GET", "/api/v1/task", per_page=2, include="author,completed_by").json
    assert page["meta"]["total"] == len(call.sandbox.firm.tasks)
    task = page["data"][0]
    assert {"name", "priority", "position", "due_at", "completed_at", "taskable_type"} < set(task)
    assert set(task["status"]) >= {"name", "colour", "is_type_completed", "is_archived", "is_not_started"}
    assert task["author"]["type"] == "employee"
    assert isinstance(task["assigned_to"], list)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v1/task", {"filter[case]": "x"}),
        ("/api/v1/task", {"include": "case"}),
        ("/api/v1/task", {"sort": "colour"}),
        ("/api/v1/account", {"filter[uuid]": "x"}),
        ("/api/v1/account", {"include": "secrets"}),
        ("/api/v2/contact-details", {"filter[name]": "x"}),
    ],
)
def test_what_is_not_allowed_of_related_records_is_a_400(call: Caller, path: str, query: dict[str, str]) -> None:
    assert call("GET", path, **query).status == 400


def test_notes_are_found_by_kind_and_by_what_they_say(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60))
    case = next(each["notable"] for each in call.sandbox.firm.notes.values() if each["type"] == "call")
    path = f"/api/v1/note/case/{case}"
    assert {note["type"] for note in filtered(call, path, type="call")} == {"call"}
    note = filtered(call, path)[0]
    assert note["account"]["type"] == "employee"
    assert note["uuid"] in {each["uuid"] for each in filtered(call, path, contents=note["contents"][:8].upper())}
    assert call("GET", path, **{"filter[author]": "x"}).status == 400


def test_notes_are_only_about_what_is_there(call: Caller) -> None:
    client = next(uuid for uuid, each in call.sandbox.firm.accounts.items() if each["type"] == "client")
    assert call("GET", f"/api/v1/note/account/{client}").json["data"] == []
    for about in (f"case/{client}", f"account/{next(iter(call.sandbox.firm.cases))}", f"plan/{client}"):
        assert call("GET", f"/api/v1/note/{about}").status == 404


def test_a_number_is_told_with_how_people_write_it(call: Caller) -> None:
    details = filtered(call, "/api/v2/contact-details")
    assert {each["type"] for each in details} == {"email", "phone_number"}
    mobile = next(each for each in details if each["name"] == "Mobile")
    assert mobile["phone_number_meta"]["formatted"] == "07700 " + mobile["value"].removeprefix("+447700")
    work = next(each for each in details if each["name"] == "Work")
    assert re.fullmatch(r"02\d \d{4} \d{4}", work["phone_number_meta"]["formatted"])
    assert "accounts" not in mobile


def test_people_are_found_by_their_number(call: Caller) -> None:
    number = next(each for each in call.sandbox.firm.contacts.values() if each["name"] == "Mobile")
    asked = {"filter[primary_phone_number]": number["value"][-9:], "include": "primary_phone_number,primary_email"}
    (who,) = call("GET", "/api/v1/account", **asked).json["data"]
    assert [who["uuid"]] == number["accounts"]
    assert who["primary_phone_number"]["value"] == number["value"]
    assert (who["primary_email"] or {}).get("value") == who["email"]


def test_nobody_reads_what_hangs_on_a_case_that_they_do_not_see(make: Make, caller: Meet) -> None:
    sandbox = make(cases=60, visibility="assigned")
    call = caller(sandbox, "sandbox-tom")
    theirs = {case["uuid"] for case in call.cases()}
    seen = {each["uuid"] for each in filtered(call, "/api/v1/task")}
    assert seen == {uuid for uuid, task in sandbox.firm.tasks.items() if task["taskable"] in theirs}
    other = next(each["notable"] for each in sandbox.firm.notes.values() if each["notable"] not in theirs)
    assert call("GET", f"/api/v1/note/case/{other}").status == 404


def test_a_deleted_case_takes_what_hangs_on_it_along(call: Caller) -> None:
    firm = call.sandbox.firm
    case = next(each["taskable"] for each in firm.tasks.values())
    call("DELETE", f"/api/v1/cases/{case}")
    assert case not in {each["taskable"] for each in firm.tasks.values()}
    assert case not in {each["notable"] for each in firm.notes.values()}
    assert firm.tasks
    assert call("GET", "/api/v1/task", **{"filter[taskable_uuid]": case}).json["data"] == []
