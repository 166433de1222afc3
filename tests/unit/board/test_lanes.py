"""Lanes: which there are to choose from, and how one is told from another."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given

from kanban.board.lanes import Cell, Lane, mark, ways
from kanban.models import Column
from kanban.search.filters import BoardQuery
from kanban.search.query_string import LANES
from tests.support.laws import few
from tests.support.looks import looks


@few
@given(looks())
def test_to_choose_lanes_keeps_all_else_and_folds_none(look: BoardQuery) -> None:
    offered = [BoardQuery.read_text(way.query) for way in ways(look)]
    assert [each.lanes for each in offered] == ["", *LANES]
    assert all(not each.shut for each in offered)
    assert {replace(each, lanes="") for each in offered} == {replace(look, lanes="", shut=frozenset())}
    assert [way.chosen for way in ways(look)] == [kind == look.lanes for kind in ("", *LANES)]


def test_a_page_is_drawn_anew_when_lanes_come_go_or_are_called_otherwise_and_not_when_one_is_folded() -> None:
    ann, bob = Lane("1", "Ann", False, ""), Lane("2", "Bob", False, "")
    assert mark([ann, bob]) == mark([Lane("1", "Ann", True, "other", count=3), bob])
    assert (
        len({mark(lanes) for lanes in ([], [ann], [bob], [ann, bob], [bob, ann], [ann, Lane("2", "Rob", False, "")])})
        == 6
    )


def test_only_a_completed_column_has_cases_of_earlier() -> None:
    lane = Lane("1", "Ann", False, "")
    open_, done = (Column(status=UUID(int=3), completed=completed) for completed in (False, True))
    assert Cell(open_, lane, count=9, recent=2).earlier == 0
    assert Cell(done, lane, count=9, recent=2).earlier == 7


def test_a_part_of_a_lane_has_the_numbers_of_the_whole() -> None:
    columns = [Column(status=UUID(int=number)) for number in (1, 2)]
    lane = Lane("1", "Ann", False, "", count=5, total=7)
    lane.cells = [Cell(column, lane) for column in columns]
    part = lane.only({UUID(int=2)})
    assert ([cell.column for cell in part.cells], part.count, part.total) == (columns[1:], 5, 7)
    assert len(lane.cells) == 2
