"""Somebody who subscribed: a server of its own that keeps every call as it came."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.sandbox.caller import Caller


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def signed_with(self, secret: str) -> bool:
        return self.headers["x-signature"] == hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()


class Listener:
    """`answers` are the statuses of the first calls; all others get 202. `pause` is how long it takes to answer."""

    def __init__(self, answers: tuple[int, ...] = (), pause: float = 0) -> None:
        self.calls: list[Call] = []
        self.answers, self.pause = list(answers), pause
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?from=plannr"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.calls.append(Call(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(listener.pause)
                self.send_response(listener.answers.pop(0) if listener.answers else 202)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        return Handler

    def wait(self, count: int) -> list[Call]:
        """All calls, once there are so many."""
        until(lambda: len(self.calls) >= count)
        return self.calls

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


SUBSCRIPTIONS = "/api/v2/webhook-subscriptions"


def subscribe(call: Caller, url: str, *events: str) -> Any:
    wanted = list(events) or ["case.created", "case.updated", "case.deleted"]
    reply = call("POST", SUBSCRIPTIONS, {"url": url, "events": wanted})
    assert reply.status == 201, reply.text
    return reply.json


def rename(call: Caller, name: str = "Renamed") -> str:
    """Something to tell of: the first case of the first firm has a new name."""
    uuid = next(iter(call.sandbox.firm.cases))
    assert call("PUT", f"/api/v1/cases/{uuid}", {"name": name}).status == 200
    return uuid


def until(test: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.005)
