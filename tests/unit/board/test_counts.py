"""The numbers of several columns together are the sums of theirs."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from kanban.board.counts import Numbers
from tests.support.laws import few

numbers = st.builds(Numbers, **dict.fromkeys(asdict(Numbers()), st.integers(0, 9)))  # type: ignore[arg-type]


@few
@given(numbers, numbers)
def test_every_number_is_added_and_in_whatever_order(one: Numbers, other: Numbers) -> None:
    both = asdict(one + other)
    assert both == {name: value + asdict(other)[name] for name, value in asdict(one).items()}
    assert one + other == other + one
    assert one + Numbers() == one
