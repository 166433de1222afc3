"""What goes into the transport and what comes out: a call, its time-outs, its answer."""

from __future__ import annotations

from typing import NamedTuple

VERSION = "0.1.0"


class Timeouts(NamedTuple):
    """Seconds. `connect` and `read` are per wait; the deadlines bound a whole call, retries and pauses included.

    connect: a little over 3, the usual gap before a lost SYN is sent again. deadline_write is the longer one, as giving
    up on a write leaves everybody in doubt.
    """

    connect: float = 3.05
    read: float = 10
    deadline_read: float = 10
    deadline_write: float = 15


class Call(NamedTuple):
    """One request, ready but for its signature."""

    method: str
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes | None

    @property
    def doubt(self) -> bool | None:
        """What `.applied` is once bytes have left: nobody knows for a write; a read applies nothing."""
        return False if self.method == "GET" else None

    def __repr__(self) -> str:
        return f"<{self.method} {self.url}>"


class Answer(NamedTuple):
    """A whole answer with a 2xx status. `doubt` is `.applied` for an error found in it later."""

    status: int
    body: bytes
    doubt: bool | None

    def __repr__(self) -> str:
        return f"<{self.status}, {len(self.body)} bytes>"
