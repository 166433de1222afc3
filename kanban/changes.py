"""The doorbell's memory: a numbered row for everything that is different, and what is new since a number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from kanban.models import Change, Connection

KEPT = timedelta(hours=1)  # a page that slept longer draws the whole board again
MANY = 200  # more than this at once: drawing the whole board anew is cheaper than placing each card


def ring(connection: Connection, cases: Iterable[UUID], *, columns: bool = False) -> None:
    """Note that these cases, or the columns themselves, look different now. Of very many it is the columns that do."""
    different: list[UUID | None] = [*cases]
    if columns or len(different) > MANY:
        different = [None]
    Change.objects.bulk_create([Change(firm=connection.firm, case=case) for case in different])


def prune(connection: Connection) -> None:
    """Forget what no page is going to ask for any more."""
    Change.objects.filter(firm=connection.firm, at__lt=timezone.now() - KEPT).delete()


def latest(connection: Connection) -> int:
    """The number of the newest change of this firm."""
    return Change.objects.filter(firm=connection.firm).aggregate(number=Max("id"))["number"] or 0


def since(connection: Connection, number: int) -> list[UUID] | None:
    """The cases that changed after this number, oldest first; None: too much to place card by card, draw anew."""
    rows = Change.objects.filter(firm=connection.firm, id__gt=number).order_by("id").values_list("case", flat=True)
    cases = list(rows[: MANY + 1])
    forgotten = not Change.objects.filter(firm=connection.firm, id__lte=number).exists() and number > 0
    if forgotten or len(cases) > MANY or None in cases:
        return None
    return list(dict.fromkeys(case for case in cases if case))
