"""Whose complete read serves whom: content is the firm's, and is read once for all who look; visibility never is."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from kanban.accounts.connections import OWN
from kanban.models import Connection, Visibility

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


def widest(connection: Connection) -> Connection:
    """Of those that are looked through now, the one that sees most: its read serves most of the others."""
    others = list(_looked_through(connection).filter(own_at__isnull=False))
    if not others:
        return connection
    seen = Visibility.objects.filter(account__in=[each.account for each in (connection, *others)])
    sees = dict(seen.values_list("account").annotate(cards=Count("pk")))
    return max((connection, *others), key=lambda each: sees.get(each.account, 0))


def served_by(reader: Connection, doubtful: set[UUID]) -> list[Connection]:
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
