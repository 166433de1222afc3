"""Limits how often a process does something: of many requests at once, one does it, and then none for a while."""

from __future__ import annotations

import threading
import time

from kanban.core import cache

MOST = 10_000  # remembered at a time
_lock = threading.Lock()
_done: dict[tuple[object, ...], float] = {}


def allow(seconds: float, *what: object) -> bool:
    """Whether this process has not done it in that many seconds. If so, it counts as done now."""
    now = time.monotonic()
    with _lock:
        if now - _done.get(what, -seconds) < seconds:
            return False
        if len(_done) > MOST:
            _done.clear()
        _done[what] = now
        return True


@cache.clears
def clear() -> None:
    """Allow everything again."""
    with _lock:
        _done.clear()
