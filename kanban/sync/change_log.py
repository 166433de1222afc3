"""The change log: a numbered row for each change and for whom it is, and what is new since a number."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kanban.core.db import exists
from kanban.models import Card, ChangeLogEntry, Connection

RETENTION = timedelta(hours=1)  # a page that was away for longer renders the whole board again
MANY = 200  # more changes than this: rendering the whole board is cheaper than placing each card
NOBODY = UUID(int=0)  # not an account in Plannr
CHANNEL = "kanban_changes"  # where PostgreSQL tells every process of a change

_FIRM = ChangeLogEntry._meta.get_field("firm")
wake_event = threading.Event()  # set when this process commits a change, to wake its watcher at once


def record_change(
    connection: Connection,
    cases: Iterable[UUID],
    *,
    columns: bool = False,
    own: bool = False,
    left: Mapping[UUID, int] = MappingProxyType({}),
) -> None:
    """Record that these cases, or the columns themselves, look different now. Very many cases count as the columns.

    `own`: for this account alone, because Plannr now shows it these cases, or no longer does. `left`: rows of the
    columns in which they stood.
    """
    different: list[UUID | None] = [*cases]
    if columns or len(different) > MANY:
        different = [None]
    account = connection.account if own else None
    ChangeLogEntry.objects.bulk_create(
        [
            ChangeLogEntry(firm=connection.firm, account=account, case=case, left=left.get(case) if case else None)
            for case in different
        ]
    )
    transaction.on_commit(wake_event.set)
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def record_silent_change(connection: Connection, cases: Collection[UUID]) -> None:
    """Record a change that no open page needs to hear of, such as the positions of cards around a moved one. It only
    makes what is cached out of date."""
    some: list[UUID | None] = [*cases] if len(cases) <= MANY else [None]
    entries = [ChangeLogEntry(firm=connection.firm, account=NOBODY, case=case) for case in some]
    ChangeLogEntry.objects.bulk_create(entries)


def written_since(connection: Connection, number: int) -> set[UUID] | None:
    """All cases with an entry after this number, for any account; None: too many, or the columns changed."""
    rows = ChangeLogEntry.objects.filter(firm=connection.firm, id__gt=number).values_list("case", flat=True)
    new = list(rows[: MANY + 1])
    known = {case for case in new if case}
    return None if len(new) > MANY or None in new or _is_pruned(connection, number) else known


def prune(connection: Connection) -> None:
    """Delete the entries that no page will ask for any more."""
    ChangeLogEntry.objects.filter(firm=connection.firm, at__lt=timezone.now() - RETENTION).delete()


def latest(connection: Connection) -> int:
    """The number of the newest change of this firm, whoever it is for: a number reveals nothing.

    Every page asks this again and again, and building the SQL each time costs five times what the answer does.
    """
    with database.cursor() as cursor:
        firm = _FIRM.get_db_prep_value(connection.firm, database)
        cursor.execute("SELECT max(id) FROM kanban_change WHERE firm = %s", [firm])
        return cursor.fetchone()[0] or 0


def columns_since(connection: Connection, number: int) -> set[int] | None:
    """The rows of the columns in which something changed after this number, for accounts that still see the same cards;
    None: unknown, so perhaps all of them."""
    rows = ChangeLogEntry.objects.filter(firm=connection.firm, id__gt=number, account=None).values_list("case", "left")
    new = list(rows[: MANY + 1])
    if _is_pruned(connection, number) or len(new) > MANY or any(left is None for _, left in new):
        return None
    cards = Card.objects.filter(firm=connection.firm, case__in={case for case, _ in new})
    return {left for _, left in new if left} | set(cards.values_list("column_id", flat=True))


def since(connection: Connection, number: int) -> list[UUID] | None:
    """The cases that changed after this number for this account, oldest first; None: too many, render the whole board.
    If Plannr does not show a case to the account, not even its uuid is returned."""
    everybody_or_own = Q(account=None) | Q(account=connection.account)
    rows = ChangeLogEntry.objects.filter(everybody_or_own, firm=connection.firm, id__gt=number)
    new = list(rows.order_by("id").values_list("case", "account")[: MANY + 1])
    if _is_pruned(connection, number) or len(new) > MANY or any(case is None for case, _ in new):
        return None
    cases = dict.fromkeys(case for case, _ in new if case)
    visible = {case for case, account in new if account}
    if cases.keys() - visible:
        visible |= set(connection.cards.filter(case__in=cases).values_list("case", flat=True))
    return [case for case in cases if case in visible]


def _is_pruned(connection: Connection, number: int) -> bool:
    """Whether changes after this number may have been pruned."""
    return number > 0 and not exists(ChangeLogEntry, firm=connection.firm, id__lte=number)
