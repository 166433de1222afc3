"""When a case is stale: it has stood in its column for at least as many days as the firm says, and is not done.

One rule in two forms: of one card, for its face, and as a condition, for counting and finding. Days are those of the
firm's calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from kanban.core.calendar import midnight
from kanban.models import Column


def days_since(moment: datetime | None, today: date) -> int | None:
    """How many midnights ago; nothing where nobody knows. A moment to come was today."""
    return max(0, (today - timezone.localdate(moment)).days) if moment else None


def is_stale(days: int | None, limit: int | None, *, done: bool) -> bool:
    """`days` it has stood in its column, and after how many the firm calls that too long; either may be unknown."""
    return not done and days is not None and bool(limit) and days >= (limit or 0)


def stale_in(columns: Iterable[Column]) -> Q:
    """The stale cases of these columns; where none has such a rule, no case."""
    stale = Q(pk=None)
    for column in columns:
        if column.stale_days and not column.completed:
            stale |= Q(column=column, since__lt=midnight(1 - column.stale_days))
    return stale
