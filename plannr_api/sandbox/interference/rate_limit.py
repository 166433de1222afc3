"""A limit of requests a minute for each person, as in Laravel: the minute starts with its first request."""

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

MINUTE = 60.0


class Spent(NamedTuple):
    allowed: bool
    remaining: int
    seconds: int  # until the window ends


class Limits:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, person: str, limit: int) -> Spent:
        """Count one request. A refused request is not counted."""
        with self._lock:
            moment = self._clock()
            start, used = self._windows.get(person, (moment, 0))
            if moment - start >= MINUTE:
                start, used = moment, 0
            allowed = used < limit
            self._windows[person] = (start, used + allowed)
        return Spent(allowed, max(0, limit - used - allowed), math.ceil(start + MINUTE - moment))

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()
