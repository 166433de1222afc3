"""Threads that close their database connection when they end, because PostgreSQL has few."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from django.db import connections as databases

A = TypeVar("A")
B = TypeVar("B")
AT_ONCE = 3  # pages of one list: others use Plannr too


def run_in_background(name: str, task: Callable[..., None], *arguments: object) -> Thread:
    """Start a thread that closes its connection however it ends, because the pool never notices a lost one."""

    def do() -> None:
        try:
            task(*arguments)
        finally:
            databases.close_all()

    thread = Thread(target=do, name=name, daemon=True)
    thread.start()
    return thread


def map_concurrently(task: Callable[[A], B], arguments: Iterable[A]) -> Iterator[B]:
    """Like `map`, but a few at once. If one fails, the whole fails, and no more are started.

    Rejected: a ThreadPoolExecutor, which starts them all, and whose threads a stopping process waits for.
    """
    under_way: deque[Future[B]] = deque()
    for each in arguments:
        if len(under_way) == AT_ONCE:
            yield under_way.popleft().result()
        under_way.append(Future())
        run_in_background("several", _fulfil, under_way[-1], task, each)
    while under_way:
        yield under_way.popleft().result()


def _fulfil(future: Future[B], task: Callable[[A], B], argument: A) -> None:
    try:
        future.set_result(task(argument))
    except BaseException as error:
        future.set_exception(error)
