"""Plannr as the tests see it: what it was asked, where its cases stand, and the switches that make it misbehave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.processes import SandboxProcess

Json = dict[str, Any]
A_CASE = "/api/v1/cases/*"
THE_LIST = "/api/v1/cases"


@dataclass(frozen=True)
class Put:
    """One PUT that reached Plannr."""

    case: str
    body: Json
    applied: bool
    status: int | None


@dataclass(frozen=True)
class Firm:
    """Plannr's own tables at one moment."""

    statuses: list[Json]
    cases: list[Json]
    other_firm: Json

    def status(self, name: str) -> str:
        """The uuid of a status."""
        return str(next(status["uuid"] for status in self.statuses if status["name"] == name))

    def case(self, uuid: str) -> Json:
        return next(case for case in self.cases if case["uuid"] == uuid)

    def of(self, status: str) -> list[Json]:
        """The cases of a status (by uuid) in Plannr's order: by number, the newest change first among equals. Those
        without a number come last, the oldest first."""
        found = [case for case in self.cases if case["status"] == status]
        numbered = [case for case in found if case["status_position"] is not None]
        others = [case for case in found if case["status_position"] is None]
        numbered.sort(key=lambda case: case["updated_at"], reverse=True)
        numbered.sort(key=lambda case: case["status_position"])
        return numbered + sorted(others, key=lambda case: (case["created_at"], case["uuid"]))

    def order(self, status: str) -> list[str]:
        return [case["uuid"] for case in self.of(self.status(status))]


class PlannrSwitchboard:
    def __init__(self, process: SandboxProcess) -> None:
        self._process = process

    @property
    def url(self) -> str:
        return self._process.url

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._process.url}/switchboard/{path}", data, {"Content-Type": "application/json"})
        request.method = method
        with urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def reset(self, cases: int = 60, **dialects: str | int) -> None:
        self._call("POST", "reset", {"cases": cases, "seed": 7, "dialects": {"rate_limit": 5000, **dialects}})

    def stop(self) -> None:
        """Nobody listens there any more."""
        self._process.stop()

    def start(self) -> None:
        """It is back, and knows the firm as it was at first."""
        self._process.start()

    def know_the_board(self, address: str) -> None:
        """The address that browsers are sent back to after signing in."""
        said = {"client_id": "board", "client_secret": "board-secret-42", "redirect_uri": address}
        self._call("POST", "oauth-client", said)

    def say(self, path: str, **said: Any) -> Any:
        """A switch by its name, such as leave, rights or expire-access."""
        return self._call("POST", path, said)

    # What it was asked, and where its cases stand

    def ledger(self) -> list[Json]:
        return list(self._call("GET", "ledger"))

    def puts(self) -> list[Put]:
        return [
            Put(entry["path"].rsplit("/", 1)[1], entry["body"], entry["applied"], entry["status"])
            for entry in self.ledger()
            if entry["method"] == "PUT" and entry["path"].startswith("/api/v1/cases/")
        ]

    def now(self) -> Firm:
        return Firm(**self._call("GET", "state"))

    def order(self, status: str) -> list[str]:
        return self.now().order(status)

    def status(self, name: str) -> str:
        return self.now().status(name)

    def case(self, uuid: str) -> Json:
        return self.now().case(uuid)

    # Making it misbehave

    def fail(self, method: str = "PUT", path: str = A_CASE, **what: Any) -> None:
        self._call("POST", "faults", {"method": method, "path": path} | what)

    def recover(self) -> None:
        self._call("DELETE", "faults")

    def speak(self, **dialects: str | int) -> None:
        self._call("POST", "dialects", dialects)

    def expire(self, token: str = "sandbox-token") -> None:
        self._call("POST", "expire", {"token": token})

    # A colleague at work in Plannr's own screens

    def outside(self, do: str, *, between: bool = False, **what: Any) -> str:
        """`between`: right after the board has looked, before it sends."""
        when = {"when": {"method": "GET", "path": THE_LIST}} if between else {}
        return str(self._call("POST", "outside", {"do": do, **what, **when}).get("uuid", ""))

    def outside_move(self, case: str, status: str, position: int | None = None, *, between: bool = False) -> None:
        self.outside("move", case=case, status=self.status(status), position=position, between=between)

    def outside_edit(self, case: str, **fields: Any) -> None:
        self.outside("edit", case=case, fields=fields)

    def outside_create(self, **fields: Any) -> str:
        return self.outside("create", fields=fields)

    def empty(self, status: str, into: str) -> None:
        for case in self.order(status):
            self.outside_move(case, into)
