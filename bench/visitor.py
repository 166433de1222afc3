"""Somebody at the board, over one connection that stays open, taking what browsers take."""

from __future__ import annotations

import gzip
import http.client
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from machinery import wait

CARD = re.compile(r'class="card"[^>]* data-case="([^"]+)"')
COLUMN = re.compile(r'<section id="column-([^"]+)"(.*?)</section>', re.S)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes  # as it came over the wire

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Visitor:
    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Accept-Encoding": "gzip, deflate", "Accept": "text/html"} | (
            {"Cookie": cookie} if cookie else {}
        )
        self.page = ""

    def ask(self, path: str = "/", method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, self.headers | named)
        got = self.connection.getresponse()
        answer = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        if "csrftoken" in (set_cookie := answer.headers.get("set-cookie", "")) and "Cookie" not in self.headers:
            self.headers["Cookie"] = set_cookie.partition(";")[0]
        return answer

    def open(self) -> str:
        """The page of the board, as soon as there is one."""
        wait(lambda: "kanban-board" in self.ask().text, 120)
        self.page = self.ask().text
        return self.page

    def columns(self) -> dict[str, list[str]]:
        """Of the page that was opened: the cards in each column that is not folded."""
        found = {status: CARD.findall(text) for status, text in COLUMN.findall(self.page)}
        return {status: cards for status, cards in found.items() if cards}

    def drop(self, case: str, status: str, below: str = "") -> Answer:
        """Into another column, before the card `below`, or at its top."""
        said = {"intent": str(uuid.uuid4()), "status": status, "below": below} | ({} if below else {"edge": "top"})
        token = re.findall(r'name="csrf-token" content="([^"]+)"', self.page)[0]
        said_as = {"Content_Type": "application/x-www-form-urlencoded", "HX_Request": "true", "X_CSRFToken": token}
        return self.ask(f"/cases/{case}/move/", "PUT", urlencode(said), **said_as)


def timed(deed: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each."""
    return [once(deed) for _ in range(times)]


def once(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000
