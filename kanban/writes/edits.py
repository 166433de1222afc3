"""Changing one field of a case: what an edit means to the protocol.

Only the field that was changed is sent. Only a change of this field since the person saw it is a conflict. If Plannr
changes other fields too, they are put back, as for moves: see side_effects.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import formats
from kanban.cases.fields import CASE_FIELDS, UNKNOWN_VALUE, CaseField, as_stored
from kanban.models import Card, Connection, Edit, Move, Write
from kanban.sync import absorb, lookup
from kanban.writes import column_rules, journal, positions, protocol, side_effects
from kanban.writes.commands import ANONYMOUS, Actor, EditCommand
from kanban.writes.journal import Verdict, applied, conflict, refused, unknown
from plannr_api import UNSET, Case, NotFound, PlannrError

Outcome = Edit.Outcome


def edit_case(connection: Connection, card: Card, change: EditCommand, by: Actor = ANONYMOUS) -> Edit:
    """Make one change, or find out what became of it if this intent was already sent. It always ends as something.

    A different change under an intent that was used gets an intent of its own.
    """
    operation = EditField(connection, card, change, by)
    edit = protocol.submit(operation)
    if not operation.is_ours and edit.outcome != Outcome.OPEN and not _is_same(edit, change):
        return edit_case(connection, card, replace(change, intent=uuid4()), by)
    return edit


def _is_same(edit: Edit, change: EditCommand) -> bool:
    """Whether it is the change asked for before; of a date only the day is compared, as only that is sent."""
    wanted = edit.wanted
    if change.fact.kind == "date" and wanted and "T" in wanted:
        wanted = datetime.fromisoformat(wanted).astimezone(formats.LONDON).date().isoformat()
    return edit.field == change.field and change.fact.same(wanted, change.wanted)


@protocol.settles("edit")
class UnconfirmedEdit(protocol.Unconfirmed[Edit, Case | None]):
    """What a reading says of an edit: made, half made, overtaken by others, or not made yet."""

    @property
    def fact(self) -> CaseField:
        return CASE_FIELDS[self.write.field]

    def read(self) -> Case | None:
        """The case as Plannr lists it, completed by a read of the case alone where the list leaves this field out.
        None: it is not listed."""
        listed = lookup.fetch_cases(self.connection, [self.write.case]).get(self.write.case)
        if listed is None or self.fact.of(listed) is not UNSET:
            return listed
        asked = timezone.now()
        try:
            shown = clients.client_for(self.connection).cases.get(self.write.case)
        except PlannrError:
            return listed
        absorb.absorb(self.connection, shown, heard_at=asked)
        return listed.filled(shown)

    def resolve(self, case: Case | None, error: PlannrError | None = None) -> Verdict | None:
        edit = self.write
        if case is None:
            return protocol.case_gone(edit)
        if error and (refusal := self._certainly_refused(case, error)):
            return refusal
        absorb.absorb(self.connection, case, heard_at=timezone.now())
        got = as_stored(self.fact.of(case))
        if got == UNKNOWN_VALUE:
            return unknown("untold") if journal.given_up(edit) else None
        if got == edit.wanted:
            side_effects.restore_after_reading(self.connection, edit, case, at_once=error is not None)
            return self._made(case)
        if got == edit.before:
            return refused("never_taken_edit") if journal.given_up(edit) else None
        if edit.field == "participants" and set(got) == _had(edit) | set(edit.wanted or ()):
            return refused("half") if journal.given_up(edit) else None
        return self._contested(case)

    def _certainly_refused(self, case: Case, error: PlannrError) -> Verdict | None:
        """If Plannr said no, and shows the field as it was. Of two requests the first may have been applied."""
        edit, value = self.write, self.fact.of(case)
        half = error.applied is False and value != edit.before
        if value is UNSET or not protocol.is_final(error) or value == edit.wanted or not (half or value == edit.before):
            return None
        edit.got_words = self._words_now(case)
        return refused("half" if half else error.kind, error)

    def _made(self, case: Case, reason: str = "") -> Verdict:
        self.write.got_words = self._words_now(case)
        return applied(reason)

    def _contested(self, case: Case) -> Verdict:
        """A conflict with a colleague's latest edit, if the field is as that left it; else with somebody in Plannr."""
        edit = self.write
        edit.got_words, edit.seen = self._words_now(case), self.fact.mark(self.fact.of(case))
        made = Edit.objects.filter(firm=edit.firm, case=edit.case, field=edit.field, outcome=Outcome.APPLIED)
        latest = made.exclude(pk=edit.pk).exclude(reason="already").first()
        if latest and self._is_as_left_by(latest, case):
            edit.rival = latest
        return conflict("edited_late" if edit.sent_at else "edited")

    def _is_as_left_by(self, earlier: Edit, case: Case) -> bool:
        if earlier.reason == "otherwise":
            return earlier.got_words == self.write.got_words
        return bool(earlier.wanted == self.fact.of(case))

    def _words_now(self, case: Case) -> str:
        value = self.fact.of(case)
        return self.fact.words(None if value is UNSET else value, self.fact.names(case))


