"""What a reading says of a move that Plannr did not confirm: made, made elsewhere, overtaken by others, or not yet."""

from __future__ import annotations

from django.utils import timezone

from kanban.models import Connection, Move
from kanban.sync import absorb, lookup
from kanban.writes import outcomes, side_effects
from kanban.writes.outcomes import mark_case_gone, mark_refused
from kanban.writes.positions import status_and_position
from plannr_api import Case, PlannrError

Outcome = Move.Outcome


def settle(connection: Connection, move: Move, *, at_once: bool = False) -> Move:
    """Find out by reading what became of a move that Plannr did not confirm. `at_once`: by whoever has just sent it."""
    if move.outcome != Outcome.UNKNOWN:
        return move
    try:
        now = lookup.fetch_cases(connection, [move.case])
    except PlannrError:
        return move
    judge(connection, move, now.get(move.case), at_once=at_once)
    return move


def judge(connection: Connection, move: Move, case: Case | None, *, at_once: bool = False) -> None:
    """What a reading says of an unconfirmed move."""
    if case is None:
        return mark_case_gone(move)
    absorb.absorb(connection, case, heard_at=timezone.now(), moved=True)
    status, position = status_and_position(case)
    if status == move.to_status and (status != move.from_status or position == move.asked_position):
        side_effects.note_read(connection, move, case, at_once=at_once)
        return apply(move, case, "" if position == move.asked_position else "elsewhere")
    if status != move.from_status:
        return contest(connection, move, case)
    if outcomes.given_up(move):
        return mark_refused(move, "never_taken")
    return None


def apply(move: Move, case: Case, reason: str = "") -> None:
    move.got_status, move.got_position = status_and_position(case)
    outcomes.mark_applied(move, reason)


def contest(connection: Connection, move: Move, case: Case, reason: str = "moved") -> None:
    """Nothing more is sent until the person has seen what happened and chosen."""
    absorb.absorb(connection, case, heard_at=timezone.now(), moved=True)
    move.got_status, move.got_position = status_and_position(case)
    latest = Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.APPLIED).exclude(pk=move.pk).first()
    elsewhere = move.got_status != move.from_status or move.undoes_id  # there its number tells nothing of who it was
    same_place = latest and latest.got_status == move.got_status
    if latest and same_place and (elsewhere or latest.got_position == move.got_position):
        move.rival = latest  # else it was somebody in Plannr
    outcomes.close(move, Outcome.CONFLICT, reason)
