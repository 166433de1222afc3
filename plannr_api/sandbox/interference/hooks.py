"""Actions that run once, right after a matching request was answered."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from ..protocol.http import Request
from ..state.records import Json
from .faults import Fault


class Hooks:
    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[Fault, Callable[[], object]]] = []

    def add(self, when: Json, deed: Callable[[], object]) -> None:
        """`when` is a method and a path, matched as a fault is."""
        match = Fault(method=str(when.get("method", "*")), path=str(when.get("path", "*")))
        with self._lock:
            self._waiting.append((match, deed))

    def run(self, request: Request) -> None:
        with self._lock:
            due = [pair for pair in self._waiting if pair[0].matches(request)]
            self._waiting = [pair for pair in self._waiting if pair not in due]
        for _, deed in due:
            with suppress(KeyError):  # its case or status has gone meanwhile
                deed()

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
