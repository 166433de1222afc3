"""How long cases have stayed in each status, by the record: what a firm may take for "too long" there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from math import ceil
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from kanban.audit.queries import visible
from kanban.models import Connection, Entry

ENOUGH = 20  # stays, below which nothing is suggested
SHARE = 0.85  # of all stays were no longer than this
LONGEST = 730  # days that a column can be given

_ARRIVALS = Q(kind=Entry.Kind.APPLIED) | Q(kind=Entry.Kind.OUTSIDE, what__in=("moved", "created"))


@dataclass(frozen=True)
class Suggestion:
    days: int
    stays: int  # known, of which it is the 85th percentile


def suggestions(connection: Connection) -> dict[UUID, Suggestion]:
    """For each status of which enough stays are known: one reading of the record, of cases that the account sees."""
    return {
        status: Suggestion(min(LONGEST, max(1, percentile(days))), len(days))
        for status, days in _stays(connection).items()
        if len(days) >= ENOUGH
    }


def percentile(days: list[int]) -> int:
    """The least number of days that so large a share of the stays did not pass."""
    return sorted(days)[ceil(SHARE * len(days)) - 1]


def _stays(connection: Connection) -> dict[UUID, list[int]]:
    """The days of every stay that began and ended in the record. A move within a status ends nothing."""
    stays: dict[UUID, list[int]] = defaultdict(list)
    last: tuple[UUID, UUID, date] | None = None  # case, status, since
    for case, status, day in _arrivals(connection):
        if last and last[0] == case and last[1] != status:
            stays[last[1]].append((day - last[2]).days)
        if not last or last[:2] != (case, status):
            last = (case, status, day)
    return stays


def _arrivals(connection: Connection) -> list[tuple[UUID, UUID, date]]:
    rows = visible(connection).filter(_ARRIVALS).order_by("case", "number")
    said = rows.values_list("case", "got_status", "to_status", "at")
    return [(case, status, timezone.localdate(at)) for case, got, wanted, at in said if (status := got or wanted)]
