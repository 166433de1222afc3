"""What a stream carries along: the very answer that its page would get if it asked, drawn once for all of one sight.

It spares them the asking, and is no second contract: where it does not fit, too much is new, or anything was different
for one account alone, the page is rung and asks. What somebody may is looked up anew each time that anything is drawn.
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
AT_ONCE = 8  # threads woken in one moment: a hundred that queue for the interpreter cost twice as much to send as much
BREATH = 0.001  # seconds for those to write
Events = dict[Hashable, bytes | None]


class Alike(NamedTuple):
    """What streams of one person have in common that are told the same."""

    connection: Connection
    viewer: int | None
    page: Page | None
    last_sent: int
    after: int
    asks: bool


def tell(listening: list[Stream], pace: CpuBudget) -> bool:
    """Tell those whose turn it is what is new, who has waited longest first. True: somebody still waits.

    They were judged at this very moment, so what is drawn for them is as of the newest change and not beyond.
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
    """By what they are told; only those who still may, with their connections as they are now."""
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
    """None: they have to ask. Drawn once for all who see the same and have come as far."""
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
    """Whether a question would be answered at once: it is for the middleware to say why not."""
    away = settings.SIGN_IN == "plannr" and access_checks.was_unreachable(connection)
    return connection.readable and not away and not (viewer and viewer.must_change)


def _render(news: News, since: int) -> bytes | None:
    html = news.since(since)
    event = html and streams.event(news.change, since, html)
    return event if event and len(event) <= LARGEST else None


def still(listening: list[Stream]) -> dict[Stream, Connection]:
    """Those who still may listen, each with the connection that they look through, as it is now. The others end."""
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
