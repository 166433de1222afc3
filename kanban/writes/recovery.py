"""What a process that died left behind, settled by the next one: each write that it was making ends as something."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from kanban.core import db, processes, threads
from kanban.models import Connection, Edit, Move, Write
from kanban.writes import bulk as bulks
from kanban.writes import outcomes, settling

log = logging.getLogger(__name__)

PAUSE = 3.0  # seconds between two looks at what Plannr has not confirmed
LONGEST = 2 * outcomes.BELIEVED + processes.DEAD  # by then every one has been settled, unless Plannr cannot be reached


def settle_soon() -> None:
    """Begin behind the back of a server that has just started."""
    threads.run_in_background("leftovers", _settle)


def _settle() -> None:
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
    open_or_unknown = (Write.Outcome.OPEN, Write.Outcome.UNKNOWN)
    moves, edits = Move.objects.filter(outcome__in=open_or_unknown), Edit.objects.filter(outcome__in=open_or_unknown)
    for connection in Connection.objects.filter(Q(moves__in=moves) | Q(edits__in=edits)).distinct():
        settling.settle_all(connection)
    return moves.exists() or edits.exists()