class EditField(UnconfirmedEdit, protocol.Operation[Edit, Case | None, Case | None, Case | None]):
    """One change of one field that somebody wants."""

    waiting: list[Write]
    body: dict[str, Any]

    def __init__(self, connection: Connection, card: Card, change: EditCommand, by: Actor) -> None:
        self.connection, self.card, self.change, self.by = connection, card, change, by
        self.case, self.intent = card.case, change.intent

    def intended(self) -> Edit:
        change = self.change
        undone = change.undoes.before_words if change.undoes else ""
        return Edit(
            **journal.author_fields(self.connection, self.by, change.intent),
            case=self.case,
            title=self.card.title,
            field=change.field,
            seen=change.seen,
            wanted=change.wanted,
            before_words=", ".join(change.fact.mirror_texts(self.card)) or "nothing",
            wanted_words=undone if change.undoes else change.fact.words(change.wanted, change.names),
        )

    def unsettled(self) -> str:
        """Collect the unsettled writes now and judge them after the look, which says what time a wanted day has."""
        self.waiting = self._not_settled()
        return ""

    def look(self) -> Case | None:
        return self.read()

    def objection(self, case: Case | None) -> Verdict | None:
        edit, change, fact = self.write, self.change, self.fact
        if case is None:
            return protocol.case_gone(edit)
        value = fact.of(case)
        edit.before = as_stored(value)
        edit.wanted = self._fitted(edit.before)
        edit.before_words = edit.before_words if value is UNSET else fact.words(value, fact.names(case))
        if not self._comes_to_the_same():
            return refused("unsettled_edit")
        if fact.kind == "money" and isinstance(value, list):
            return refused("currency")
        if edit.wanted == edit.before:
            return self._made(case, "already")
        if edit.seen and value is not UNSET and edit.seen != fact.mark(value):
            return self._contested(case)
        if besides := positions.edited_meanwhile(self.connection, edit, change.revision, self.card):
            edit.edited, edit.got_words = besides, self._words_now(case)
            return conflict("edited_besides")
        if self._passes_a_limit(case):
            edit.seen, edit.got_words = fact.mark(value), self._words_now(case)
            return conflict("limit")
        return None

    def prepare(self, case: Case | None) -> dict[str, Any]:
        """What the request must not change is stored with it, so that it can be compared even after a crash."""
        assert case is not None
        edit = self.write
        value = datetime.fromisoformat(edit.wanted) if self.fact.kind == "date" and edit.wanted else edit.wanted
        self.body = {**side_effects.plan_fields(self.connection, case), self.fact.body: value}
        before = side_effects.snapshot(case, but={self.fact.body, *side_effects.unsure(edit)})
        return {"kept": before} | {name: getattr(edit, name) for name in ("wanted", "before", "before_words", "limits")}

    def send(self) -> Case | None:
        """Participants have an endpoint of their own, whose answer is not documented. They are added first and removed
        second, so that there is always a client."""
        cases, key = clients.client_for(self.connection).cases, str(self.intent)
        if self.fact.name != "participants":
            return cases.update(self.case, **self.body, request_id=key)
        come, leave = self._come_and_leave()
        if come:
            cases.add_participants(self.case, come, request_id=key)
        if leave:
            cases.remove_participants(self.case, leave, request_id=key)
        return None

    def confirm(self, _: Case | None, answer: Case | None) -> Verdict:
        """Read once more only if the answer left out the changed field, or the plans where it is not known whether this
        account keeps them."""
        edit, final = self.write, answer
        if answer:
            absorb.absorb(self.connection, answer, heard_at=timezone.now(), ours=True)
        plans = answer is not None and side_effects.plans_unsaid(self.connection, edit, answer)
        if answer is None or plans or not self.fact.complete_in(answer):
            try:
                final = self.read()
            except PlannrError as error:
                if answer is None or self.fact.of(answer) is UNSET:
                    return unknown(error.kind)
                edit.altered = "plans" if plans else ""
            if final is None:
                return self._hidden()
            if plans and final is not answer:
                side_effects.learn_plans(self.connection, edit, final)
        assert final is not None
        return self._end(final)

    def refusal(self, error: PlannrError) -> Verdict | None:
        if self.write.field == "participants" and all(self._come_and_leave()):
            return None  # of two requests the first may have been applied though the second was refused
        edit = self.write
        if isinstance(error, NotFound):
            return protocol.case_gone(edit)
        return refused(error.kind, error)

    def _end(self, final: Case) -> Verdict:
        """The field is what Plannr says now, whatever was asked."""
        edit = self.write
        side_effects.restore(self.connection, edit, final)
        got = self.fact.of(final)
        if got is UNSET:
            return unknown("unsaid")
        if got == edit.before:
            return refused("not_taken_edit")
        return self._made(final, "" if got == edit.wanted else "otherwise")

    def _hidden(self) -> Verdict:
        """Plannr took it and no longer lists the case: the edit may have hidden it from this account."""
        try:
            case = clients.client_for(self.connection).cases.get(self.case)
        except NotFound:
            absorb.remove_case(self.connection, self.case)
            self.write.got_words = self.write.wanted_words
            return applied("hidden")
        except PlannrError as error:
            return unknown(error.kind)
        absorb.absorb(self.connection, case, heard_at=timezone.now(), ours=True)
        return self._end(case)

    def _passes_a_limit(self, case: Case) -> bool:
        """Whether somebody newly assigned already has as many open cases as the firm wants, and nobody was asked about
        it yet."""
        connection, edit, change = self.connection, self.write, self.change
        if change.field != "people" or change.undoes or column_rules.is_done(connection, case):
            return False
        come = set(edit.wanted or ()) - _had(edit)
        edit.limits = column_rules.over_for(connection, [UUID(person) for person in come], edit.case)
        earlier = connection.edits.filter(intent=change.asked, case=edit.case).first() if change.asked else None
        return column_rules.unanswered(edit.limits, earlier.limits if earlier else ())

    def _fitted(self, before: Any) -> Any:
        """What is wanted, as Plannr would say it; a day gets the time of day that it had before."""
        change = self.change
        if change.fact.kind != "date" or change.wanted is None:
            return sorted(change.wanted) if change.fact.kind == "many" else change.wanted
        was = datetime.fromisoformat(before) if isinstance(before, str) else None
        return formats.read(change.wanted, was).isoformat(timespec="seconds")

    def _come_and_leave(self) -> tuple[list[str], list[str]]:
        before, wanted = _had(self.write), set(self.write.wanted or ())
        return sorted(wanted - before), sorted(before - wanted)

    def _not_settled(self) -> list[Write]:
        """Writes of this field that Plannr has not confirmed, even after another look: they may still be applied late
        and would then undo this change. A move may have set the field too."""
        edit, body = self.write, self.fact.body
        if not side_effects.in_doubt(edit.firm, edit.case):
            return []
        waits = {"firm": edit.firm, "case": edit.case, "outcome": Outcome.UNKNOWN}
        edits = list(Edit.objects.filter(field=edit.field, **waits))
        moves = [each for each in Move.objects.filter(**waits) if body in side_effects.set_by(each)]
        waiting = [protocol.settle(each, self.connection) for each in (*edits, *moves)]
        put_backs = side_effects.unsettled_put_backs(
            self.connection, edit, {body} | side_effects.carried(self.connection)
        )
        return [*(each for each in waiting if each.outcome == Outcome.UNKNOWN), *put_backs]

    def _comes_to_the_same(self) -> bool:
        """Asking for the same again is safe, whichever is applied; anything else would be a race."""
        edits = [each for each in self.waiting if isinstance(each, Edit)]
        if len(edits) < len(self.waiting) or not all(self.fact.same(each.wanted, self.write.wanted) for each in edits):
            return False
        for earlier in edits:
            journal.close(earlier, refused("repeated"))
        return True


def _had(edit: Edit) -> set[str]:
    """What was on the list before, as far as Plannr said."""
    return set(edit.before) if isinstance(edit.before, list) else set()
