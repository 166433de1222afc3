"""For laws that hypothesis looks for exceptions to."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

few = settings(max_examples=40, deadline=None)  # a law of a few lines needs no more, and a busy machine is no fault

WRITABLE = st.characters(exclude_categories=("Cs",), exclude_characters="\0")  # what a database holds
moments = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))
uuids = st.integers(1, 2**128 - 1).map(lambda number: UUID(int=number))


def texts(longest: int = 30) -> st.SearchStrategy[str]:
    return st.text(WRITABLE, max_size=longest)
