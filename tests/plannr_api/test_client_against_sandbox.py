"""Every call of the client, against the stand-in Plannr, in every dialect it speaks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from plannr_api import (
    BearerToken,
    BrokenAnswer,
    Case,
    CaseFilters,
    Money,
    NotFound,
    Plannr,
    PlannrError,
    RateLimited,
    Rejected,
    Status,
    Timeouts,
    Unauthorised,
    Unreachable,
    choose_login,
    statuses_of,
    types_of,
)
from plannr_api.sandbox import DIALECTS, Sandbox

WHO_SEES_WHAT = ("visibility", "assigned")  # then the owner, who is given no cases, sees none
EACH = [
    pytest.param(name, value, id=f"{name}={value}")
    for name, values in DIALECTS.items()
    for value in values
    if (name, value) != WHO_SEES_WHAT
]
FAST = Timeouts(connect=1, read=1, deadline_read=2, deadline_write=2)


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(cases=40, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    shared.reset(cases=40, seed=7)
    return shared


@pytest.fixture
def plannr(sandbox: Sandbox) -> Iterator[Plannr]:
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token), account=sandbox.account, timeouts=FAST) as plannr:
        yield plannr


def account_of(plannr: Plannr) -> UUID:
    login = choose_login(plannr.logins.list())
    assert login.account
    return login.account.uuid


def columns(plannr: Plannr, cases: list[Case]) -> list[Status]:
    try:
        return plannr.statuses.list()
    except NotFound:
        return statuses_of(cases)


def an_open_case(cases: list[Case]) -> Case:
    return next(case for case in cases if case.plans and isinstance(case.status, Status) and case.completed_at is None)


@pytest.mark.parametrize(("dialect", "value"), EACH)
def test_every_call_works_in_every_dialect(sandbox: Sandbox, plannr: Plannr, dialect: str, value: str) -> None:
    sandbox.speak(**{dialect: value})
    assert str(account_of(plannr)) == sandbox.account
    listed = plannr.cases.list(per_page=15)
    assert (len(listed.cases), listed.total, listed.set_aside) == (40, 40, [])
    statuses = columns(plannr, listed.cases)
    assert len(statuses) >= 5
    assert plannr.employees.list()
    assert plannr.groups.list()
    case = an_open_case(listed.cases)
    target = next(each for each in statuses if each != case.status and not each.is_type_completed)
    moved = plannr.cases.move(case.uuid, target.uuid, 1, plans=[plan.uuid for plan in case.plans or []])
    assert isinstance(moved.status, Status)
    assert (moved.uuid, moved.status.uuid) == (case.uuid, target.uuid)
    assert plannr.cases.get(case.uuid).status == moved.status
    (again,) = plannr.cases.list(filters=CaseFilters(uuid=[case.uuid])).cases
    assert again.plans is not None
    assert {plan.uuid for plan in again.plans} == {plan.uuid for plan in case.plans or []}


@pytest.mark.parametrize(("dialect", "value"), EACH)
def test_cases_and_statuses_can_be_made_and_changed(sandbox: Sandbox, plannr: Plannr, dialect: str, value: str) -> None:
    sandbox.speak(**{dialect: value})
    listed = plannr.cases.list().cases
    client = next(person for case in listed for person in case.participants or [] if person.type == "client")
    other = next(
        person
        for case in listed
        for person in case.participants or []
        if person.type == "client" and person.uuid != client.uuid
    )
    made = plannr.cases.create(name="Żółć ☂", participants=[client.uuid], value=15099)
    assert (made.name, made.value) == ("Żółć ☂", Money(15099, "GBP", "£150.99"))
    review = datetime(2027, 1, 2, 9, tzinfo=UTC)
    changed = plannr.cases.update(made.uuid, name="Renamed", review_at=review, value=None)
    assert (changed.name, changed.review_at, changed.value) == ("Renamed", review, None)
    plannr.cases.add_participants(made.uuid, [other.uuid])
    plannr.cases.remove_participants(made.uuid, [client.uuid])
    (found,) = plannr.cases.list(filters=CaseFilters(uuid=[made.uuid])).cases
    assert [person.uuid for person in found.participants or []] == [other.uuid]
    plannr.cases.delete(made.uuid)
    with pytest.raises(NotFound):
        plannr.cases.get(made.uuid)
    status = plannr.statuses.create("On hold", "#112233")
    assert plannr.statuses.update(status.uuid, name="Paused").name == "Paused"


def test_missing_lists_are_made_up_from_cases(sandbox: Sandbox, plannr: Plannr) -> None:
    known_statuses, known_types = plannr.statuses.list(), plannr.types.list()
    sandbox.speak(status_list="404", type_list="404")
    cases = plannr.cases.list().cases
    for listing in (plannr.statuses.list, plannr.types.list):
        with pytest.raises(NotFound):
            listing()
    assert [each for each in known_statuses if each in statuses_of(cases)] == statuses_of(cases)
    assert set(types_of(cases)) <= set(known_types)


@pytest.mark.parametrize("value", DIALECTS["account_header"])
def test_without_an_account_only_logins_answer(sandbox: Sandbox, value: str) -> None:
    sandbox.speak(account_header=value)
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token)) as plannr:
        assert plannr.logins.list()
        with pytest.raises(PlannrError) as caught:
            plannr.cases.list()
    assert caught.value.status == int(value)


def test_the_ledger_shows_one_move_with_its_request_id(sandbox: Sandbox, plannr: Plannr) -> None:
    case = an_open_case(plannr.cases.list().cases)
    assert isinstance(case.status, Status)
    plannr.cases.move(case.uuid, case.status.uuid, 1, request_id="intent-42")
    puts = [entry for entry in sandbox.ledger if entry["method"] == "PUT"]
    assert [(entry["request_id"], entry["applied"], set(entry["body"])) for entry in puts] == [
        ("intent-42", True, {"status", "status_position"})
    ]


FAULTS: dict[str, tuple[dict[str, Any], type[PlannrError], bool | None, bool]] = {
    "refused": ({"status": 422}, Rejected, False, False),
    "server error": ({"status": 500}, BrokenAnswer, None, False),
    "applied, then an error": ({"status": 500, "applied": True}, BrokenAnswer, None, True),
    "gateway": ({"status": 503}, Unreachable, None, False),
    "dropped before": ({"drop": "before"}, Unreachable, None, False),
    "dropped after": ({"drop": "after"}, Unreachable, None, True),
    "html": ({"html": True}, BrokenAnswer, None, False),
    "too many": ({"status": 429, "headers": {"Retry-After": "9"}}, RateLimited, False, False),
    "redirect": ({"status": 302, "headers": {"Location": "/elsewhere"}}, BrokenAnswer, None, False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_makes_two_moves_of_one(sandbox: Sandbox, plannr: Plannr, fault: str) -> None:
    wanted, kind, applied, really = FAULTS[fault]
    case = an_open_case(plannr.cases.list().cases)
    assert isinstance(case.status, Status)
    sandbox.fail("PUT", "/api/v1/cases/*", **wanted)
    with pytest.raises(kind) as caught:
        plannr.cases.move(case.uuid, case.status.uuid, 1)
    assert caught.value.applied is applied
    puts = [entry for entry in sandbox.ledger if entry["method"] == "PUT"]
    assert len(puts) == 1
    if fault != "html":
        assert puts[0]["applied"] is really


def test_a_late_answer_leaves_a_move_in_doubt(sandbox: Sandbox) -> None:
    hasty = Timeouts(connect=1, read=5, deadline_read=2, deadline_write=0.3)
    with Plannr(sandbox.url, auth=BearerToken(sandbox.token), account=sandbox.account, timeouts=hasty) as plannr:
        case = an_open_case(plannr.cases.list().cases)
        assert isinstance(case.status, Status)
        sandbox.fail("PUT", "/api/v1/cases/*", delay=1)
        with pytest.raises(Unreachable) as caught:
            plannr.cases.move(case.uuid, case.status.uuid, 1)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)


def test_a_token_that_ran_out_is_unauthorised(sandbox: Sandbox, plannr: Plannr) -> None:
    sandbox.expire(sandbox.token)
    with pytest.raises(Unauthorised) as caught:
        plannr.cases.list()
    assert caught.value.words == "Unauthenticated."


def test_the_budget_follows_the_answers(sandbox: Sandbox, plannr: Plannr) -> None:
    sandbox.speak(rate_limit=3)
    plannr.logins.list()
    assert (plannr.rate.limit, plannr.rate.remaining) == (3, 2)
    plannr.logins.list()
    plannr.logins.list()
    with pytest.raises(RateLimited):
        plannr.logins.list()
    assert plannr.rate.spare() is False
