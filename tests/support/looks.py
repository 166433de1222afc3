"""Any look at the board that somebody may have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from kanban.search.filters import BoardQuery
from kanban.search.query_string import BARS, COMPLETED, ENDED, LANES, REVIEWS, STATES
from kanban.search.sorting import ORDERS
from tests.support.laws import texts, uuids

some = st.frozensets(uuids, max_size=3)
nobody = st.just(frozenset[object]())
days = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
amounts = st.none() | st.integers(0, 10**12 - 1)
folded = st.frozensets(st.sampled_from([*REVIEWS, ENDED]) | uuids.map(str), max_size=3)


def one_or_none(known: dict[str, str]) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *known])


def looks(ids: st.SearchStrategy[frozenset[object]] = some) -> st.SearchStrategy[BoardQuery]:
    """`ids`: of people and things that are asked for by uuid."""
    made = st.builds(
        BoardQuery,
        q=texts().map(str.strip),
        mine=st.booleans(),
        person=ids,
        unassigned=st.booleans(),
        type=ids,
        group=ids,
        tag=ids,
        client=ids,
        min=amounts,
        max=amounts,
        review=st.frozensets(st.sampled_from([*REVIEWS]), max_size=2),
        review_from=days,
        review_to=days,
        stale=st.booleans(),
        state=one_or_none(STATES),
        completed=one_or_none(COMPLETED),
        created_from=days,
        created_to=days,
        bar=st.frozensets(st.tuples(uuids, st.sampled_from(BARS)), max_size=2),
        sort=one_or_none(ORDERS),
        lanes=one_or_none(LANES),
        shut=folded,
    )
    return made.map(lambda look: look if look.lanes else replace(look, shut=frozenset()))
