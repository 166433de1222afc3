"""The doorbell's memory: a numbered row for everything that is different, for whom, and what is new since a number."""

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
from kanban.models import Card, Change, Connection

KEPT = timedelta(hours=1)  # a page that slept longer draws the whole board again
MANY = 200  # more than this at once: drawing the whole board anew is cheaper than placing each card
NOBODY = UUID(int=0)  # no account of Plannr's
CHANNEL = "kanban_changes"  # where PostgreSQL tells every process of a change

_FIRM = Change._meta.get_field("firm")
rung = threading.Event()  # this very process has committed a change: its watcher need not wait until it looks again


def record_change(
    connection: Connection,
    cases: Iterable[UUID],
    *,
    columns: bool = False,
    own: bool = False,
    left: Mapping[UUID, int] = MappingProxyType({}),
) -> None:
    """Note that these cases, or the columns themselves, look different now. Of very many it is the columns that do.

    `own`: to this account alone, as Plannr shows it these cases now, or no more. `left`: rows of the columns in which
    they stood.
    """
    different: list[UUID | None] = [*cases]
    if columns or len(different) > MANY:
        different = [None]
    account = connection.account if own else None
    Change.objects.bulk_create(
        [
            Change(firm=connection.firm, account=account, case=case, left=left.get(case) if case else None)
            for case in different
        ]
    )
    transaction.on_commit(rung.set)
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def record_silent_change(connection: Connection, cases: Collection[UUID]) -> None:
    """Something that no open page need be told of is different, such as the numbers of cards around one that came: what
    is drawn from here on is drawn anew."""
    some: list[UUID | None] = [*cases] if len(cases) <= MANY else [None]
    Change.objects.bulk_create([Change(firm=connection.firm, account=NOBODY, case=case) for case in some])


def written_since(connection: Connection, number: int) -> set[UUID] | None:
    """All cases about which anything was written after this number, for whomever; None: too many, or the columns."""
    rows = Change.objects.filter(firm=connection.firm, id__gt=number).values_list("case", flat=True)
    new = list(rows[: MANY + 1])
    known = {case for case in new if case}
    return None if len(new) > MANY or None in new or _forgotten(connection, number) else known


def prune(connection: Connection) -> None:
    """Forget what no page is going to ask for any more."""
    Change.objects.filter(firm=connection.firm, at__lt=timezone.now() - KEPT).delete()


def latest(connection: Connection) -> int:
    """The number of the newest change of this firm, whoever it is for: a number tells nothing.

    Every page asks this again and again, and to build the sentence anew costs five times what its answer does.
    """
    with database.cursor() as cursor:
        firm = _FIRM.get_db_prep_value(connection.firm, database)
        cursor.execute("SELECT max(id) FROM kanban_change WHERE firm = %s", [firm])
        return cursor.fetchone()[0] or 0


def columns_since(connection: Connection, number: int) -> set[int] | None:
    """The rows of the columns in which something became different after this number, for all who see the same cards as
    then; None: nobody can tell, so perhaps in all."""
    rows = Change.objects.filter(firm=connection.firm, id__gt=number, account=None).values_list("case", "left")
    new = list(rows[: MANY + 1])
    if _forgotten(connection, number) or len(new) > MANY or any(left is None for _, left in new):
        return None
    cards = Card.objects.filter(firm=connection.firm, case__in={case for case, _ in new})
    return {left for _, left in new if left} | set(cards.values_list("column_id", flat=True))


def since(connection: Connection, number: int) -> list[UUID] | None:
    """The cases that changed after this number for this account, oldest first; None: too much to place card by card,
    draw anew. Of a case that Plannr does not show to the account, not even the uuid is told."""
    rows = Change.objects.filter(Q(account=None) | Q(account=connection.account), firm=connection.firm, id__gt=number)
    new = list(rows.order_by("id").values_list("case", "account")[: MANY + 1])
    if _forgotten(connection, number) or len(new) > MANY or any(case is None for case, _ in new):
        return None
    cases = dict.fromkeys(case for case, _ in new if case)
    told = {case for case, account in new if account}
    if cases.keys() - told:
        told |= set(connection.cards.filter(case__in=cases).values_list("case", flat=True))
    return [case for case in cases if case in told]


def _forgotten(connection: Connection, number: int) -> bool:
    """Whether changes after this number may have been pruned."""
    return number > 0 and not exists(Change, firm=connection.firm, id__lte=number)
