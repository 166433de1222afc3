"""Django's sessions in the database, with a column for the person, and the time limits that the firm sets."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from kanban.models import Person, Session


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.person_id = data.get(SESSION_KEY)
        return session

    def save(self, must_create: bool = False) -> None:
        """A session that ended meanwhile stays ended; the answer that is being made is still correct."""
        with suppress(UpdateError):
            super().save(must_create)


def begin(session: SessionBase) -> None:
    """Somebody has just signed in: the longest time that a session may last starts now."""
    session["began"] = timezone.now().isoformat()
    keep_alive(session)


def keep_alive(session: SessionBase) -> None:
    """Somebody used the board. Stored only when that makes half a minute's difference."""
    now = timezone.now()
    began = datetime.fromisoformat(session.get("began") or now.isoformat())
    end = min(now + timedelta(minutes=settings.SESSION_IDLE_MINUTES), began + timedelta(hours=settings.SESSION_HOURS))
    if abs((end - session.get_expiry_date()).total_seconds()) > min(30, settings.SESSION_IDLE_MINUTES * 6):
        session.set_expiry(end)


def seconds_left(session: SessionBase) -> int:
    return max(0, int((session.get_expiry_date() - timezone.now()).total_seconds()))


def end_all(person: Person, *, but: str = "") -> None:
    """Sign somebody out everywhere, at once: open streams check the row of their session again and again."""
    Session.objects.filter(person=person).exclude(session_key=but).delete()


def alive(keys: Iterable[str]) -> set[str]:
    """Which of these sessions are valid: not ended, not expired, and of somebody who may sign in."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now(), person__is_active=True)
    return set(rows.values_list("session_key", flat=True))
