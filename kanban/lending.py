"""PostgreSQL's few connections: whoever is about to wait for somebody else gives theirs back first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TypeVar

from django.db import connection as database
from django.db import connections as databases

A = TypeVar("A")
B = TypeVar("B")
AT_ONCE = 3  # of what one person waits for: Plannr is for the others too


def give_back() -> None:
    """This thread's, until it asks the database again: else a slow Plannr would hold up everybody's reading."""
    if database.vendor == "postgresql" and not database.in_atomic_block:
        database.close()


def beside(name: str, deed: Callable[..., None], *about: object) -> Thread:
    """A thread, begun, that gives its connection back however it ends: the pool never hears of one that is lost."""

    def do() -> None:
        try:
            deed(*about)
        finally:
            databases.close_all()

    thread = Thread(target=do, name=name, daemon=True)
    thread.start()
    return thread


def several(deed: Callable[[A], B], about: Iterable[A]) -> Iterator[B]:
    """As `map`, but a few at once. Their threads give the connections back that signing a request may have taken."""

    def do(each: A) -> B:
        try:
            return deed(each)
        finally:
            databases.close_all()

    with ThreadPoolExecutor(AT_ONCE, "several") as threads:
        yield from threads.map(do, about)
