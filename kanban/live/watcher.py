"""One watcher in each process sees what is new and wakes the streams that it concerns.

It starts with the first stream, hence after gunicorn's fork, and ends with the last. SQLite is asked every 50 ms; a
change by this process, and PostgreSQL, wake it at once. Rejected: `PRAGMA data_version`, which costs no less than
the newest number and changes with every write, whatever it is.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection as database
from django.db import connections as databases
from django.db.models import Q

from kanban.core.db import snapshot_read
from kanban.live import broadcast, streams, upkeep
from kanban.live.budget import CpuBudget
from kanban.live.streams import Page, Stream
from kanban.models import ChangeLogEntry, Connection, Visibility
from kanban.sync import change_log

log = logging.getLogger(__name__)

POLL = 0.05  # seconds between two looks at SQLite
TICK = 0.2  # seconds for which PostgreSQL is listened to at a time: a server that stops waits for it
UNHEARD = 1.0  # seconds until PostgreSQL is asked anyway: what stands in between may drop its notifications
LOOK_AFTER = 1.0  # seconds between two checks which browsers have hung up and who is due the time
STILL_THEIRS = 5.0  # seconds between two checks whether those who listen still may
RESERVE = 32  # threads that streams leave to pages and moves

_lock = threading.Lock()
_watcher: threading.Thread | None = None
_pace = CpuBudget()
_waiting = False  # whether a stream waits for its turn
_worker: Any = None  # of gunicorn, which knows when it has to stop


def serve(worker: Any) -> None:
    """This is a gunicorn worker: its streams end when it has to stop, and leave threads to the pages."""
    global _worker
    _worker = worker


def listen(
    connection: Connection,
    *,
    session: str,
    since: int | None,
    seat: str,
    viewer: int | None = None,
    page: Page | None = None,
    socket: Any = None,
) -> Stream | None:
    """A stream for this browser, notified at once if something newer than `since` concerns it; None: no place."""
    newest = change_log.latest(connection)  # first: the watcher sees what comes from here on
    missed = since is not None and since < newest and change_log.since(connection, since) != []
    stream = Stream(
        connection=connection.pk,
        person=connection.person_id,
        firm=connection.firm,
        account=connection.account,
        session=session,
        viewer=viewer,
        page=page,
        after=newest,
        last_sent=since if missed and since is not None else newest,
        socket=socket,
        hello={"change": newest, "seat": seat},
    )
    if missed:
        stream.notify(newest)
    if not streams.join(stream, _most()):
        return None
    _start()
    return stream


def _most() -> int:
    threads = _worker.cfg.threads if _worker else settings.THREADS
    return min(settings.STREAMS, max(threads - RESERVE, threads // 2))


def _start() -> None:
    global _watcher
    with _lock:
        change_log.wake_event.set()  # look now for what came between reading the number and joining
        if _watcher is None:
            _watcher = threading.Thread(target=_watch, name="bell", daemon=True)
            _watcher.start()


def _over() -> bool:
    """Whether the last stream has gone. Whoever joins from then on starts another watcher."""
    global _watcher
    with _lock:
        if not streams.listening():
            _watcher = None
            return True
        return False


def _watch() -> None:
    logged = False
    while True:
        try:
            _go_round()
            return
        except Exception:  # logged once: a database that cannot be reached stays so for a while
            log.log(logging.DEBUG if logged else logging.ERROR, "the bell cannot look for news", exc_info=True)
            logged = True
            _end_if_stopping()
            if _over():
                return
            time.sleep(1)
        finally:
            databases.close_all()


def _go_round() -> None:
    global _waiting
    looked = asked = time.monotonic()
    for new in _listened() if database.vendor == "postgresql" else _polled():
        now = time.monotonic()
        _end_if_stopping()
        if new or _waiting:
            with snapshot_read():
                _judge()
                _waiting = broadcast.send_news(streams.listening(), _pace)
        if now - looked > LOOK_AFTER:
            looked = now
            for stream in streams.listening():
                if stream.gone:
                    stream.end("gone")
            upkeep.keep_up(streams.listening())
        if now - asked > STILL_THEIRS:
            asked = now
            broadcast.still(streams.listening())
        if _over():
            return


def _end_if_stopping() -> None:
    if _worker is not None and (not _worker.alive or _worker.ppid != os.getppid()):
        for stream in streams.listening():
            stream.end("stopped")


# When there may be news


def _polled() -> Iterator[bool]:
    newest = 0
    with database.cursor() as cursor:
        while True:
            at_once = change_log.wake_event.wait(POLL)
            change_log.wake_event.clear()
            before, (newest,) = newest, cursor.execute("SELECT max(id) FROM kanban_change").fetchone()
            yield at_once or newest != before


def _listened() -> Iterator[bool]:
    """Listens on a connection used for nothing else. If it breaks, a new one is tried each second."""
    own = database.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    try:
        with own.cursor() as cursor:
            cursor.execute(f"LISTEN {change_log.CHANNEL}")
        yield True
        heard = time.monotonic()
        while True:
            notified = [*own.connection.notifies(timeout=POLL if _waiting else TICK, stop_after=1)]
            if notified or time.monotonic() - heard > UNHEARD:
                heard = time.monotonic()
                yield True
            else:
                yield False
    finally:
        own.close()


# Whom it concerns


def _judge() -> None:
    """One query for what is new, one for who sees it. Numbers are compared within a firm, where writes come one after
    another; those of two firms may be committed in another order than they were numbered."""
    listening = streams.listening()
    after: dict[UUID, int] = {}
    for stream in listening:
        after[stream.firm] = min(stream.after, after.get(stream.firm, stream.after))
    asked = Q(pk=None)
    for firm, number in after.items():
        asked |= Q(firm=firm, id__gt=number)
    new = list(ChangeLogEntry.objects.filter(asked).order_by("id").values_list("id", "firm", "account", "case"))
    numbers = _numbers(new, {stream.account for stream in listening})
    alone = {(firm, account) for _, firm, account, _ in new if account}
    newest = {firm: number for number, firm, _, _ in new}
    for stream in listening:
        number = max(numbers[stream.firm, None], numbers[stream.firm, stream.account])
        if number > stream.after:
            stream.await_turn(number, asks=(stream.firm, stream.account) in alone)
        stream.after = max(stream.after, newest.get(stream.firm, 0))


def _numbers(
    new: list[tuple[int, UUID, UUID | None, UUID | None]], accounts: set[UUID]
) -> dict[tuple[UUID, UUID | None], int]:
    """By firm and account, the newest change that concerns it; under None what concerns the whole firm."""
    cases = {case for _, _, account, case in new if case and account is None}
    seen: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    if 0 < len(cases) <= change_log.MANY:
        rows = Visibility.objects.filter(account__in=accounts, card__firm__in={firm for _, firm, _, _ in new})
        for viewer, firm, shown in rows.filter(card__case__in=cases).values_list("account", "card__firm", "card__case"):
            seen[firm, shown].append(viewer)
    numbers: dict[tuple[UUID, UUID | None], int] = defaultdict(int)
    for number, firm, account, case in new:
        if account or case is None or len(cases) > change_log.MANY:
            numbers[firm, account] = number
        else:
            numbers |= {(firm, viewer): number for viewer in seen[firm, case]}
    return numbers
