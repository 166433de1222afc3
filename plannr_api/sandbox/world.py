"""Everything one sandbox knows, behind one lock."""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from operator import itemgetter
from pathlib import Path
from threading import Event, RLock
from typing import Any

from .interference.faults import Faults
from .interference.gates import Gates
from .interference.hooks import Hooks
from .interference.rate_limit import Limits
from .interference.request_log import RequestLog
from .interference.webhook_delivery import WebhookDelivery
from .protocol import serializers
from .protocol.http import Answer
from .protocol.serializers import ALWAYS_ON_SINGLE, Include
from .seed.firm import complete, found
from .state import dialects, mutations
from .state.clock import now
from .state.persistence import Store
from .state.records import Firm, Json, blank_case

# All of a case but its position: while these values are equal, the cached JSON is valid.
_ALL_BUT_POSITION = itemgetter(*(name for name in blank_case("", "") if name != "status_position"))
_EVENTS = {"create": "case.created", "update": "case.updated", "delete": "case.deleted"}


class NobodyThere(KeyError):
    """There is nobody of that name; a name is what follows `sandbox-` in the personal token."""


class World:
    def __init__(
        self,
        cases: int,
        seed: int,
        wanted: Mapping[str, Any],
        state_file: Path | None,
        switchboard: bool,
        staff: int = 0,
        oauth_clients: Sequence[Json] = (),
        signed_in: str | None = None,
    ) -> None:
        self.lock = RLock()
        self.stopping, self.over = Event(), Event()
        self.address = ""
        self.size, self.seed, self.staff, self.switchboard = cases, seed, staff, switchboard
        self.started_with = dialects.read(wanted)
        self.dialects = dialects.defaults() | self.started_with
        self.limits, self.faults, self.hooks = Limits(), Faults(), Hooks()
        self.request_log = RequestLog(enabled=switchboard)
        self.gates, self.webhook_delivery = Gates(), WebhookDelivery(self._called)
        self.expired: set[str] = set()
        self._json: dict[tuple[str, Include], tuple[Any, str]] = {}
        self.store = Store(state_file) if state_file else None
        loaded = self.store.load() if self.store else None
        self.state = complete(loaded, seed, staff) if loaded else found(cases, seed, staff)
        for client in oauth_clients:
            self.change({"do": "client", "client": oauth_client(client)})
        self.signed_in = self.came_signed_in = self.person(signed_in) if signed_in else None
        self.save()

    @property
    def firm(self) -> Firm:
        """The first firm, which a sandbox is usually about."""
        return self.state.firms[0]

    def person(self, name: str) -> str:
        """The name, when there is somebody of that name. Raises NobodyThere."""
        if not self.state.logins_of(name):
            raise NobodyThere(name)
        return name

    def save(self) -> None:
        if self.store:
            with self.lock:
                self.store.snapshot(self.state)

    def stop(self) -> None:
        """Wake everything that waits, and drop it."""
        self.stopping.set()
        self.over.set()
        self.gates.clear()
        self.webhook_delivery.clear()

    def close(self) -> None:
        self.save()
        if self.store:
            self.store.close()

    def change(self, change: Json, firm: Firm | None = None) -> None:
        """Apply a change, one to the first firm unless another is named, and write it down."""
        firm = firm or self.firm
        if firm.number:
            change = change | {"firm": firm.number}
        with self.lock:
            gone = self._payload_for(firm, change["case"]) if change["do"] == "delete" else ""
            mutations.apply(self.state, change)
            if change["do"] in {"status", "drop_status"}:
                self._json.clear()
            if self.store:
                self.store.record(self.state, change)
            if change["do"] in _EVENTS and firm.subscriptions:
                uuid = change["record"]["uuid"] if change["do"] == "create" else change["case"]
                self.webhook_delivery.notify(firm, _EVENTS[change["do"]], uuid, gone or self._payload_for(firm, uuid))

    def _payload_for(self, firm: Firm, uuid: str) -> str:
        """The case as JSON for webhook calls; empty if nobody subscribed."""
        return self.draw(firm, firm.cases[uuid], ALWAYS_ON_SINGLE) if firm.subscriptions else ""

    def storm(self, count: int) -> int:
        """Send that many calls about unchanged cases of the first firm. Returns how many were sent."""
        with self.lock:
            uuids = list(islice(cycle(self.firm.cases), count))
            return sum(
                self.webhook_delivery.notify(self.firm, "case.updated", each, self._payload_for(self.firm, each))
                for each in uuids
            )

    def _called(self, firm: Firm, subscription: str) -> None:
        if not self.stopping.is_set():
            self.change({"do": "called", "subscription": subscription, "at": now()}, firm)

    def speak(self, wanted: Mapping[str, Any]) -> None:
        """Switch dialects while running."""
        checked = dialects.read(wanted)
        with self.lock:
            self.dialects |= checked
            self._json.clear()

    def reset(self, cases: int | None = None, seed: int | None = None, wanted: Mapping[str, Any] | None = None) -> None:
        """New firms; only the OAuth clients stay; the dialects given, all others as at the start. Held and delayed
        requests are dropped, because their firms are gone."""
        checked = dialects.read(wanted or {})
        with self.lock:
            self.size = self.size if cases is None else cases
            self.seed = self.seed if seed is None else seed
            clients = self.state.access.clients
            self.state = found(self.size, self.seed, self.staff)
            self.state.access.clients = clients
            self.signed_in = self.came_signed_in
            self.dialects = dialects.defaults() | self.started_with | checked
            self._clear()
            self.save()

    def _clear(self) -> None:
        self.over.set()
        self.over = Event()
        self._json.clear()
        self.expired.clear()
        for memory in (self.limits, self.faults, self.hooks, self.request_log, self.gates, self.webhook_delivery):
            memory.clear()

    def draw(self, firm: Firm, case: Json, include: Include) -> str:
        """The case as JSON. It is cached without its position until something else about it changes."""
        key, seen = (case["uuid"], include), (*_ALL_BUT_POSITION(case), case.get("wire"))
        cached = self._json.get(key)
        if cached is None or cached[0] != seen:
            cached = seen, serializers.dump(serializers.case(case, include, firm, self.dialects))[:-1]
            self._json[key] = cached
        if "status_position" in case.get("wire", ()):
            return cached[1] + "}"
        return f'{cached[1]},"status_position":{serializers.dump(case["status_position"])}}}'

    def single(self, item: str) -> Answer:
        """One object, bare or wrapped in `data`."""
        return Answer(body=f'{{"data":{item}}}' if self.dialects["wrap_single"] == "data" else item)

    def url(self, path: str) -> str:
        return self.address + path


def oauth_client(given: Json) -> Json:
    """Raises ValueError with a sentence."""
    wanted = ("client_id", "client_secret", "redirect_uri")
    if set(given) != set(wanted) or not all(isinstance(text, str) and text for text in given.values()):
        raise ValueError(f"An OAuth client has {', '.join(wanted)}, each a text.")
    return dict(given)
