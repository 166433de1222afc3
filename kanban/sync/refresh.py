"""Complete reads: all that an account may see, from Plannr into our tables."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kanban.accounts import access_checks, clients
from kanban.core.throttle import allow
from kanban.models import Connection
from kanban.sync import diff, schedule
from kanban.sync.diff import Read
from kanban.sync.lookup import _ask_as, _batches
from kanban.sync.publish import draft, publish
from kanban.sync.schedule import Lease
from plannr_api import Case, CaseFilters, NotFound, PlannrError, Status, statuses_of

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=15)  # after a failed read: a Plannr in trouble is not asked all the time


def claim(connection: Connection) -> Lease | None:
    """The right to read again, if the mirror is old and nobody else is reading."""
    now = timezone.now()
    access_checks.recheck_access([connection])
    if schedule.is_fresh(connection, now) or (connection.as_of and schedule.being_read(connection.firm, now)):
        return None
    if connection.refreshing_until and connection.refreshing_until > now:  # it is being read, or has just gone wrong
        return None
    return schedule.take(connection) if allow(0.2, "lease", connection.account) else None


def read_for(pk: int, lease: Lease) -> Iterator[Connection]:
    """Read for the account that claimed it; first as the colleague who sees most, because that may serve all who look.

    Yields each account after it was read, before the next one is and before the lease is given back.
    """
    read = False
    try:
        connection = Connection.objects.get(pk=pk)
        for reader in (schedule.best_reader(connection), connection):
            reader.refresh_from_db()
            read = schedule.is_fresh(reader, timezone.now()) or refresh(reader)
            yield reader
    except Exception:
        log.exception("the mirror could not be refreshed")
        Connection.objects.filter(pk=pk).update(problem="broken")
    finally:
        lease.give_back(None if read else timezone.now() + PAUSE)


def refresh(connection: Connection) -> bool:
    """Read everything that this account may see and publish it, or publish nothing and say why."""
    began = timezone.now()
    try:
        client = clients.client_for(connection)
        if not client.rate.spare():  # the rest of this minute's requests is for people
            return _failed(connection, "rate_limited")
        fetched = client.cases.fetch(sort="created_at")
        listed = _statuses(connection)
        if listed is not None and _is_repeated(connection, fetched.digest, listed, began):
            return True
        read = Read(fetched, whole=listed is None)
        difference = read.against(connection)
        statuses = statuses_of(difference.cases.values()) if listed is None else listed
        read.found |= _ask_again_for_missing(connection, difference.all)
    except PlannrError as error:
        log.warning("no complete read: %s", type(error).__name__)
        return _failed(connection, error.kind)
    known = draft(connection, difference, began)
    with transaction.atomic():
        connection.locked()
        if Connection.objects.filter(pk=connection.pk, as_of__gt=began).exists():
            return True  # somebody else has read it all since we began
        doubtful = publish(connection, statuses, read, difference, began, known)
        connection.as_of = connection.own_at = began
        connection.statuses_listed, connection.set_aside = listed is not None, difference.set_aside
        connection.problem = ""
        connection.save(update_fields=["as_of", "own_at", "statuses_listed", "set_aside", "problem"])
        diff.remember(connection, fetched.digest, statuses, len(difference.all) - len(read.found))
    _share(connection, doubtful, began)
    return True


def _is_repeated(connection: Connection, digest: str, statuses: list[Status], began: datetime) -> bool:
    """Whether Plannr says the same as last time, and so does the mirror: then only the time is new."""
    with transaction.atomic():
        connection.locked()
        if not diff.is_repeated(connection, digest, statuses):
            return False
        connection.as_of, connection.own_at, connection.problem = began, began, ""
        own = Connection.objects.filter(pk=connection.pk).exclude(as_of__gt=began)
        own.update(as_of=began, own_at=began, problem="")
    _share(connection, set(), began)
    return True


def _share(reader: Connection, doubtful: set[UUID], began: datetime) -> None:
    """One person's read serves all who see no more than they do. Cases that a colleague may newly see, or no longer
    see, are asked for as that colleague, because only Plannr decides who sees a case."""
    for other in schedule.readers_served(reader, doubtful):
        try:
            if doubtful:
                _ask_as(other, doubtful)
        except PlannrError:
            continue  # they will read for themselves
        fields = {"statuses_listed": reader.statuses_listed, "problem": ""}
        Connection.objects.filter(pk=other.pk).exclude(as_of__gt=began).update(as_of=began, **fields)


def _failed(connection: Connection, problem: str) -> bool:
    connection.problem = problem
    Connection.objects.filter(pk=connection.pk).update(problem=problem)
    return False


def _statuses(connection: Connection) -> list[Status] | None:
    """The firm's statuses, if Plannr has a list of them; None: only those of its cases are known."""
    try:
        return clients.client_for(connection).statuses.list()
    except NotFound:
        return None


def _ask_again_for_missing(connection: Connection, listed: set[UUID]) -> dict[UUID, Case]:
    """Rows can slip between pages while cards move, so no card is taken off the board for one absence."""
    missing = set(connection.cards.values_list("case", flat=True)) - listed
    found: dict[UUID, Case] = {}
    for some in _batches(missing):
        read = clients.client_for(connection).cases.list(filters=CaseFilters(uuid=some))
        found |= {case.uuid: case for case in read.cases}
    return found
