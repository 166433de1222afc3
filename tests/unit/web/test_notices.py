"""What a notice offers, and how long ago something was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.models import Edit, Move
from kanban.web.messages import edits
from kanban.web.messages.moves import Notice, ago, aside
from tests.support.laws import few

SENT = datetime(2026, 3, 29, 12, tzinfo=UTC)
SIZES = {"s": 1, "min": 60, "h": 3600}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "1 s"),
        (0, "1 s"),
        (0.4, "1 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (90_000, "25 h"),
    ],
)
def test_how_long_ago_is_short_and_never_nothing(seconds: float, said: str) -> None:
    assert ago(seconds) == said


@few
@given(st.integers(1, 10**6))
def test_no_more_is_claimed_than_has_passed_and_at_least_half_of_it(seconds: int) -> None:
    number, unit = ago(seconds).split()
    assert seconds / 2 < int(number) * SIZES[unit] <= seconds


def test_only_a_move_that_was_made_can_be_taken_back_and_no_way_back() -> None:
    assert Notice("success", "", move=Move(sent_at=SENT)).can_undo
    assert not Notice("success", "", move=Move()).can_undo  # it stood there already
    assert not Notice("success", "", move=Move(sent_at=SENT, undoes_id=1)).can_undo
    assert not Notice("failure", "", move=Move(sent_at=SENT)).can_undo
    assert not Notice("success", "", edit=Edit(sent_at=SENT)).can_undo


def test_a_conflict_can_be_overruled_but_not_by_a_way_back() -> None:
    assert Notice("conflict", "", move=Move()).can_force
    assert not Notice("conflict", "", move=Move(undoes_id=1)).can_force
    assert not Notice("conflict", "", edit=Edit()).can_force
    assert not Notice("failure", "", move=Move()).can_force


@pytest.mark.parametrize(("reason", "keep"), [("limit", "Keep"), ("requires", "Keep"), ("moved", "Keep theirs")])
def test_to_say_no_to_a_rule_of_the_firm_keeps_nobody_elses(reason: str, keep: str) -> None:
    notice = Notice("conflict", "", move=Move(reason=reason))
    assert (notice.keep, notice.can_fill) == (keep, reason == "requires")


@pytest.mark.parametrize(
    ("kind", "reason", "can"),
    [("failure", "slow", True), ("waiting", "slow", True), ("failure", "not_found", False), ("success", "", False)],
)
def test_what_failed_can_be_tried_again_unless_the_case_is_gone(kind: str, reason: str, can: bool) -> None:
    assert Notice(kind, "", move=Move(reason=reason)).can_retry is can
    assert not Notice(kind, "").can_retry


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"altered": "value", "put_back": True}, "Plannr also changed its value; we put that back."),
        ({"altered": "value", "put_back": False}, "Plannr also changed its value and we could not put that back."),
        ({"altered": "value"}, "We could not look afterwards whether its value are as they were."),
        ({"untaken": "the type", "altered": "value"}, "Plannr did not take the type."),
    ],
)
def test_what_else_happened_to_the_case_is_said(db: None, fields: dict[str, object], words: str) -> None:
    assert aside(Move(**fields)).startswith(words)
    assert bool(aside(Move(**fields))) == bool(words)


REFUSED = {"outcome": Edit.Outcome.REFUSED, "field": "people", "reason": "rejected", "words": "No."}


@pytest.mark.parametrize("path", ["assigned_to_uuids", "assigned_to_uuids.0"])
def test_what_plannr_says_of_this_very_field_stands_beside_it(path: str) -> None:
    assert edits.problems(Edit(**REFUSED, problems={path: ["Who?"], "name": ["Too long."]})) == ["Who?"]


def test_else_why_it_was_refused_stands_there_with_plannrs_words() -> None:
    edit = Edit(**REFUSED, problems={"name": ["Too long."]})
    assert edits.problems(edit) == ["Plannr refused. No.", "Read its reason, change what you typed, then try again."]


def test_beside_a_field_that_was_not_refused_stands_nothing() -> None:
    assert edits.problems(Edit(outcome=Edit.Outcome.APPLIED, field="people")) == []


def test_when_plannr_says_how_long_to_wait_that_is_the_advice() -> None:
    edit = Edit(**REFUSED | {"reason": "rate_limited", "retry_after": 12.4})
    assert edits.why_not(edit) == ("Plannr asks us to slow down.", "Try again in 12 seconds.")
    assert edits.why_not(Edit(**REFUSED | {"retry_after": 0.2}))[1] == "Try again in 1 seconds."
