"""Who reads a firm's cases now: one process at a time, on any machine. The database is all that they share.

The reader renews its lease while it runs, so it may read for as long as Plannr takes, and a killed one blocks others
only for a short time. Rejected: PostgreSQL's own locks, which end with their connection, but which SQLite lacks.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.db import connections as databases
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kanban.accounts.connections import OWN
from kanban.core import threads
from kanban.models import Connection, Visibility

LEASE = timedelta(seconds=30)  # not renewed for so long, its holder counts as dead
RENEWED = 5.0  # seconds between two renewals


class Lease:
    """The right to read as one account, for as long as it is renewed."""

    def __init__(self, connection: int, until: datetime) -> None:
        self._connection, self._until = connection, until
        self._over, self._writing = threading.Event(), threading.Lock()
        threads.run_in_background("lease", self._renew)

    def give_back(self, rest: datetime | None) -> None:
        """`rest`: until when nobody may read as this account, because the read failed."""
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
    """The right to read, unless somebody of the firm does already. An account that was never read does not wait for a
    colleague's read, which may not serve it."""
    connection.locked()  # else two processes could both find that nobody is reading
    now = timezone.now()
    if connection.as_of and being_read(connection.firm, now):
        return None
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    taken = Connection.objects.filter(free, pk=connection.pk).update(refreshing_until=now + LEASE)
    return Lease(connection.pk, now + LEASE) if taken else None


LOOKED_THROUGH = timedelta(seconds=50)  # since a page of the account last asked for news, which it does every 40


def is_fresh(connection: Connection, now: datetime) -> bool:
    """Whether a read that covers this account is recent, and one as the account itself not too long ago. The limit is a
    little below the interval: a page without a stream asks once in it, and the read began a little after it asked."""
    if not connection.as_of or not connection.own_at:
        return False
    interval = timedelta(seconds=settings.REFRESH_SECONDS)
    return now - connection.as_of < interval * 0.9 and now - connection.own_at < max(OWN, interval)


def being_read(firm: UUID, now: datetime) -> bool:
    """Whether somebody is reading this firm, which may serve others too. One who failed before does not count."""
    return Connection.objects.filter(firm=firm, refreshing_until__gt=now, problem="").exists()


def best_reader(connection: Connection) -> Connection:
    """Of the accounts in use, the one that sees most: its read serves most of the others."""
    others = list(_looked_through(connection).filter(own_at__isnull=False))
    if not others:
        return connection
    seen = Visibility.objects.filter(account__in=[each.account for each in (connection, *others)])
    sees = dict(seen.values_list("account").annotate(cards=Count("pk")))
    return max((connection, *others), key=lambda each: sees.get(each.account, 0))


def readers_served(reader: Connection, doubtful: set[UUID]) -> list[Connection]:
    """Colleagues in use now whose own last read is recent enough, and who see nothing that the reader does not.
    `doubtful`: cases that are asked for as each of them anyway, such as those that the reader no longer sees."""
    recent = timezone.now() - max(OWN, timedelta(seconds=settings.REFRESH_SECONDS))
    others = _looked_through(reader).filter(own_at__gt=recent, as_of__isnull=False)
    return [each for each in others if not _sees_more(each, reader, doubtful)]


def _sees_more(colleague: Connection, reader: Connection, doubtful: set[UUID]) -> bool:
    more = colleague.cards.exclude(visibility__account=reader.account).values_list("case", flat=True)
    return not doubtful.issuperset(more[: len(doubtful) + 1])


def all_who_look(firm: UUID) -> list[Connection]:
    """All accounts of a firm with an open board; those that see most come first."""
    looking = _reachable().filter(firm=firm, seen_at__gt=timezone.now() - LOOKED_THROUGH, as_of__isnull=False)
    return sorted(looking, key=lambda each: -each.cards.count())


def _looked_through(connection: Connection) -> QuerySet[Connection]:
    others = _reachable().filter(firm=connection.firm, seen_at__gt=timezone.now() - LOOKED_THROUGH)
    return others.exclude(pk=connection.pk)


def _reachable() -> QuerySet[Connection]:
    """The accounts as which Plannr can be asked: not those of people who have left."""
    everybody = Connection.objects.all()
    return everybody.filter(person__grant__isnull=False) if settings.SIGN_IN == "plannr" else everybody
