"""Faults: which requests go wrong, and how."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from ..protocol.http import HTML, JSON, Answer, Request
from ..protocol.serializers import dump
from ..state.records import Json

PAGE = "<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>Back shortly</h1></body></html>\n"

# Every kind of fault, and what its value is.
KINDS: dict[str, tuple[type, ...]] = {
    "status": (int,),
    "body": (str, dict, list),
    "headers": (dict,),
    "html": (bool,),
    "applied": (bool,),
    "delay": (int, float),
    "drop": (str,),
    "drip": (int, float),
    "truncate": (int,),
    "late": (int, float),
}
_ASKS = {
    "method": (str,),
    "path": (str,),
    "times": (int,),
    "skip": (int,),
    "token": (str,),
    "person": (str,),
    "name": (str,),
}


@dataclass
class Fault:
    """One rule. `times` 0 means always; `skip` lets that many matching requests pass first."""

    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    token: str | None = None
    person: str | None = None
    name: str = ""
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    html: bool = False
    applied: bool = False
    delay: float = 0.0
    drop: str | None = None
    drip: float = 0.0
    truncate: int | None = None
    late: float | None = None

    def matches(self, request: Request) -> bool:
        """The path pattern may also span the query: `/api/v1/cases?*page=2*`."""
        whole = f"{request.path}?{request.query}"
        path_fits = fnmatchcase(request.path, self.path) or fnmatchcase(whole, self.path)
        who_fits = self.token in {None, request.token} and self.person in {None, request.person}
        return self.method in {"*", request.method} and path_fits and who_fits

    @property
    def canned(self) -> bool:
        """Whether the fault has an answer of its own."""
        return self.status is not None or self.body is not None or self.html

    def answer(self) -> Answer:
        status = self.status or 200
        if self.html:
            return Answer(status, self.body if isinstance(self.body, str) else PAGE, dict(self.headers), HTML)
        body = dump({"message": "Server Error"}) if self.body is None else self.body
        return Answer(status, body if isinstance(body, str) else dump(body), dict(self.headers), JSON)


class Faults:
    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[Fault] = []

    def add(self, wanted: Json) -> Fault:
        fault = Fault(**_checked(wanted))
        fault.name = fault.name or " ".join(_described(wanted))
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault for this request, which counts as one use of it."""
        with self._lock:
            for fault in [rule for rule in self._rules if rule.matches(request)]:
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                self._use(fault)
                return fault
        return None

    def _use(self, fault: Fault) -> None:
        if fault.times > 0:
            fault.times -= 1
            if fault.times == 0:
                self._rules.remove(fault)


def _described(wanted: Json) -> list[str]:
    return [f"{kind} {wanted[kind]}" for kind in KINDS if kind in wanted and kind not in {"body", "headers"}] or [
        "answer"
    ]


def _checked(wanted: Json) -> Json:
    """Raises ValueError with a sentence."""
    for name, value in wanted.items():
        kinds = KINDS.get(name) or _ASKS.get(name)
        if kinds is None:
            raise ValueError(f"There is no fault {name!r}. There are: {', '.join(KINDS)}.")
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ValueError(f"The fault's {name} cannot be {value!r}.")
    if not KINDS.keys() & wanted.keys():
        raise ValueError(f"A fault says what goes wrong: {', '.join(KINDS)}.")
    if wanted.get("drop", "after") not in {"before", "after"}:
        raise ValueError("drop is 'before' or 'after' the change is applied.")
    return wanted
