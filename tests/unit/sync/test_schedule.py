"""When what we know of an account is recent enough not to be read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kanban.accounts.connections import OWN
from kanban.models import Connection
from kanban.sync.schedule import is_fresh

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("read", "as_itself", "fresh"),
    [
        (SECOND, SECOND, True),
        (53 * SECOND, SECOND, True),
        (54 * SECOND, SECOND, False),  # a little less than the interval
        (SECOND, OWN - SECOND, True),  # a colleague's read serves for a while
        (SECOND, OWN, False),
        (None, SECOND, False),
        (SECOND, None, False),
    ],
)
def test_a_read_serves_for_nearly_the_interval_and_a_colleagues_not_for_ever(
    settings: Any, read: timedelta | None, as_itself: timedelta | None, fresh: bool
) -> None:
    settings.REFRESH_SECONDS = 60
    moments = {"as_of": read and NOW - read, "own_at": as_itself and NOW - as_itself}
    assert is_fresh(Connection(firm=UUID(int=1), **moments), NOW) is fresh


def test_with_a_longer_interval_ones_own_read_serves_as_long(settings: Any) -> None:
    settings.REFRESH_SECONDS = 10 * OWN.total_seconds()
    before = NOW - 5 * OWN
    assert is_fresh(Connection(firm=UUID(int=1), as_of=before, own_at=before), NOW)
