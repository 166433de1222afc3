"""PostgreSQL's few connections: whoever is about to wait for somebody else gives theirs back first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from django.db import connections as databases

A = TypeVar("A")
B = TypeVar("B")
AT_ONCE = 3  # pages of one list: Plannr is for others too


def run_in_background(name: str, deed: Callable[..., None], *about: object) -> Thread:
    """A thread, begun, that gives its connection back however it ends: the pool never hears of one that is lost."""

    def do() -> None:
        try:
            deed(*about)
        finally:
            databases.close_all()

    thread = Thread(target=do, name=name, daemon=True)
    thread.start()
    return thread


def map_concurrently(deed: Callable[[A], B], about: Iterable[A]) -> Iterator[B]:
    """As `map`, but a few at once. What goes wrong with one goes wrong with all: none is begun after it.

    Rejected: a ThreadPoolExecutor, which begins them all, and whose threads a process that is told to stop waits for.
    """
    under_way: deque[Future[B]] = deque()
    for each in about:
        if len(under_way) == AT_ONCE:
            yield under_way.popleft().result()
        under_way.append(Future())
        run_in_background("several", _fulfil, under_way[-1], deed, each)
    while under_way:
        yield under_way.popleft().result()


def _fulfil(future: Future[B], deed: Callable[[A], B], about: A) -> None:
    try:
        future.set_result(deed(about))
    except BaseException as error:
        future.set_exception(error)
