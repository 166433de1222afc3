"""The order of a column: total, stable, and written down with as few changes as can be."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kanban.models import Card
from kanban.sync import ordering

numbers = st.lists(st.none() | st.integers(-3, 12), max_size=30)


def cards_of(positions: list[int | None]) -> list[Card]:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Card(case=UUID(int=number + 1), column_id=1, position=position, place=0, created_at=when, updated_at=when)
        for number, position in enumerate(positions)
    ]


def again(cards: list[Card], positions: list[int | None]) -> list[Card]:
    return [
        Card(
            case=card.case,
            column_id=1,
            position=position,
            place=card.place,
            created_at=card.created_at,
            updated_at=card.updated_at,
        )
        for card, position in zip(cards, positions, strict=True)
    ]


def in_place(cards: list[Card]) -> list[UUID]:
    return [card.case for card in sorted(cards, key=lambda card: (card.place, card.case))]


@given(numbers)
def test_whatever_the_numbers_nobody_is_lost_and_the_order_is_plannrs(positions: list[int | None]) -> None:
    cards = cards_of(positions)
    ordering.arrange(cards, {}, [])
    assert len({card.place for card in cards}) == len(cards)
    assert in_place(cards) == [card.case for card in sorted(cards, key=ordering.rank)]


@given(numbers)
def test_reading_the_same_again_changes_no_place(positions: list[int | None]) -> None:
    cards = cards_of(positions)
    ordering.arrange(cards, {}, [])
    old = {card.case: card for card in cards}
    fresh = again(cards, positions)
    ordering.arrange(fresh, old, [])
    assert [card.place for card in fresh] == [card.place for card in cards]


@given(st.data(), st.lists(st.integers(0, 1000), min_size=2, max_size=30, unique=True))
def test_one_card_moved_is_one_place_changed(data: st.DataObject, positions: list[int]) -> None:
    cards = cards_of(sorted(positions))
    ordering.arrange(cards, {}, [])
    old = {card.case: card for card in cards}
    moved = data.draw(st.integers(0, len(cards) - 1))
    numbers = [float(position) for position in sorted(positions)]
    numbers[moved] = data.draw(st.integers(0, 1000)) + 0.5
    fresh = again(cards, numbers)  # type: ignore[arg-type]
    ordering.arrange(fresh, old, [])
    assert in_place(fresh) == [card.case for card in sorted(fresh, key=ordering.rank)]
    assert sum(card.place != old[card.case].place for card in fresh) <= 1


def test_hundreds_of_drops_into_one_gap_never_run_out_of_places() -> None:
    left, right = 0.0, 1.0
    cards = cards_of([1, 2])
    cards[0].place, cards[1].place = left, right
    for _ in range(200):
        old = {card.case: card for card in cards}
        new = Card(case=UUID(int=1000 + len(cards)), column_id=1, position=2, place=0)
        new.updated_at = new.created_at = datetime(2026, 1, 2, tzinfo=UTC)
        cards = [*again(cards, [1] + [3] * (len(cards) - 1)), new]
        ordering.arrange(cards, old, [])
        assert len({card.place for card in cards}) == len(cards)
        assert in_place(cards)[1] == new.case
