"""What somebody wants, written down before anything is sent to Plannr; and what became of it, written down once.

An open row is also the lock: it holds its case and the column it goes to, across all processes; the database refuses
a second. Rejected: locks in memory, which two processes do not share and a crash loses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kanban.audit import log
from kanban.cases import revisions
from kanban.core import db
from kanban.core.processes import has_exited, worker_id
from kanban.models import NO_CASE, Card, ColumnChange, Connection, Edit, Move, PutBack, Write
from kanban.writes.commands import Actor
from plannr_api import PlannrError

Outcome = Write.Outcome
W = TypeVar("W", bound=Write)

# In the order in which they are abandoned: a put-back before the write that holds its case meanwhile.
KINDS: tuple[type[Write], ...] = (PutBack, Move, Edit, ColumnChange)
PATIENCE = 10.0  # seconds that a write waits for its turn before it is refused
BELIEVED = timedelta(
    seconds=max(settings.SETTLE_SECONDS, 4 * settings.PLANNR_TIMEOUT)
)  # how long a lost write may still be applied late


def author_fields(connection: Connection, by: Actor, intent: UUID) -> dict[str, Any]:
    """The fields of every write: who wants it, through which account, and which process makes it."""
    return {
        "intent": intent,
        "connection": connection,
        "person": by.person,
        "who": by.name if settings.SIGN_IN == "accounts" else connection.account_name,
        "maker": worker_id(),
        "firm": connection.firm,
    }


# Opening


def open_write(connection: Connection, case: UUID, intent: UUID, new: Callable[[], W]) -> tuple[W, bool]:
    """Write the intent down. Its row is also the lock: one open write per case and one move per column, in any process.

    Returns it, and whether we are to make it: not if this intent was sent before, nor if its turn never came.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > deadline
        known = _known(intent)
        write = new() if known is None or not _is_of(known, connection, case) else known
        if known and write is not known:
            return cast(W, _refused_unwritten(write, "taken")), False
        if known and (known.outcome != Outcome.OPEN or late):
            return cast(W, known), False
        if not known:
            if late:
                _refused_unwritten(write, "busy")
            if _is_written(write):
                return cast(W, write), not late
            if late:
                return cast(W, write), False
        abandon_orphaned(connection)  # also a write of this intent, if its process died before ending it
        db.release_connection()
        time.sleep(0.03)


def _known(intent: UUID) -> Write | None:
    kind = db.first_with(KINDS, intent=intent)
    return kind._default_manager.get(intent=intent) if kind else None


def _is_of(known: Write, connection: Connection, case: UUID) -> bool:
    """Whether this intent belongs to the same account and case; a new case gets its uuid only later."""
    return known.connection_id == connection.pk and case in (known.case, NO_CASE)


def _refused_unwritten(write: Write, reason: str) -> Write:
    """An answer to somebody whose write could not be stored. It reveals nothing of somebody else's write."""
    write.outcome, write.reason, write.settled_at = Outcome.REFUSED, reason, timezone.now()
    write.title = write.title if reason != "taken" else "The case"
    return write


def _is_written(write: Write) -> bool:
    """False: its case, or its column, is being written to. Two kinds of write to one case are noticed by `_is_held`,
    for which all writers of the firm take turns."""
    try:
        with transaction.atomic():
            write.connection.locked()
            if write.outcome == Outcome.OPEN and _is_held(write):
                return False
            write.save(force_insert=True)
            log.intended(write)
            if write.outcome != Outcome.OPEN:
                log.settled(write)
    except IntegrityError:
        return False
    return True


def _is_held(write: Write) -> bool:
    """Whether a write of another kind holds the case; of the same kind, the database refuses a second. A put-back may
    share the case with the write that it follows; a change of the columns holds no case."""
    of_case = {"firm": write.firm, "case": write.case, "outcome": Outcome.OPEN}
    if isinstance(write, PutBack):
        others = [kind._default_manager.filter(**of_case).exclude(intent=write.after) for kind in (Move, Edit)]
        return any(each.exists() for each in others)
    if isinstance(write, ColumnChange):
        return False
    return db.first_with((PutBack, Edit if isinstance(write, Move) else Move), **of_case) is not None


def mark_sent(write: Write, **fields: Any) -> bool:
    """Store that it is sent now, with what must be known of it after a crash.

    False: it took so long that it was abandoned meanwhile. Then nothing may be sent.
    """
    fields["sent_at"] = timezone.now()
    if not type(write)._default_manager.filter(pk=write.pk, outcome=Outcome.OPEN).update(**fields):
        write.refresh_from_db()
        return False
    for name, value in fields.items():
        setattr(write, name, value)
    return True


