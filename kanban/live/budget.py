"""How much processor time the news may take: rendering what is pushed, and answering the pages that ask when they are
notified. Beyond it a stream waits a little, instead of every move waiting for all streams."""

from __future__ import annotations

import time

RATE = 0.5  # of a processor, in each process: more would slow the moves that are being made
ASKED = 0.0125  # seconds for each that is notified: its page asks, and another thread answers
SENT = 0.0001  # seconds for each that is sent what is rendered already
BURST = 0.1  # seconds at once, after a pause: beyond it too many threads, moves among them, queue for the interpreter
DEBT = -0.125  # at most, after a costly account: the others wait a quarter of a second and no longer


class CpuBudget:
    def __init__(self) -> None:
        self._left, self._at = BURST, time.monotonic()

    @property
    def used_up(self) -> bool:
        now = time.monotonic()
        self._left, self._at = min(BURST, self._left + (now - self._at) * RATE), now
        return self._left <= 0

    def spend(self, seconds: float) -> None:
        self._left = max(DEBT, self._left - seconds)
