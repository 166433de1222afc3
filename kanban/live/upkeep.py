"""The upkeep of open boards: what their pages would otherwise ask every ten seconds is done for all at once.

The mirror is refreshed, and each page is told as of when it is and who else is here. A page that is told so asks
seldom, only to say that somebody looks: where nobody has looked lately, nothing is read and nothing is sent.
"""

from __future__ import annotations

import logging
import random
import threading
import time

from django.conf import settings
from django.utils import timezone

from kanban.accounts import access_checks
from kanban.board.view_state import FoldedColumns, ViewState
from kanban.core import threads
from kanban.core.db import snapshot_read
from kanban.live import broadcast, presence, streams
from kanban.live.streams import Stream
from kanban.live.updates import News
from kanban.models import Connection, Person
from kanban.search.filters import BoardQuery
from kanban.sync import change_log, schedule
from kanban.writes import recovery

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds, for each page
_caring = threading.Lock()


def keep_up(listening: list[Stream]) -> None:
    """Refresh the mirror for all of them, and send the time to those that are due."""
    _keep_fresh(listening)
    now = time.monotonic()
    due = [stream for stream in listening if stream.page and stream.time_due_at <= now]
    if not due:
        return
    for stream in due:  # first at once, then after a random wait: pages that came together are spread out
        stream.time_due_at = now + (EVERY if stream.time_due_at else EVERY * random.random())  # noqa: S311
    with snapshot_read():
        for stream, connection in broadcast.still(due).items():
            try:
                _send_time(stream, connection)
            except Exception:
                log.exception("a board cannot be told the time")


def _send_time(stream: Stream, connection: Connection) -> None:
    """Not while a change has not been judged for the stream: the time would be that of cards that its page lacks."""
    viewer = Person.objects.filter(pk=stream.viewer).first() if stream.viewer else None
    page, last_sent = stream.page, stream.last_sent
    if page is None or not _somebody_looks(connection) or change_log.latest(connection) != stream.after:
        return
    if connection.readable and broadcast.needs_no_asking(connection, viewer):
        look = ViewState(FoldedColumns.read(page.folds), BoardQuery.read_text(page.search))
        time_ = News(connection, look, can_move=False, change=stream.after, lanes=page.lanes).time()
        present = presence.rendered(presence.others(connection.firm, stream.viewer))
        stream.send_time(stream.after, streams.event(stream.after, last_sent, time_ + present, pulse=True))


def _somebody_looks(connection: Connection) -> bool:
    return connection.seen_at is not None and timezone.now() - connection.seen_at < presence.HERE


def _keep_fresh(listening: list[Stream]) -> None:
    """In another thread: the watcher must not wait for a database that somebody else is writing to. Access is rechecked
    also for boards that nobody looks at."""
    whose, now = {stream.connection: stream.person for stream in listening}, timezone.now()
    open_ = [each for each in Connection.objects.filter(pk__in=whose) if each.person_id == whose[each.pk]]
    old = [each for each in open_ if _somebody_looks(each) and not schedule.is_fresh(each, now)]
    unchecked = access_checks.unchecked(open_, now) if settings.SIGN_IN == "plannr" else []
    if (old or unchecked) and _caring.acquire(blocking=False):
        try:
            threads.run_in_background("upkeep", _care, old, unchecked)
        except RuntimeError:  # no thread is free: next time
            _caring.release()


def _care(old: list[Connection], unchecked: list[Connection]) -> None:
    try:
        access_checks.recheck_access(unchecked)
        for connection in old:
            recovery.keep_fresh(connection)
    except Exception:
        log.exception("the mirror could not be kept fresh")
    finally:
        _caring.release()
