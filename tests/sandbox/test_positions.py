"""Where a moved case lands, in each of the four dialects."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plannr_api.sandbox import Sandbox
from plannr_api.sandbox.state.positions import list_order, place
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]
Column = list[tuple[str, int | None]]


def case(uuid: str, status: str, position: int | None) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "status": status,
        "status_position": position,
        "updated_at": f"2026-01-01T00:00:00.{uuid:>06}",
    }


def column(cases: list[dict[str, Any]], status: str) -> Column:
    return [(each["uuid"], each["status_position"]) for each in list_order(cases) if each["status"] == status]


def board() -> list[dict[str, Any]]:
    """Status A holds 1, 2, 3 and 4 without a number; B holds 5 and 6."""
    return [case(str(n), "A", n) for n in (1, 2, 3)] + [case("4", "A", None), case("5", "B", 1), case("6", "B", 2)]


@pytest.mark.parametrize(
    ("how", "position", "left", "entered"),
    [
        ("shift", 2, [("2", 1), ("3", 2), ("4", None)], [("5", 1), ("1", 2), ("6", 3)]),
        ("shift", 99, [("2", 1), ("3", 2), ("4", None)], [("5", 1), ("6", 2), ("1", 3)]),
        ("shift", None, [("2", 1), ("3", 2), ("4", None)], [("5", 1), ("6", 2), ("1", 3)]),
        ("store", 2, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("6", 2), ("1", 2)]),
        ("store", 99, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("6", 2), ("1", 99)]),
        ("store", None, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("6", 2), ("1", 3)]),
        ("clamp", 99, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("6", 2), ("1", 3)]),
        ("clamp", 1, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("1", 1), ("6", 2)]),
        ("ignore", 1, [("2", 2), ("3", 3), ("4", None)], [("5", 1), ("6", 2), ("1", 3)]),
    ],
)
def test_a_case_enters_another_status(how: str, position: int | None, left: Column, entered: Column) -> None:
    cases = board()
    place(cases, cases[0], "B", position, how)
    assert column(cases, "A") == left
    assert column(cases, "B") == entered


@pytest.mark.parametrize(
    ("how", "position", "stays"),
    [
        ("shift", 3, [("2", 1), ("3", 2), ("1", 3), ("4", None)]),
        ("shift", 1, [("1", 1), ("2", 2), ("3", 3), ("4", None)]),
        ("store", 3, [("2", 2), ("3", 3), ("1", 3), ("4", None)]),
        ("clamp", 7, [("2", 2), ("3", 3), ("1", 3), ("4", None)]),
        ("ignore", 3, [("1", 1), ("2", 2), ("3", 3), ("4", None)]),
    ],
)
def test_a_case_moves_within_its_status(how: str, position: int, stays: Column) -> None:
    cases = board()
    place(cases, cases[0], "A", position, how)
    assert column(cases, "A") == stays


moves = st.lists(st.tuples(st.integers(0, 11), st.sampled_from("ABC"), st.none() | st.integers(1, 15)), max_size=25)


@settings(max_examples=150, deadline=None, database=None)
@given(moves)
def test_shift_keeps_numbers_dense_and_the_others_in_order(steps: list[tuple[int, str, int | None]]) -> None:
    cases = [case(str(n), "ABC"[n % 3], n // 3 + 1) for n in range(12)]
    for number, status, position in steps:
        moved = cases[number]
        before = {name: [each for each, _ in column(cases, name) if each != moved["uuid"]] for name in "ABC"}
        place(cases, moved, status, position, "shift")
        for name in "ABC":
            after = column(cases, name)
            assert [place for _, place in after] == list(range(1, len(after) + 1))
            assert [each for each, _ in after if each != moved["uuid"]] == before[name]
        size = len(column(cases, status))
        assert moved["status_position"] == min(position or size, size)


def first_and_target(sandbox: Sandbox) -> tuple[str, str]:
    """A case at the head of its status, and another status with cases in it."""
    statuses = list(sandbox.firm.statuses)
    uuid = next(
        c["uuid"] for c in sandbox.firm.cases.values() if c["status_position"] == 1 and c["status"] == statuses[-1]
    )
    return uuid, statuses[1]


def put(call: Caller, position: int | None = None) -> tuple[str, str, Any]:
    uuid, status = first_and_target(call.sandbox)
    body = {"status": status} | ({} if position is None else {"status_position": position})
    return uuid, status, call("PUT", f"/api/v1/cases/{uuid}", body).json


def test_shift_answers_the_real_place(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60, positions="shift"))
    _, status, answer = put(call, 500)
    in_status = [
        case for case in call.sandbox.firm.cases.values() if case["status"] == status and case["status_position"]
    ]
    assert answer["status_position"] == len(in_status)
    assert answer["status"]["uuid"] == status


def test_store_answers_the_number_that_was_sent(make: Make, caller: Meet) -> None:
    assert put(caller(make(cases=60, positions="store")), 500)[2]["status_position"] == 500


def test_clamp_answers_at_most_the_length(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60, positions="clamp"))
    _, status, answer = put(call, 500)
    assert answer["status_position"] <= sum(case["status"] == status for case in call.sandbox.firm.cases.values())


def test_ignore_sends_the_case_to_the_end(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60, positions="ignore"))
    uuid, status, _ = put(call, 1)
    assert [
        each["uuid"]
        for each in list_order(call.sandbox.firm.cases.values())
        if each["status"] == status and each["status_position"]
    ][-1] == uuid


def test_only_the_moved_case_counts_as_changed(make: Make, caller: Meet) -> None:
    call = caller(make(cases=60))
    before = {uuid: case["updated_at"] for uuid, case in call.sandbox.firm.cases.items()}
    uuid, _, _ = put(call, 1)
    changed = {each for each, case in call.sandbox.firm.cases.items() if case["updated_at"] != before[each]}
    assert changed == {uuid}


@pytest.mark.parametrize("position", [0, -1, "zero", 1.5, None, True, 10**30])
def test_a_position_that_is_none_is_a_422(call: Caller, position: object) -> None:
    uuid = next(iter(call.sandbox.firm.cases))
    reply = call("PUT", f"/api/v1/cases/{uuid}", {"status_position": position})
    assert reply.status == 422
    assert list(reply.json["errors"]) == ["status_position"]


def test_the_same_status_without_a_position_moves_nothing(call: Caller) -> None:
    case = next(case for case in call.sandbox.firm.cases.values() if case["status_position"] == 1)
    assert call("PUT", f"/api/v1/cases/{case['uuid']}", {"status": case["status"]}).json["status_position"] == 1
