"""Which columns a browser keeps folded, as its cookie says."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.board.view_state import FoldedColumns, ViewState
from kanban.models import Column
from kanban.search.filters import BoardQuery
from tests.support.laws import few, texts, uuids

OPEN, DONE = Column(status=UUID(int=1)), Column(status=UUID(int=2), completed=True)


@few
@given(st.frozensets(uuids, max_size=8))
def test_a_cookie_says_what_was_folded(turned: frozenset[UUID]) -> None:
    folds = FoldedColumns(turned)
    assert FoldedColumns.read(folds.write()) == folds


@few
@given(texts(), st.frozensets(uuids, max_size=3))
def test_whatever_else_is_in_a_cookie_folds_nothing(text: str, turned: frozenset[UUID]) -> None:
    assert FoldedColumns.read(text) == FoldedColumns()
    assert FoldedColumns.read(f"{text}.{FoldedColumns(turned).write()}") == FoldedColumns(turned)


@pytest.mark.parametrize("part", ["G" * 32, "A" * 32, "²" * 32, "-" * 32, "0" * 31, "0" * 33, "{" + "0" * 30 + "}"])
def test_what_is_almost_a_uuid_is_left_out(part: str) -> None:
    assert FoldedColumns.read(part) == FoldedColumns()


@few
@given(st.frozensets(uuids, max_size=3), uuids)
def test_what_is_turned_twice_is_as_it_was(turned: frozenset[UUID], status: UUID) -> None:
    folds = FoldedColumns(turned)
    column = Column(status=status)
    assert folds.turn(status).turn(status) == folds
    assert folds.turn(status).folded(column) != folds.folded(column)


def test_completed_columns_are_folded_until_they_are_opened_and_the_others_are_not() -> None:
    assert [FoldedColumns().folded(column) for column in (OPEN, DONE)] == [False, True]
    turned = FoldedColumns().turn(OPEN.status).turn(DONE.status)
    assert [turned.folded(column) for column in (OPEN, DONE)] == [True, False]


@pytest.mark.parametrize("lens", [BoardQuery(state="completed"), BoardQuery(completed="month")])
def test_where_only_completed_cases_are_asked_for_their_column_is_open(lens: BoardQuery) -> None:
    assert [ViewState(lens=lens).folded(column) for column in (OPEN, DONE)] == [True, False]
    assert [ViewState().folded(column) for column in (OPEN, DONE)] == [False, True]
