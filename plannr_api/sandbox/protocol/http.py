"""HTTP/1.1 by hand: a request read from a socket, an answer as the bytes of one write."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from http import HTTPStatus
from io import BufferedReader
from typing import Any
from urllib.parse import parse_qsl

from ..state.records import Firm, Json

MAX_LINE = 65_536
MAX_BODY = 16 * 1024 * 1024
HTML = "text/html; charset=UTF-8"
JSON = "application/json"


class BadRequest(Exception):
    """What came is not a valid request; the connection ends after an answer with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    raw: bytes
    keep_alive: bool
    # Filled in while the request is answered.
    person: str = ""  # whose token it has, or whom it is about
    login: Json = field(default_factory=dict)
    firm: Firm = field(default_factory=lambda: Firm({}))  # the firm of the account
    rate: dict[str, str] = field(default_factory=dict)
    applied: bool = False
    before: Json | None = None
    after: Json | None = None

    @property
    def token(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def account(self) -> str | None:
        return self.headers.get("x-plannr-account-uuid")

    @cached_property
    def parsed(self) -> Any:
        """The body as JSON, or None when it is not JSON."""
        try:
            return json.loads(self.raw) if self.raw else None
        except (ValueError, RecursionError):
            return None

    @property
    def body(self) -> Json:
        """What Laravel would see of the body: an object sent as JSON, else nothing."""
        sent_as_json = "json" in self.headers.get("content-type", "")
        return self.parsed if sent_as_json and isinstance(self.parsed, dict) else {}

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; JSON with plain texts and numbers is accepted too."""
        if "json" in self.headers.get("content-type", ""):
            plain = {name: str(value) for name, value in self.body.items() if isinstance(value, str | int | float)}
            return {name: text.encode("utf-8", "replace").decode() for name, text in plain.items()}
        return dict(parse_qsl(self.raw.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass
class Answer:
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def render(self, keep_alive: bool = True) -> tuple[bytes, bytes]:
        """Head and body, separate so that a fault can treat them differently."""
        body = self.body.encode("utf-8", "surrogatepass")
        head = {
            "Content-Type": self.content_type,
            "Date": formatdate(usegmt=True),
            "Cache-Control": "no-cache, private",
        }
        if self.status != 204:
            head["Content-Length"] = str(len(body))
        if not keep_alive:
            head["Connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in (head | self.headers).items())
        return f"HTTP/1.1 {self.status} {_phrase(self.status)}\r\n{lines}\r\n".encode("latin-1", "replace"), body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def read_request(stream: BufferedReader) -> Request | None:
    """The next request on the connection; None when the other side has closed it."""
    first = stream.readline(MAX_LINE)
    if not first.strip():
        return None
    words = first.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(400)
    headers = _headers(stream)
    path, _, query = words[1].partition("?")
    stays = "close" not in headers.get("connection", "").lower() and words[2] == "HTTP/1.1"
    return Request(words[0].upper(), path, query, headers, _body(stream, headers), stays)


def _headers(stream: BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := stream.readline(MAX_LINE)) not in (b"\r\n", b"\n", b""):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or len(headers) > 100:
            raise BadRequest(400)
        headers[name.strip().lower()] = value.strip()
    return headers


def _body(stream: BufferedReader, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise BadRequest(411)
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise BadRequest(400)
    if int(length) > MAX_BODY:
        raise BadRequest(413)
    body = stream.read(int(length))
    if len(body) < int(length):
        raise BadRequest(400)
    return body


def end(connection: socket.socket) -> None:
    """Shut down both directions; threads that wait on the socket wake up."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
