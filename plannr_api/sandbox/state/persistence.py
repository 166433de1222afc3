"""State that outlives the process: a snapshot, and a journal of the changes since.

Every change is one short line, written before it is answered, so a killed process loses nothing and ten thousand
cases make a change no slower. The snapshot is replaced as a whole; both have numbers, so no change is applied twice.
"""

import json
import os
from io import BufferedWriter
from pathlib import Path

from .mutations import apply
from .records import Access, Firm, Json, State

COMPACT_AFTER = 2_000


class BadState(Exception):
    """The state file cannot be read or written. The message is a sentence."""


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal_path = path.with_name(path.name + ".journal")
        self.number = 0
        self._lines = 0
        self._journal: BufferedWriter | None = None

    def load(self) -> State | None:
        """The state as it was when the last process ended, however it ended; None when there is none yet."""
        if not self.path.exists():
            return None
        try:
            saved = json.loads(self.path.read_text("utf-8"))
            self.number, state = saved["number"], _state_from(saved)
            self._replay(state)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise BadState(f"The state in {self.path} cannot be read ({error}).") from None
        return state

    def _replay(self, state: State) -> None:
        if not self.journal_path.exists():
            return
        for line in self.journal_path.read_bytes().split(b"\n"):
            entry = _entry(line)
            if entry and entry["number"] > self.number:
                apply(state, entry["change"])
                self.number = entry["number"]

    def record(self, state: State, change: Json) -> None:
        """Store a change that has just been applied."""
        self.number += 1
        self._lines += 1
        if self._lines > COMPACT_AFTER:
            self.snapshot(state)
        elif self._journal:
            self._journal.write(json.dumps({"number": self.number, "change": change}).encode() + b"\n")
            self._journal.flush()

    def snapshot(self, state: State) -> None:
        firm, *others = [vars(each) for each in state.firms]
        saved = {"number": self.number, "firm": firm, "other_firms": others, "access": vars(state.access)}
        try:
            self._replace(json.dumps(saved))
            self.close()
            self._journal, self._lines = self.journal_path.open("wb"), 0
        except OSError as error:
            raise BadState(f"The state cannot be kept in {self.path} ({error.strerror}).") from None

    def _replace(self, text: str) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def close(self) -> None:
        if self._journal:
            self._journal.close()
            self._journal = None


def _state_from(saved: Json) -> State:
    """An earlier sandbox stored one firm, and had only personal tokens."""
    firms = [saved["firm"], *saved.get("other_firms", [])]
    return State([Firm(**firm) for firm in firms], Access(**saved.get("access", {})))


def _entry(line: bytes) -> Json | None:
    """A line of the journal; the last one may be incomplete."""
    try:
        entry = json.loads(line) if line else None
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
