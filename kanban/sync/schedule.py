"""Who reads a firm's cases now: one process at a time, on whatever machine. The database is all that they share.

Whoever reads renews the lease while it lives, so it may read for as long as Plannr takes, and one that was killed holds
nobody up for long. Rejected: PostgreSQL's own locks, which end with their connection, but which SQLite does not have.
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
from kanban.sync import schedule

LEASE = timedelta(seconds=30)  # not renewed for so long, whoever held it is taken for dead
RENEWED = 5.0  # seconds between two renewals


class Lease:
    """On reading as one account."""

    def __init__(self, connection: int, until: datetime) -> None:
        self._connection, self._until = connection, until
        self._over, self._writing = threading.Event(), threading.Lock()
        threads.run_in_background("lease", self._renew)

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
    if connection.as_of and schedule.being_read(connection.firm, now):
        return None
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    taken = Connection.objects.filter(free, pk=connection.pk).update(refreshing_until=now + LEASE)
    return Lease(connection.pk, now + LEASE) if taken else None


LOOKED_THROUGH = timedelta(seconds=50)  # since a page of the account last asked for news, which it does every 40


def is_fresh(connection: Connection, now: datetime) -> bool:
    """Whether a read that covers this account is recent, and one as the account itself not too long ago. A little less
    than the interval: a page that has no stream asks once in it, and has asked just before what it asked for was read.
    """
    if not connection.as_of or not connection.own_at:
        return False
    interval = timedelta(seconds=settings.REFRESH_SECONDS)
    return now - connection.as_of < interval * 0.9 and now - connection.own_at < max(OWN, interval)


def being_read(firm: UUID, now: datetime) -> bool:
    """Somebody's read of this firm is under way: it may well serve others too. A failed one keeps to itself."""
    return Connection.objects.filter(firm=firm, refreshing_until__gt=now, problem="").exists()


def best_reader(connection: Connection) -> Connection:
    """Of those that are looked through now, the one that sees most: its read serves most of the others."""
    others = list(_looked_through(connection).filter(own_at__isnull=False))
    if not others:
        return connection
    seen = Visibility.objects.filter(account__in=[each.account for each in (connection, *others)])
    sees = dict(seen.values_list("account").annotate(cards=Count("pk")))
    return max((connection, *others), key=lambda each: sees.get(each.account, 0))


def readers_served(reader: Connection, doubtful: set[UUID]) -> list[Connection]:
    """Colleagues who look now, whose own last read is recent enough, and who see nothing that the reader does not.
    `doubtful`: cases that are asked for as each of them anyway, such as those that the reader sees no more."""
    recent = timezone.now() - max(OWN, timedelta(seconds=settings.REFRESH_SECONDS))
    others = _looked_through(reader).filter(own_at__gt=recent, as_of__isnull=False)
    return [each for each in others if not _sees_more(each, reader, doubtful)]


def _sees_more(colleague: Connection, reader: Connection, doubtful: set[UUID]) -> bool:
    more = colleague.cards.exclude(visibility__account=reader.account).values_list("case", flat=True)
    return not doubtful.issuperset(more[: len(doubtful) + 1])


def all_who_look(firm: UUID) -> list[Connection]:
    """Everybody of a firm whose board is open, whoever sees most first."""
    looking = _reachable().filter(firm=firm, seen_at__gt=timezone.now() - LOOKED_THROUGH, as_of__isnull=False)
    return sorted(looking, key=lambda each: -each.cards.count())


def _looked_through(connection: Connection) -> QuerySet[Connection]:
    others = _reachable().filter(firm=connection.firm, seen_at__gt=timezone.now() - LOOKED_THROUGH)
    return others.exclude(pk=connection.pk)


def _reachable() -> QuerySet[Connection]:
    """Those through whom Plannr can be asked: not those of people who have left."""
    everybody = Connection.objects.all()
    return everybody.filter(person__grant__isnull=False) if settings.SIGN_IN == "plannr" else everybody
