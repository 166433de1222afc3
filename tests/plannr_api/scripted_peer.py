"""A scripted peer: a real socket that answers what a test told it to, byte by byte if need be, and remembers."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from plannr_api import Auth, BearerToken, Plannr, Timeouts

CANARY = "canary-7f3a9c-token"
ACCOUNT = UUID("11111111-1111-4111-8111-111111111111")
CASE = UUID("6ff8f7f6-1eb3-3525-be4a-3932c805afed")
STATUS = UUID("c75fb92d-cf25-4e84-b489-3ab59a79a216")

PATIENT = Timeouts(connect=2, read=2, deadline_read=5, deadline_write=5)
HASTY = Timeouts(connect=0.2, read=10, deadline_read=0.25, deadline_write=0.3)


class Asked(NamedTuple):
    """One request as the peer saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Step = Callable[[socket.socket], bool]
"""Answers one request; says whether the connection stays open."""


class Peer:
    """Answers each request with the next step of its script; the last step is used for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Step] = []
        self.judge: Callable[[Asked], bytes] | None = None
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.over = threading.Event()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    # What a test says

    def answers(
        self, body: Any = None, status: int = 200, headers: dict[str, str] | None = None, keep: bool = True
    ) -> Peer:
        return self.sends(packed(body, status, headers), keep=keep)

    def sends(self, raw: bytes, keep: bool = False) -> Peer:
        return self.does(lambda wire: (wire.sendall(raw), keep)[1])

    def drips(self, raw: bytes, every: float = 0.05) -> Peer:
        return self.does(lambda wire: self._drip(wire, raw, every))

    def hangs(self) -> Peer:
        return self.does(lambda _: not self.over.wait(20))

    def resets(self, after: bytes = b"") -> Peer:
        def reset(wire: socket.socket) -> bool:
            wire.sendall(after)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False

        return self.does(reset)

    def does(self, step: Step) -> Peer:
        self.script.append(step)
        return self

    def judges(self, judge: Callable[[Asked], bytes]) -> Peer:
        """Answer by what is asked, not by the script."""
        self.judge = judge
        return self

    # What it does

    def _drip(self, wire: socket.socket, raw: bytes, every: float) -> bool:
        for byte in raw:
            wire.sendall(bytes([byte]))
            if self.over.wait(every):
                break
        return False

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(wire)
            threading.Thread(target=self._talk, args=(wire,), daemon=True).start()

    def _talk(self, wire: socket.socket) -> None:
        with contextlib.suppress(OSError), wire, wire.makefile("rb") as incoming:
            while asked := _request(incoming):
                self.asked.append(asked)
                if self.judge:
                    wire.sendall(self.judge(asked))
                    continue
                if not self.script or not (self.script.pop(0) if len(self.script) > 1 else self.script[0])(wire):
                    return

    def stop(self) -> None:
        self.over.set()
        self._listener.close()
        for wire in self._open:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=0.1).close()


def _request(incoming: Any) -> Asked | None:
    line = incoming.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while (header := incoming.readline().decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(line[0], line[1], headers, incoming.read(int(headers.get("content-length", 0))))


def packed(body: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """A whole HTTP answer."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + content


def a_case(uuid: object = CASE, **fields: Any) -> dict[str, Any]:
    """A case as Plannr would send it."""
    return {"uuid": str(uuid), "name": "Annual review", **fields}


def page(*rows: Any, **meta: Any) -> dict[str, Any]:
    """A list answer."""
    return {"data": list(rows), "links": {"next": None}, "meta": {"current_page": 1, "last_page": 1, **meta}}


@contextlib.contextmanager
def client(url: str, timeouts: Timeouts = PATIENT, auth: Auth | None = None) -> Iterator[Plannr]:
    """A client for one test, with the canary as its token."""
    with Plannr(url, auth=auth or BearerToken(CANARY), account=ACCOUNT, timeouts=timeouts) as plannr:
        yield plannr


class Stopwatch:
    """How long a block took."""

    def __enter__(self) -> Stopwatch:
        self.started = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self.started
