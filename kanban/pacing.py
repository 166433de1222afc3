"""How many streams are rung at once. Each then asks what is new, and a server answers only so many a second: with more
open boards than that a ring waits a little, instead of everybody waiting for everybody."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from kanban.streams import Stream

RATE = 40.0  # a second, in each process: more would take the processor from the moves that are being made
DEBT = -10.0  # at most, after a big account: the others wait a quarter of a second for it and no longer
BURST = 8.0  # at once, after a rest: more threads than that would queue for the interpreter, moves among them


class Pace:
    def __init__(self) -> None:
        self._left, self._at = BURST, time.monotonic()

    def ring(self, streams: Iterable[Stream]) -> bool:
        """Ring those that have waited longest. All boards of an account together: they ask the same, which is drawn
        once. True: somebody still waits."""
        now = time.monotonic()
        self._left, self._at = min(BURST, self._left + (now - self._at) * RATE), now
        waiting: dict[UUID, list[Stream]] = defaultdict(list)
        for stream in streams:
            if stream.due:
                waiting[stream.account].append(stream)
        for account in sorted(waiting, key=lambda each: min(stream.due_since for stream in waiting[each])):
            if self._left <= 0:
                return True
            for stream in waiting[account]:
                stream.ring(stream.due)
                stream.due = 0
            self._left = max(DEBT, self._left - len(waiting[account]))
        return False
