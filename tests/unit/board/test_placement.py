"""Placements are carried out from the top of each column down, whatever the order of the cards."""

from __future__ import annotations

from uuid import UUID

import pytest

from kanban.board.placement import Placement
from kanban.models import Card
from kanban.search.filters import BoardQuery

HIGH = Card(case=UUID(int=1), column_id=1, place=2.0, value=9)
LOW = Card(case=UUID(int=2), column_id=1, place=1.0, value=3)
NONE = Card(case=UUID(int=3), column_id=1, place=3.0, value=None)
OTHER = Card(case=UUID(int=4), column_id=2, place=0.0, value=99)


@pytest.mark.parametrize(("sort", "wanted"), [("", [LOW, HIGH, NONE, OTHER]), ("value", [HIGH, LOW, NONE, OTHER])])
def test_each_finds_the_one_above_in_its_new_place(sort: str, wanted: list[Card]) -> None:
    placed = [Placement(card.case, card, lens=BoardQuery(sort=sort)) for card in (OTHER, NONE, HIGH, LOW)]
    assert [each.card for each in sorted(placed, key=lambda each: each.order)] == wanted


def test_a_card_that_goes_goes_first() -> None:
    gone = Placement(UUID(int=9))
    assert min([Placement(LOW.case, LOW), gone], key=lambda each: each.order) is gone
