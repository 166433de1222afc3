"""What a reading says of an edit that Plannr did not confirm: made, made by half, overtaken by others, or not yet."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases.fields import CASE_FIELDS, UNKNOWN_VALUE, CaseField, as_stored
from kanban.models import Connection, Edit
from kanban.sync import absorb, lookup
from kanban.writes import outcomes, side_effects
from kanban.writes.outcomes import mark_case_gone, mark_refused, mark_unconfirmed
from plannr_api import UNSET, Case, PlannrError

Outcome = Edit.Outcome


def settle(connection: Connection, edit: Edit) -> Edit:
    """Find out by reading what became of an edit that Plannr did not confirm."""
    if edit.outcome != Outcome.UNKNOWN:
        return edit
    try:
        case = look(connection, edit.case, CASE_FIELDS[edit.field])
    except PlannrError:
        return edit
    judge(connection, edit, case)
    return edit


def look(connection: Connection, case: UUID, fact: CaseField) -> Case | None:
    """The case as Plannr lists it; where the list leaves this fact unsaid, with what Plannr says of the case by itself.

    Nothing: it is not listed. Raises PlannrError.
    """
    listed = lookup.fetch_cases(connection, [case]).get(case)
    if listed is None or fact.of(listed) is not UNSET:
        return listed
    asked = timezone.now()
    try:
        shown = clients.client_for(connection).cases.get(case)
    except PlannrError:
        return listed
    absorb.absorb(connection, shown, heard_at=asked)
    return listed.filled(shown)


def judge(connection: Connection, edit: Edit, case: Case | None, *, at_once: bool = False) -> None:
    """What a reading says of an unconfirmed edit. `at_once`: by whoever has just sent it."""
    if case is None:
        return mark_case_gone(edit)
    absorb.absorb(connection, case, heard_at=timezone.now())
    got = as_stored(CASE_FIELDS[edit.field].of(case))
    if got == UNKNOWN_VALUE:
        return mark_unconfirmed(edit, "untold") if outcomes.given_up(edit) else None
    if got == edit.wanted:
        side_effects.note_read(connection, edit, case, at_once=at_once)
        return apply(edit, case)
    if got == edit.before:
        return mark_refused(edit, "never_taken_edit") if outcomes.given_up(edit) else None
    if edit.field == "participants" and set(got) == had(edit) | set(edit.wanted or ()):
        return mark_refused(edit, "half") if outcomes.given_up(edit) else None
    return contest(edit, case)


def had(edit: Edit) -> set[str]:
    """Of a list: what was on it before, as far as Plannr said."""
    return set(edit.before) if isinstance(edit.before, list) else set()


def apply(edit: Edit, case: Case, reason: str = "") -> None:
    edit.got_words = words_now(edit, case)
    outcomes.mark_applied(edit, reason)


def contest(edit: Edit, case: Case) -> None:
    """Nothing more is sent until the person has seen what happened and chosen."""
    edit.got_words, edit.seen = words_now(edit, case), CASE_FIELDS[edit.field].mark(CASE_FIELDS[edit.field].of(case))
    made = Edit.objects.filter(firm=edit.firm, case=edit.case, field=edit.field, outcome=Outcome.APPLIED)
    latest = made.exclude(pk=edit.pk).exclude(reason="already").first()
    if latest and _left(latest, edit, case):
        edit.rival = latest  # else it was somebody in Plannr
    outcomes.close(edit, Outcome.CONFLICT, "edited_late" if edit.sent_at else "edited")


def words_now(edit: Edit, case: Case) -> str:
    fact = CASE_FIELDS[edit.field]
    value = fact.of(case)
    return fact.words(None if value is UNSET else value, fact.names(case))


def _left(earlier: Edit, edit: Edit, case: Case) -> bool:
    """Whether the case is as that earlier edit left it."""
    if earlier.reason == "otherwise":
        return earlier.got_words == edit.got_words
    return bool(earlier.wanted == CASE_FIELDS[edit.field].of(case))
