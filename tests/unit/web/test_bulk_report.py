"""What is told of many cases at once adds up: each case is counted once, and what was not done stays selected."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.models import Bulk, Move
from kanban.web.messages.bulk import SHOWN, BulkAction, BulkReport
from tests.support.laws import few

Outcome = Move.Outcome
MOVING = BulkAction("Moving", "moved", "to Research")
NOT_BEGUN, NEVER = "", "vanished"  # a case without a write: not begun yet, or refused before there was one
fates = st.lists(st.sampled_from([*Outcome, NOT_BEGUN, NEVER]), min_size=1, max_size=20)


def report(fates: list[str], end: str = Bulk.End.STOPPED, **fields: object) -> BulkReport:
    items = [{"case": f"case {at}", "intent": str(at), "title": f"Case {at}"} for at in range(len(fates))]
    writes = {}
    for item, fate in zip(items, fates, strict=True):
        if fate == NEVER:
            item["reason"] = NEVER
        elif fate:
            writes[item["intent"]] = Move(outcome=fate, reason="rejected", words="No.", intent=UUID(int=1))
    return BulkReport(Bulk(items=items, end=end, **fields), MOVING, writes)


@few
@given(fates)
def test_the_headline_counts_every_case_once(fates: list[str]) -> None:
    told = report(fates)
    assert sum(map(int, re.findall(r"\d+", told.headline))) == told.total == len(fates)
    assert told.headline.startswith("No case moved") == (Outcome.APPLIED not in fates)


@few
@given(fates)
def test_while_it_runs_a_case_waits_or_is_done(fates: list[str]) -> None:
    told = report(fates)
    assert told.done + len(told.waiting) == told.total
    assert len(told.waiting) == fates.count(NOT_BEGUN) + fates.count(Outcome.OPEN)


@few
@given(fates)
def test_what_was_surely_not_done_stays_selected_in_its_order(fates: list[str]) -> None:
    not_done = (Outcome.REFUSED, Outcome.CONFLICT, NOT_BEGUN, NEVER)
    assert report(fates).left == [f"case {at}" for at, fate in enumerate(fates) if fate in not_done]


@few
@given(fates)
def test_it_is_a_success_only_if_every_case_was(fates: list[str]) -> None:
    made = fates.count(Outcome.APPLIED)
    assert report(fates).kind == ("success" if made == len(fates) else "conflict" if made else "failure")


@pytest.mark.parametrize(
    ("fates", "headline"),
    [
        (["applied"], "1 case moved to Research."),
        (["applied", "applied", "refused"], "2 cases moved to Research, 1 refused."),
        (
            ["refused", "unknown", ""],
            "No case moved to Research, 1 refused, 1 not confirmed by Plannr yet, 1 not begun.",
        ),
    ],
)
def test_how_it_ended_is_one_sentence(fates: list[str], headline: str) -> None:
    assert report(fates).headline == headline


def test_a_few_are_named_with_their_reason_and_the_others_are_counted() -> None:
    told = report([Outcome.REFUSED] * (SHOWN + 2), Bulk.End.THROUGH)
    assert [each.said for each in told.lines] == [f"Case {at}: Plannr refused." for at in range(SHOWN)]
    assert {each.words for each in told.lines} == {"No."}
    assert told.advice == "And 2 more. What was not moved is still selected."
    assert report([NEVER]).lines[0].said == "Case 0: That status no longer exists in Plannr."


@pytest.mark.parametrize("end", [end for end in Bulk.End if end != Bulk.End.THROUGH])
def test_why_some_were_not_begun_is_said_only_if_some_were_not(end: str) -> None:
    assert report([Outcome.APPLIED, NOT_BEGUN], end).advice != report([Outcome.APPLIED, Outcome.REFUSED], end).advice
    assert report([Outcome.APPLIED], end).advice == ""


def test_of_what_is_not_confirmed_we_keep_asking() -> None:
    assert report([Outcome.UNKNOWN]).advice == "We keep asking what became of those not confirmed."


@pytest.mark.parametrize(
    ("fields", "aside"),
    [
        ({}, ""),
        ({"paused": True}, "Plannr asks us to slow down, so this waits a moment."),
        ({"paused": True, "stopping": True}, "Stopping after this case."),
    ],
)
def test_why_it_does_not_go_on_is_said(fields: dict[str, bool], aside: str) -> None:
    assert report([NOT_BEGUN], **fields).aside == aside
