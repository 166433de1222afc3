"""What a process that died left behind, settled by the next one: each move that it was making ends as something."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from threading import Thread

from django.db import connections as databases
from django.utils import timezone

from kanban import bulks, intents, moves
from kanban.models import Connection, Move

log = logging.getLogger(__name__)

PAUSE = 3.0  # seconds between two looks at what Plannr has not confirmed
LONGEST = 2 * moves.BELIEVED + intents.DEAD  # by then every move has been settled, unless Plannr cannot be reached


def settle_soon() -> None:
    """Begin behind the back of a server that has just started."""
    Thread(target=_settle, name="leftovers", daemon=True).start()


def _settle() -> None:
    until = timezone.now() + LONGEST + timedelta(seconds=PAUSE)
    try:
        while _settle_once() and timezone.now() < until:
            time.sleep(PAUSE)
    except Exception:
        log.exception("moves that were left behind could not be settled")
    finally:
        databases.close_all()


def _settle_once() -> bool:
    """Whether anything is left to be settled, by this process or another."""
    bulks.settle_all()
    unsettled = Move.objects.filter(outcome__in=(Move.Outcome.OPEN, Move.Outcome.UNKNOWN))
    for connection in Connection.objects.filter(move__in=unsettled).distinct():
        moves.settle_all(connection)
    return unsettled.exists()
