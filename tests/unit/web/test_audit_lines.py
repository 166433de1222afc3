"""A line of the record in words: never under the name of somebody who did not do it, and never more than is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from kanban.models import Entry
from kanban.web.messages.audit import AuditLine

Kind = Entry.Kind
NOON = datetime(2026, 7, 1, 11, 0, tzinfo=UTC)  # 12:00 in London
A, B = UUID(int=1), UUID(int=2)


def line(kind: Kind, what: str = "move", **fields: Any) -> AuditLine:
    said = {"at": NOON, "who": "Ann Lee", "account_name": "The firm", "case": UUID(int=9)} | fields
    return AuditLine(Entry(kind=kind, what=what, **said))


@pytest.mark.parametrize("what", ["moved", "edited", "created", "gone"])
def test_what_happened_in_plannr_bears_nobodys_name(what: str) -> None:
    said = line(Kind.OUTSIDE, what)
    assert said.who == "Somebody"
    assert "Ann" not in f"{said.who} {said.verb} {said.why} {said.quote} {said.between}"


@pytest.mark.parametrize(
    ("who", "account", "shown"),
    [("Ann Lee", "The firm", ("Ann Lee", "The firm")), ("Ann", "Ann", ("Ann", "")), ("", "The firm", ("The firm", ""))],
)
def test_an_account_is_named_where_it_is_not_the_persons_own(who: str, account: str, shown: tuple[str, str]) -> None:
    said = line(Kind.APPLIED, who=who, account_name=account)
    assert (said.who, said.account) == shown


@pytest.mark.parametrize(
    ("kind", "what"), [*product([*Kind][:-1], ["move", "undo", "create", "delete", "edit value", "edit x"])]
)
def test_only_what_was_made_is_told_as_done(kind: Kind, what: str) -> None:
    assert line(kind, what).verb.startswith("asked to ") == (kind != Kind.APPLIED)


def test_what_was_so_already_was_not_done() -> None:
    assert line(Kind.APPLIED, reason="already").verb == "asked to move"
    assert line(Kind.APPLIED, reason="already", got_position=3).place is None


@pytest.mark.parametrize(
    ("what", "verb"),
    [
        ("move", "moved"),
        ("undo", "moved back"),
        ("create", "created"),
        ("delete", "deleted"),
        ("edit review_at", "changed the review date of"),
        ("edit of_long_ago", "changed the details of"),
    ],
)
def test_a_deed_is_a_verb(what: str, verb: str) -> None:
    assert line(Kind.APPLIED, what).verb == verb


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.APPLIED])
def test_where_nothing_was_moved_no_place_is_claimed(kind: Kind) -> None:
    assert line(kind, got_position=3).place is None


def test_a_move_within_a_status_is_told_as_one() -> None:
    assert line(Kind.APPLIED, from_status=A, to_status=A).within
    assert not line(Kind.APPLIED, from_status=A, to_status=B).within
    assert not line(Kind.OUTSIDE, "edited", from_status=A, to_status=A).placed


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.UNKNOWN, Kind.CONFLICT])
def test_plannrs_own_words_are_a_quotation_and_ours_are_none(kind: Kind) -> None:
    assert line(kind, words="No.").quote == "No."
    assert line(Kind.CONFLICT, reason="limit", words="Over the limit.").quote == ""
    assert line(Kind.APPLIED, words="Over the limit.").quote == ""
    assert line(Kind.APPLIED, words="Over the limit.").why == "Over the limit."


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": "edited"}, "It had been edited meanwhile, so nothing was sent."),
        ({"reason": "moved"}, "It had been moved meanwhile, so nothing was sent."),
        (
            {"reason": "moved", "asked_position": 2},
            "It had been moved meanwhile, so it was left there; Plannr never confirmed.",
        ),
        ({"reason": "edited_late"}, "It had been edited meanwhile, so it was left so; Plannr never confirmed."),
    ],
)
def test_that_nothing_was_sent_is_claimed_only_where_nothing_was(fields: dict[str, Any], why: str) -> None:
    assert line(Kind.CONFLICT, **fields).why == why


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (None, "in Plannr, before 12:00:00"),
        (NOON - timedelta(seconds=90), "in Plannr, between 11:58:30 and 12:00:00"),
        (NOON - timedelta(hours=12), "in Plannr, between 00:00:00 and 12:00:00"),
        (NOON - timedelta(hours=13), "in Plannr, between 30 Jun 23:00:00 and 12:00:00"),
    ],
)
def test_a_change_in_plannr_happened_between_two_readings(since: datetime | None, said: str) -> None:
    assert line(Kind.OUTSIDE, "moved", since=since).between == said
    assert line(Kind.APPLIED, since=since).between == ""


@pytest.mark.parametrize("kind", [*Kind][:-1])
def test_what_the_board_put_back_is_not_told_as_somebodys_wish(kind: Kind) -> None:
    said = line(kind, "put back", from_name="plans and value").verb
    assert said == f"the board {'put' if kind == Kind.APPLIED else 'was to put'} back the plans and value of"


@pytest.mark.parametrize("what", ["add status", "change status", "column rule"])
@pytest.mark.parametrize("reason", ["busy", "taken", "not_found", "not_sent", "unreachable", "unsettled_status"])
def test_why_the_columns_were_not_changed_speaks_of_no_case_and_no_move(what: str, reason: str) -> None:
    said = line(Kind.REFUSED, what, reason=reason).why
    assert said
    assert "case" not in said.replace("cases", "")
    assert "move" not in said
