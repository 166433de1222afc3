"""The orders in which the cards of a column can be shown, and where the next page of them begins.

Cards are dragged in Plannr's own order. In any other, the sort decides the place of a card: it can be dropped into
another column, but not elsewhere in its own.
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
ALWAYS = ("place", "words")  # these are never null
_BYTES = {"sqlite": "BINARY", "postgresql": "C"}  # the same order in both databases


@dataclass(frozen=True)
class Order:
    """By one field of a card, those without it last, and equal ones always in the same order."""

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
        """The cards after this key and case."""
        cards = cards.alias(sorted_by=self._by())
        if at is None:
            return cards.filter(Q(sorted_by=None, case__gt=case))
        further = self._past("lt" if self.falling else "gt", at, Q(case__gt=case))
        return cards.filter(further if self.field in ALWAYS else further | Q(sorted_by=None))

    def before(self, cards: CardQuerySet, card: Card) -> CardQuerySet:
        """The cards before this one."""
        at, cards = self.key_of(card), cards.alias(sorted_by=self._by())
        if at is None:
            return cards.filter(Q(sorted_by__isnull=False) | Q(sorted_by=None, case__lt=card.case))
        return cards.filter(self._past("gt" if self.falling else "lt", at, Q(case__lt=card.case)))

    @staticmethod
    def _past(way: str, at: Any, among_equals: Q) -> Q:
        """The first condition is redundant, but it lets a database find the place in its index."""
        return Q(**{f"sorted_by__{way}e": at}) & (Q(**{f"sorted_by__{way}": at}) | among_equals)

    def key_of(self, card: Card) -> Any:
        return getattr(card, self.field)

    def rank(self, card: Card) -> tuple[Any, ...]:
        """The same order, for cards already in memory."""
        key = self.key_of(card)
        if key is None:
            return (True, 0, card.case)
        return (False, -key if self.falling else key, card.case)

    def mark(self, card: Card) -> str:
        """Where a page of cards ends, for the address of the next."""
        key = self.key_of(card)
        text = "" if key is None else key.isoformat() if isinstance(key, datetime) else str(key)
        return f"{text}~{card.case}"

    def read(self, mark: str) -> tuple[Any, UUID] | None:
        """What `mark` wrote; None: something else wrote it."""
        text, _, case = mark.rpartition("~")
        try:
            return self._read(text), UUID(case)
        except (ValueError, OverflowError):
            return None

    def _read(self, text: str) -> Any:
        if self.field == "words":
            return text
        if not text and self.field != "place":
            return None
        if self.field.endswith("_at"):
            moment = parse_datetime(text)
            if moment is None or moment.tzinfo is None:
                raise ValueError
            return moment
        return int(text) if self.field == "value" else float(text)

    def _by(self) -> Any:
        return Collate(self.field, _BYTES[database.vendor]) if self.field == "words" else F(self.field)


_KNOWN = {
    "": Order("place"),
    "review": Order("review_at"),
    "value": Order("value", falling=True),
    "age": Order("created_at"),
    "name": Order("words"),
}
