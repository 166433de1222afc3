"""Reading at one moment: what is drawn as of a change must not hold half of the next one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as database
from django.db import transaction


@contextmanager
def at_one_moment() -> Iterator[None]:
    """All that is read in here is as it was when it began, whoever writes meanwhile, and nobody waits for anybody.
    Nothing may be written. Within a transaction it is as that sees it."""
    if database.in_atomic_block:
        yield
        return
    with _begun_without_a_lock(), transaction.atomic():
        if database.vendor == "postgresql":
            database.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _begun_without_a_lock() -> Iterator[None]:
    """SQLite's transactions take the one lock for writing when they begin, but for this one."""
    wrapper: Any = database
    if database.vendor != "sqlite":
        yield
        return
    mode, wrapper.transaction_mode = wrapper.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        wrapper.transaction_mode = mode
