"""Asks Plannr whether the people who use the board still have access."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kanban.accounts.clients import client_for
from kanban.accounts.connections import _link, _linked, log
from kanban.core import db, threads
from kanban.core.throttle import allow
from kanban.models import Connection
from plannr_api import (
    PlannrError,
    staff_logins,
)

CHECK = timedelta(seconds=20)  # how often Plannr is asked while somebody uses the board


AWAY = timedelta(seconds=30)  # not asked for so long: they were away, and may have left the firm meanwhile


def check_access(connection: Connection) -> None:
    """Ask Plannr for the rights of this account: they may have changed, or ended."""
    logins = staff_logins(client_for(connection).logins.list())
    if settings.SIGN_IN == "plannr" and connection.person:
        _link(connection.person, logins)
    else:
        for login in logins:
            if login.account and login.account.uuid == connection.account:
                _linked(login)


def was_unreachable(connection: Connection) -> bool:
    """Whether Plannr was not asked about this account for so long that nobody can have used it."""
    return connection.checked_at is None or timezone.now() - connection.checked_at > AWAY


def recheck_access(connections: Iterable[Connection], *, patience: float = 0) -> bool:
    """Check those that were not checked lately, so that a leaver's sessions end within moments. `patience`: seconds to
    wait for the result. Returns whether anything was asked."""
    now = timezone.now()
    due = [each for each in unchecked(connections, now) if allow(1, "check", each.account)]
    if mine := _taken(due, now):
        asking = threads.run_in_background("checks", _check_each, mine)
        db.release_connection()
        asking.join(patience)
    return bool(mine)


def unchecked(connections: Iterable[Connection], now: datetime) -> list[Connection]:
    """Those about which Plannr was not asked lately."""
    return [each for each in connections if each.checked_at is None or each.checked_at < _long_ago(now)]


def _long_ago(now: datetime) -> datetime:
    return now - min(CHECK, timedelta(seconds=2 * settings.REFRESH_SECONDS))


def _taken(due: list[Connection], now: datetime) -> list[int]:
    """Those that no other process has just taken."""
    if not due:
        return []
    with transaction.atomic():
        old = Q(checked_at=None) | Q(checked_at__lt=_long_ago(now))
        free = Connection.objects.select_for_update(no_key=True, skip_locked=True)
        rows = free.filter(old, pk__in=[each.pk for each in due])
        mine = list(rows.order_by("pk").values_list("pk", flat=True))
        Connection.objects.filter(pk__in=mine).update(checked_at=now)
    return mine


def _check_each(pks: list[int]) -> None:
    try:
        for connection in Connection.objects.filter(pk__in=pks).select_related("person"):
            with suppress(PlannrError):  # its consequences for the person were handled where it was raised
                check_access(connection)
    except Exception:
        log.exception("accounts could not be checked")
