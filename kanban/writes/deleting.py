"""Deleting a case: asked once, by somebody who saw it as it is and typed its name; settled by reading."""

from __future__ import annotations

import logging
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import revisions
from kanban.models import Card, Connection, Edit
from kanban.sync import absorb, lookup
from kanban.writes import journal, outcomes
from kanban.writes.commands import ANONYMOUS, Actor
from kanban.writes.outcomes import mark_refused, mark_unconfirmed
from plannr_api import NotFound, PlannrError

log = logging.getLogger(__name__)
Outcome = Edit.Outcome


def name_to_type(card: Card) -> str:
    """What has to be typed for a case to be deleted: its name, whatever blanks are in it."""
    return " ".join(card.name.split()) or "delete"


def delete_case(connection: Connection, card: Card, intent: UUID, seen: str, by: Actor = ANONYMOUS) -> Edit:
    """Delete one case, or find out what became of that if this intent was already sent. `seen`: revisions.revision."""
    edit, ours = journal.open_write(
        connection, card.case, intent, lambda: _intended(connection, card, intent, seen, by)
    )
    if not ours:
        return edit
    try:
        _make(connection, edit, card)
    except PlannrError as error:  # while looking
        mark_refused(edit, error.kind, error)
    except Exception:
        log.exception("deletion %s went wrong", edit.intent)
        mark_unconfirmed(edit, "broken") if edit.sent_at else mark_refused(edit, "not_sent")
    return edit


def settle(connection: Connection, edit: Edit) -> Edit:
    """Find out by reading what became of a deletion that Plannr did not confirm."""
    if edit.outcome != Outcome.UNKNOWN:
        return edit
    try:
        there = _is_there(connection, edit)
    except PlannrError:
        return edit
    if not there:
        _gone(connection, edit)
    elif outcomes.given_up(edit):
        mark_refused(edit, "never_deleted")
    return edit


def _intended(connection: Connection, card: Card, intent: UUID, seen: str, by: Actor) -> Edit:
    signed = journal.author_fields(connection, by, intent)
    return Edit(**signed, what=Edit.What.DELETE, case=card.case, title=card.title, seen=seen)


def _make(connection: Connection, edit: Edit, before: Card) -> None:
    if edit.case not in lookup.fetch_cases(connection, [edit.case]):
        return outcomes.mark_case_gone(edit)
    card = connection.cards.get(case=edit.case)
    if edit.seen and revisions.revision(card) != edit.seen:
        edit.got_words = " and ".join(revisions.edited(before, card)) or "details"
        return outcomes.close(edit, Outcome.CONFLICT, "edited")
    edit.sent_at = timezone.now()
    if not Edit.objects.filter(pk=edit.pk, outcome=Outcome.OPEN).update(sent_at=edit.sent_at):
        return edit.refresh_from_db()  # it was given up meanwhile: nothing is sent
    try:
        clients.client_for(connection).cases.delete(edit.case, request_id=str(edit.intent))
    except PlannrError as error:
        return _failed(connection, edit, error)
    return _gone(connection, edit)


def _failed(connection: Connection, edit: Edit, error: PlannrError) -> None:
    """ "Not found" may be said of the case, or of the very way to delete one: that too only reading tells."""
    if error.applied is False and not isinstance(error, NotFound):
        return mark_refused(edit, error.kind, error)
    mark_unconfirmed(edit, error.kind, error)
    try:
        there = _is_there(connection, edit)
    except PlannrError:
        return None
    if not there:
        return _gone(connection, edit)
    return mark_refused(edit, "not_deletable", error) if isinstance(error, NotFound) else None


def _is_there(connection: Connection, edit: Edit) -> bool:
    try:
        clients.client_for(connection).cases.get(edit.case)
    except NotFound:
        return False
    return True


def _gone(connection: Connection, edit: Edit) -> None:
    absorb.remove_case(connection, edit.case, deleted=True)
    outcomes.mark_applied(edit)