# Closing


@dataclass(frozen=True)
class Verdict:
    """What became of a write. `words`, `retry_after`: what Plannr said of it; None: leave what it said before."""

    outcome: Write.Outcome
    reason: str = ""
    words: str | None = None
    retry_after: float | None = None
    problems: dict[str, list[str]] | None = None
    effect: Callable[[], None] | None = None  # what changes with it, here and in the same transaction


def applied(reason: str = "", effect: Callable[[], None] | None = None) -> Verdict:
    return Verdict(Outcome.APPLIED, reason, "", effect=effect)


def conflict(reason: str) -> Verdict:
    """Nothing more is sent until the person has seen what happened and chosen."""
    return Verdict(Outcome.CONFLICT, reason)


def refused(reason: str, error: PlannrError | None = None) -> Verdict:
    return _of_error(Outcome.REFUSED, reason, error) if error else Verdict(Outcome.REFUSED, reason)


def unknown(reason: str, error: PlannrError | None = None) -> Verdict:
    """It may have been applied, or may still be: only reading shows which."""
    return _of_error(Outcome.UNKNOWN, reason, error) if error else Verdict(Outcome.UNKNOWN, reason, "")


def _of_error(outcome: Write.Outcome, reason: str, error: PlannrError) -> Verdict:
    problems = {name: [str(each) for each in texts] for name, texts in getattr(error, "problems", {}).items()}
    return Verdict(outcome, reason, words_of(error), error.retry_after, problems)


def words_of(error: PlannrError) -> str:
    """What Plannr itself said, its words on single fields included."""
    fields = [words for problems in getattr(error, "problems", {}).values() for words in problems]
    return " ".join(dict.fromkeys(filter(None, [error.words, *fields])))[:1000]


def close(write: Write, verdict: Verdict) -> None:
    """Store what became of it and its line in the record: both or neither, even if the process dies; and only once,
    however many find out at the same time."""
    write.outcome, write.reason = verdict.outcome, verdict.reason
    if verdict.words is not None:
        write.words, write.retry_after = verdict.words, verdict.retry_after
    if verdict.problems is not None and isinstance(write, Edit):
        write.problems = verdict.problems
    if verdict.outcome != Outcome.UNKNOWN:
        write.settled_at = timezone.now()
        write.revision = _revision_of(write.firm, write.case)
    _write_down(write, verdict.effect)


def _revision_of(firm: UUID, case: UUID) -> str:
    if case == NO_CASE:
        return ""
    fields = Card.objects.filter(firm=firm, case=case).values_list(*revisions.NAMES).first()
    return revisions.revision_from(fields) if fields else ""


@transaction.atomic
def _write_down(write: Write, effect: Callable[[], None] | None) -> None:
    rows = type(write)._default_manager.select_for_update(no_key=True).filter(pk=write.pk)
    known, put_back = rows.values_list("outcome", "put_back").get()
    if known not in (Outcome.OPEN, Outcome.UNKNOWN):
        return write.refresh_from_db()
    write.put_back = put_back or write.put_back  # another process may have settled the put-back meanwhile
    if effect:
        effect()
    write.save()
    if write.outcome != known:
        log.settled(write)
    return None


# After a crash


def given_up(write: Write) -> bool:
    """Whether it was sent so long ago that it can no longer be applied."""
    return write.sent_at is not None and timezone.now() - write.sent_at > BELIEVED


def abandon_orphaned(connection: Connection) -> None:
    """Abandon what a dead process left open: at once if it ran on this machine, else after the longest time that a move
    may take."""
    for kind in KINDS:
        for write in kind._default_manager.filter(firm=connection.firm, outcome=Outcome.OPEN):
            if has_exited(write.maker, write.at):
                _abandon(write)


def _abandon(write: Write) -> None:
    """Its process died. If nothing had been sent, nothing happened; else only reading shows what did."""
    outcome, reason = (Outcome.UNKNOWN, "slow") if write.sent_at else (Outcome.REFUSED, "not_sent")
    fields = {"outcome": outcome, "reason": reason, "settled_at": None if write.sent_at else timezone.now()}
    with transaction.atomic():
        as_seen = {"outcome": Outcome.OPEN, "sent_at__isnull": write.sent_at is None}  # it may be sent just now
        if type(write)._default_manager.filter(pk=write.pk, **as_seen).update(**fields):
            write.refresh_from_db()
            log.settled(write)
