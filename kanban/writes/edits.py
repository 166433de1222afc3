"""Changing one field of a case truthfully, as a move is made: write down, look, send once, believe the answer.

Only the field that was changed is sent. Only a change of this very field since the person saw it is a conflict; what
else Plannr changes by it is put back, as writes/side_effects.py does for moves.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import formats
from kanban.cases.fields import CASE_FIELDS, as_stored
from kanban.models import Card, Connection, Edit, Move, Write
from kanban.sync import absorb
from kanban.writes import column_rules, edited, journal, moved, outcomes, positions, side_effects
from kanban.writes.commands import ANONYMOUS, Actor, EditCommand
from kanban.writes.outcomes import GATEWAYS, mark_case_gone, mark_refused, mark_unconfirmed
from plannr_api import UNSET, Case, NotFound, PlannrError

log = logging.getLogger(__name__)
Outcome = Edit.Outcome


def edit_case(connection: Connection, card: Card, change: EditCommand, by: Actor = ANONYMOUS) -> Edit:
    """Make one change, or find out what became of it if this intent was already sent.

    Whatever goes wrong, it ends as something: never a PlannrError, and no lock left behind.
    """
    edit, ours = journal.open_write(
        connection, card.case, change.intent, lambda: _intended(connection, card, change, by)
    )
    if not ours and edit.outcome != Outcome.OPEN and not _is_same(edit, change):
        return edit_case(connection, card, replace(change, intent=uuid4()), by)  # another wish is another intent
    if not ours:
        return edit
    try:
        _make(connection, edit, change, card)
    except PlannrError as error:  # while looking; what goes wrong after it was sent is settled where it happens
        mark_refused(edit, error.kind, error)
    except Exception:
        log.exception("edit %s went wrong", edit.intent)
        mark_unconfirmed(edit, "broken") if edit.sent_at else mark_refused(edit, "not_sent")
    return edit


def _intended(connection: Connection, card: Card, change: EditCommand, by: Actor) -> Edit:
    return Edit(
        **journal.author_fields(connection, by, change.intent),
        case=card.case,
        title=card.title,
        field=change.field,
        seen=change.seen,
        wanted=change.wanted,
        before_words=", ".join(change.fact.drawn(card)) or "nothing",
        wanted_words=_wanted_words(change),
    )


def _is_same(edit: Edit, change: EditCommand) -> bool:
    """Whether it is what was asked for before: of a date, the day, which is all that was said."""
    wanted = edit.wanted
    if change.fact.kind == "date" and wanted and "T" in wanted:
        wanted = datetime.fromisoformat(wanted).astimezone(formats.LONDON).date().isoformat()
    return edit.field == change.field and change.fact.same(wanted, change.wanted)


def _wanted_words(change: EditCommand) -> str:
    if change.undoes:
        return change.undoes.before_words
    return change.fact.words(change.wanted, change.names)


# Look, ask, believe


def _make(connection: Connection, edit: Edit, change: EditCommand, drawn: Card) -> None:
    fact, waiting = change.fact, _not_settled(connection, edit)
    case = edited.look(connection, edit.case, fact)
    if case is None:
        return mark_case_gone(edit)
    said = fact.of(case)
    edit.before = as_stored(said)
    edit.wanted = _fitted(change, edit.before)
    edit.before_words = edit.before_words if said is UNSET else fact.words(said, fact.names(case))
    if not _comes_to_the_same(edit, waiting):
        return mark_refused(edit, "unsettled_edit")
    if fact.kind == "money" and isinstance(said, list):
        return mark_refused(edit, "currency")
    if edit.wanted == edit.before:
        return edited.apply(edit, case, "already")
    if edit.seen and said is not UNSET and edit.seen != fact.mark(said):
        return edited.contest(edit, case)
    if besides := positions.edited_meanwhile(connection, edit, change.revision, drawn):
        edit.edited, edit.got_words = besides, edited.words_now(edit, case)
        return outcomes.close(edit, Outcome.CONFLICT, "edited_besides")
    if _passes_a_limit(connection, edit, change, case):
        edit.seen, edit.got_words = fact.mark(said), edited.words_now(edit, case)
        return outcomes.close(edit, Outcome.CONFLICT, "limit")
    return _ask(connection, edit, case)


def _passes_a_limit(connection: Connection, edit: Edit, change: EditCommand, case: Case) -> bool:
    """Whether somebody who is newly assigned has as many open cases as the firm wants, and that was not asked yet."""
    if change.field != "people" or change.undoes or column_rules.is_done(connection, case):
        return False
    come = set(edit.wanted or ()) - edited.had(edit)
    edit.limits = column_rules.over_for(connection, [UUID(person) for person in come], edit.case)
    earlier = connection.edits.filter(intent=change.asked, case=edit.case).first() if change.asked else None
    return column_rules.unanswered(edit.limits, earlier.limits if earlier else ())


def _fitted(change: EditCommand, before: Any) -> Any:
    """What is wanted, as Plannr would say it: a day at the time of day that it had before."""
    if change.fact.kind != "date" or change.wanted is None:
        return sorted(change.wanted) if change.fact.kind == "many" else change.wanted
    was = datetime.fromisoformat(before) if isinstance(before, str) else None
    return formats.read(change.wanted, was).isoformat(timespec="seconds")


def _ask(connection: Connection, edit: Edit, case: Case) -> None:
    """The one PUT. What it must leave alone is written down first, so that it can be compared even after a crash."""
    fact, edit.sent_at = CASE_FIELDS[edit.field], timezone.now()
    edit.kept = side_effects.snapshot(case, but={fact.body, *side_effects.unsure(edit)})
    written = {name: getattr(edit, name) for name in ("kept", "wanted", "before", "before_words", "limits", "sent_at")}
    if not Edit.objects.filter(pk=edit.pk, outcome=Outcome.OPEN).update(**written):
        return edit.refresh_from_db()  # it took so long that it was given up meanwhile: nothing is sent
    try:
        answer = _send(connection, edit, case)
    except PlannrError as error:
        return _failed(connection, edit, error)
    return _believe(connection, edit, answer, timezone.now())


def _send(connection: Connection, edit: Edit, case: Case) -> Case | None:
    """Sent once, whatever comes of it. Who takes part has an address of its own, which promises no answer: first those
    who come, then those who go, so that a client is always there."""
    cases, fact, key = clients.client_for(connection).cases, CASE_FIELDS[edit.field], str(edit.intent)
    if fact.name != "participants":
        said = datetime.fromisoformat(edit.wanted) if fact.kind == "date" and edit.wanted else edit.wanted
        body: dict[str, Any] = {**side_effects.plan_fields(connection, case), fact.body: said}
        return cases.update(edit.case, **body, request_id=key)
    come, leave = _come_and_leave(edit)
    if come:
        cases.add_participants(edit.case, come, request_id=key)
    if leave:
        cases.remove_participants(edit.case, leave, request_id=key)
    return None


def _come_and_leave(edit: Edit) -> tuple[list[str], list[str]]:
    before, wanted = edited.had(edit), set(edit.wanted or ())
    return sorted(wanted - before), sorted(before - wanted)


def _may_be_half(edit: Edit) -> bool:
    """Whether it takes two requests, of which the first may have been applied though the second was refused."""
    return edit.field == "participants" and all(_come_and_leave(edit))


def _believe(connection: Connection, edit: Edit, answer: Case | None, heard_at: datetime) -> None:
    """Plannr answered: what it says now is what the board shows. One more look only where the answer left out what was
    changed, or the plans of an account of which it is not known whether it keeps them."""
    fact, final = CASE_FIELDS[edit.field], answer
    if answer:
        absorb.absorb(connection, answer, heard_at=heard_at, ours=True)
    if answer is None or not fact.complete_in(answer) or side_effects.plans_unsaid(connection, edit, answer):
        try:
            final = edited.look(connection, edit.case, fact)
        except PlannrError as error:
            if answer is None or fact.of(answer) is UNSET:
                return mark_unconfirmed(edit, error.kind)
            edit.altered = "plans" if side_effects.plans_unsaid(connection, edit, answer) else ""
        if final is None:
            return _hidden(connection, edit)
        if answer and side_effects.plans_unsaid(connection, edit, answer) and final is not answer:
            side_effects.note_plans(connection, edit, final)
    assert final is not None
    return _end(connection, edit, final)


def _end(connection: Connection, edit: Edit, final: Case) -> None:
    """It is what Plannr says now, whatever was asked."""
    side_effects.restore(connection, edit, final)
    got = CASE_FIELDS[edit.field].of(final)
    if got is UNSET:
        return mark_unconfirmed(edit, "unsaid")
    if got == edit.before:
        return mark_refused(edit, "not_taken_edit")
    return edited.apply(edit, final, "" if got == edit.wanted else "otherwise")


def _hidden(connection: Connection, edit: Edit) -> None:
    """Plannr took it and lists the case no more: it may have hidden it from whoever made it."""
    try:
        case = clients.client_for(connection).cases.get(edit.case)
    except NotFound:
        absorb.remove_case(connection, edit.case)
        edit.got_words = edit.wanted_words
        return outcomes.mark_applied(edit, "hidden")
    except PlannrError as error:
        return mark_unconfirmed(edit, error.kind)
    absorb.absorb(connection, case, heard_at=timezone.now(), ours=True)
    return _end(connection, edit, case)


def _failed(connection: Connection, edit: Edit, error: PlannrError) -> None:
    """There was no usable answer. If Plannr certainly refused it, that is that; else reading tells."""
    edit.problems = _problems(error)
    if error.applied is False and not _may_be_half(edit):
        return mark_case_gone(edit) if isinstance(error, NotFound) else mark_refused(edit, error.kind, error)
    if error.applied is not False:
        log.warning("edit %s not confirmed: %s", edit.intent, type(error).__name__)
        mark_unconfirmed(edit, error.kind, error)
    try:
        case = edited.look(connection, edit.case, CASE_FIELDS[edit.field])
    except PlannrError:
        return None if edit.outcome == Outcome.UNKNOWN else mark_unconfirmed(edit, error.kind, error)
    said = CASE_FIELDS[edit.field].of(case) if case else UNSET
    if case is None or said is UNSET:
        if edit.outcome == Outcome.OPEN:
            mark_unconfirmed(edit, error.kind, error)
        return edited.judge(connection, edit, case, at_once=True)
    certain = error.applied is False or (error.status and error.status not in GATEWAYS)
    half = error.applied is False and said != edit.before
    if certain and said != edit.wanted and (half or said == edit.before):
        edit.got_words = edited.words_now(edit, case)
        return mark_refused(edit, "half" if half else error.kind, error)
    return edited.judge(connection, edit, case, at_once=True)


def _problems(error: PlannrError) -> dict[str, list[str]]:
    return {name: [str(each) for each in said] for name, said in getattr(error, "problems", {}).items()}


def _not_settled(connection: Connection, edit: Edit) -> list[Write]:
    """What Plannr has not confirmed of this field, even after another look: it may still be applied late, and would
    then take this change back. A move may have set the field on its way."""
    body, unknown = CASE_FIELDS[edit.field].body, {"firm": edit.firm, "case": edit.case, "outcome": Outcome.UNKNOWN}
    edits = [edited.settle(connection, each) for each in Edit.objects.filter(field=edit.field, **unknown)]
    moves = [each for each in Move.objects.filter(**unknown) if body in side_effects.set_by(each)]
    waiting: list[Write] = [*edits, *(moved.settle(connection, each) for each in moves)]
    return [each for each in waiting if each.outcome == Outcome.UNKNOWN]


def _comes_to_the_same(edit: Edit, waiting: list[Write]) -> bool:
    """Asking for the same once more is safe, whichever is applied; anything else would be a race."""
    edits = [each for each in waiting if isinstance(each, Edit)]
    fact = CASE_FIELDS[edit.field]
    if len(edits) < len(waiting) or not all(fact.same(each.wanted, edit.wanted) for each in edits):
        return False
    for earlier in edits:
        mark_refused(earlier, "repeated")
    return True
