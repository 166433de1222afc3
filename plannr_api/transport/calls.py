"""What goes into the transport and what comes out: a call, its time-outs, its answer."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

VERSION = "0.1.0"

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"plannr-board/{VERSION}",
}
"""Of every request. Without `Accept`, Laravel may answer an error as HTML (assumed)."""


class Timeouts(NamedTuple):
    """Seconds. `connect` and `read` are per wait; the deadlines bound a whole call, retries and pauses included.

    connect: a little over 3, the usual gap before a lost SYN is sent again. deadline_write is the longer one, as giving
    up on a write leaves everybody in doubt.
    """

    connect: float = 3.05
    read: float = 10
    deadline_read: float = 10
    deadline_write: float = 15


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One request. Not a tuple: what reports errors takes tuples apart, and headers and body may hold secrets.

    refusals: the error statuses whose answer the caller reads itself, as if it were a success.
    """

    method: str
    url: str
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    refusals: Container[int] = ()

    @property
    def doubt(self) -> bool | None:
        """What `.applied` is once bytes have left: nobody knows for a write; a read applies nothing."""
        return False if self.method == "GET" else None

    def copy(self) -> Self:
        """The same call with headers of its own, to be signed."""
        return replace(self, headers=dict(self.headers))

    def __repr__(self) -> str:
        return f"<{self.method} {self.url}>"


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A whole answer with a 2xx status, or one of the call's `refusals`.

    `doubt` is `.applied` for an error found in it later.
    """

    status: int
    body: bytes
    doubt: bool | None

    def __repr__(self) -> str:
        return f"<{self.status}, {len(self.body)} bytes>"
