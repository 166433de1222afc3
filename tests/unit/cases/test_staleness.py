"""A case is stale on the day on which it has stood in its column for as long as the firm says, and not a day before."""

from datetime import UTC, date, datetime

import pytest

from kanban.cases.staleness import days_since, is_stale


@pytest.mark.parametrize(
    ("days", "limit", "stale"),
    [(9, 10, False), (10, 10, True), (11, 10, True), (None, 10, False), (400, None, False)],
)
def test_it_is_stale_once_the_days_are_full(days: int | None, limit: int | None, stale: bool) -> None:
    assert is_stale(days, limit, done=False) is stale


def test_a_completed_case_is_never_stale() -> None:
    assert not is_stale(400, 1, done=True)


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (None, None),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 1),  # before the clocks went forward
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), 0),  # half past midnight, London's time
        (datetime(2026, 4, 2, 9, tzinfo=UTC), 0),  # a clock that is ahead of ours
    ],
)
def test_days_are_midnights_of_the_firm(since: datetime | None, days: int | None) -> None:
    assert days_since(since, date(2026, 3, 30)) == days
