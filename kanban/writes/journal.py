"""What somebody wants, written down before a byte leaves for Plannr. The journal is also the lock.

A row that is open holds its case and the column it goes to, in whatever process it runs: the database refuses a second.
Rejected: locks in memory, which two processes do not share and a crash forgets.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kanban.audit import log
from kanban.core import db
from kanban.core.db import exists
from kanban.core.processes import has_exited, worker_id
from kanban.models import NO_CASE, Connection, Edit, Move, Write
from kanban.writes.commands import Actor

Outcome = Write.Outcome
KINDS: tuple[type[Write], ...] = (Move, Edit)
W = TypeVar("W", bound=Write)

PATIENCE = 10.0  # seconds that a write waits for its turn before it is refused


def author_fields(connection: Connection, by: Actor, intent: UUID) -> dict[str, Any]:
    """What every write bears: who wants it, through whose eyes, and which process makes it."""
    return {
        "intent": intent,
        "connection": connection,
        "person": by.person,
        "who": by.name if settings.SIGN_IN == "accounts" else connection.account_name,
        "maker": worker_id(),
        "firm": connection.firm,
    }


def open_write(connection: Connection, case: UUID, intent: UUID, new: Callable[[], W]) -> tuple[W, bool]:
    """Write the intent down. Its row is also the lock: one open write per case and one move per column, in any process.

    Returns it, and whether it is ours to make: not if this intent was sent before, nor if its turn never came.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > deadline
        known = _known(intent)
        write = new() if known is None or not _is_of(known, connection, case) else known
        if known and write is not known:
            return cast(W, _refused(write, "taken")), False
        if known and (known.outcome != Outcome.OPEN or late):
            return cast(W, known), False
        if not known:
            if late:
                _refused(write, "busy")
            if _written(write):
                return cast(W, write), not late
            if late:
                return cast(W, write), False
        abandon_orphaned(connection)  # of this very intent too, which whoever made it has not ended
        db.release_connection()
        time.sleep(0.03)


def _known(intent: UUID) -> Move | Edit | None:
    for kind in (Move, Edit):
        if exists(kind, intent=intent):
            return kind._default_manager.get(intent=intent)
    return None


def _is_of(known: Write, connection: Connection, case: UUID) -> bool:
    """Whether this intent is the same person's, of the same case; a new one gets its case only later."""
    return known.connection_id == connection.pk and case in (known.case, NO_CASE)


def _refused(write: W, reason: str) -> W:
    """An answer to somebody whose wish could not even be written down. Of another's it tells no more than that."""
    write.outcome, write.reason, write.settled_at = Outcome.REFUSED, reason, timezone.now()
    write.title = write.title if reason != "taken" else "The case"
    return write


def _written(write: Write) -> bool:
    """False: its case, or its column, is being written to. A move and an edit of one case are told by the second look,
    for which all who write wait in one line."""
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
    """By a write of the other kind: of its own, the database refuses a second."""
    other = Edit if isinstance(write, Move) else Move
    return exists(other, firm=write.firm, case=write.case, outcome=Outcome.OPEN)


def abandon_orphaned(connection: Connection) -> None:
    """Let go of what a process that is gone left behind: at once if it ran on this machine, else after all that a move
    may take."""
    for kind in KINDS:
        for write in kind._default_manager.filter(firm=connection.firm, outcome=Outcome.OPEN):
            if is_orphaned(write):
                _abandon(write)


def _abandon(write: Write) -> None:
    """Its process died. If nothing had left, nothing happened; if it had, only reading can tell."""
    outcome, reason = (Outcome.UNKNOWN, "slow") if write.sent_at else (Outcome.REFUSED, "not_sent")
    said = {"outcome": outcome, "reason": reason, "settled_at": None if write.sent_at else timezone.now()}
    with transaction.atomic():
        if type(write)._default_manager.filter(pk=write.pk, outcome=Outcome.OPEN).update(**said):
            write.refresh_from_db()
            log.settled(write)


def is_orphaned(write: Write) -> bool:
    """Whether the process that was making it is no more."""
    return has_exited(write.maker, write.at)
