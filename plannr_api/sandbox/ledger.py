"""What was asked of the sandbox, what it answered and what that changed."""

from threading import Lock

from .clock import now
from .records import Json
from .wire import Request


class Ledger:
    def __init__(self, kept: bool) -> None:
        self.kept = kept
        self.entries: list[Json] = []
        self._lock = Lock()

    def open(self, request: Request, fault: str | None) -> Json:
        """An entry as soon as the request has come; it says status None until it is answered."""
        entry: Json = {
            "number": 0,
            "at": now(),
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "body": request.parsed,
            "token_hint": request.token[-6:],
            "account": request.account,
            "request_id": request.headers.get("x-request-id"),
            "status": None,
            "applied": False,
            "before": None,
            "after": None,
            "fault": fault,
        }
        if self.kept:
            with self._lock:
                self.entries.append(entry)
                entry["number"] = len(self.entries)
        return entry

    def since(self, number: int) -> list[Json]:
        with self._lock:
            return [dict(entry) for entry in self.entries[max(0, number) :]]

    def clear(self) -> None:
        with self._lock:
            self.entries.clear()


def note(entry: Json, request: Request) -> None:
    """What the request did, as far as it has come."""
    entry.update(applied=request.applied, before=request.before, after=request.after)
