"""Settles by reading every write that Plannr did not confirm: after a refresh, and after a start those that a dead
process left behind."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import connections as databases
from django.utils import timezone

from kanban.core import db, memory, processes, threads
from kanban.models import Connection, Edit, Write
from kanban.sync import refresh
from kanban.sync.schedule import Lease
from kanban.writes import bulk as bulks
from kanban.writes import (  # noqa: F401  each kind says how it is settled
    edits,
    journal,
    lifecycle,
    moves,
    protocol,
    side_effects,
    statuses,
)
from kanban.writes.protocol import settle as settle

log = logging.getLogger(__name__)

OPEN_OR_UNKNOWN = (Write.Outcome.OPEN, Write.Outcome.UNKNOWN)
PAUSE = 3.0  # seconds between two looks at what Plannr has not confirmed
LONGEST = 2 * journal.BELIEVED + processes.DEAD  # by then all are settled, unless Plannr cannot be reached


def keep_fresh(connection: Connection) -> None:
    """If the mirror is old, read it again in the background, by one reader at a time; then settle what waited for a
    reading.

    Nobody waits for it: the page shows what we have and says as of when.
    """
    if lease := refresh.claim(connection):
        threads.run_in_background("mirror", _read_and_settle, connection.pk, lease)


def _read_and_settle(pk: int, lease: Lease) -> None:
    try:
        for reader in refresh.read_for(pk, lease):
            settle_all(reader)
    except Exception:
        log.exception("what waited for a reading could not be settled")
    finally:
        databases.close_all()  # a connection also holds memory for the tables it has read
        memory.give_back()


def settle_all(connection: Connection) -> None:
    """Settle what was left open or unconfirmed, by a crash or because nobody asks any more."""
    journal.abandon_orphaned(connection)
    for kind in journal.KINDS:
        for write in kind._default_manager.filter(connection=connection, outcome=Write.Outcome.UNKNOWN):
            if _can_be_settled(connection, write):
                protocol.settle(write, connection)


def _can_be_settled(connection: Connection, write: Write) -> bool:
    """False for an edit that may have hidden the case, until the case is shown again."""
    if not isinstance(write, Edit) or write.reason != "untold":
        return True
    return connection.cards.filter(case=write.case).exists()


def settle_soon() -> None:
    """Start settling in the background of a server that has just started."""
    threads.run_in_background("leftovers", _settle_leftovers)


def _settle_leftovers() -> None:
    until = timezone.now() + LONGEST + timedelta(seconds=PAUSE)
    try:
        while _settle_once() and timezone.now() < until:
            db.release_connection()
            time.sleep(PAUSE)
    except Exception:
        log.exception("writes that were left behind could not be settled")


def _settle_once() -> bool:
    """Whether anything is left to be settled, by this process or another."""
    bulks.settle_all()
    waiting = [kind._default_manager.filter(outcome__in=OPEN_OR_UNKNOWN) for kind in journal.KINDS]
    made_by = {pk for writes in waiting for pk in writes.values_list("connection", flat=True)}
    for connection in Connection.objects.filter(pk__in=made_by):
        settle_all(connection)
    return any(writes.exists() for writes in waiting)
