"""How much of a processor telling may take: drawing what the streams carry, and what it costs to answer those who ask
when they are rung. Beyond it a stream waits a little, instead of every move waiting for everybody."""

from __future__ import annotations

import time

RATE = 0.5  # of a processor, in each process: more would be taken from the moves that are being made
ASKED = 0.0125  # seconds for each that is rung: its board asks, and is answered by a thread of its own
SENT = 0.0001  # seconds for each that is sent what has been drawn already
BURST = 0.1  # seconds at once, after a rest: more threads than that would queue for the interpreter, moves among them
DEBT = -0.125  # at most, after a big account: the others wait a quarter of a second for it and no longer


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
