"""Gates: they hold a request before it is applied, or after that and before its answer, until they are opened."""

from dataclasses import dataclass, field
from threading import Event, Lock

from ..protocol.http import Request
from ..state.records import Json
from .faults import Fault

WHEN = ("before", "after")


@dataclass
class Gate:
    """Holds one request, the next that matches, and is removed when it is opened."""

    name: str
    when: str
    match: Fault
    opened: Event = field(default_factory=Event)
    let_go: bool = False
    holds: Json | None = None


class Gates:
    def __init__(self) -> None:
        self._lock = Lock()
        self._gates: list[Gate] = []
        self._made = 0

    def add(self, method: str, path: str, when: str, name: str = "", person: str | None = None) -> str:
        """`method`, `path` and `person` as for a fault. Returns the gate's name. Raises ValueError with a sentence."""
        if when not in WHEN:
            raise ValueError(f"when is {' or '.join(WHEN)} the change is applied, not {when!r}.")
        with self._lock:
            self._made += 1
            gate = Gate(name or f"gate {self._made}", when, Fault(str(method), str(path), person=person))
            if any(each.name == gate.name for each in self._gates):
                raise ValueError(f"There is already a gate called {gate.name!r}.")
            self._gates.append(gate)
        return gate.name

    def hold(self, request: Request, when: str, number: int) -> bool:
        """Wait at a closed gate. Returns whether to go on: not if the gate was removed instead of opened."""
        with self._lock:
            gate = next((each for each in self._gates if _closed(each, request, when)), None)
            if gate is not None:
                gate.holds = {"method": request.method, "path": request.path, "query": request.query}
                gate.holds |= {"person": request.person, "number": number}
        if gate is not None:
            gate.opened.wait()
        return gate is None or gate.let_go

    def release(self, name: str) -> None:
        """Open the gate, whether it holds a request or not. Raises KeyError."""
        with self._lock:
            gate = next((each for each in self._gates if each.name == name), None)
            if gate is None:
                raise KeyError(name)
            self._gates.remove(gate)
            gate.let_go = True
            gate.opened.set()

    def held(self) -> list[Json]:
        """The gates that hold a request now, and which; its number is the one in the request log."""
        with self._lock:
            return [{"name": each.name, "when": each.when} | each.holds for each in self._gates if each.holds]

    def clear(self) -> None:
        """Remove all gates; the requests that wait at them get no answer."""
        with self._lock:
            for gate in self._gates:
                gate.opened.set()
            self._gates.clear()


def _closed(gate: Gate, request: Request, when: str) -> bool:
    return gate.holds is None and gate.when == when and gate.match.matches(request)
