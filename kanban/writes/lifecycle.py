"""Making a case: the POST is sent once. What was not confirmed is found by reading, or stays unknown and says so."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import formats
from kanban.models import NO_CASE, Card, Column, Connection, Edit
from kanban.sync import absorb, lookup
from kanban.writes import column_rules, journal, outcomes
from kanban.writes.commands import ANONYMOUS, Actor, CreateCommand
from kanban.writes.outcomes import GATEWAYS, mark_refused, mark_unconfirmed
from plannr_api import Case, CaseFilters, PlannrError

log = logging.getLogger(__name__)
Outcome = Edit.Outcome
ADRIFT = timedelta(minutes=1)  # by how much Plannr's clock may differ from ours


def create_case(connection: Connection, new: CreateCommand, by: Actor = ANONYMOUS) -> Edit:
    """Make one case, or find out what became of it if this intent was already sent."""
    edit, ours = journal.open_write(connection, NO_CASE, new.intent, lambda: _intended(connection, new, by))
    if not ours:
        return edit
    try:
        _make(connection, edit, new)
    except PlannrError as error:  # while looking for an earlier one
        mark_refused(edit, error.kind, error)
    except Exception:
        log.exception("creation %s went wrong", edit.intent)
        mark_unconfirmed(edit, "broken") if edit.sent_at else mark_refused(edit, "not_sent")
    return edit


def settle(connection: Connection, edit: Edit) -> Edit:
    """Find out by reading what became of a creation that Plannr did not confirm."""
    if edit.outcome != Outcome.UNKNOWN:
        return edit
    try:
        case = _found(connection, edit)
    except PlannrError:
        return edit
    if case:
        _made(connection, edit, case, timezone.now())
    elif outcomes.given_up(edit):
        mark_refused(edit, "never_made")
    return edit


def _intended(connection: Connection, new: CreateCommand, by: Actor) -> Edit:
    return Edit(
        **journal.author_fields(connection, by, new.intent),
        what=Edit.What.CREATE,
        case=NO_CASE,
        title=new.name,
        wanted=new.wanted,
        to_status=new.status,
    )


def _make(connection: Connection, edit: Edit, new: CreateCommand) -> None:
    if not _earlier_ones_are_settled(connection, edit):
        return mark_refused(edit, "unsettled_case")
    column = connection.columns.filter(status=new.status, vanished=False).first()
    if column is None:
        return mark_refused(edit, "vanished")
    if _passes_a_limit(connection, edit, column, new):
        return outcomes.close(edit, Outcome.CONFLICT, "limit")
    return _send(connection, edit, new.status)


def _passes_a_limit(connection: Connection, edit: Edit, column: Column, new: CreateCommand) -> bool:
    """Whether the column, or somebody it is assigned to, has as many cases as the firm wants, and that was not asked
    yet of a new case in this column."""
    edit.limits = column_rules.of_new(connection, column, map(UUID, new.fields.get("assigned_to_uuids", ())))
    return column_rules.unanswered(edit.limits, _asked_before(connection, edit, new))


def _asked_before(connection: Connection, edit: Edit, new: CreateCommand) -> list[column_rules.Limit]:
    if new.asked is None:
        return []
    same = connection.edits.filter(what=Edit.What.CREATE, to_status=new.status, person=edit.person)
    earlier = same.filter(intent=new.asked).first()
    return list(earlier.limits) if earlier else []


def _send(connection: Connection, edit: Edit, status: UUID) -> None:
    known = Card.objects.filter(firm=edit.firm, name=edit.title).values_list("case", flat=True)
    edit.before, edit.sent_at = [str(case) for case in known], timezone.now()
    written = {"before": edit.before, "limits": edit.limits, "sent_at": edit.sent_at}
    if not Edit.objects.filter(pk=edit.pk, outcome=Outcome.OPEN).update(**written):
        return edit.refresh_from_db()  # it was given up meanwhile: nothing is sent
    try:
        cases, body = clients.client_for(connection).cases, _body(edit)
        answer = cases.create(status=status, **body, request_id=str(edit.intent))
    except PlannrError as error:
        return _failed(connection, edit, error)
    return _made(connection, edit, answer, timezone.now())


def _body(edit: Edit) -> dict[str, Any]:
    wanted = _wanted(edit)
    if not wanted.get("review_at"):
        return wanted
    return wanted | {"review_at": formats.moment(date.fromisoformat(wanted["review_at"]), None)}


def _wanted(edit: Edit) -> dict[str, Any]:
    wanted: dict[str, Any] = edit.wanted or {}
    return wanted


def _made(connection: Connection, edit: Edit, case: Case, heard_at: datetime) -> None:
    """Plannr has it: it is drawn where Plannr put it, once its names are known as well."""
    edit.case = case.uuid
    Edit.objects.filter(pk=edit.pk).update(case=case.uuid)
    card = absorb.absorb(connection, case, heard_at=heard_at, ours=True, moved=True)
    if case.participants is None:
        try:
            lookup.fetch_cases(connection, [case.uuid])
        except PlannrError:
            log.info("the names on a new case come with the next read")
    edit.title = Card.objects.get(pk=card.pk).title
    outcomes.mark_applied(edit)


def _failed(connection: Connection, edit: Edit, error: PlannrError) -> None:
    """If Plannr certainly refused it, that is that; else reading tells."""
    edit.problems = {name: list(said) for name, said in getattr(error, "problems", {}).items()}
    if error.applied is False:
        return mark_refused(edit, error.kind, error)
    log.warning("creation %s not confirmed: %s", edit.intent, type(error).__name__)
    mark_unconfirmed(edit, error.kind, error)
    try:
        case = _found(connection, edit)
    except PlannrError:
        return None
    if case:
        return _made(connection, edit, case, timezone.now())
    if error.status and error.status not in GATEWAYS:
        return mark_refused(edit, error.kind, error)
    return None


def _found(connection: Connection, edit: Edit) -> Case | None:
    """The case of that name and those clients that has come to be since it was asked for, if there is one."""
    assert edit.sent_at is not None
    wanted, since = _wanted(edit), edit.sent_at.replace(microsecond=0) - ADRIFT
    read = clients.client_for(connection).cases.list(filters=CaseFilters(account_uuids=wanted["participants"]))
    taken = Edit.objects.filter(firm=edit.firm, what=Edit.What.CREATE, outcome=Outcome.APPLIED)
    others = {*(edit.before or ()), *map(str, taken.values_list("case", flat=True))}
    found = [
        case
        for case in read.cases
        if case.name.strip() == wanted["name"]
        and case.created_at
        and case.created_at >= since
        and str(case.uuid) not in others
    ]
    return min(found, key=lambda case: (case.created_at, case.uuid), default=None)


def _earlier_ones_are_settled(connection: Connection, edit: Edit) -> bool:
    """One of the same name for the same clients that Plannr has not confirmed may still come to be: not two of them."""
    waiting = Edit.objects.filter(firm=edit.firm, what=Edit.What.CREATE, title=edit.title, outcome=Outcome.UNKNOWN)
    for earlier in waiting:
        settle(connection, earlier)
        same = sorted(_wanted(earlier)["participants"]) == sorted(_wanted(edit)["participants"])
        if same and earlier.outcome == Outcome.UNKNOWN:
            return False
    return True
