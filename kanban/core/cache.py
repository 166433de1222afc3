"""What many pages ask at once is drawn once: answers kept by all that they follow from.

And the one list of all that this process keeps between requests, so that all of it can be cleared at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
Clear = TypeVar("Clear", bound=Callable[[], object])
PATIENCE = 10.0  # seconds to wait for whoever draws the same
_clears: list[Callable[[], object]] = []


def clears(clear: Clear) -> Clear:
    """Marks what clears one of the caches of this process: each cache is marked where it is made."""
    _clears.append(clear)
    return clear


def clear_all() -> None:
    """The next look of this process is as its first."""
    for clear in _clears:
        clear()


class SingleFlightCache(Generic[T]):
    """The last so many answers. While one is being drawn, whoever asks for the same waits for it. One a module, for as
    long as the process runs."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = threading.Lock()
        clears(self.clear)

    def of(self, key: Hashable, draw: Callable[[], T]) -> T:
        with self._lock:
            future = self._kept.get(key)
            ours = future is None
            if future is None:
                future = self._kept[key] = Future()
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
        if ours:
            self._fill(key, future, draw)
        return future.result(timeout=PATIENCE)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _fill(self, key: Hashable, future: Future[T], draw: Callable[[], T]) -> None:
        try:
            future.set_result(draw())
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            future.set_exception(error)
