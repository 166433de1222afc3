"""The rate limit: what Plannr said, for as long as it is worth something."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from plannr_api import NotFound, Plannr, RateBudget, RateLimited
from plannr_api.transport.rate import retry_after
from tests.plannr_api.scripted_peer import CASE, STATUS, Peer, a_case


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_before_any_answer_nothing_is_known_and_work_may_begin() -> None:
    budget = RateBudget()
    assert (budget.limit, budget.remaining, budget.seen_at, budget.spare()) == (500, None, None, True)


def test_a_fifth_is_kept_for_people(clock: Clock) -> None:
    budget = RateBudget(clock)
    for remaining, spare in ((499, True), (101, True), (100, False), (0, False)):
        budget.update_from({"X-Ratelimit-Remaining": str(remaining)})
        assert (budget.remaining, budget.spare()) == (remaining, spare)
    assert budget.spare(reserve=-1)


def test_a_count_is_forgotten_after_a_minute(clock: Clock) -> None:
    budget = RateBudget(clock)
    budget.update_from({"X-Ratelimit-Remaining": "3"})
    clock.now += 59
    assert (budget.remaining, budget.spare()) == (3, False)
    clock.now += 1
    assert (budget.remaining, budget.spare()) == (None, True)


def test_the_limit_is_plannrs_own(clock: Clock) -> None:
    budget = RateBudget(clock)
    budget.update_from({"X-Ratelimit-Limit": "50", "X-Ratelimit-Remaining": "20"})
    assert (budget.limit, budget.spare()) == (50, True)


@pytest.mark.parametrize("value", ["", " ", "x", "-1", "1.5", "1e3", "9" * 5000, "٣", "\x00", "NaN", "0x10"])
def test_nonsense_in_the_headers_is_passed_over(clock: Clock, value: str) -> None:
    budget = RateBudget(clock)
    budget.update_from({"X-Ratelimit-Remaining": "7"})
    budget.update_from({"X-Ratelimit-Remaining": value, "X-Ratelimit-Limit": value})
    assert (budget.remaining, budget.limit) == (7, 500)


def test_every_answer_is_listened_to_errors_too(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case(), headers={"X-Ratelimit-Remaining": "41"})
    peer.answers(status=404, headers={"x-ratelimit-remaining": "40"})
    plannr.cases.get(CASE)
    assert plannr.rate.remaining == 41
    with pytest.raises(NotFound):
        plannr.cases.get(CASE)
    assert plannr.rate.remaining == 40
    assert plannr.rate.spare() is False


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "30"}])
def test_after_a_429_background_work_waits_and_a_person_may_ask_again(
    peer: Peer, plannr: Plannr, headers: dict[str, str]
) -> None:
    peer.answers(status=429, headers=headers).answers(a_case())
    with pytest.raises(RateLimited) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    assert caught.value.retry_after == (30 if headers else None)
    assert (caught.value.sent, caught.value.applied) == (True, False)
    assert (plannr.rate.remaining, plannr.rate.spare()) == (0, False)
    assert plannr.cases.move(CASE, STATUS, 1)


def test_the_pause_ends(clock: Clock) -> None:
    budget = RateBudget(clock)
    budget.refused()
    assert budget.spare() is False
    clock.now += 61
    assert budget.spare() is True


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("61", 60),
        ("9" * 30, 60),
        ("9" * 5000, None),
        ("-3", None),
        ("soon", None),
        ("inf", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 60),
        ("Wed, 99 Oct 2015 99:99:99 GMT", None),
        ("2015-10-21", None),
        ("\x00", None),
    ],
)
def test_retry_after_is_seconds_from_now_and_never_over_a_minute(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert retry_after(soon) == pytest.approx(20, abs=2)
