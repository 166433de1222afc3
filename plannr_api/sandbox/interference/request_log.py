"""What was asked of the sandbox, what it answered and what that changed."""

from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..protocol.http import Request
from ..state.clock import now
from ..state.records import Json

# At /oauth/ only the last characters of these are shown.
SECRETS = {"code", "client_secret", "refresh_token", "access_token", "code_verifier"}


class RequestLog:
    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.entries: list[Json] = []
        self._lock = Lock()

    def open(self, request: Request, fault: str | None) -> Json:
        """Add an entry when the request arrives; its status is None until it is answered."""
        entry: Json = {
            "number": 0,
            "at": now(),
            "method": request.method,
            "path": request.path,
            "query": _query(request),
            "body": _body(request),
            "token_hint": request.token[-6:],
            "person": request.person,
            "account": request.account,
            "request_id": request.headers.get("x-request-id"),
            "status": None,
            "applied": False,
            "before": None,
            "after": None,
            "fault": fault,
        }
        if self.enabled:
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


def record_effect(entry: Json, request: Request) -> None:
    """Record in the entry what the request has done so far."""
    entry.update(person=request.person, applied=request.applied, before=request.before, after=request.after)


def _body(request: Request) -> Any:
    """At /oauth/ only what is plainly a field: of a body that is no form, a secret would be shown in full."""
    if not request.path.startswith("/oauth/"):
        return request.parsed
    return _masked({name: text for name, text in request.form.items() if name.isidentifier()})


def _query(request: Request) -> str:
    given = parse_qsl(request.query, keep_blank_values=True) if request.path.startswith("/oauth/") else []
    secret = any(name in SECRETS for name, _ in given)
    return urlencode(list(_masked(dict(given)).items())) if secret else request.query


def _masked(fields: dict[str, str]) -> dict[str, str]:
    return {name: _end(text) if name in SECRETS else text for name, text in fields.items()}


def _end(secret: str) -> str:
    """Its last six characters; of a very short one none."""
    return "…" + (secret[-6:] if len(secret) > 6 else "")
