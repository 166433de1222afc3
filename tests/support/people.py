"""Somebody at the board: what they see, and what they do with it."""

import html
import re
import uuid
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client

from kanban.accounts import connections
from kanban.models import Connection, Move
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox

CARD = re.compile(r'<li id="card-[^"]+" class="card" data-case="([^"]+)" data-position="([^"]*)"')
REVISION = re.compile(r'data-case="([^"]+)" data-position="[^"]*" data-seen="([^"]*)"')
COLUMN = re.compile(r'<section id="column-([^"]+)".*?</section>', re.S)
HEADER = re.compile(r'<header id="header-([^"]+)"[^>]* data-count="(\d+)" data-total="(-?\d+)"')
HEADLINE = re.compile(r'<p class="notice-headline"><bdi>(.*?)</bdi>', re.S)


@dataclass
class Answer:
    """What the server said to a drop."""

    status: int
    text: str

    @property
    def headline(self) -> str:
        found = HEADLINE.search(self.text)
        return html.unescape(found.group(1)) if found else ""

    @property
    def words(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.text))


@dataclass
class Person:
    client: Client
    plannr: Sandbox
    connection: Connection
    seen: dict[str, list[str]] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    name: str = ""

    def open(self, **cookies: str) -> str:
        """Look at the board, with the completed column open; remembers who stands where."""
        for name, value in cookies.items():
            self.client.cookies[name] = value
        page = self.client.get("/").content.decode()
        self.seen = {
            found.group(1): [case for case, _ in CARD.findall(found.group(0))] for found in COLUMN.finditer(page)
        }
        self.looks, self.positions = dict(REVISION.findall(page)), dict(CARD.findall(page))
        return page

    def status(self, name: str) -> str:
        return next(each["uuid"] for each in self.plannr.state()["statuses"] if each["name"] == name)

    def standing(self, name: str) -> list[str]:
        """The cases of a status in Plannr's own order: by number, the newest change first among equals."""
        wanted = self.status(name)
        cases = [case for case in self.plannr.state()["cases"] if case["status"] == wanted]
        cases.sort(key=lambda case: case["updated_at"], reverse=True)
        return [case["uuid"] for case in sorted(cases, key=number_of)]

    def case(self, uuid: str) -> dict[str, Any]:
        return next(case for case in self.plannr.state()["cases"] if case["uuid"] == uuid)

    def drop(self, case: str, to: str, *, above: str | None = None, below: str | None = None, **fields: Any) -> Answer:
        """Drop a card, as the board's own element does: with what was seen of it when it was picked up."""
        if not self.seen:
            self.open()
        home = next(status for status, cases in self.seen.items() if case in cases)
        at = self.seen[home].index(case)
        around = [None, *self.seen[home], None]
        said = {
            "intent": uuid.uuid4(),
            "status": self.status(to),
            "above": above,
            "below": below,
            "seen_status": home,
            "seen_above": around[at],
            "seen_below": around[at + 2],
            "seen_position": self.positions.get(case, ""),
            "seen_revision": self.looks.get(case, ""),
        }
        return self.send(case, **said | fields)

    def send(self, case: str, *, method: str = "put", htmx: bool = True, **fields: Any) -> Answer:
        from urllib.parse import urlencode

        body = urlencode({name: value if value is not None else "" for name, value in fields.items()})
        answer = getattr(self.client, method)(
            f"/cases/{case}/move/",
            body,
            content_type="application/x-www-form-urlencoded",
            **({"headers": {"HX-Request": "true"}} if htmx else {}),
        )
        return Answer(answer.status_code, answer.content.decode())

    def undo(self, move: Move, **fields: Any) -> Answer:
        answer = self.client.post(f"/moves/{move.intent}/undo/", fields, headers={"HX-Request": "true"})
        return Answer(answer.status_code, answer.content.decode())

    @property
    def puts(self) -> list[dict[str, Any]]:
        return [entry for entry in self.plannr.ledger if entry["method"] == "PUT"]

    def headers(self, page: str) -> dict[str, tuple[int, int]]:
        return {status: (int(count), int(total)) for status, count, total in HEADER.findall(page)}


def number_of(case: dict[str, Any]) -> tuple[bool, int]:
    return (case["status_position"] is None, case["status_position"] or 0)


def at_the_board(plannr: Sandbox) -> Person:
    connection = connections.current()
    assert refresh.refresh(connection)
    return Person(Client(), plannr, connection)


def anyway(person: Person, answer: Answer) -> Answer:
    """Press "Move anyway"."""
    form = re.search(r'class="again".*?action="/cases/([^/]+)/move/".*?</form>', answer.text, re.S)
    assert form
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.group(0))
    return person.send(form.group(1), **{name: unescape(value) for name, value in fields})
