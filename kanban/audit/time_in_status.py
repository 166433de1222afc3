"""How long a case has been in each status, as far as the record tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kanban.models import Card, Column, Entry

SLIVER = 0.02  # of the whole: a stay of a minute can still be seen in the bar
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
class Journey:
    since: datetime
    whole: bool  # from when it was made; else from when we first saw it
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


def journey(card: Card, entries: Iterable[Entry], columns: Mapping[UUID, Column], now: datetime) -> Journey:
    """`entries`: the record of this case, oldest first."""
    told = list(entries)
    steps = list(_steps(told))
    made = next((entry for entry in told if entry.kind == Entry.Kind.OUTSIDE and entry.what == "created"), None)
    since = _made_at(card, made) if made else _first_seen(card, told)
    if not made and steps and steps[0][0] == told[0].at:  # the first we know is that it moved, not since when it stood
        since, steps = steps[0][0], steps[1:]
    stays: dict[UUID, Stay] = {}
    for status, name, begun, ended in _spans(card, steps, since, now):
        column = columns.get(status)
        if column and column.completed:  # nobody waits there
            continue
        stay = stays.setdefault(status, Stay(column.name if column else name, column.colour if column else ""))
        stay.length += max(timedelta(), ended - begun)
    return Journey(since, made is not None, list(stays.values()))


def _steps(entries: list[Entry]) -> Iterator[Step]:
    """Each time that it came to another status. A change in Plannr counts from when it was found: it is not older."""
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
