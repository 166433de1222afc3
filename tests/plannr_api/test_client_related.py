"""What lies around a case: tasks, notes, people and how to reach them, plans."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from plannr_api import (
    Account,
    BearerToken,
    BrokenAnswer,
    Contact,
    Forbidden,
    NotFound,
    Plannr,
    PlannrError,
    Task,
    Unreachable,
)
from plannr_api.decoding.envelope import read_one
from plannr_api.sandbox import Sandbox
from tests.plannr_api.scripted_peer import CASE, Peer, page

ONE, OTHER = UUID(int=1), UUID(int=2)
DIALECTS = [{}, {"collections": "object"}, {"wrap_single": "data", "money": "int"}]


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(cases=40, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    shared.reset()
    return shared


@pytest.fixture
def there(sandbox: Sandbox) -> Iterator[Plannr]:
    """A client of the sandbox."""
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token), account=sandbox.account) as plannr:
        yield plannr


def some_case(sandbox: Sandbox) -> str:
    """A case with tasks and notes."""
    with_notes = {each["notable"] for each in sandbox.firm.notes.values()}
    return str(next(each["taskable"] for each in sandbox.firm.tasks.values() if each["taskable"] in with_notes))


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_the_tasks_of_a_case_are_read(sandbox: Sandbox, there: Plannr, dialect: dict[str, str]) -> None:
    sandbox.speak(**dialect)
    case = some_case(sandbox)
    kept = {UUID(each["uuid"]): each for each in sandbox.firm.tasks.values() if each["taskable"] == case}
    tasks = there.tasks.of_case(case)
    assert {task.uuid for task in tasks} == set(kept)
    for task in tasks:
        known = kept[task.uuid]
        assert (task.name, task.priority, task.done) == (known["name"], known["priority"], bool(known["completed_at"]))
        assert [str(each.uuid) for each in task.assigned_to or []] == known["assigned_to_uuids"]
        assert task.due_at == (datetime.fromisoformat(known["due_at"]) if known["due_at"] else None)
        assert task.status
        assert task.status.is_type_completed is task.done


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_the_notes_of_a_case_are_read_newest_first(sandbox: Sandbox, there: Plannr, dialect: dict[str, str]) -> None:
    sandbox.speak(**dialect)
    case = some_case(sandbox)
    kept = [each for each in sandbox.firm.notes.values() if each["notable"] == case]
    kept.sort(key=lambda each: str(each["created_at"]), reverse=True)
    notes = there.notes.of_case(case)
    assert [(note.type, note.contents, note.edited) for note in notes] == [
        (each["type"], each["contents"], each["edited"]) for each in kept
    ]
    assert [str(note.author.uuid) for note in notes if note.author] == [each["account"] for each in kept]


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_people_are_reached_in_one_request(sandbox: Sandbox, there: Plannr, dialect: dict[str, str]) -> None:
    sandbox.speak(**dialect)
    clients = [each for each in sandbox.firm.accounts.values() if each["type"] == "client"]
    primary = {
        (uuid, each["type"]): each["value"]
        for each in sandbox.firm.contacts.values()
        for uuid in each["accounts"]
        if each["primary"]
    }
    asked = [each["uuid"] for each in clients if (each["uuid"], "phone_number") in primary or each["role"] == "joint"]
    found = there.accounts.contacts(asked)
    assert [str(uuid) for uuid in found] == asked
    assert {each.email for each in found.values()} > {None}
    for uuid, contact in found.items():
        assert contact.email == primary.get((str(uuid), "email"))
        if contact.phone or (str(uuid), "phone_number") in primary:
            assert contact.phone == primary[str(uuid), "phone_number"]
    assert len(sandbox.ledger) == 1


def test_nobody_is_reached_without_a_request(sandbox: Sandbox, there: Plannr) -> None:
    assert there.accounts.contacts([]) == {}
    assert there.accounts.find(" , ") == []
    assert sandbox.ledger == []


def test_people_are_found_by_part_of_their_name_and_kind(sandbox: Sandbox, there: Plannr) -> None:
    (tom,) = there.accounts.find("EVAN", kind="employee")
    assert (tom.name, tom.type) == ("Tom Evans", "employee")
    assert (tom.phone or "").startswith("+447700900")
    some = there.accounts.find("a", kind="client", limit=3)
    assert [each.type for each in some] == ["client"] * 3
    assert there.accounts.find("evan", kind="external") == []
    with pytest.raises(ValueError, match="A kind of account"):
        there.accounts.find("x", kind="robot")


def test_groups_are_found_by_name(there: Plannr) -> None:
    assert [group.name for group in there.groups.list("cardiff")] == ["Cardiff office"]
    assert len(there.groups.list()) == 5


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_a_plan_is_read_by_its_uuid(sandbox: Sandbox, there: Plannr, dialect: dict[str, str]) -> None:
    sandbox.speak(**dialect)
    kept = next(iter(sandbox.firm.plans.values()))
    plan = there.plans.get(kept["uuid"])
    assert (str(plan.uuid), plan.policy_number) == (kept["uuid"], kept["policy_number"])
    assert plan.value
    assert plan.value.amount == kept["value"]
    with pytest.raises(NotFound):
        there.plans.get(ONE)


def test_every_kind_of_field_of_a_case_is_read(there: Plannr) -> None:
    values = {
        field.type: field.value
        for case in there.cases.list().cases
        for field in case.custom_fields or []
        if field.value is not None
    }
    assert set(values) == {"string", "number", "selection", "boolean", "datetime", "longtext"}
    assert isinstance(values["boolean"], bool)
    assert isinstance(values["number"], int | float)
    assert datetime.fromisoformat(str(values["datetime"])).tzinfo


def test_notes_about_a_case_that_is_not_there_are_not_found(there: Plannr) -> None:
    with pytest.raises(NotFound):
        there.notes.of_case(ONE)
    assert there.tasks.of_case(ONE) == []


CALLS: dict[str, tuple[str, Callable[[Plannr], Any]]] = {
    "tasks": ("/api/v1/task", lambda plannr: plannr.tasks.of_case(CASE)),
    "notes": ("/api/v1/note/case/*", lambda plannr: plannr.notes.of_case(CASE)),
    "people": ("/api/v1/account", lambda plannr: plannr.accounts.find("a")),
    "contacts": ("/api/v2/contact-details", lambda plannr: plannr.accounts.contacts([ONE])),
    "a plan": ("/api/v1/plans/*", lambda plannr: plannr.plans.get(ONE)),
}
FAULTS: list[tuple[dict[str, Any], type[PlannrError]]] = [
    ({"status": 403}, Forbidden),
    ({"status": 404}, NotFound),
    ({"status": 500}, BrokenAnswer),
    ({"drop": "before"}, Unreachable),
    ({"html": True}, BrokenAnswer),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=[kind.__name__ for _, kind in FAULTS])
@pytest.mark.parametrize("what", CALLS)
def test_each_part_can_fail_alone(
    sandbox: Sandbox, there: Plannr, what: str, fault: dict[str, Any], kind: type[PlannrError]
) -> None:
    path, call = CALLS[what]
    sandbox.fail("GET", path, times=0, **fault)
    with pytest.raises(kind):
        call(there)
    assert sandbox.ledger[-1]["fault"]
    assert there.groups.list()


@pytest.mark.parametrize(
    ("sent", "phone"),
    [
        ('"07700 900123"', "07700 900123"),
        ('{"uuid": "x", "name": "Work", "type": "phone_number", "value": "+447700900123"}', "+447700900123"),
        ("447700900123", "447700900123"),
        ('{"name": "Work", "value": 447700900123}', "447700900123"),
        ("null", None),
        ('"  "', None),
        ("{}", None),
        ("[]", None),
        ('{"name": "Work", "value": null}', None),
    ],
)
def test_a_telephone_number_may_be_text_or_an_object(sent: str, phone: str | None) -> None:
    account = read_one(f'{{"uuid": "{ONE}", "primary_phone_number": {sent}}}'.encode(), Account)
    assert account.phone == phone


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ('"2026-07-01"', datetime(2026, 6, 30, 23, tzinfo=UTC)),
        ('"2026-07-01 00:00:00"', datetime(2026, 6, 30, 23, tzinfo=UTC)),
        ('"2026-07-01T09:00:00+01:00"', datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("null", None),
    ],
)
def test_a_task_is_due_in_utc_however_its_date_is_written(sent: str, due: datetime | None) -> None:
    assert read_one(f'{{"uuid": "{ONE}", "due_at": {sent}}}'.encode(), Task).due_at == due


def test_a_task_is_done_by_its_date_or_by_its_status() -> None:
    status = f'"status": {{"uuid": "{OTHER}", "is_type_completed": true}}'
    dated = '"completed_at": "2026-07-01T09:00:00+01:00"'
    told = [read_one(f'{{"uuid": "{ONE}"{more}}}'.encode(), Task).done for more in ("", ", " + status, ", " + dated)]
    assert told == [False, True, True]


def test_tasks_are_asked_for_by_the_case_and_read_page_by_page(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page({"uuid": str(ONE)}, last_page=2)).answers(page({"uuid": str(OTHER)}, last_page=2))
    assert [task.uuid for task in plannr.tasks.of_case(CASE)] == [ONE, OTHER]
    assert f"filter%5Btaskable_type%5D=case&filter%5Btaskable_uuid%5D={CASE}" in peer.asked[1].target
    assert "page=2" in peer.asked[1].target


def test_a_comma_in_a_name_does_not_make_two_searches_of_it(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page())
    plannr.accounts.find("Hartley, Alan")
    assert "filter%5Bname%5D=Hartley+Alan&" in peer.asked[0].target


def test_a_detail_may_name_one_account_and_the_primary_one_wins(peer: Peer, plannr: Plannr) -> None:
    mine = {"uuid": str(ONE), "name": "Alan"}
    rows = [
        {"uuid": str(UUID(int=11)), "type": "phone_number", "value": "first", "accounts": mine},
        {
            "uuid": str(UUID(int=12)),
            "type": "phone_number",
            "value": "best",
            "accounts": mine,
            "primary_accounts": mine,
        },
        {"uuid": str(UUID(int=13)), "type": "email", "value": "a@b.example", "accounts": [mine]},
        {"uuid": str(UUID(int=14)), "type": "email", "value": "nobody@b.example"},
    ]
    peer.answers(page(*rows))
    assert plannr.accounts.contacts([ONE, OTHER]) == {ONE: Contact("a@b.example", "best"), OTHER: Contact()}
