"""Who else has the board open, and through which connections somebody looks: only for those the mirror is read."""

from __future__ import annotations

import random
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kanban.core.cache import SingleFlightCache
from kanban.core.throttle import allow
from kanban.models import Connection, Person, Presence
from kanban.sync import schedule

T = TypeVar("T")
SALT = "kanban.seat"  # open pages and rows hold what was made with it
EVERY = timedelta(seconds=10)  # how often somebody who stays is recorded
HERE = schedule.LOOKED_THROUGH
KNOWN = 2.0  # seconds for which one answer of the database serves all pages of a process
FORGOTTEN = timedelta(days=1)

_looked: deque[tuple[int, datetime]] = deque()  # to be recorded: through which connection somebody looks
_came: deque[Presence] = deque()  # and who
_writing = Lock()
_texts: SingleFlightCache[str] = SingleFlightCache(256)
_here: dict[UUID, tuple[float, list[Somebody]]] = {}  # by firm


@dataclass(frozen=True)
class Somebody:
    whose: str  # tells people apart, whatever they are called
    name: str


def session_fingerprint(connection: Connection, session: str) -> str:
    """The same for all requests of one sign-in through one account; reveals neither. `session`: its key, nothing where
    nobody signs in."""
    return salted_hmac(SALT, f"{session} {connection.pk}", algorithm="sha256").hexdigest()[:40]


def record_presence(connection: Connection, person: Person | None, session: str) -> None:
    """Somebody looks at the board now."""
    now = timezone.now()
    old = connection.seen_at is None or now - connection.seen_at > EVERY
    if old and allow(EVERY.total_seconds() / 2, "seen", connection.account):
        _looked.append((connection.pk, now))
    if person and allow(EVERY.total_seconds(), "seat", session_fingerprint(connection, session)):
        place = f"{person.pk}-{session_fingerprint(connection, session)}"
        _came.append(Presence(session=place, connection_id=connection.pk, who=_called(connection, person), seen_at=now))
    _write_down()


def _write_down() -> None:
    """One request at a time writes for all: hundreds of pages ask in one moment, and a move must not queue behind
    them for the database."""
    while (_looked or _came) and _writing.acquire(blocking=False):
        try:
            looked, came = _taken(_looked), {each.session: each for each in _taken(_came)}
            with suppress(OperationalError), transaction.atomic():  # too busy: the next page does it
                _write(dict(looked), list(came.values()))
        finally:
            _writing.release()


def _write(looked: dict[int, datetime], came: list[Presence]) -> None:
    if looked:  # locked in the order in which every other writer of several locks them
        list(Connection.objects.select_for_update(no_key=True).filter(pk__in=looked).order_by("pk").values_list("pk"))
        Connection.objects.filter(pk__in=looked).update(seen_at=max(looked.values()))
    Presence.objects.bulk_create(
        came,
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["connection", "who", "seen_at"],
    )
    if random.random() < 0.01:  # noqa: S311  # now and then is often enough
        Presence.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN).delete()


def _taken(pending: deque[T]) -> list[T]:
    """Takes out what is pending now; others may add to it meanwhile."""
    return [pending.popleft() for _ in range(len(pending))]


def others(firm: UUID, person: int | None) -> list[str]:
    """The names of this person's colleagues who have the board open, each once; none where nobody signs in."""
    if person is None:
        return []
    people = {each.whose: each.name for each in _looking(firm)}
    people.pop(str(person), None)
    return sorted(people.values(), key=str.casefold)


def rendered(names: list[str]) -> str:
    """As news. Only the first twelve are named, so most pages are sent the same."""
    context = {"present": names, "oob": True}
    return _texts.of((*names[:12], len(names)), lambda: render_to_string("board/_present.html", context))


def _called(connection: Connection, person: Person) -> str:
    """With Plannr's sign-in people have the name that they have in the firm whose board they look at."""
    return connection.account_name if settings.SIGN_IN == "plannr" else str(person)


def _looking(firm: UUID) -> list[Somebody]:
    now = time.monotonic()
    asked, found = _here.get(firm, (0.0, []))
    if not asked or now - asked > KNOWN:
        rows = Presence.objects.filter(connection__firm=firm, seen_at__gt=timezone.now() - HERE)
        found = [Somebody(session.partition("-")[0], who) for session, who in rows.values_list("session", "who")]
        _here[firm] = now, found
    return found
