"""Everything one sandbox knows, behind one lock."""

from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from threading import Event, RLock
from typing import Any

from . import changes, dialects, shapes
from .faults import Faults
from .firm import build
from .hooks import Hooks
from .ledger import Ledger
from .limits import Limits
from .records import Json, blank_case
from .shapes import Include
from .store import Store
from .wire import Answer

# All of a case but its position; a case whose values are the same objects looks the same.
_DRAWN = itemgetter(*(name for name in blank_case("", "") if name != "status_position"))


class World:
    def __init__(self, cases: int, seed: int, wanted: Mapping[str, Any], state: Path | None, switchboard: bool) -> None:
        self.lock = RLock()
        self.stopping = Event()
        self.address = ""
        self.size, self.seed, self.switchboard = cases, seed, switchboard
        self.started_with = dialects.read(wanted)
        self.dialects = dialects.defaults() | self.started_with
        self.limits, self.faults, self.hooks = Limits(), Faults(), Hooks()
        self.ledger = Ledger(kept=switchboard)
        self.expired: set[str] = set()
        self._drawn: dict[tuple[str, Include], tuple[Any, str]] = {}
        self.store = Store(state) if state else None
        self.firm = (self.store.load() if self.store else None) or build(cases, seed)
        self.save()

    def save(self) -> None:
        if self.store:
            with self.lock:
                self.store.snapshot(self.firm)

    def close(self) -> None:
        self.save()
        if self.store:
            self.store.close()

    def change(self, change: Json) -> None:
        """Apply a change and write it down."""
        with self.lock:
            changes.apply(self.firm, change)
            if change["do"] in {"status", "drop_status"}:
                self._drawn.clear()
            if self.store:
                self.store.record(self.firm, change)

    def speak(self, wanted: Mapping[str, Any]) -> None:
        """Switch dialects while running."""
        checked = dialects.read(wanted)
        with self.lock:
            self.dialects |= checked
            self._drawn.clear()

    def reset(self, cases: int | None = None, seed: int | None = None, wanted: Mapping[str, Any] | None = None) -> None:
        """A new firm, nothing remembered, the dialects given (all others as at the start)."""
        checked = dialects.read(wanted or {})
        with self.lock:
            self.size = self.size if cases is None else cases
            self.seed = self.seed if seed is None else seed
            self.firm = build(self.size, self.seed)
            self.dialects = dialects.defaults() | self.started_with | checked
            self._forget()
            self.save()

    def _forget(self) -> None:
        self._drawn.clear()
        self.expired.clear()
        for memory in (self.limits, self.faults, self.hooks, self.ledger):
            memory.clear()

    def draw(self, case: Json, include: Include) -> str:
        """The case as JSON. Only its position is written afresh while nothing else about it has changed."""
        key, seen = (case["uuid"], include), (*_DRAWN(case), case.get("wire"))
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] != seen:
            drawn = seen, shapes.dump(shapes.case(case, include, self.firm, self.dialects))[:-1]
            self._drawn[key] = drawn
        if "status_position" in case.get("wire", ()):
            return drawn[1] + "}"
        return f'{drawn[1]},"status_position":{shapes.dump(case["status_position"])}}}'

    def single(self, drawn: str) -> Answer:
        """One object, bare or wrapped in `data`."""
        return Answer(body=f'{{"data":{drawn}}}' if self.dialects["wrap_single"] == "data" else drawn)

    def url(self, path: str) -> str:
        return self.address + path
