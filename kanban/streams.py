"""The streams that are open in this process: who listens, how many may, and the body of each answer."""

from __future__ import annotations

import json
import random
import select
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import Any
from uuid import UUID

from django.db import connections as databases

HEARTBEAT = 15.0  # seconds: proxies cut what is silent for longer, and a browser that has gone is noticed
PER_SESSION = 6  # as many as a browser opens to one host
RECONNECT = (1000, 4000)  # milliseconds, drawn anew for each: after a restart not everybody comes at once

_streams: set[Stream] = set()
_lock = threading.Lock()


@dataclass(eq=False)
class Stream:
    """One browser that listens. A mailbox of one number, not a queue: whoever is slow hears of the newest alone.

    It is the answer's body as well, and no generator: one that was never begun would not run its `finally`.
    """

    connection: int
    person: int | None  # whose the connection was when it began
    firm: UUID
    account: UUID
    session: str  # the key; nothing where nobody signs in
    after: int  # the newest change that it was judged by
    socket: Any = None  # of the browser, where the server shows it
    hello: dict[str, object] = field(default_factory=dict)
    due: int = 0  # a number that it is going to be rung with, when its turn comes
    due_since: float = 0.0
    _rung: threading.Event = field(default_factory=threading.Event)
    _number: int = 0
    _told: int = 0
    _greeted: bool = False
    _over: str = ""  # why it ends: "ended", or "stopped" when the browser may come again at once
    _done: bool = False

    def ring(self, number: int) -> None:
        self._number = max(self._number, number)
        self._rung.set()

    def await_turn(self, number: int) -> None:
        if not self.due:
            self.due_since = time.monotonic()
        self.due = max(self.due, number)

    def end(self, why: str) -> None:
        """It holds no place any more; its thread tells the browser and goes."""
        self._over = self._over or why
        self._rung.set()
        leave(self)

    @property
    def gone(self) -> bool:
        """Whether the browser has hung up."""
        if self.socket is None:
            return False
        try:
            poll = select.poll()
            poll.register(self.socket, select.POLLRDHUP)
            return bool(poll.poll(0))
        except (OSError, ValueError):  # closed on our side already
            return True

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        if self._done:
            raise StopIteration
        if not self._greeted:
            self._greeted = True
            databases.close_all()  # a stream that kept one would pin it for as long as the board is open
            return _event("hello", json.dumps(self.hello), retry=random.randint(*RECONNECT))  # noqa: S311
        self._rung.wait(HEARTBEAT)
        self._rung.clear()  # first: what is put in from here on rings again
        if self._over:
            self._done = True
            return _event("ended") if self._over == "ended" else b":\n\n"
        if self._number > self._told:
            self._told = self._number
            return b"id: %d\ndata: %d\n\n" % (self._told, self._told)
        return b":\n\n"

    def close(self) -> None:
        """Also of one that was never begun. What it came by is hung up: a server that stops waits for it otherwise."""
        leave(self)
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(SHUT_RDWR)


def _event(name: str, data: str = "", *, retry: int | None = None) -> bytes:
    return f"{f'retry: {retry}{chr(10)}' if retry else ''}event: {name}\ndata: {data}\n\n".encode()


def join(stream: Stream, most: int) -> bool:
    """Take a place, if there is one for this browser."""
    with _lock:
        mine = sum(1 for each in _streams if stream.session and each.session == stream.session)
        if len(_streams) >= most or mine >= PER_SESSION:
            return False
        _streams.add(stream)
        return True


def leave(stream: Stream) -> None:
    with _lock:
        _streams.discard(stream)


def listening() -> list[Stream]:
    with _lock:
        return list(_streams)
