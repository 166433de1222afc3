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
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections as databases

HEARTBEAT = 15.0  # seconds: proxies cut what is silent for longer, and a browser that has gone is noticed
PER_SESSION = 6  # as many as a browser opens to one host
RECONNECT = (1000, 4000)  # milliseconds, random for each: after a restart not all reconnect at once

_streams: set[Stream] = set()
_lock = threading.Lock()


class Page(NamedTuple):
    """How the listening page looks at the board: what it would send with a request."""

    search: str  # of its address
    folds: str  # its cookie
    lanes: str  # which of them it has


@dataclass(eq=False)
class Stream:
    """One listening browser. It holds only the newest event: a slow reader skips those before it, and is sent all that
    is new since what it was last sent.

    It is also the answer's body. Rejected: a generator, whose `finally` does not run if it was never begun.
    """

    connection: int
    person: int | None  # whose the connection was when it began
    viewer: int | None  # who signed in
    firm: UUID
    account: UUID
    session: str  # the key; nothing where nobody signs in
    after: int  # the newest change that was judged for it
    last_sent: int  # the newest change that its page has been sent
    page: Page | None = None  # where it is not known, the stream is only notified
    socket: Any = None  # of the browser, where the server shows it
    hello: dict[str, object] = field(default_factory=dict)
    due: int = 0  # the change that it will be sent when its turn comes
    due_since: float = 0.0
    asks: bool = False  # whether it will only be notified, and its page has to ask
    time_due_at: float = 0.0  # when its page is next sent the time
    _wake: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pending: tuple[int, bytes] | None = None
    _only_number: bool = False  # whether the pending event is a number alone
    _greeted: bool = False
    _over: str = ""  # why it ends: "ended", or "stopped" when the browser may come again at once
    _done: bool = False

    def notify(self, number: int) -> None:
        """Send the number alone: the page asks what is new."""
        self._put(number, None)

    def push(self, number: int, event: bytes) -> None:
        """Send all that is new up to this number; the number alone while an earlier one is still pending."""
        self._put(number, event)

    def _put(self, number: int, event: bytes | None) -> None:
        with self._lock:
            self._only_number = self._only_number or event is None
            number_alone = b"id: %d\ndata: %d\n\n" % (number, number)
            self._pending = number, number_alone if self._only_number or event is None else event
        self._wake.set()

    def send_time(self, number: int, event: bytes) -> None:
        """Send the time alone, as of a number up to which nothing else is new. A pending event says more, and stays."""
        with self._lock:
            if self._pending is not None or self.due:
                return
            self._pending = number, event
        self._wake.set()

    def await_turn(self, number: int, *, asks: bool) -> None:
        if not self.due:
            self.due_since = time.monotonic()
        self.due = max(self.due, number)
        self.asks = self.asks or asks or self.page is None

    def served(self) -> None:
        """Its turn is over."""
        self.due, self.asks = 0, False

    def end(self, why: str) -> None:
        """Free its place; its thread tells the browser and ends."""
        self._over = self._over or why
        self._wake.set()
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
            databases.close_all()  # a connection would be held for as long as the board is open
            return _event("hello", json.dumps(self.hello), retry=random.randint(*RECONNECT))  # noqa: S311
        self._wake.wait(HEARTBEAT)
        self._wake.clear()  # first: what is put in from here on wakes it again
        if self._over:
            self._done = True
            return _event("ended") if self._over == "ended" else b":\n\n"
        with self._lock:
            event, self._pending, self._only_number = self._pending, None, False
        if event and event[0] >= self.last_sent:
            self.last_sent = event[0]
            return event[1]
        return b":\n\n"

    def close(self) -> None:
        """Also for a stream that was never begun. The socket is shut down, because a stopping server waits for it."""
        leave(self)
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(SHUT_RDWR)


def _event(name: str, data: str = "", *, retry: int | None = None, number: int | None = None) -> bytes:
    fields = {"retry": retry, "id": number, "event": name}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value is not None)
    return f"{head}data: {data}\n\n".encode()


def event(number: int, since: int, html: str, *, pulse: bool = False) -> bytes:
    """News for a page that has every change up to `since` or later; nothing newer than `number`. `pulse`: only the
    time."""
    data = {"change": number, "from": since, "html": html, **({"pulse": True} if pulse else {})}
    return _event("news", json.dumps(data), number=number)


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
