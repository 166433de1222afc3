"""What a stream pushes: the answer that its page would get if it asked, rendered once for all who see the same.

It saves the page a request and is no second contract: where it is too large, too much is new, or anything changed for
one account alone, the page is notified and asks. Rights are looked up again each time that anything is rendered.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Hashable
from typing import NamedTuple

from django.conf import settings

from kanban.accounts import access_checks, sessions
from kanban.accounts.permissions import rights_of
from kanban.board.view_state import FoldedColumns, ViewState
from kanban.live import streams
from kanban.live.budget import ASKED, SENT, CpuBudget
from kanban.live.streams import Page, Stream
from kanban.live.updates import News
from kanban.models import Connection, Person
from kanban.search.filters import BoardQuery

log = logging.getLogger(__name__)

LARGEST = 64 * 1024  # bytes
AT_ONCE = 8  # threads woken at once: a hundred that queue for the interpreter double the cost of sending
BREATH = 0.001  # seconds for those threads to write
Events = dict[Hashable, bytes | None]


class Alike(NamedTuple):
    """What the streams of one person that are sent the same have in common."""

    connection: Connection
    viewer: int | None
    page: Page | None
    last_sent: int
    after: int
    asks: bool


def send_news(listening: list[Stream], pace: CpuBudget) -> bool:
    """Send the news to the streams that are due, the longest wait first. True: some still wait.

    They were judged in this same snapshot, so what they are sent is as of the newest change and not later.
    """
    due = [stream for stream in listening if stream.due]
    if not due:
        return False
    groups, events = _groups(due), Events()
    people = Person.objects.in_bulk({alike.viewer for alike in groups if alike.viewer})
    for alike, together in groups.items():
        if pace.used_up:
            return True
        event = _event(alike, people.get(alike.viewer or 0), events, pace)
        _send(together, event)
        pace.spend((SENT if event else ASKED) * len(together))
    return any(stream.due for stream in due)


def _groups(due: list[Stream]) -> dict[Alike, list[Stream]]:
    """The streams by what they are sent: only those that may still listen, with their connections as they are now."""
    groups = defaultdict(list)
    connections = still(due)
    for stream in sorted(connections, key=lambda each: each.due_since):
        alike = Alike(connections[stream], stream.viewer, stream.page, stream.last_sent, stream.after, stream.asks)
        groups[alike].append(stream)
    return groups


def _send(together: list[Stream], event: bytes | None) -> None:
    for number, stream in enumerate(together, 1):
        if event:
            stream.push(stream.after, event)
        else:
            stream.notify(stream.due)
        stream.served()
        if number % AT_ONCE == 0:
            time.sleep(BREATH)


def _event(alike: Alike, viewer: Person | None, events: Events, pace: CpuBudget) -> bytes | None:
    """None: the pages have to ask. Rendered once for all who see the same and were last sent the same."""
    connection, page = alike.connection, alike.page
    if page is None or alike.asks or not needs_no_asking(connection, viewer):
        return None
    began = time.thread_time()
    try:
        look = ViewState(FoldedColumns.read(page.folds), BoardQuery.read_text(page.search))
        can_move = rights_of(viewer, connection).can_move
        news = News(connection, look, can_move, alike.after, page.lanes)
        key = (news.alike, alike.last_sent)
        if key not in events:
            events[key] = _render(news, alike.last_sent)
        return events[key]
    except Exception:
        log.exception("news could not be drawn")
        return None
    finally:
        pace.spend(time.thread_time() - began)


def needs_no_asking(connection: Connection, viewer: Person | None) -> bool:
    """Whether a request of the page would be answered at once; if not, the middleware tells it why."""
    away = settings.SIGN_IN == "plannr" and access_checks.was_unreachable(connection)
    return connection.readable and not away and not (viewer and viewer.must_change)


def _render(news: News, since: int) -> bytes | None:
    html = news.since(since)
    event = html and streams.event(news.change, since, html)
    return event if event and len(event) <= LARGEST else None


def still(listening: list[Stream]) -> dict[Stream, Connection]:
    """Those that may still listen, each with its connection as it is now. The others end."""
    alive = sessions.alive({stream.session for stream in listening if stream.session})
    now = Connection.objects.in_bulk({stream.connection for stream in listening})
    found = {}
    for stream in listening:
        connection = now.get(stream.connection)
        if (
            connection is None
            or connection.person_id != stream.person
            or (stream.session and stream.session not in alive)
        ):
            stream.end("ended")
        else:
            found[stream] = connection
    return found
