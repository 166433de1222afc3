"""A hard end for one try of a call.

A read time-out starts again with every byte, so a peer that drips bytes is never "timed out". Here a timer shuts the
socket down when the time is over, whatever the reading thread is waiting for: handshake, status line, headers, body.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_current = threading.local()


class Attempt:
    """One try, in one thread, until one moment (monotonic seconds).

    `.sent` has the first byte of the request begun to leave? `.cut` did time run out?
    """

    def __init__(self, until: float) -> None:
        self.until = until
        self.sent = False
        self.cut = False
        self._wire: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(0.0, self.left()), self._cut)
        self._timer.daemon = True

    @staticmethod
    def current() -> Attempt:
        """The attempt this thread is in; connections ask, as no argument reaches them."""
        attempt: Attempt = _current.attempt
        return attempt

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, never quite 0, as a time-out of 0 means something else to a socket."""
        seconds = max(self.until - time.monotonic(), 0.001)
        return seconds if at_most is None else min(seconds, at_most)

    def watch(self, wire: socket.socket) -> None:
        """Shut this try's socket down when time is over. A duplicate is used: TLS empties the original object."""
        if self._wire is None:
            twin = wire.dup()
            with self._lock:
                self._wire = twin
        if self.cut:
            self._cut()

    def __enter__(self) -> Self:
        _current.attempt = self
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            if self._wire is not None:
                self._wire.close()
            self._wire = None

    def _cut(self) -> None:
        with self._lock:
            self.cut = True
            if self._wire is not None:
                with contextlib.suppress(OSError):
                    self._wire.shutdown(socket.SHUT_RDWR)
