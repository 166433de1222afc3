"""The bar of a header: every part has its width, and all of them fill it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.templatetags.board import bar_parts, shade
from tests.support.laws import few, texts


@few
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
def test_the_parts_of_a_bar_fill_it_with_a_gap_between(counts: list[int]) -> None:
    drawn = bar_parts([(str(at), f"part {at}", count) for at, count in enumerate(counts)])
    ends = [(float(str(part["x"])), float(str(part["x"])) + float(str(part["width"]))) for part in drawn]
    assert ends[0][0] == 0
    assert ends[-1][1] == pytest.approx(100, abs=0.2)
    for (_, end), (begin, _) in pairwise(ends):
        assert begin - end == pytest.approx(1, abs=0.2)


@few
@given(texts())
def test_a_name_has_one_of_six_tints_and_always_the_same(name: str) -> None:
    assert shade(name) == shade(name) in range(6)
