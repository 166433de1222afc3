"""Who reads a firm's cases now: one process at a time, on whatever machine. The database is all that they share.

Whoever reads renews the lease while it lives, so it may read for as long as Plannr takes, and one that was killed holds
nobody up for long. Rejected: PostgreSQL's own locks, which end with their connection, but which SQLite does not have.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db import connections as databases
from django.db.models import Q
from django.utils import timezone

from kanban.core import threads
from kanban.models import Connection
from kanban.sync import sharing

LEASE = timedelta(seconds=30)  # not renewed for so long, whoever held it is taken for dead
RENEWED = 5.0  # seconds between two renewals


class Lease:
    """On reading as one account."""

    def __init__(self, connection: int, until: datetime) -> None:
        self._connection, self._until = connection, until
        self._over, self._writing = threading.Event(), threading.Lock()
        threads.beside("lease", self._renew)

    def give_back(self, rest: datetime | None) -> None:
        """`rest`: until when nobody is to read as this account, because it went wrong."""
        with self._writing:
            self._over.set()
            self._put(rest)

    def _renew(self) -> None:
        while not self._over.wait(RENEWED):
            with self._writing, suppress(OperationalError):  # busy: there is time to try again
                if not self._over.is_set():
                    self._put(timezone.now() + LEASE)
            databases.close_all()

    def _put(self, until: datetime | None) -> None:
        held = Connection.objects.filter(pk=self._connection, refreshing_until=self._until)
        if held.update(refreshing_until=until) and until:
            self._until = until


@transaction.atomic
def take(connection: Connection) -> Lease | None:
    """The right to read, unless somebody of the firm does already. Who was never read waits for no colleague's read,
    which may not serve them."""
    connection.locked()  # else two processes, each with a colleague who asks, would find nobody reading
    now = timezone.now()
    if connection.as_of and sharing.being_read(connection.firm, now):
        return None
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    taken = Connection.objects.filter(free, pk=connection.pk).update(refreshing_until=now + LEASE)
    return Lease(connection.pk, now + LEASE) if taken else None
