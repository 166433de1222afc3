"""How long a case has been in each status, as far as the record shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from kanban.audit.queries import visible
from kanban.models import Card, Column, Connection, Entry

SLIVER = 0.02  # of the whole bar: so a stay of a minute is still visible
ROOM = 360  # pixels of the bar, of which a letter takes about six
LETTER = 6.4
Step = tuple[datetime, UUID | None, str, UUID, str]  # when, from where, to where


@dataclass
class Stay:
    """All the time in one status, however often the case came back to it."""

    name: str
    colour: str
    length: timedelta = timedelta()

    @property
    def words(self) -> str:
        return f"{self.name} {brief(self.length)}"


@dataclass(frozen=True)
class StatusTimeline:
    since: datetime
    whole: bool  # since it was created; else since we first saw it
    stays: list[Stay]

    @property
    def length(self) -> timedelta:
        return sum((stay.length for stay in self.stays), timedelta())

    @property
    def days(self) -> str:
        return in_words(self.length)

    @property
    def bar(self) -> list[tuple[str, str, float]]:
        """(colour, words, seconds) of each stay, none too short to be seen."""
        least = max(1.0, self.length.total_seconds() * SLIVER)
        return [(stay.colour, stay.words, max(least, stay.length.total_seconds())) for stay in self.stays]

    @property
    def fits(self) -> bool:
        """Whether every part of the bar has room for its words."""
        whole = sum(seconds for _, _, seconds in self.bar)
        return all(seconds / whole * ROOM > len(words) * LETTER + 12 for _, words, seconds in self.bar)


def journey(card: Card, entries: Iterable[Entry], columns: Mapping[UUID, Column], now: datetime) -> StatusTimeline:
    """`entries`: the record of this case, oldest first."""
    lines = list(entries)
    steps = list(_steps(lines))
    made = next((entry for entry in lines if entry.kind == Entry.Kind.OUTSIDE and entry.what == "created"), None)
    since = _made_at(card, made) if made else _first_seen(card, lines)
    if not made and steps and steps[0][0] == lines[0].at:  # we first hear of it by this move
        since, steps = steps[0][0], steps[1:]
    stays: dict[UUID, Stay] = {}
    for status, name, begun, ended in _spans(card, steps, since, now):
        column = columns.get(status)
        if column and column.completed:  # no case waits there
            continue
        stay = stays.setdefault(status, Stay(column.name if column else name, column.colour if column else ""))
        stay.length += max(timedelta(), ended - begun)
    return StatusTimeline(since, made is not None, list(stays.values()))


def _steps(entries: list[Entry]) -> Iterator[Step]:
    """Each change of status. A change made in Plannr counts from when we found it."""
    for entry in entries:
        to = entry.got_status or entry.to_status
        moved = entry.kind == Entry.Kind.APPLIED and entry.reason != "already"
        moved = moved or (entry.kind == Entry.Kind.OUTSIDE and entry.what == "moved")
        if moved and to and to != entry.from_status:
            yield entry.at, entry.from_status, entry.from_name, to, entry.to_name if to == entry.to_status else ""


def _spans(
    card: Card, steps: list[Step], since: datetime, now: datetime
) -> Iterator[tuple[UUID, str, datetime, datetime]]:
    """(status, its name then, from, until), one after the other; the last is where it stands."""
    begun = since
    for at, status, name, _, _ in steps:
        if status:
            yield status, name, begun, at
        begun = at
    yield card.column.status, card.column.name, begun, now


def _made_at(card: Card, made: Entry) -> datetime:
    return card.created_at or made.since or made.at


def _first_seen(card: Card, entries: list[Entry]) -> datetime:
    return min([card.since or card.heard_at, *(entry.since or entry.at for entry in entries[:1])])


def brief(length: timedelta) -> str:
    return f"{length.days} d" if length.days else "under 1 d"


def in_words(length: timedelta) -> str:
    return f"{length.days} day{'' if length.days == 1 else 's'}" if length.days else "Less than a day"


ENOUGH = 20  # stays, below which nothing is suggested
SHARE = 0.85  # of all stays were no longer than this
LONGEST = 730  # days that a column can be given

_ARRIVALS = Q(kind=Entry.Kind.APPLIED) | Q(kind=Entry.Kind.OUTSIDE, what__in=("moved", "created"))


@dataclass(frozen=True)
class Suggestion:
    days: int
    stays: int  # known ones, whose 85th percentile it is


def suggestions(connection: Connection) -> dict[UUID, Suggestion]:
    """For each status with enough known stays. Reads the record once, only for cases that the account sees."""
    return {
        status: Suggestion(min(LONGEST, max(1, percentile(days))), len(days))
        for status, days in _stays(connection).items()
        if len(days) >= ENOUGH
    }


def percentile(days: list[int]) -> int:
    """The least number of days that this share of the stays did not exceed."""
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
    arrivals = rows.values_list("case", "got_status", "to_status", "at")
    return [(case, status, timezone.localdate(at)) for case, got, wanted, at in arrivals if (status := got or wanted)]
