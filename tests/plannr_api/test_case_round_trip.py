"""Every field of a case goes there and comes back, over a real socket, in every dialect that touches one case."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from plannr_api import BearerToken, Case, CaseFilters, Forbidden, Money, NotFound, Plannr, Rejected
from plannr_api.sandbox import Firm, Sandbox

DIALECTS: dict[str, dict[str, str]] = {
    "as documented": {},
    "wrapped": {"wrap_single": "data"},
    "relations on a PUT": {"put_relations": "loaded"},
    "relations as objects": {"put_relations": "loaded", "collections": "object"},
    "null for relations": {"relation_keys": "null"},
    "whole pennies": {"money": "int"},
    "absent plans go": {"plans": "detach"},
    "all at once": {"wrap_single": "data", "put_relations": "loaded", "collections": "object", "money": "int"},
}
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
LATER = datetime(2031, 7, 1, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(cases=12, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    shared.reset()
    return shared


@pytest.fixture
def plannr(sandbox: Sandbox) -> Iterator[Plannr]:
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token), account=sandbox.account) as plannr:
        yield plannr


@pytest.fixture(params=DIALECTS)
def spoken(request: pytest.FixtureRequest, sandbox: Sandbox) -> str:
    sandbox.speak(**DIALECTS[request.param])
    return str(request.param)


def read(plannr: Plannr, uuid: object) -> Case:
    """The case with all that a list can include."""
    (case,) = plannr.cases.list(filters=CaseFilters(uuid=[str(uuid)])).cases
    return case


def open_case(plannr: Plannr) -> Case:
    return next(
        case for case in plannr.cases.list().cases if case.plans and case.value and case.type and not case.completed_at
    )


def uuid_of(thing: Any) -> UUID | None:
    return thing.uuid if thing else None


def uuids_of(things: Any) -> set[UUID]:
    return {thing.uuid for thing in things or []}


def ids(records: dict[str, Any], count: int = 2) -> list[UUID]:
    return [UUID(uuid) for uuid in list(records)[:count]]


# field: what is sent, made from the firm; and how it reads on the case afterwards
SENT: dict[str, tuple[str, Callable[[Firm], Any], Callable[[Case], Any]]] = {
    "a name": ("name", lambda firm: "Żółć & <b>陳</b>", lambda case: case.name),
    "a status": ("status", lambda firm: ids(firm.statuses)[1], lambda case: uuid_of(case.status)),
    "a place": ("status_position", lambda firm: 1, lambda case: case.status_position),
    "a type": ("type", lambda firm: ids(firm.types)[1], lambda case: uuid_of(case.type)),
    "no type": ("type", lambda firm: None, lambda case: case.type),
    "no review": ("review_at", lambda firm: None, lambda case: case.review_at),
    "a review": ("review_at", lambda firm: LATER, lambda case: case.review_at),
    "a completion": ("completed_at", lambda firm: LATER, lambda case: case.completed_at),
    "no completion": ("completed_at", lambda firm: None, lambda case: case.completed_at),
    "a value": ("value", lambda firm: 15099, lambda case: case.value and case.value.amount),
    "a value of nothing": ("value", lambda firm: 0, lambda case: case.value and case.value.amount),
    "no value": ("value", lambda firm: None, lambda case: case.value),
    "two plans": ("plans", lambda firm: ids(firm.plans), lambda case: uuids_of(case.plans)),
}
LISTS: dict[str, tuple[str, Callable[[Case], set[UUID]]]] = {
    "assigned_to_uuids": ("accounts", lambda case: uuids_of(case.assigned_to)),
    "group_uuids": ("groups", lambda case: uuids_of(case.groups)),
}


@pytest.mark.parametrize("what", SENT)
def test_a_field_that_is_put_comes_back(sandbox: Sandbox, plannr: Plannr, spoken: str, what: str) -> None:
    field, made, seen = SENT[what]
    case, sent = open_case(plannr), made(sandbox.firm)
    answer = plannr.cases.update(case.uuid, **{field: sent})
    expected = set(sent) if isinstance(sent, list) else sent
    assert seen(read(plannr, case.uuid)) == expected
    if field != "plans" or "put_relations" in DIALECTS[spoken]:
        assert seen(answer) == expected


@pytest.mark.parametrize("field", LISTS)
def test_people_and_groups_are_replaced_and_cleared(sandbox: Sandbox, plannr: Plannr, spoken: str, field: str) -> None:
    records, seen = LISTS[field]
    case, two = open_case(plannr), ids(sandbox.firm[records])
    for wanted in (two, two[:1], []):
        answer = plannr.cases.update(case.uuid, **{field: wanted})
        assert getattr(answer, field) == wanted
        after = read(plannr, case.uuid)
        assert (getattr(after, field), seen(after)) == (wanted, set(wanted))


@pytest.mark.parametrize("nothing", [None, []], ids=["null", "empty"])
def test_null_and_an_empty_list_both_take_all_plans_off(plannr: Plannr, spoken: str, nothing: Any) -> None:
    case = open_case(plannr)
    plannr.cases.update(case.uuid, plans=nothing)
    assert read(plannr, case.uuid).plans == []


def facts(case: Case) -> dict[str, Any]:
    """All of a case but when it was touched."""
    return {name: getattr(case, name) for name in case.__struct_fields__ if name != "updated_at"}


def test_what_is_absent_stays(plannr: Plannr, spoken: str) -> None:
    case = open_case(plannr)
    plannr.cases.update(case.uuid, name="Renamed")
    gone: dict[str, Any] = {"plans": []} if spoken == "absent plans go" else {}
    assert facts(read(plannr, case.uuid)) == facts(case) | {"name": "Renamed"} | gone


def test_what_is_sent_unchanged_stays(plannr: Plannr, spoken: str) -> None:
    case = open_case(plannr)
    status, kind, value = uuid_of(case.status), uuid_of(case.type), case.value
    assert status
    assert isinstance(value, Money)
    plannr.cases.update(
        case.uuid,
        name=case.name,
        status=status,
        assigned_to_uuids=case.assigned_to_uuids or [],
        group_uuids=case.group_uuids or [],
        review_at=case.review_at,
        type=kind,
        value=value.amount,
        completed_at=case.completed_at,
        plans=[plan.uuid for plan in case.plans or []],
    )
    assert facts(read(plannr, case.uuid)) == facts(case)


def test_a_new_case_has_everything_it_was_given(sandbox: Sandbox, plannr: Plannr, spoken: str) -> None:
    firm = sandbox.firm
    client = next(UUID(uuid) for uuid, each in firm.accounts.items() if each["type"] == "client")
    given: dict[str, Any] = {
        "assigned_to_uuids": [UUID(sandbox.account)],
        "group_uuids": ids(firm.groups),
        "plans": ids(firm.plans),
    }
    kind, status = ids(firm.types)[1], ids(firm.statuses)[1]
    made = plannr.cases.create(
        name="New", participants=[client], status=status, type=kind, value=1, review_at=date(2031, 7, 1), **given
    )
    case = read(plannr, made.uuid)
    assert (case.name, uuids_of(case.participants), uuid_of(case.status)) == ("New", {client}, status)
    assert (uuid_of(case.type), case.value) == (kind, Money(1, "GBP", "£0.01"))
    assert case.review_at == datetime(2031, 6, 30, 23, tzinfo=UTC)
    assert (case.assigned_to_uuids, case.group_uuids) == (given["assigned_to_uuids"], given["group_uuids"])
    assert (uuids_of(case.plans), case.completed_at) == (set(given["plans"]), None)


def test_people_join_and_leave_a_case(sandbox: Sandbox, plannr: Plannr, spoken: str) -> None:
    case = open_case(plannr)
    clients = list(uuids_of(case.participants))
    plannr.cases.add_participants(case.uuid, [sandbox.account])
    assert uuids_of(read(plannr, case.uuid).participants) == {*clients, UUID(sandbox.account)}
    with pytest.raises(Rejected) as caught:
        plannr.cases.remove_participants(case.uuid, clients)
    assert set(caught.value.problems) == {"participants"}
    plannr.cases.remove_participants(case.uuid, [sandbox.account])
    assert uuids_of(read(plannr, case.uuid).participants) == set(clients)


@pytest.mark.parametrize(
    ("field", "wrong", "key"),
    [
        ("name", " ", "name"),
        ("name", "x" * 256, "name"),
        ("status", NOBODY, "status"),
        ("status_position", 0, "status_position"),
        ("type", NOBODY, "type"),
        ("value", -1, "value"),
        ("assigned_to_uuids", [NOBODY], "assigned_to_uuids.0"),
        ("group_uuids", [NOBODY], "group_uuids.0"),
        ("plans", [NOBODY], "plans.0"),
    ],
)
def test_what_may_not_be_put_is_said_at_its_field(plannr: Plannr, field: str, wrong: Any, key: str) -> None:
    case = open_case(plannr)
    with pytest.raises(Rejected) as caught:
        plannr.cases.update(case.uuid, **{field: wrong})
    assert (caught.value.status, set(caught.value.problems)) == (422, {key})
    assert read(plannr, case.uuid) == case


def test_a_new_case_that_may_not_be_is_said_field_by_field(sandbox: Sandbox, plannr: Plannr) -> None:
    before = len(sandbox.firm.cases)
    with pytest.raises(Rejected) as caught:
        plannr.cases.create(name="", participants=[], type=NOBODY, plans=[NOBODY])
    assert set(caught.value.problems) == {"name", "participants", "type", "plans.0"}
    with pytest.raises(Rejected, match="422") as caught:
        plannr.cases.create(name="Staff only", participants=[sandbox.account])
    assert set(caught.value.problems) == {"participants"}
    assert len(sandbox.firm.cases) == before


def test_a_case_is_deleted_by_whoever_may(sandbox: Sandbox, plannr: Plannr) -> None:
    case, callum = open_case(plannr), "sandbox-callum"  # who may write and not delete
    with Plannr(sandbox.url, auth=BearerToken(callum), account=sandbox.account_of(callum)) as theirs:
        assert [login.has_delete_permission for login in theirs.logins.list()] == [False]
        with pytest.raises(Forbidden):
            theirs.cases.delete(case.uuid)
    plannr.cases.get(case.uuid)
    plannr.cases.delete(case.uuid)
    with pytest.raises(NotFound):
        plannr.cases.get(case.uuid)


def test_a_status_is_made_and_changed_and_refused_field_by_field(plannr: Plannr, spoken: str) -> None:
    made = plannr.statuses.create("On hold", "#112233")
    assert (made.name, made.colour, made.is_type_completed) == ("On hold", "#112233", False)
    changed = plannr.statuses.update(made.uuid, name="Paused", colour="#445566", position=2)
    assert (changed.name, changed.colour, changed.position) == ("Paused", "#445566", 2)
    assert plannr.statuses.list()[1] == changed
    with pytest.raises(Rejected) as caught:
        plannr.statuses.create(" ", "red")
    assert set(caught.value.problems) == {"name", "colour"}
    with pytest.raises(Rejected) as caught:
        plannr.statuses.update(made.uuid, position=0)
    assert set(caught.value.problems) == {"position"}
