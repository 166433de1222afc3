"""What became of a write: written down once, with its line in the record, whoever finds it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kanban.accounts import clients
from kanban.audit import log
from kanban.cases import revisions
from kanban.models import Card, Edit, Write
from kanban.sync import absorb
from plannr_api import NotFound, PlannrError

Outcome = Write.Outcome

BELIEVED = timedelta(
    seconds=max(settings.SETTLE_SECONDS, 4 * settings.PLANNR_TIMEOUT)
)  # how long a lost write may still be applied late
GATEWAYS = (502, 504, *range(520, 531))  # a proxy's own words, which say nothing of what Plannr is still doing


def mark_applied(write: Write, reason: str = "") -> None:
    write.words, write.retry_after = "", None
    close(write, Outcome.APPLIED, reason)


def mark_refused(write: Write, reason: str, error: PlannrError | None = None) -> None:
    if error:
        write.words, write.retry_after = words_of(error), error.retry_after
    close(write, Outcome.REFUSED, reason)


def mark_unconfirmed(write: Write, reason: str, error: PlannrError | None = None) -> None:
    """It may have been applied, or may yet be: only reading tells."""
    write.outcome, write.reason = Outcome.UNKNOWN, reason
    write.words, write.retry_after = (words_of(error), error.retry_after) if error else ("", None)
    write_down(write)


def given_up(write: Write) -> bool:
    """Whether it was sent so long ago that nobody need expect it any more."""
    return write.sent_at is not None and timezone.now() - write.sent_at > BELIEVED


def mark_case_gone(write: Write, forget: Callable[..., None] = absorb.remove_case) -> None:
    """A list left the case out, or Plannr did not find it: only a direct answer takes it off the board."""
    try:
        case = clients.client_for(write.connection).cases.get(write.case)
    except NotFound as error:
        forget(write.connection, write.case)
        if write.outcome == Outcome.UNKNOWN and isinstance(write, Edit):  # it may be what hid the case
            return mark_unconfirmed(write, "untold", error)
        return mark_refused(write, "not_found", error)
    except PlannrError as error:
        return None if write.outcome == Outcome.UNKNOWN else mark_refused(write, error.kind, error)
    absorb.absorb(write.connection, case, heard_at=timezone.now())
    return None if write.outcome == Outcome.UNKNOWN else mark_refused(write, "rejected")


def words_of(error: PlannrError) -> str:
    """What Plannr itself said, its words on single fields included."""
    fields = [words for problems in getattr(error, "problems", {}).values() for words in problems]
    return " ".join(dict.fromkeys(filter(None, [error.words, *fields])))[:1000]


def close(write: Write, outcome: Write.Outcome, reason: str) -> None:
    write.outcome, write.reason, write.settled_at = outcome, reason, timezone.now()
    write.revision = revision_of(write.firm, write.case)
    write_down(write)


def revision_of(firm: UUID, case: UUID) -> str:
    fields = Card.objects.filter(firm=firm, case=case).values_list(*revisions.NAMES).first()
    return revisions.revision_from(fields) if fields else ""


@transaction.atomic
def write_down(write: Write) -> None:
    """What became of it and its line in the record: both or neither, whenever the process dies; and once, however many
    find out at the same time."""
    rows = type(write)._default_manager.select_for_update(no_key=True).filter(pk=write.pk)
    known = rows.values_list("outcome", flat=True).get()
    if known not in (Outcome.OPEN, Outcome.UNKNOWN):
        return write.refresh_from_db()
    write.save()
    if write.outcome != known:
        log.settled(write)
    return None
