"""Finding out by reading what became of every write that Plannr did not confirm."""

from __future__ import annotations

import logging

from django.db import connections as databases

from kanban.core import memory, threads
from kanban.models import Connection, Edit, Move
from kanban.sync import refresh
from kanban.sync.schedule import Lease
from kanban.writes import deleting, edited, journal, lifecycle, moved

log = logging.getLogger(__name__)

KINDS = {Edit.What.EDIT: edited.settle, Edit.What.CREATE: lifecycle.settle, Edit.What.DELETE: deleting.settle}


def keep_fresh(connection: Connection) -> None:
    """If the mirror is old, have it read again, by one reader at a time and behind the page's back; then settle what
    waited for a reading.

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
        databases.close_all()  # what it keeps of the tables it has read is memory too
        memory.give_back()


def settle(connection: Connection, edit: Edit) -> Edit:
    """Of one edit, creation or deletion."""
    return KINDS[Edit.What(edit.what)](connection, edit)


def settle_all(connection: Connection) -> None:
    """Settle what was left open or unconfirmed, by a crash or because nobody was looking any more."""
    journal.abandon_orphaned(connection)
    for move in connection.moves.filter(outcome=Move.Outcome.UNKNOWN):
        moved.settle(connection, move)
    for edit in connection.edits.filter(outcome=Edit.Outcome.UNKNOWN):
        if edit.reason != "untold" or connection.cards.filter(case=edit.case).exists():  # it may be shown again
            settle(connection, edit)
