"""How long a case has been in each status: all of its time is told once, and what nobody knows is not claimed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.audit.time_in_status import SHARE, SLIVER, StatusTimeline, Stay, brief, in_words, journey, percentile
from kanban.models import Card, Column, Entry
from tests.support.laws import few

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COLUMNS = {
    UUID(int=number): Column(pk=number, status=UUID(int=number), name=name, completed=name == "Done")
    for number, name in enumerate(("Fact find", "Research", "Report", "Done"), 1)
}
FACT_FIND, RESEARCH, REPORT, DONE = COLUMNS
STATUSES = st.sampled_from([*COLUMNS])


def card(status: UUID, **fields: datetime) -> Card:
    return Card(case=UUID(int=9), column=COLUMNS[status], **{"heard_at": NOW} | fields)


def moved(hours_ago: float, before: UUID, after: UUID, **fields: object) -> Entry:
    said = {"kind": Entry.Kind.APPLIED, "what": "move", "from_name": "then", "to_name": "then"} | fields
    return Entry(at=NOW - hours_ago * HOUR, from_status=before, to_status=after, **said)


def made(hours_ago: float, status: UUID) -> Entry:
    return Entry(at=NOW - hours_ago * HOUR, kind=Entry.Kind.OUTSIDE, what="created", to_status=status)


def told(timeline: StatusTimeline) -> dict[str, float]:
    return {stay.name: stay.length / HOUR for stay in timeline.stays}


@few
@given(st.lists(st.tuples(st.integers(1, 99), STATUSES), max_size=6, unique_by=lambda step: step[0]), STATUSES)
def test_from_when_it_was_made_all_its_time_is_told_once(steps: list[tuple[int, UUID]], first: UUID) -> None:
    entries, stands, waiting, since = [made(100, first)], first, 0.0, 100.0
    for ago, status in sorted(steps, reverse=True):
        waiting += since - ago if stands != DONE else 0
        entries.append(moved(ago, stands, status))
        stands, since = status, ago
    waiting += since if stands != DONE else 0
    timeline = journey(card(stands, created_at=NOW - 100 * HOUR), entries, COLUMNS, NOW)
    assert timeline.whole
    assert (timeline.since, timeline.length) == (NOW - 100 * HOUR, waiting * HOUR)
    assert len(told(timeline)) == len(timeline.stays)  # however often it came back to one
    assert "Done" not in told(timeline)


def test_a_status_that_a_case_came_back_to_is_told_once_with_all_its_time() -> None:
    entries = [made(10, FACT_FIND), moved(8, FACT_FIND, RESEARCH), moved(5, RESEARCH, FACT_FIND)]
    timeline = journey(card(FACT_FIND, created_at=NOW - 10 * HOUR), entries, COLUMNS, NOW)
    assert told(timeline) == {"Fact find": 7, "Research": 3}


def test_of_a_case_that_was_there_before_us_only_what_we_saw_is_told() -> None:
    timeline = journey(card(RESEARCH), [moved(8, FACT_FIND, RESEARCH)], COLUMNS, NOW)
    assert not timeline.whole
    assert told(timeline) == {"Research": 8}


def test_without_any_line_it_stands_where_it_stands_since_it_is_known_to() -> None:
    timeline = journey(card(RESEARCH, since=NOW - 3 * HOUR), [], COLUMNS, NOW)
    assert (timeline.whole, told(timeline)) == (False, {"Research": 3})


@pytest.mark.parametrize(
    "nothing",
    [
        {"kind": Entry.Kind.REFUSED},
        {"kind": Entry.Kind.CONFLICT},
        {"kind": Entry.Kind.UNKNOWN},
        {"reason": "already"},
        {"got_status": FACT_FIND},  # Plannr left it where it was
        {"kind": Entry.Kind.OUTSIDE, "what": "edited"},
    ],
)
def test_what_moved_nothing_ends_no_stay(nothing: dict[str, object]) -> None:
    entries = [made(10, FACT_FIND), moved(4, FACT_FIND, RESEARCH, **nothing)]
    assert told(journey(card(FACT_FIND), entries, COLUMNS, NOW)) == {"Fact find": 10}


def test_where_plannr_put_it_counts_and_not_where_it_was_wanted() -> None:
    entries = [made(10, FACT_FIND), moved(4, FACT_FIND, RESEARCH, got_status=REPORT), moved(1, REPORT, RESEARCH)]
    assert told(journey(card(RESEARCH), entries, COLUMNS, NOW)) == {"Fact find": 6, "Report": 3, "Research": 1}


def test_a_move_in_plannr_counts_from_when_it_was_found() -> None:
    outside = {"kind": Entry.Kind.OUTSIDE, "what": "moved", "since": NOW - 6 * HOUR}
    entries = [made(10, FACT_FIND), moved(4, FACT_FIND, RESEARCH, **outside)]
    assert told(journey(card(RESEARCH), entries, COLUMNS, NOW)) == {"Fact find": 6, "Research": 4}


def test_a_status_that_is_no_more_bears_the_name_it_had() -> None:
    entries = [made(10, FACT_FIND), moved(4, FACT_FIND, RESEARCH, from_name="Fact find, then")]
    known = {status: column for status, column in COLUMNS.items() if status != FACT_FIND}
    assert told(journey(card(RESEARCH), entries, known, NOW)) == {"Fact find, then": 6, "Research": 4}


def test_clocks_that_disagree_make_no_time_below_zero() -> None:
    entries = [made(10, FACT_FIND), moved(4, FACT_FIND, RESEARCH), moved(5, RESEARCH, REPORT)]
    stays = journey(card(REPORT), entries, COLUMNS, NOW).stays
    assert all(stay.length >= timedelta() for stay in stays)


@few
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_every_part_of_the_bar_can_be_seen(hours: list[int]) -> None:
    stays = [Stay(str(number), "", length * HOUR) for number, length in enumerate(hours)]
    timeline = StatusTimeline(NOW, True, stays)
    parts = [seconds for _, _, seconds in timeline.bar]
    assert all(part >= max(1.0, sum(hours) * 3600 * SLIVER) for part in parts)
    assert [words for _, words, _ in timeline.bar] == [stay.words for stay in stays]


@pytest.mark.parametrize(
    ("length", "short", "long"),
    [
        (timedelta(), "under 1 d", "Less than a day"),
        (23 * HOUR, "under 1 d", "Less than a day"),
        (24 * HOUR, "1 d", "1 day"),
        (47 * HOUR, "1 d", "1 day"),
        (timedelta(days=30), "30 d", "30 days"),
    ],
)
def test_a_length_is_said_in_whole_days(length: timedelta, short: str, long: str) -> None:
    assert (brief(length), in_words(length)) == (short, long)


@few
@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_the_percentile_is_the_least_that_so_large_a_share_did_not_pass(days: list[int]) -> None:
    least = percentile(days)
    enough = ceil(SHARE * len(days))
    assert least in days
    assert sum(day <= least for day in days) >= enough
    assert sum(day < least for day in days) < enough
