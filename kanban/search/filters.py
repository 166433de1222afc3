"""The query of a board: its filters, order and lanes. All of it is in the address of the page.

A query only narrows what an account may see: it always starts from `connection.cards`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone

from kanban.cases.staleness import stale_in
from kanban.core.calendar import midnight, today
from kanban.core.text import words_in
from kanban.models import DONE, CardQuerySet, Column, Connection, Facet
from kanban.search import fulltext
from kanban.search.query_string import ALL, COMPLETED, LANES, LONGEST, REVIEWS, STATES, Ids, Reading, parts_of
from kanban.search.sorting import ORDERS


@dataclass(frozen=True)
class BoardQuery:
    """A case must match every kind, and any value within a kind. Amounts in pennies, days by the firm's calendar."""

    q: str = ""
    mine: bool = False
    person: Ids = frozenset()
    unassigned: bool = False
    type: Ids = frozenset()
    group: Ids = frozenset()
    tag: Ids = frozenset()
    client: Ids = frozenset()
    min: int | None = None
    max: int | None = None
    review: frozenset[str] = frozenset()
    review_from: date | None = None
    review_to: date | None = None
    stale: bool = False
    state: str = ""
    completed: str = ""
    created_from: date | None = None
    created_to: date | None = None
    bar: frozenset[tuple[UUID, str]] = frozenset()  # in one column only those of one state
    sort: str = ""
    lanes: str = ""  # what the rows of the board are
    shut: frozenset[str] = frozenset()  # lanes that are folded
    unclear: tuple[str, ...] = ()  # parts of the address that could not be read, and were left out

    @classmethod
    def read(cls, data: QueryDict) -> BoardQuery:
        """From an address. What cannot be read is left out, and listed in `unclear`."""
        reading = Reading(data)
        lens = cls(
            q=data.get("q", "").replace("\0", "").strip()[:LONGEST],  # a saved address passed no middleware
            mine=reading.flag("mine"),
            unassigned=reading.flag("unassigned"),
            stale=reading.flag("stale"),
            person=reading.ids("person"),
            type=reading.ids("type"),
            group=reading.ids("group"),
            tag=reading.ids("tag"),
            client=reading.ids("client"),
            min=reading.amount("min"),
            max=reading.amount("max"),
            review_from=reading.day("review_from"),
            review_to=reading.day("review_to"),
            created_from=reading.day("created_from"),
            created_to=reading.day("created_to"),
            review=frozenset(reading.chosen("review", REVIEWS)),
            state=next(iter(reading.chosen("state", STATES)), ""),
            completed=next(iter(reading.chosen("completed", COMPLETED)), ""),
            sort=next(iter(reading.chosen("sort", ORDERS)), ""),
            bar=reading.bars(),
            lanes=next(iter(reading.chosen("lanes", LANES)), ""),
        )
        lens = replace(lens, shut=reading.shut() if lens.lanes else frozenset())
        return replace(lens, unclear=tuple(reading.unclear))

    @classmethod
    def read_text(cls, query: str) -> BoardQuery:
        """From an address that was saved, or sent back by a form."""
        return cls.read(QueryDict(query))

    @property
    def narrows(self) -> bool:
        """Whether it leaves out anything that the account may see."""
        plain = ("sort", "lanes", "shut", "unclear", "q")
        return bool(words_in(self.q)) or any(
            getattr(self, each.name) != each.default for each in fields(self) if each.name not in plain
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address as pairs, always the same for the same query."""
        values = [(each.name, getattr(self, each.name)) for each in fields(self) if each.name != "unclear"]
        return [(name, part) for name, value in values for part in parts_of(name, value)]

    @property
    def query(self) -> str:
        return urlencode(self.pairs) or ALL

    @property
    def of_completed(self) -> bool:
        """Whether only completed cases are asked for."""
        return self.state == "completed" or bool(self.completed)

    @property
    def bare(self) -> BoardQuery:
        """The same order and lanes for all cases."""
        return BoardQuery(sort=self.sort, lanes=self.lanes, shut=self.shut)

    def without(self, name: str, value: Any = None) -> BoardQuery:
        """The same without one filter; for a kind with several values, without one of them."""
        now = getattr(self, name)
        default = next(each.default for each in fields(self) if each.name == name)
        changed: dict[str, Any] = {name: now - {value} if isinstance(now, frozenset) else default}
        return replace(self, **changed)

    def at(self, connection: Connection, columns: list[Column]) -> CardQuerySet:
        """The cards of this account that match it."""
        cards = fulltext.matching(connection.cards, self.q).alias(done=DONE)
        for part in self._parts(connection, columns):
            cards = cards.filter(part)
        return cards

    def _parts(self, connection: Connection, columns: list[Column]) -> list[Q]:
        people = self.person | ({connection.account} if self.mine else frozenset())
        parts = [self._people(people)] if people or self.unassigned else []
        parts += [_found_by(kind, ids) for kind in ("group", "tag", "client") if (ids := getattr(self, kind))]
        parts += [Q(type__in=self.type)] if self.type else []
        parts += [Q(value__gte=self.min, currency="GBP")] if self.min is not None else []
        parts += [Q(value__lte=self.max, currency="GBP")] if self.max is not None else []
        parts += [_any(review_in(state) for state in self.review)] if self.review else []
        parts += _between("review_at", self.review_from, self.review_to)
        parts += _between("created_at", self.created_from, self.created_to)
        parts += [Q(column__completed=self.state == "completed")] if self.state else []
        parts += [Q(column__completed=True, done__gte=_begin(today().replace(day=1)))] if self.completed else []
        parts += [stale_in(columns)] if self.stale else []
        return [*parts, *self._bars(columns)]

    def _people(self, people: Ids) -> Q:
        nobody = Q(~Exists(Facet.objects.filter(card=OuterRef("pk"), kind="person")))
        parts = [_found_by("person", people)] if people else []
        return _any([*parts, nobody] if self.unassigned else parts)

    def _bars(self, columns: list[Column]) -> list[Q]:
        """A column with a chosen bar shows only those cases; the other columns stay as they are."""
        if not self.bar:
            return []
        narrowed = {status for status, _ in self.bar}
        inside = [Q(column__status=status) & _in_bar(state, columns) for status, state in self.bar]
        return [~Q(column__status__in=narrowed) | _any(inside)]

    def key(self, connection: Connection) -> tuple[object, ...]:
        """All that its result depends on, except what the account is shown."""
        return (self, connection.account if self.mine else None)


def review_in(state: str) -> Q:
    """Cases whose review date is in this state today, by the firm's calendar."""
    return {
        "overdue": Q(review_at__lt=midnight()),
        "week": Q(review_at__gte=midnight(), review_at__lt=midnight(8)),
        "month": Q(review_at__gte=midnight(8), review_at__lt=midnight(31)),
        "later": Q(review_at__gte=midnight(31)),
        "none": Q(review_at__isnull=True),
    }[state]


def _in_bar(state: str, columns: list[Column]) -> Q:
    return stale_in(columns) if state == "stale" else review_in(state)


def _found_by(kind: str, ids: Ids) -> Q:
    return Q(Exists(Facet.objects.filter(card=OuterRef("pk"), kind=kind, uuid__in=ids)))


def _any(parts: Any) -> Q:
    """At least one of these; without any, no case."""
    whole = Q(pk=None)
    for part in parts:
        whole |= part
    return whole


def _between(field: str, first: date | None, last: date | None) -> list[Q]:
    parts = [Q(**{f"{field}__gte": _begin(first)})] if first else []
    return parts + ([Q(**{f"{field}__lt": _begin(last + timedelta(days=1))})] if last else [])


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
