"""The orders of a column: total, the same in hand as in the database, and a place in one travels by the address."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.models import Card
from kanban.search.sorting import ORDERS, Order
from tests.support.laws import few, moments, texts, uuids

ALL = ("", *ORDERS)
cards = st.builds(
    Card,
    case=uuids,
    place=st.floats(-1e6, 1e6),
    review_at=st.none() | moments,
    created_at=st.none() | moments,
    value=st.none() | st.integers(-(10**15), 10**15),
    words=texts(),
)


@few
@given(st.sampled_from(ALL), cards)
def test_where_a_page_of_cards_ends_is_read_as_it_was_written(name: str, card: Card) -> None:
    order = Order.named(name)
    assert order.read(order.mark(card)) == (order.key_of(card), card.case)


@few
@given(st.sampled_from(ALL), texts())
def test_whatever_else_stands_in_its_place_is_no_mistake(name: str, text: str) -> None:
    assert Order.named(name).read(text) is None


@pytest.mark.parametrize(
    ("name", "said"), [("value", "1.5"), ("value", "x"), ("review", "2026-01-01"), ("age", "soon"), ("", ""), ("", "x")]
)
def test_a_key_of_another_kind_is_not_taken(name: str, said: str) -> None:
    assert Order.named(name).read(f"{said}~{UUID(int=1)}") is None


@few
@given(st.sampled_from(["", "review", "value", "age"]), st.lists(cards, max_size=8, unique_by=lambda card: card.case))
def test_those_without_a_key_come_last_and_among_equals_the_case_decides(name: str, found: list[Card]) -> None:
    order = Order.named(name)
    found.sort(key=order.rank)
    keys = [order.key_of(card) for card in found]
    known = [key for key in keys if key is not None]
    assert keys == [*known, *[None] * (len(keys) - len(known))]
    assert known == sorted(known, reverse=order.falling)
    for one, other in pairwise(found):
        assert order.key_of(one) != order.key_of(other) or one.case < other.case


def test_of_values_the_highest_stands_first_and_of_all_else_the_lowest() -> None:
    low = Card(case=UUID(int=1), place=1.0, value=1, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    high = Card(case=UUID(int=2), place=2.0, value=2, created_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert Order.named("value").rank(high) < Order.named("value").rank(low)
    for name in ("", "age"):
        assert Order.named(name).rank(low) < Order.named(name).rank(high)
