"""Who else has the board open, and that somebody looks through a connection: the mirror is read only then."""

from __future__ import annotations

import math
import random
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac

from kanban.http import BoardRequest
from kanban.models import Connection, Presence

EVERY = timedelta(seconds=10)  # somebody who stays is written down as seldom
HERE = timedelta(seconds=30)  # since a page of theirs last asked what is new
KNOWN = 2.0  # seconds for which one answer of the database serves all pages of a process
FORGOTTEN = timedelta(days=1)

_lock = threading.Lock()
_noted: dict[str, float] = {}  # when each session was last written down by this process
_here: dict[UUID, tuple[float, list[Somebody]]] = {}  # by firm


@dataclass(frozen=True)
class Somebody:
    whose: str  # tells people apart, whatever they are called
    name: str


def seat(request: BoardRequest) -> str:
    """Tells whether two requests come from one sign-in through one account; says nothing of either."""
    key = request.session.session_key if request.person else ""
    return salted_hmac("kanban.seat", f"{key} {request.connection.pk}", algorithm="sha256").hexdigest()[:40]


def note(request: BoardRequest) -> None:
    """Somebody looks at the board now."""
    now, connection = timezone.now(), request.connection
    if connection.seen_at is None or now - connection.seen_at > EVERY:
        Connection.objects.filter(pk=connection.pk).update(seen_at=now)
    if request.person is None or not _due(seat(request)):
        return
    place = f"{_whose(request)}-{seat(request)}"
    Presence.objects.bulk_create(
        [Presence(session=place, connection=connection, who=str(request.person), seen_at=now)],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["connection", "who", "seen_at"],
    )
    if random.random() < 0.01:  # noqa: S311  # now and then is often enough
        Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def others(request: BoardRequest) -> list[str]:
    """The names of colleagues of the same firm who have the board open, each once. Nobody is named to nobody."""
    if request.person is None:
        return []
    people = {each.whose: each.name for each in _looking(request.connection.firm)}
    people.pop(_whose(request), None)
    return sorted(people.values(), key=str.casefold)


def _whose(request: BoardRequest) -> str:
    return str(request.person.pk) if request.person else ""


def _looking(firm: UUID) -> list[Somebody]:
    now = time.monotonic()
    asked, found = _here.get(firm, (0.0, []))
    if not asked or now - asked > KNOWN:
        rows = Presence.objects.filter(connection__firm=firm, seen_at__gt=timezone.now() - HERE)
        found = [Somebody(session.partition("-")[0], who) for session, who in rows.values_list("session", "who")]
        _here[firm] = now, found
    return found


def _due(seat: str) -> bool:
    """Whether this was written down long enough ago, by this process; if so it is about to be."""
    now = time.monotonic()
    with _lock:
        if now - _noted.get(seat, -math.inf) < EVERY.total_seconds():
            return False
        if len(_noted) > 10_000:
            _noted.clear()
        _noted[seat] = now
        return True
