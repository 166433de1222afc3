"""The pulse of open boards: what their pages would else ask every ten seconds is done for all of them at once.

The mirror is kept fresh, and each page is told as of when that is and who else is here. A page that hears it asks
seldom, only to say that somebody looks: where nobody has lately, nothing is read and nothing is said.
"""

from __future__ import annotations

import logging
import random
import threading
import time

from django.db import connections as databases
from django.utils import timezone

from kanban import carrying, mirror, presence, settling, sharing, streams
from kanban.board import Folds, Look
from kanban.lens import Lens
from kanban.models import Connection
from kanban.news import News
from kanban.streams import Stream

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds, for each page
_caring = threading.Lock()


def beat(listening: list[Stream]) -> None:
    """Keep the mirror fresh for all of them, and tell those whose time has come."""
    _keep_fresh(listening)
    now = time.monotonic()
    due = [stream for stream in listening if stream.page and stream.beats_at <= now]
    if not due:
        return
    for stream in due:  # at first at some time, so that not all of those who come back at once are told at once
        stream.beats_at = now + (EVERY if stream.beats_at else EVERY * random.random())  # noqa: S311
    watched = {stream: connection for stream, connection in carrying.still(due).items() if _somebody_looks(connection)}
    for stream, connection in watched.items():
        if stream.page and connection.readable:
            stream.beat(stream.after, _letter(stream, stream.page, connection))


def _somebody_looks(connection: Connection) -> bool:
    return connection.seen_at is not None and timezone.now() - connection.seen_at < presence.HERE


def _letter(stream: Stream, page: streams.Page, connection: Connection) -> bytes:
    look = Look(Folds.read(page.folds), Lens.read_text(page.search))
    time_ = News(connection, look, can_move=False, change=stream.after, lanes=page.lanes).time()
    present = presence.drawn(presence.others(connection.firm, stream.viewer))
    return streams.letter(stream.after, stream.told, time_ + present, pulse=True)


def _keep_fresh(listening: list[Stream]) -> None:
    """Beside the bell, which must not wait for a database that somebody else is writing to."""
    now, whose = timezone.now(), {stream.connection: stream.person for stream in listening}
    looked_through = [each for each in Connection.objects.filter(pk__in=whose) if each.person_id == whose[each.pk]]
    old = [each for each in looked_through if _somebody_looks(each) and not sharing.is_fresh(each, now)]
    if old and _caring.acquire(blocking=False):
        threading.Thread(target=_freshen, args=(old,), name="pulse", daemon=True).start()


def _freshen(old: list[Connection]) -> None:
    try:
        for connection in old:
            mirror.freshen(connection, then=settling.settle_all)
    except Exception:
        log.exception("the mirror could not be kept fresh")
    finally:
        databases.close_all()
        _caring.release()
