"""Where a card stands among its column's cards.

Plannr's `status_position` alone is no reliable order: positions may be missing, doubled or zero, and after a move we
know the new position of one card while Plannr may have shifted all the others. So the mirror has a `place` of its own:
a number of which only the order means anything. A complete read sets it from Plannr's positions; a move puts one card
right beside the neighbour that Plannr confirmed. Rejected: sorting by the stored positions, which shows a wrong order
from the first move until the next complete read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Window
from django.db.models.functions import Lag

from kanban.models import Card, CardQuerySet

STEP = 1.0


def rank(card: Card) -> tuple[Any, ...]:
    """Plannr's order, made total. Of two with the same position the newer was put there later, so it comes first, as if
    Plannr had pushed the other down; those without a position come last, oldest first."""
    if card.position is None:
        return (1, 0, card.created_at.timestamp() if card.created_at else 0, card.case)
    return (0, card.position, -card.updated_at.timestamp() if card.updated_at else 0, card.case)


def out_of_order(cards: CardQuerySet) -> set[int]:
    """The columns in which two neighbouring cards are not in the order of their ranks."""

    def above(field: str) -> Window:
        return Window(Lag(field), partition_by=F("column"), order_by=[F("place").asc(), F("case").asc()])

    beside = cards.annotate(a_case=above("case"), a_at=above("position"))
    beside = beside.annotate(a_made=above("created_at"), a_changed=above("updated_at"))
    numbered = Q(a_at__gt=F("position")) | Q(a_at=F("position")) & _older("a_changed", "updated_at")
    unnumbered = Q(position=None) & _older("created_at", "a_made")
    wrong = Q(a_at=None, position__isnull=False) | numbered | Q(a_at=None) & unnumbered
    return set(beside.filter(wrong, a_case__isnull=False).values_list("column", flat=True))


def _older(one: str, other: str) -> Q:
    """Of two neighbours, the upper belongs after the lower, by the first field or else by the uuid."""
    none = {f"{one}__isnull": True}
    same = Q(**{one: F(other)}) | Q(**none, **{f"{other}__isnull": True})
    return Q(**{f"{one}__lt": F(other)}) | Q(**none, **{f"{other}__isnull": False}) | same & Q(a_case__gt=F("case"))


def arrange(cards: Iterable[Card], old: dict[UUID, Card], newer: Iterable[Card]) -> None:
    """Give every card of a complete read its place, and change as few as possible: only differences are written.

    `newer` were moved while we were reading. They keep their places, and the others are arranged around them.
    """
    fixed = {card.case: card for card in newer}
    everyone = sorted([*cards, *fixed.values()], key=attrgetter("column_id"))
    for _, column in groupby(everyone, key=attrgetter("column_id")):
        _arrange_column([card for card in column if card.case not in fixed], old)


def _arrange_column(cards: list[Card], old: dict[UUID, Card]) -> None:
    cards.sort(key=rank)
    stays = [card.case in old and old[card.case].column_id == card.column_id for card in cards]
    anchors = _longest_rising([card.place if stay else None for card, stay in zip(cards, stays, strict=True)])
    if not _fill(cards, anchors):
        for number, card in enumerate(cards):
            card.place = number * STEP


def _fill(cards: list[Card], anchors: list[int]) -> bool:
    """Put the other cards between the anchors, which keep their places. False: two anchors have no numbers between."""
    for left, right in zip([-1, *anchors], [*anchors, len(cards)], strict=True):
        between = cards[left + 1 : right]
        low = (
            cards[left].place
            if left >= 0
            else (cards[right].place if right < len(cards) else 0) - STEP * (len(between) + 1)
        )
        high = cards[right].place if right < len(cards) else low + STEP * (len(between) + 1)
        gap = (high - low) / (len(between) + 1)
        for number, card in enumerate(between, 1):
            card.place = low + gap * number
        if between and not low < between[0].place <= between[-1].place < high:
            return False
    return True


def _longest_rising(places: list[float | None]) -> list[int]:
    """Indexes of the longest run of places that already stand in rising order (patience sorting)."""
    tails: list[float] = []
    ends: list[int] = []
    previous: list[int] = [-1] * len(places)
    for index, place in enumerate(places):
        if place is None:
            continue
        at = bisect_left(tails, place)
        previous[index] = ends[at - 1] if at else -1
        tails[at : at + 1], ends[at : at + 1] = [place], [index]
    chain, index = [], ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = previous[index]
    return chain[::-1]


def beside(card: Card, above: UUID | None, below: UUID | None) -> float:
    """A place right after `above`; else right before `below`; else where the card's own position puts it."""
    others = Card.objects.filter(firm=card.firm, column=card.column).exclude(case=card.case).only("place", "case")
    if neighbour := _in(others, card, above):
        return _between(neighbour, others.after(neighbour).in_order().first(), others)
    if neighbour := _in(others, card, below):
        return _between(others.before(neighbour).in_order().last(), neighbour, others)
    further = Q(position__gte=card.position) | Q(position=None) if card.position is not None else Q(pk=None)
    first_after = others.filter(further).in_order().first()
    if first_after:
        return _between(others.before(first_after).in_order().last(), first_after, others)
    return _between(others.in_order().last(), None, others)


def _in(others: CardQuerySet, card: Card, case: UUID | None) -> Card | None:
    return others.filter(case=case).first() if case else None


def _between(left: Card | None, right: Card | None, others: CardQuerySet) -> float:
    if left is None or right is None:
        return left.place + STEP if left else right.place - STEP if right else 0.0
    middle = (left.place + right.place) / 2
    if left.place < middle < right.place:
        return middle
    column = list(others.in_order())  # after some fifty moves into one gap no number is left in it
    for number, card in enumerate(column):
        card.place = number * STEP
    Card.objects.bulk_update(column, ["place"], batch_size=500)
    return next(number for number, card in enumerate(column) if card.pk == right.pk) * STEP - STEP / 2
