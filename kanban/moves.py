"""Moving a card truthfully: write down the intent, look, ask Plannr once, believe its answer.

A PUT is sent at most once per intent. Whatever may have been applied (a time-out, a dropped connection, a 5xx) is
settled by reading, never by sending again: sent later, the same PUT would silently take back what others did meanwhile.
Between the look and the PUT somebody in Plannr's own screens can still slip in; Plannr has no conditional write, so
that window of one round trip can be kept small but not closed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from kanban import connections, copies, guard, intents, mirror, notices
from kanban.forms import Wish
from kanban.models import Card, Connection, Move
from plannr_api import Case, NotFound, PlannrError, Status

log = logging.getLogger(__name__)
Outcome = Move.Outcome

BELIEVED = timedelta(seconds=60)  # how long a PUT without an answer may still be applied late


def move_card(connection: Connection, card: Card, wish: Wish) -> Move:
    """Make one move, or find out what became of it if this intent was already sent. Never raises a PlannrError."""
    move, ours = intents.begin(connection, card, wish)
    if ours:
        try:
            _make(connection, move, wish)
        except PlannrError as error:
            _refuse(move, notices.problem_of(error), error)
    return move


def settle(connection: Connection, move: Move) -> Move:
    """Find out by reading what became of a move that Plannr did not confirm."""
    if move.outcome != Outcome.UNKNOWN:
        return move
    try:
        now = mirror.look_up(connection, [move.case])
    except PlannrError:
        return move
    _judge(connection, move, now.get(move.case))
    return move


def settle_all(connection: Connection) -> None:
    """Settle what was left open or unconfirmed, by a crash or because nobody was looking any more."""
    intents.bury_the_dead(connection)
    for move in connection.moves.filter(outcome=Outcome.UNKNOWN):
        settle(connection, move)


# Look, ask, believe


def _make(connection: Connection, move: Move, wish: Wish) -> None:
    now = mirror.look_up(connection, {move.case, *wish.neighbours, *filter(None, (move.above, move.below))})
    case = now.get(move.case)
    if case is None:
        return _gone(connection, move)
    if not connection.columns.filter(status=move.to_status, vanished=False).exists():
        return _refuse(move, "vanished")
    if _moved_meanwhile(wish, move, now):
        return _contest(connection, move, case)
    move.from_status, move.from_position = _standing(case)
    position, neighbours_left = _position(connection, move, now)
    if _standing(case) == (move.to_status, position):
        return _apply(move, case, "already")
    move.asked_position, move.sent_at = position, timezone.now()
    move.save()
    extra = guard.sent_along(connection, case, move.to_status)
    try:
        answer = connections.client_for(connection).cases.move(
            move.case, move.to_status, position, request_id=str(move.intent), **extra
        )
    except PlannrError as error:
        return _failed(connection, move, case, error)
    return _believe(connection, move, case, answer, now, neighbours_left=neighbours_left)


def _moved_meanwhile(wish: Wish, move: Move, now: Mapping[UUID, Case]) -> bool:
    """Has the card been moved since this person saw it? Its number alone cannot tell: Plannr may renumber a card when
    others come and go. So within one status it has moved only if it no longer stands between those it stood between."""
    status, position = _standing(now[move.case])
    if status != move.from_status:
        return True
    if position is None or wish.seen_position is None or position == wish.seen_position:
        return False
    above, below = (_place_in(status, now.get(case)) if case else None for case in (wish.seen_above, wish.seen_below))
    return (above is not None and above > position) or (below is not None and below < position)


def _position(connection: Connection, move: Move, now: Mapping[UUID, Case]) -> tuple[int, bool]:
    """The status_position that puts the case between its neighbours, counted from what Plannr says this moment."""
    standing, own = _standing(now[move.case])
    above, below = (_place_in(move.to_status, now.get(case)) if case else None for case in (move.above, move.below))
    closes_gap = standing == move.to_status and own is not None and guard.positions(connection) != "store"
    if above is not None:
        return max(1, above if closes_gap and own is not None and own < above else above + 1), False
    if below is not None:
        return max(1, below - 1 if closes_gap and own is not None and own < below else below), False
    others = connection.cards.filter(column__status=move.to_status).exclude(case=move.case).count()
    left = bool(move.above or move.below) and others > 0
    return (others + 1 if left else 1), left


def _place_in(status: UUID, case: Case | None) -> int | None:
    if case is None:
        return None
    its_status, position = _standing(case)
    return position if its_status == status else None


def _standing(case: Case) -> tuple[UUID, int | None]:
    position = case.status_position
    return copies.status_of(case), position if isinstance(position, int) else None


def _believe(
    connection: Connection, move: Move, before: Case, answer: Case, now: dict[UUID, Case], *, neighbours_left: bool
) -> None:
    """Plannr answered: what it says now is what the board shows."""
    if not isinstance(answer.status, Status) or not isinstance(answer.status_position, int):
        move.outcome, move.reason = Outcome.UNKNOWN, "broken"
        move.save()
        settle(connection, move)
        return None
    exact = _standing(answer) == (move.to_status, move.asked_position)
    after = guard.watch(connection, move, before, answer, now)
    beside = _confirmed_neighbours(move, now | (after or {})) if exact else {}
    mirror.absorb(connection, answer, heard_at=timezone.now(), moved=True, **beside)
    if differing := guard.altered(before, (after or {}).get(move.case, answer)):
        move.altered = " and ".join(guard.WATCHED[field] for field in differing)
        move.put_back = guard.put_back(connection, before, differing)
    elif after is None:
        move.altered = "plans"
    if _standing(answer) == _standing(before) and not exact:
        return _refuse(move, "not_taken")
    between = exact and (beside or not move.above)  # the number asked for may still be on the wrong side of another
    return _apply(move, answer, "neighbours_left" if neighbours_left else "" if between else "elsewhere")


def _confirmed_neighbours(move: Move, known: Mapping[UUID, Case]) -> dict[str, UUID]:
    """Beside whom the card stands for certain. A later look at them that contradicts it leaves it to the numbers."""
    own = _place_in(move.to_status, known.get(move.case))
    above = _place_in(move.to_status, known.get(move.above)) if move.above else None
    if move.above and above is not None:
        return {"above": move.above} if own is None or own != above else {}
    below = _place_in(move.to_status, known.get(move.below)) if move.below else None
    return {"below": move.below} if move.below and below is not None else {}


def _failed(connection: Connection, move: Move, before: Case, error: PlannrError) -> None:
    """The PUT brought no usable answer. If Plannr certainly refused it, that is that; else reading tells."""
    if error.applied is False:
        if isinstance(error, NotFound):
            return _gone(connection, move)
        return _refuse(move, notices.problem_of(error), error)
    move.outcome, move.reason, move.words = Outcome.UNKNOWN, notices.problem_of(error), error.words
    move.retry_after = error.retry_after
    move.save()
    log.warning("move %s not confirmed: %s", move.intent, type(error).__name__)
    try:
        case = mirror.look_up(connection, [move.case]).get(move.case)
    except PlannrError:
        return None
    if error.status and case and _unmoved(move, before, case):
        return _refuse(move, notices.problem_of(error), error)  # Plannr has finished with it, and did not do it
    return _judge(connection, move, case)


def _unmoved(move: Move, before: Case, now: Case) -> bool:
    """Still where it was. On the way to another status its number says nothing: others may have pushed it along."""
    status, position = _standing(before)
    return _standing(now)[0] == status and (status != move.to_status or _standing(now)[1] == position)


def _judge(connection: Connection, move: Move, case: Case | None) -> None:
    """What a reading says of an unconfirmed move."""
    if case is None:
        return _gone(connection, move)
    mirror.absorb(connection, case, heard_at=timezone.now(), moved=True)
    status, position = _standing(case)
    if status == move.to_status and (status != move.from_status or position == move.asked_position):
        return _apply(move, case, "" if position == move.asked_position else "elsewhere")
    if status != move.from_status:
        return _contest(connection, move, case)
    if move.sent_at and timezone.now() - move.sent_at > BELIEVED:
        return _refuse(move, "never_taken")
    return None


# What became of it


def _apply(move: Move, case: Case, reason: str = "") -> None:
    move.got_status, move.got_position = _standing(case)
    move.words, move.retry_after = "", None
    _settled(move, Outcome.APPLIED, reason)


def _contest(connection: Connection, move: Move, case: Case) -> None:
    """Nothing is sent until the person has seen what happened and chosen."""
    mirror.absorb(connection, case, heard_at=timezone.now(), moved=True)
    move.got_status, move.got_position = _standing(case)
    move.rival = (
        Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.APPLIED, got_status=move.got_status)
        .exclude(pk=move.pk)
        .first()
    )
    _settled(move, Outcome.CONFLICT, "moved")


def _gone(connection: Connection, move: Move) -> None:
    """A list left the case out: only a direct answer takes it off the board."""
    try:
        case = connections.client_for(connection).cases.get(move.case)
    except NotFound as error:
        mirror.forget(connection, move.case)
        return _refuse(move, "not_found", error)
    except PlannrError as error:
        return None if move.outcome == Outcome.UNKNOWN else _refuse(move, notices.problem_of(error), error)
    mirror.absorb(connection, case, heard_at=timezone.now())
    return None if move.outcome == Outcome.UNKNOWN else _refuse(move, "broken")


def _words_of(error: PlannrError) -> str:
    """What Plannr itself said, its words on single fields included."""
    fields = [words for problems in getattr(error, "problems", {}).values() for words in problems]
    return " ".join(dict.fromkeys(filter(None, [error.words, *fields])))[:1000]


def _refuse(move: Move, reason: str, error: PlannrError | None = None) -> None:
    if error:
        move.words, move.retry_after = _words_of(error), error.retry_after
    _settled(move, Outcome.REFUSED, reason)


def _settled(move: Move, outcome: Move.Outcome, reason: str) -> None:
    move.outcome, move.reason, move.settled_at = outcome, reason, timezone.now()
    move.save()
