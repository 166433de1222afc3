"""A value that many pages ask for at once is made once, and cached under everything that it depends on.

Also the one list of all caches of this process, so that all can be cleared at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
Clear = TypeVar("Clear", bound=Callable[[], object])
PATIENCE = 10.0  # seconds to wait for the thread that makes the same value
_clears: list[Callable[[], object]] = []


def clears(clear: Clear) -> Clear:
    """Registers the function that clears one cache of this process, where that cache is made."""
    _clears.append(clear)
    return clear


def clear_all() -> None:
    """Empty every cache, as if this process had just started."""
    for clear in _clears:
        clear()


class SingleFlightCache(Generic[T]):
    """The newest `most` values. While one is being made, whoever asks for the same key waits for it. Make one for each
    module: it lasts as long as the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = threading.Lock()
        clears(self.clear)

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            future = self._values.get(key)
            ours = future is None
            if future is None:
                future = self._values[key] = Future()
                if len(self._values) > self._most:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
        if ours:
            self._fill(key, future, make)
        return future.result(timeout=PATIENCE)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()

    def _fill(self, key: Hashable, future: Future[T], make: Callable[[], T]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                self._values.pop(key, None)
            future.set_exception(error)
