"""Sends webhook calls: whoever subscribed is told what happens to cases, from separate threads.

That a call is `{"event", "data"}`, waits three seconds and is tried three times is assumed; how it is signed is
documented. Calls go only to this machine, whatever the address of the subscription.
"""

import hashlib
import hmac
import http.client
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from threading import Condition, Lock, Thread
from urllib.parse import urlsplit

from ..state.clock import now
from ..state.records import Firm, Json

MODES = ("normal", "drop", "double", "forge", "late")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 3.0
TRIES = 3
PAUSE = 0.2  # before the second try, and twice that before the third

Called = Callable[[Firm, str], None]


@dataclass
class Call:
    """One call and its state; `entry` is what the switchboard shows of it."""

    firm: Firm
    subscription: str
    url: str
    body: bytes
    signature: str
    entry: Json


class WebhookDelivery:
    def __init__(self, called: Called) -> None:
        """`called` is invoked after every call, with its firm and subscription."""
        self._called = called
        self._lock = Lock()
        self._senders: dict[str, Sender] = {}
        self.calls: list[Call] = []
        self.mode, self.seconds = MODES[0], 0.0

    def speak(self, mode: str, seconds: float = 5.0) -> None:
        """Raises ValueError with a sentence."""
        if mode not in MODES or type(seconds) not in {int, float} or not 0 <= seconds < 1e9:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}, and seconds a number from 0.")
        self.mode, self.seconds = mode, seconds if mode == "late" else 0.0

    def notify(self, firm: Firm, event: str, case: str, data: str) -> int:
        """Call every subscription of the firm to this event. Returns how many there are."""
        body = f'{{"event":"{event}","data":{data}}}'.encode()
        due = [each for each in firm.subscriptions.values() if event in each["events"]]
        for each in due:
            secret = each["signing_secret"] if self.mode != "forge" else each["signing_secret"][::-1]
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            entry = {"event": event, "case": case, "url": each["url"], "signature": signature, "mode": self.mode}
            call = Call(firm, each["uuid"], each["url"], body, signature, entry | {"replay_of": None})
            for _ in range(2 if self.mode == "double" else 1):
                self._send(call)
        return len(due)

    def _send(self, call: Call) -> None:
        entry = call.entry | {"at": now(), "status": None, "tries": 0, "error": None}
        with self._lock:
            entry["number"] = len(self.calls) + 1
            sent = Call(call.firm, call.subscription, call.url, call.body, call.signature, entry)
            self.calls.append(sent)
            if urlsplit(call.url).hostname not in LOOPBACK:
                entry["error"] = "The sandbox delivers to this machine only."
            elif entry["mode"] != "drop":
                self._sender(call.url).take(sent, self.seconds)

    def _sender(self, url: str) -> "Sender":
        """One sender for each address, so that a slow one does not hold up the others."""
        if url not in self._senders:
            self._senders[url] = Sender(self._called)
            self._senders[url].start()
        return self._senders[url]

    def deliveries(self) -> list[Json]:
        with self._lock:
            return [dict(call.entry) for call in self.calls]

    def replay(self, number: int) -> None:
        """Send a call again, byte for byte, as an attacker who saw it could. Raises KeyError."""
        with self._lock:
            call = next((each for each in self.calls if each.entry["number"] == number), None)
        if call is None:
            raise KeyError(number)
        again = call.entry | {"mode": "replay", "replay_of": number}
        self._send(Call(call.firm, call.subscription, call.url, call.body, call.signature, again))

    def clear(self) -> None:
        """Drop calls under way, forget all calls, and go back to the normal mode."""
        with self._lock:
            for sender in self._senders.values():
                sender.stop()
            self._senders.clear()
            self.calls.clear()
            self.mode, self.seconds = MODES[0], 0.0


class Sender(Thread):
    """Sends calls to one address, in the order in which they are due."""

    def __init__(self, called: Called) -> None:
        super().__init__(name="sandbox webhooks", daemon=True)
        self._called = called
        self._due: list[tuple[float, int, Call]] = []
        self._change = Condition()
        self._taken = 0
        self._done = False

    def take(self, call: Call, seconds: float = 0.0) -> None:
        with self._change:
            self._taken += 1
            heappush(self._due, (time.monotonic() + seconds, self._taken, call))
            self._change.notify()

    def stop(self) -> None:
        with self._change:
            self._done = True
            self._change.notify()

    def run(self) -> None:
        while (call := self._next()) is not None:
            again = _deliver(call)
            if not self._done:
                self._called(call.firm, call.subscription)
            if again:
                self.take(call, PAUSE * 2 ** (call.entry["tries"] - 1))

    def _next(self) -> Call | None:
        """The next call when it is due; None at the end."""
        with self._change:
            while not self._done:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heappop(self._due)[2]
                self._change.wait(wait)
        return None


def _deliver(call: Call) -> bool:
    """Send the call. Returns whether to try again."""
    entry = call.entry
    try:
        status, error = _post(call), None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        status, error = None, str(problem) or type(problem).__name__
    entry.update(status=status, error=error, tries=entry["tries"] + 1)
    return not (status and 200 <= status < 300) and entry["tries"] < TRIES


def _post(call: Call) -> int:
    address = urlsplit(call.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(address.hostname), address.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "X-Signature": call.signature}
    try:
        connection.request(
            "POST", (address.path or "/") + (f"?{address.query}" if address.query else ""), call.body, headers
        )
        return connection.getresponse().status
    finally:
        with suppress(OSError):
            connection.close()
