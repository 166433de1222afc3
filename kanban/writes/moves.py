"""Moving a card truthfully: write down the intent, look, ask Plannr once, believe its answer.

A PUT is sent at most once per intent. Whatever may have been applied (a time-out, a dropped connection, a 5xx) is
settled by reading, never by sending again: sent later, the same PUT would silently take back what others did meanwhile.
Between the look and the PUT somebody in Plannr's own screens can still slip in; Plannr has no conditional write, so
that window of one round trip can be kept small but not closed.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases.fields import CASE_FIELDS
from kanban.core.db import exists
from kanban.models import Card, Column, Connection, Edit, Move, Person
from kanban.sync import absorb, lookup
from kanban.writes import column_rules, edited, journal, moved, outcomes, side_effects
from kanban.writes.commands import ANONYMOUS, Actor, MoveCommand, way_back
from kanban.writes.outcomes import GATEWAYS, mark_case_gone, mark_refused, mark_unconfirmed
from kanban.writes.positions import (
    TargetPosition,
    confirmed_neighbours,
    edited_meanwhile,
    moved_meanwhile,
    neighbours_of,
    position_in,
    resolve_neighbours,
    stands_there,
    status_and_position,
    target_position,
)
from plannr_api import Case, NotFound, PlannrError, Status

log = logging.getLogger(__name__)
Outcome = Move.Outcome

WRITTEN = ("kept", "asked_position", "sent_at", "from_status", "from_position", "also", "asked")  # before the PUT


def move_card(connection: Connection, card: Card, wish: MoveCommand, by: Actor = ANONYMOUS) -> Move:
    """Make one move, or find out what became of it if this intent was already sent.

    Whatever goes wrong, the move ends as something: never a PlannrError, and no lock left behind.
    """
    move, ours = journal.open_write(connection, card.case, wish.intent, lambda: _intended(connection, card, wish, by))
    if not ours:
        return move
    try:
        _make(connection, move, wish, card)
    except PlannrError as error:  # while looking; what goes wrong after the PUT is settled where it happens
        mark_refused(move, error.kind, error)
    except Exception:
        log.exception("move %s went wrong", move.intent)
        mark_unconfirmed(move, "broken") if move.sent_at else mark_refused(move, "not_sent")
    return move


def undo(connection: Connection, move: Move, intent: UUID, person: Person | None) -> Move:
    """Take a move back: a new move, checked like any other. If anybody has moved the case since, nothing is sent."""
    card = connection.cards.select_related("column").get(case=move.case)
    return move_card(connection, card, way_back(move, intent), Actor(person, undoes=move))


def _intended(connection: Connection, card: Card, wish: MoveCommand, by: Actor) -> Move:
    """The move as it is written down; its neighbours as they are now, not before the wait: the column has moved on."""
    above, below = resolve_neighbours(connection, card, wish)
    still_there = wish.seen_status in (None, card.column.status)
    from_above, from_below = neighbours_of(connection, card) if still_there else (wish.seen_above, wish.seen_below)
    return Move(
        **journal.author_fields(connection, by, wish.intent),
        undoes=by.undoes,
        case=card.case,
        title=card.title,
        dated=wish.dated,
        from_status=wish.seen_status or card.column.status,
        from_position=wish.seen_position,
        from_above=from_above,
        from_below=from_below,
        to_status=wish.status,
        above=above,
        below=below,
    )


# Look, ask, believe


def _make(connection: Connection, move: Move, wish: MoveCommand, before: Card) -> None:
    if side_effects.in_doubt(move.firm, move.case):
        if not _earlier_moves_are_settled(connection, move, wish):
            return mark_refused(move, "unsettled")
        if not _edits_of_what_goes_along_are_settled(connection, move, wish):
            return mark_refused(move, "unsettled_edit")
    now = lookup.fetch_cases(connection, {move.case, *wish.seen_neighbours, *filter(None, (move.above, move.below))})
    if move.case not in now:
        return mark_case_gone(move)
    if not exists(Column, firm=connection.firm, status=move.to_status, vanished=False):
        return mark_refused(move, "vanished")
    if moved_meanwhile(wish, move, now) or _moved_since(move):
        return moved.contest(connection, move, now[move.case])
    if edits := edited_meanwhile(connection, move, wish.seen_revision, before):
        move.edited = edits
        return moved.contest(connection, move, now[move.case], "edited")
    move.from_status, move.from_position = status_and_position(now[move.case])
    wanted = target_position(connection, move, now, renumbers=side_effects.positions(connection) != "store")
    if stands_there(move, wanted, now):
        return moved.apply(move, now[move.case], "already")
    if question := column_rules.put_to(connection, move, wish, now[move.case]):
        return _ask_back(move, now[move.case], question)
    return _ask(connection, move, wanted, now)


def _ask(connection: Connection, move: Move, wanted: TargetPosition, now: dict[UUID, Case]) -> None:
    """The one PUT. What it must leave alone is written down first, so that it can be compared even after a crash."""
    move.asked_position, move.sent_at = wanted.number, timezone.now()
    move.kept = side_effects.snapshot(now[move.case], but={*move.also, *side_effects.unsure(move)})
    extra = side_effects.extra_fields(connection, now[move.case], move)
    written = {name: getattr(move, name) for name in WRITTEN}
    if not Move.objects.filter(pk=move.pk, outcome=Outcome.OPEN).update(**written):
        return move.refresh_from_db()  # it took so long that it was given up meanwhile: nothing is sent
    try:
        answer = clients.client_for(connection).cases.update(
            move.case, status=move.to_status, status_position=wanted.number, request_id=str(move.intent), **extra
        )
    except PlannrError as error:
        return _failed(connection, move, now[move.case], error)
    return _believe(connection, move, wanted, answer, now, timezone.now())


def _believe(
    connection: Connection, move: Move, wanted: TargetPosition, answer: Case, now: dict[UUID, Case], heard_at: datetime
) -> None:
    """Plannr answered: what it says now is what the board shows."""
    if not isinstance(answer.status, Status) or not isinstance(answer.status_position, int):
        mark_unconfirmed(move, "broken")
        moved.settle(connection, move, at_once=True)
        return None
    exact = status_and_position(answer) == (move.to_status, wanted.number)
    neighbours_of = confirmed_neighbours(move, wanted, now) if exact else {}
    absorb.absorb(connection, answer, heard_at=heard_at, ours=True, moved=True, **neighbours_of)
    after = side_effects.probe_habits(connection, move, answer, now)
    final = (after or {}).get(move.case, answer)
    if move.above and after and position_in(move.to_status, after.get(move.above)) == status_and_position(final)[1]:
        exact = False  # this account does not renumber: the card above kept the number, and the newer stands first
        absorb.absorb(connection, final, heard_at=timezone.now(), ours=True, moved=True)
    side_effects.restore(connection, move, final)
    if after is None:
        move.altered = "plans"
    if status_and_position(final) == (move.from_status, move.from_position) and not exact:
        return mark_refused(move, "not_taken")
    return moved.apply(move, final, wanted.reason or ("" if exact and not wanted.tied else "elsewhere"))


def _failed(connection: Connection, move: Move, before: Case, error: PlannrError) -> None:
    """The PUT brought no usable answer. If Plannr certainly refused it, that is that; else reading tells."""
    if error.applied is False:
        return mark_case_gone(move) if isinstance(error, NotFound) else mark_refused(move, error.kind, error)
    log.warning("move %s not confirmed: %s", move.intent, type(error).__name__)
    mark_unconfirmed(move, error.kind, error)
    try:
        case = lookup.fetch_cases(connection, [move.case]).get(move.case)
    except PlannrError:
        return None
    if case and error.status and error.status not in GATEWAYS and _unmoved(move, before, case):
        return mark_refused(move, error.kind, error)
    return moved.judge(connection, move, case, at_once=True)


def _moved_since(move: Move) -> bool:
    """Of a way back: whether anybody here has moved the case since, if only among its neighbours."""
    done = move.undoes
    if done is None or done.sent_at is None:
        return False
    made = Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.APPLIED, sent_at__gt=done.sent_at)
    return made.exclude(pk__in=(move.pk, done.pk)).exists()


def _unmoved(move: Move, before: Case, now: Case) -> bool:
    """Still where it was. On the way to another status its number says nothing: others may have pushed it along."""
    status, position = status_and_position(before)
    return status_and_position(now)[0] == status and (
        status != move.to_status or status_and_position(now)[1] == position
    )


def _earlier_moves_are_settled(connection: Connection, move: Move, wish: MoveCommand) -> bool:
    """A move that Plannr has not confirmed may still be applied late, and would then take this one back. Asking for the
    same column, with the same to go along, once more is safe: it comes to the same whichever is applied."""
    also = {CASE_FIELDS[name].body: value for name, value in wish.also.items()}
    for earlier in Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.UNKNOWN):  # whoever made it
        moved.settle(connection, earlier)
        same = earlier.to_status == move.to_status and earlier.also.items() <= also.items()
        if earlier.outcome == Outcome.UNKNOWN and not same:
            return False
        if earlier.outcome == Outcome.UNKNOWN:
            mark_refused(earlier, "repeated")
    return True


def _edits_of_what_goes_along_are_settled(connection: Connection, move: Move, wish: MoveCommand) -> bool:
    """An edit of the same field that Plannr has not confirmed may still be applied late, after the move."""
    fields = {*wish.also, *(("completed_at",) if wish.dated else ())}
    unknown = Edit.objects.filter(firm=move.firm, case=move.case, field__in=fields, outcome=Outcome.UNKNOWN)
    return all(edited.settle(connection, each).outcome != Outcome.UNKNOWN for each in unknown)


# What became of it


def _ask_back(move: Move, case: Case, question: str) -> None:
    """The firm's rules ask something of this move: nothing is sent until the person has answered."""
    move.got_status, move.got_position = status_and_position(case)
    outcomes.close(move, Outcome.CONFLICT, question)
