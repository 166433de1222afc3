"""Every filter in force is a chip, and each chip leads to the same board without that filter alone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given

from kanban.models import Column, Connection
from kanban.search.chips import chips
from kanban.search.filters import BoardQuery
from tests.support.laws import few
from tests.support.looks import looks, nobody

RESEARCH = Column(status=UUID(int=3), name="Research")
PLAIN = ("sort", "lanes", "shut")  # what is no filter


def filters(look: BoardQuery) -> set[tuple[str, str]]:
    return {pair for pair in look.pairs if pair[0] not in PLAIN}


@few
@given(looks(nobody))
def test_each_chip_takes_away_one_filter_and_together_they_take_away_all(look: BoardQuery) -> None:
    found = chips(Connection(), look, [RESEARCH])
    left = [BoardQuery.read_text(chip.without) for chip in found]
    assert {next(iter(filters(look) - filters(each))) for each in left} == filters(look)
    assert all(len(filters(look) - filters(each)) == 1 and filters(each) < filters(look) for each in left)
    assert all(each.bare == look.bare for each in left)


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (BoardQuery(q="lee"), "“lee”"),
        (BoardQuery(mine=True), "My cases"),
        (BoardQuery(min=125_000), "Value from £1,250"),
        (BoardQuery(max=125_005), "Value up to £1,250.05"),
        (BoardQuery(min=0), "Value from £0"),
        (BoardQuery(review=frozenset({"week"})), "Review: due in 7 days"),
        (BoardQuery(created_from=date(2026, 3, 2)), "Created from 2 Mar 2026"),
        (BoardQuery(review_to=date(2026, 11, 19)), "Review to 19 Nov 2026"),
        (BoardQuery(bar=frozenset({(RESEARCH.status, "stale")})), "Research: stale"),
        (BoardQuery(bar=frozenset({(UUID(int=4), "none")})), "A column: no date"),
        (BoardQuery(completed="month"), "Completed this month"),
    ],
)
def test_a_filter_is_said_in_words(look: BoardQuery, words: str) -> None:
    assert [chip.words for chip in chips(Connection(), look, [RESEARCH])] == [words]
