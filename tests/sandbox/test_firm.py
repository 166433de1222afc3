"""The firm: believable, and the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plannr_api.sandbox.seed.firm import build
from plannr_api.sandbox.state.records import Firm


@pytest.fixture(scope="module")
def firm() -> Firm:
    return build(600, 7)


def test_the_same_seed_gives_the_same_firm() -> None:
    assert vars(build(40, 3)) == vars(build(40, 3))
    assert set(build(40, 3).cases) != set(build(40, 4).cases)


def test_staff_and_statuses_do_not_depend_on_the_number_of_cases(firm: Firm) -> None:
    small = build(10, 7)
    assert list(small.statuses) == list(firm.statuses)
    assert [login["account"] for login in small.logins[1:13]] == [login["account"] for login in firm.logins[1:13]]


def test_twelve_people_each_have_a_token_and_the_owner_two(firm: Firm) -> None:
    tokens = [token for login in firm.logins for token in login["tokens"]]
    staff = [each for each in firm.accounts.values() if each["type"] == "employee" and not each.get("elsewhere")]
    assert len(staff) == 12
    assert all(f"sandbox-{each['first_name'].lower()}" in tokens for each in staff)
    assert {login["account"] for login in firm.logins_of("sandbox-token")} == {
        login["account"] for login in firm.logins_of("sandbox-priya")
    }


def test_positions_are_dense_in_every_status_and_a_few_are_missing(firm: Firm) -> None:
    for status in firm.statuses:
        numbers = [case["status_position"] for case in firm.cases.values() if case["status"] == status]
        known = sorted(number for number in numbers if number is not None)
        assert known == list(range(1, len(known) + 1))
    assert 0 < share(firm, lambda case: case["status_position"] is None) < 0.05


def share(firm: Firm, test: Any) -> float:
    return sum(bool(test(case)) for case in firm.cases.values()) / len(firm.cases)


def test_almost_half_is_completed_and_some_of_it_lately(firm: Firm) -> None:
    month = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    assert 0.44 < share(firm, lambda case: case["completed_at"]) < 0.46
    assert 0.04 < share(firm, lambda case: case["completed_at"] and case["completed_at"] > month) < 0.12


def test_statuses_are_unevenly_full(firm: Firm) -> None:
    counts = Counter(case["status"] for case in firm.cases.values())
    assert len(counts) == 7
    assert max(counts.values()) > 5 * min(counts.values())


def test_something_is_missing_here_and_there(firm: Firm) -> None:
    for name in ("type", "value", "review_at", "assigned_to_uuids", "plans", "tags"):
        assert 0.01 < share(firm, lambda case, name=name: not case[name]) < 0.8, name


def test_reviews_are_overdue_due_soon_and_later(firm: Firm) -> None:
    now, month = datetime.now(UTC).isoformat(), (datetime.now(UTC) + timedelta(days=30)).isoformat()
    dates = [case["review_at"] for case in firm.cases.values() if case["review_at"] and not case["completed_at"]]
    assert all([min(dates) < now, any(now < date < month for date in dates), max(dates) > month])


def test_values_reach_from_nothing_to_millions(firm: Firm) -> None:
    values = [case["value"] for case in firm.cases.values() if case["value"] is not None]
    assert min(values) == 0
    assert max(values) > 1_000_000_00


def test_every_case_has_a_client_and_only_known_relations(firm: Firm) -> None:
    for case in firm.cases.values():
        assert any(firm.accounts[uuid]["type"] == "client" for uuid in case["participants"])
        assert set(case["plans"]) <= set(firm.plans)
        assert set(case["tags"]) <= set(firm.tags)
        assert case["created_at"] <= case["updated_at"]


def test_names_are_not_all_english_nor_all_short(firm: Firm) -> None:
    names = {case["name"] for case in firm.cases.values()} | {each["name"] for each in firm.accounts.values()}
    assert any("年" in name for name in names)
    assert any("مراجعة" in name for name in names)
    assert any("🎉" in name for name in names)
    assert 150 < max(len(name) for name in names) <= 255
