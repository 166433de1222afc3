"""Moving a card: what a move means to the protocol.

The wanted neighbours are stored; the position between them is computed from what Plannr says at that moment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases.fields import CASE_FIELDS
from kanban.core.db import exists
from kanban.models import Card, Column, Connection, Edit, Move, Person
from kanban.sync import absorb, lookup
from kanban.writes import column_rules, journal, protocol, side_effects
from kanban.writes.commands import ANONYMOUS, Actor, MoveCommand, way_back
from kanban.writes.journal import Verdict, applied, conflict, refused
from kanban.writes.positions import (
    Cases,
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
from plannr_api import BrokenAnswer, Case, NotFound, PlannrError, Status

Outcome = Move.Outcome


def move_card(connection: Connection, card: Card, command: MoveCommand, by: Actor = ANONYMOUS) -> Move:
    """Make one move, or find out what became of it if this intent was already sent. It always ends as something."""
    return protocol.submit(MoveCard(connection, card, command, by))


def undo(connection: Connection, move: Move, intent: UUID, person: Person | None) -> Move:
    """Take a move back: a new move, checked like any other. If anybody has moved the case since, nothing is sent."""
    card = connection.cards.select_related("column").get(case=move.case)
    return move_card(connection, card, way_back(move, intent), Actor(person, undoes=move))


@protocol.settles("move")
class UnconfirmedMove(protocol.Unconfirmed[Move, Case | None]):
    """What a reading says of a move: made, made elsewhere, overtaken by others, or not made yet."""

    def read(self) -> Case | None:
        return lookup.fetch_cases(self.connection, [self.write.case]).get(self.write.case)

    def resolve(self, case: Case | None, error: PlannrError | None = None) -> Verdict | None:
        move = self.write
        if case is None:
            return protocol.case_gone(move)
        if error and protocol.is_final(error) and self._is_unmoved(case):
            return refused(error.kind, error)
        absorb.absorb(self.connection, case, heard_at=timezone.now(), moved=True)
        status, position = status_and_position(case)
        if status == move.to_status and (status != move.from_status or position == move.asked_position):
            side_effects.restore_after_reading(self.connection, move, case, at_once=error is not None)
            return self._made(case, "" if position == move.asked_position else "elsewhere")
        if status != move.from_status:
            return self._contested(case)
        if not journal.given_up(move):
            return None
        if status == move.to_status and position != move.from_position:
            return self._reordered(case)
        return refused("never_taken")

    def _is_unmoved(self, case: Case) -> bool:
        """Whether it is where it was. For a move to another status its position is ignored: others may have changed
        it."""
        move, (status, position) = self.write, status_and_position(case)
        return status == move.from_status and (status != move.to_status or position == move.from_position)

    def _made(self, case: Case, reason: str = "") -> Verdict:
        self.write.got_status, self.write.got_position = status_and_position(case)
        return applied(reason)

    def _reordered(self, case: Case) -> Verdict:
        """Within one column others have moved in since: that alone gives it another number, so nothing tells whether
        the move was made."""
        self.write.got_status, self.write.got_position = status_and_position(case)
        return conflict("reordered")

    def _contested(self, case: Case, reason: str = "moved") -> Verdict:
        """A conflict with a colleague's latest move, if the case stands as that left it; else with somebody in
        Plannr."""
        move = self.write
        absorb.absorb(self.connection, case, heard_at=timezone.now(), moved=True)
        move.got_status, move.got_position = status_and_position(case)
        made = Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.APPLIED)
        latest = made.exclude(pk=move.pk).first()
        # In another status its position does not show who moved it.
        elsewhere = move.got_status != move.from_status or move.undoes_id
        same_place = latest and latest.got_status == move.got_status
        if latest and same_place and (elsewhere or latest.got_position == move.got_position):
            move.rival = latest
        return conflict(reason)


class MoveCard(UnconfirmedMove, protocol.Operation[Move, Case | None, Cases, Case]):
    """One move that somebody wants."""

    target: TargetPosition
    extra: dict[str, Any]

    def __init__(self, connection: Connection, card: Card, command: MoveCommand, by: Actor) -> None:
        self.connection, self.card, self.command, self.by = connection, card, command, by
        self.case, self.intent = card.case, command.intent

    def intended(self) -> Move:
        """The move as it is stored. Its neighbours are read now and not before the wait, in which the column may have
        changed."""
        card, command = self.card, self.command
        above, below = resolve_neighbours(self.connection, card, command)
        still_there = command.seen_status in (None, card.column.status)
        beside = neighbours_of(self.connection, card) if still_there else (command.seen_above, command.seen_below)
        return Move(
            **journal.author_fields(self.connection, self.by, command.intent),
            undoes=self.by.undoes,
            case=card.case,
            title=card.title,
            dated=command.dated,
            from_status=command.seen_status or card.column.status,
            from_position=command.seen_position,
            from_above=beside[0],
            from_below=beside[1],
            to_status=command.status,
            above=above,
            below=below,
        )

    def unsettled(self) -> str:
        if not side_effects.in_doubt(self.write.firm, self.case):
            return ""
        if not self._earlier_moves_are_settled():
            return "unsettled"
        return "" if self._what_goes_along_is_settled() else "unsettled_edit"

    def look(self) -> Cases:
        beside = filter(None, (self.write.above, self.write.below))
        return lookup.fetch_cases(self.connection, {self.case, *self.command.seen_neighbours, *beside})

    def objection(self, now: Cases) -> Verdict | None:
        move, connection = self.write, self.connection
        if move.case not in now:
            return protocol.case_gone(move)
        case = now[move.case]
        if not exists(Column, firm=connection.firm, status=move.to_status, vanished=False):
            return refused("vanished")
        if moved_meanwhile(self.command, move, now) or self._moved_since():
            return self._contested(case)
        if edits := edited_meanwhile(connection, move, self.command.seen_revision, self.card):
            move.edited = edits
            return self._contested(case, "edited")
        move.from_status, move.from_position = status_and_position(case)
        renumbers = side_effects.positions(connection) != "store"
        self.target = target_position(connection, move, now, renumbers=renumbers)
        if stands_there(move, self.target, now):
            return self._made(case, "already")
        if question := column_rules.put_to(connection, move, self.command, case):
            move.got_status, move.got_position = status_and_position(case)
            return conflict(question)
        return None

    def prepare(self, now: Cases) -> dict[str, Any]:
        """What the request must not change is stored with it, so that it can be compared even after a crash."""
        move = self.write
        self.extra = self._goes_along(now[move.case])
        return {
            "kept": side_effects.snapshot(now[move.case], but={*move.also, *side_effects.unsure(move)}),
            "asked_position": self.target.position,
            "from_status": move.from_status,
            "from_position": move.from_position,
            "also": move.also,
            "asked": move.asked,
        }

    def send(self) -> Case:
        answer = clients.client_for(self.connection).cases.update(
            self.case,
            status=self.write.to_status,
            status_position=self.target.position,
            request_id=str(self.intent),
            **self.extra,
        )
        if not isinstance(answer.status, Status) or not isinstance(answer.status_position, int):
            raise BrokenAnswer(applied=None)
        return answer

    def confirm(self, now: Cases, answer: Case) -> Verdict:
        connection, move, heard_at = self.connection, self.write, timezone.now()
        exact = status_and_position(answer) == (move.to_status, self.target.position)
        beside = confirmed_neighbours(move, self.target, now) if exact else {}
        absorb.absorb(connection, answer, heard_at=heard_at, ours=True, moved=True, **beside)
        after = side_effects.probe_habits(connection, move, answer, now)
        final = (after or {}).get(move.case, answer)
        if move.above and after and position_in(move.to_status, after.get(move.above)) == status_and_position(final)[1]:
            exact = (
                False  # this account does not renumber: the card above kept its position, and the newer stands first
            )
            absorb.absorb(connection, final, heard_at=timezone.now(), ours=True, moved=True)
        side_effects.restore(connection, move, final)
        if after is None:
            move.altered = "plans"
        if status_and_position(final) == (move.from_status, move.from_position) and not exact:
            return refused("not_taken")
        return self._made(final, self.target.reason or ("" if exact and not self.target.tied else "elsewhere"))

    def refusal(self, error: PlannrError) -> Verdict | None:
        return protocol.case_gone(self.write) if isinstance(error, NotFound) else refused(error.kind, error)

    def _goes_along(self, case: Case) -> dict[str, Any]:
        """What the body needs besides the place: fields for this account and what the column asked for; mostly
        nothing."""
        move, along = self.write, side_effects.plan_fields(self.connection, case)
        if move.dated or side_effects.habit(self.connection, "completed") == "send":
            done = column_rules.completes(self.connection, move.to_status)
            if done != side_effects.is_in_completed(case):
                along["completed_at"] = self._completion() if done else None
        return along | {name: side_effects.as_sent(value, name) for name, value in move.also.items()}

    def _completion(self) -> datetime:
        """Now; or the old completion date, when an undo puts the case back into a completed column."""
        was = self.by.undoes.kept.get("completed_at") if self.by.undoes else None
        return datetime.fromisoformat(was) if was else timezone.now()

    def _moved_since(self) -> bool:
        """For an undo: whether anybody here has moved the case since, even within its column."""
        move, done = self.write, self.by.undoes
        if done is None or done.sent_at is None:
            return False
        made = Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.APPLIED, sent_at__gt=done.sent_at)
        return made.exclude(pk__in=(move.pk, done.pk)).exists()

    def _earlier_moves_are_settled(self) -> bool:
        """A move that Plannr has not confirmed may still be applied late, and would then undo this one. Asking again
        for the same column with the same other fields is safe: the result is the same whichever is applied."""
        move, also = self.write, {CASE_FIELDS[name].body: value for name, value in self.command.also.items()}
        for earlier in Move.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.UNKNOWN):  # whoever made it
            protocol.settle(earlier, self.connection)
            same = earlier.to_status == move.to_status and earlier.also.items() <= also.items()
            if earlier.outcome == Outcome.UNKNOWN and not same:
                return False
            if earlier.outcome == Outcome.UNKNOWN:
                journal.close(earlier, refused("repeated"))
        return True

    def _what_goes_along_is_settled(self) -> bool:
        """An edit of the same field that Plannr has not confirmed may still be applied late, after the move."""
        move, command = self.write, self.command
        dated = {"completed_at"} if command.dated else set()
        unknown = Edit.objects.filter(firm=move.firm, case=move.case, outcome=Outcome.UNKNOWN)
        for each in unknown.filter(field__in={*command.also, *dated}):
            if protocol.settle(each, self.connection).outcome == Outcome.UNKNOWN:
                return False
        bodies = {CASE_FIELDS[name].body for name in command.also} | dated | side_effects.carried(self.connection)
        return not side_effects.unsettled_put_backs(self.connection, move, bodies)
