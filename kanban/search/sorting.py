"""The orders in which the cards of a column can be drawn, and where a page of them goes on.

Plannr's own order is the one that cards are dragged in. In any other the place of a card is set by the sort: it can be
dropped into another column, but not elsewhere in its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db.models import F, OrderBy, Q
from django.db.models.functions import Collate
from django.utils.dateparse import parse_datetime

from kanban.models import Card, CardQuerySet

ORDERS = {
    "review": "Review date",
    "value": "Value",
    "age": "Age",
    "name": "Name",
}
ALWAYS = ("place", "words")  # these are never nothing
_BYTES = {"sqlite": "BINARY", "postgresql": "C"}  # the same order in either store


@dataclass(frozen=True)
class Order:
    """By one field of a card, those without it last, and among equals always the same way round."""

    field: str
    falling: bool = False

    @classmethod
    def named(cls, name: str) -> Order:
        return _KNOWN[name]

    def sorted(self, cards: CardQuerySet) -> CardQuerySet:
        return cards.order_by(*self.keys())

    def keys(self, *, backwards: bool = False) -> list[OrderBy]:
        key = self._by()
        last = None if self.field in ALWAYS else True
        keys = [key.desc(nulls_last=last) if self.falling else key.asc(nulls_last=last), F("case").asc()]
        for each in keys if backwards else []:
            each.reverse_ordering()
        return keys

    def beyond(self, cards: CardQuerySet, at: Any, case: UUID) -> CardQuerySet:
        """Those after this key and case."""
        cards = cards.alias(sorted_by=self._by())
        if at is None:
            return cards.filter(Q(sorted_by=None, case__gt=case))
        further = self._past("lt" if self.falling else "gt", at, Q(case__gt=case))
        return cards.filter(further if self.field in ALWAYS else further | Q(sorted_by=None))

    def before(self, cards: CardQuerySet, card: Card) -> CardQuerySet:
        """Those that stand before this card."""
        at, cards = self.key_of(card), cards.alias(sorted_by=self._by())
        if at is None:
            return cards.filter(Q(sorted_by__isnull=False) | Q(sorted_by=None, case__lt=card.case))
        return cards.filter(self._past("gt" if self.falling else "lt", at, Q(case__lt=card.case)))

    @staticmethod
    def _past(way: str, at: Any, among_equals: Q) -> Q:
        """The first condition says nothing more, but by it a database finds the place in its index."""
        return Q(**{f"sorted_by__{way}e": at}) & (Q(**{f"sorted_by__{way}": at}) | among_equals)

    def key_of(self, card: Card) -> Any:
        return getattr(card, self.field)

    def rank(self, card: Card) -> tuple[Any, ...]:
        """The same order, for cards that are in hand already."""
        key = self.key_of(card)
        if key is None:
            return (True, 0, card.case)
        return (False, -key if self.falling else key, card.case)

    def mark(self, card: Card) -> str:
        """Where a page of cards ends, for the address of the next."""
        key = self.key_of(card)
        said = "" if key is None else key.isoformat() if isinstance(key, datetime) else str(key)
        return f"{said}~{card.case}"

    def read(self, mark: str) -> tuple[Any, UUID] | None:
        """What `mark` wrote; None: somebody else wrote it."""
        said, _, case = mark.rpartition("~")
        try:
            return self._read(said), UUID(case)
        except (ValueError, OverflowError):
            return None

    def _read(self, said: str) -> Any:
        if self.field == "words":
            return said
        if not said and self.field != "place":
            return None
        if self.field.endswith("_at"):
            moment = parse_datetime(said)
            if moment is None or moment.tzinfo is None:
                raise ValueError
            return moment
        return int(said) if self.field == "value" else float(said)

    def _by(self) -> Any:
        return Collate(self.field, _BYTES[database.vendor]) if self.field == "words" else F(self.field)


_KNOWN = {
    "": Order("place"),
    "review": Order("review_at"),
    "value": Order("value", falling=True),
    "age": Order("created_at"),
    "name": Order("words"),
}
