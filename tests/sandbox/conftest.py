"""A sandbox per test, and somebody to call it."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.listener import Listener
from tests.sandbox.visitor import APP, Visitor


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def make(stack: ExitStack) -> Callable[..., Sandbox]:
    """make(cases=20, positions="store"): a running sandbox that ends with the test."""

    def make(**options: Any) -> Sandbox:
        return stack.enter_context(Sandbox(**{"cases": 20} | options))

    return make


@pytest.fixture
def sandbox(make: Callable[..., Sandbox]) -> Sandbox:
    return make()


@pytest.fixture
def caller(stack: ExitStack) -> Callable[..., Caller]:
    """caller(sandbox, "sandbox-tom"): somebody who works there; the owner unless said otherwise."""

    def caller(sandbox: Sandbox, token: str | None = "sandbox-token", account: str | None = "own") -> Caller:
        who = sandbox.account_of(token) if account == "own" and token else account
        made = Caller(sandbox, token, who)
        stack.callback(made.close)
        return made

    return caller


@pytest.fixture
def call(sandbox: Sandbox, caller: Callable[..., Caller]) -> Caller:
    """The owner, calling the default sandbox."""
    return caller(sandbox)


@pytest.fixture
def raw(stack: ExitStack) -> Callable[..., bytes]:
    """Everything a socket sees until the other side ends or the time is up."""

    def raw(sandbox: Sandbox, request: bytes, seconds: float = 3) -> bytes:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", sandbox.port), timeout=seconds))
        connection.sendall(request)
        return _everything(connection)

    return raw


def _everything(connection: socket.socket) -> bytes:
    seen = b""
    try:
        while part := connection.recv(65_536):
            seen += part
    except TimeoutError:
        seen += b"<silence>"
    except ConnectionError:
        seen += b"<reset>"
    return seen


@pytest.fixture
def put_bytes() -> Callable[..., bytes]:
    """A PUT as bytes, for tests that look at the wire."""

    def put_bytes(sandbox: Sandbox, case: str, body: dict[str, Any], **more: str) -> bytes:
        sent = json.dumps(body).encode()
        names = {"Authorization": "Bearer sandbox-token", "X-PLANNR-ACCOUNT-UUID": sandbox.account, "Host": "plannr"}
        headers = names | {"Content-Type": "application/json", "Content-Length": str(len(sent))} | more
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"PUT /api/v1/cases/{case} HTTP/1.1\r\n{lines}\r\n".encode() + sent

    return put_bytes


@pytest.fixture
def app(make: Callable[..., Sandbox]) -> Visitor:
    """Somebody with a browser, at a sandbox that knows an app."""
    return Visitor(make(oauth_clients=[APP]))


@pytest.fixture
def listen(stack: ExitStack) -> Callable[..., Listener]:
    """listen(500, 404): somebody to subscribe, who answers the first calls like this."""

    def listen(*answers: int, pause: float = 0) -> Listener:
        made = Listener(answers, pause)
        stack.callback(made.close)
        return made

    return listen


@pytest.fixture
def listener(listen: Callable[..., Listener]) -> Listener:
    return listen()
