"""How many requests are left. Plannr allows 500 a minute for one user (documented)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

WINDOW = 60.0
"""Seconds after which a count is out of date; also the longest pause that a caller is given."""

DEFAULT_LIMIT = 500

_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = re.compile(r"\d{1,30}(\.\d{1,30})?", re.ASCII)


class RateBudget:
    """What Plannr last said about our rate, valid for one window of 60 seconds. Safe to share between threads.

    `.limit` requests per minute, 500 until Plannr says otherwise.
    `.seen_at` monotonic seconds of the last count, None before the first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = DEFAULT_LIMIT
        self.seen_at: float | None = None
        self._remaining: int | None = None
        self._clock = clock
        self._lock = Lock()

    @property
    def remaining(self) -> int | None:
        """Requests left in this window; None when nobody knows (nothing said yet, or over a minute ago)."""
        with self._lock:
            known = self.seen_at is not None and self._clock() - self.seen_at < WINDOW
            return self._remaining if known else None

    def spare(self, reserve: float = 0.2) -> bool:
        """May background work spend a request now? The share `reserve` of the limit is for people."""
        remaining = self.remaining
        return remaining is None or remaining > self.limit * reserve

    def update_from(self, headers: Mapping[str, str]) -> None:
        """Read `X-Ratelimit-Remaining` (documented) and `X-Ratelimit-Limit` (assumed); nonsense is ignored."""
        remaining, limit = _whole(headers.get("X-Ratelimit-Remaining")), _whole(headers.get("X-Ratelimit-Limit"))
        with self._lock:
            if limit:
                self.limit = limit
            if remaining is not None:
                self._remaining, self.seen_at = remaining, self._clock()

    def refused(self) -> None:
        """Plannr answered 429: nothing is left for a window. No call is blocked here: a person may ask again."""
        with self._lock:
            self._remaining, self.seen_at = 0, self._clock()


def retry_after(value: str | None) -> float | None:
    """A Retry-After header as seconds from now, 0 to 60. None when absent or nonsense (a negative number is)."""
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), WINDOW)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(seconds, 0.0), WINDOW)


def _whole(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if _WHOLE.fullmatch(text) else None
