"""Which accounts share one rendered board: those to whom Plannr shows exactly the same cards."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2s
from typing import TypeVar
from uuid import uuid4

from kanban.core.cache import SingleFlightCache
from kanban.core.db import exists
from kanban.models import Connection, Visibility

T = TypeVar("T")
_visibility_keys: SingleFlightCache[str] = SingleFlightCache(4096)


class Changed(Exception):
    """What the account sees changed while something was computed for it."""


def visibility_key(connection: Connection) -> str:
    """A key that two accounts share exactly if Plannr shows them the same cards."""

    def look() -> str:
        cards = Visibility.objects.filter(account=connection.account).order_by("card").values_list("card", flat=True)
        seen = blake2s(f"{connection.firm} {list(cards)}".encode()).hexdigest()
        return seen if sees_the_same(connection) else f"{connection.account} {uuid4()}"

    return _visibility_keys.of((connection.account, connection.visibility_version), look)


def sees_the_same(connection: Connection) -> bool:
    """Whether it still sees what it saw when this request began: the version changes in the same transaction."""
    return exists(Connection, id=connection.pk, visibility_version=connection.visibility_version)


def shared(cache: SingleFlightCache[T], connection: Connection, key: Hashable, make: Callable[[], T]) -> T:
    """Computed once for all accounts that see the same; for this one alone if what it sees changes meanwhile."""

    def checked() -> T:
        made = make()
        if not sees_the_same(connection):
            raise Changed
        return made

    try:
        return cache.of((visibility_key(connection), key), checked)
    except Changed:
        return make()
