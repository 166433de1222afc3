"""The post: what happens to cases is told to whoever subscribed, from threads of its own.

That a call is `{"event", "data"}`, waits three seconds and is tried three times is assumed; how it is signed is
documented. It goes to this machine only, whatever address somebody subscribed with.
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
class Letter:
    """One call and how it fares; `entry` is what the switchboard shows of it."""

    firm: Firm
    subscription: str
    url: str
    body: bytes
    signature: str
    entry: Json


class Post:
    def __init__(self, called: Called) -> None:
        """`called` is told of every call that was made, with its firm and subscription."""
        self._called = called
        self._lock = Lock()
        self._couriers: dict[str, Courier] = {}
        self.letters: list[Letter] = []
        self.mode, self.seconds = MODES[0], 0.0

    def speak(self, mode: str, seconds: float = 5.0) -> None:
        """Raises ValueError with a sentence."""
        if mode not in MODES or type(seconds) not in {int, float} or not 0 <= seconds < 1e9:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}, and seconds a number from 0.")
        self.mode, self.seconds = mode, seconds if mode == "late" else 0.0

    def tell(self, firm: Firm, event: str, case: str, drawn: str) -> int:
        """Everybody of the firm who subscribed to it; how many that are."""
        body = f'{{"event":"{event}","data":{drawn}}}'.encode()
        due = [each for each in firm.subscriptions.values() if event in each["events"]]
        for each in due:
            secret = each["signing_secret"] if self.mode != "forge" else each["signing_secret"][::-1]
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            entry = {"event": event, "case": case, "url": each["url"], "signature": signature, "mode": self.mode}
            letter = Letter(firm, each["uuid"], each["url"], body, signature, entry | {"replay_of": None})
            for _ in range(2 if self.mode == "double" else 1):
                self._send(letter)
        return len(due)

    def _send(self, letter: Letter) -> None:
        entry = letter.entry | {"at": now(), "status": None, "tries": 0, "error": None}
        with self._lock:
            entry["number"] = len(self.letters) + 1
            sent = Letter(letter.firm, letter.subscription, letter.url, letter.body, letter.signature, entry)
            self.letters.append(sent)
            if urlsplit(letter.url).hostname not in LOOPBACK:
                entry["error"] = "The sandbox delivers to this machine only."
            elif entry["mode"] != "drop":
                self._courier(letter.url).take(sent, self.seconds)

    def _courier(self, url: str) -> "Courier":
        """One for each address, so that a slow one holds up nobody else."""
        if url not in self._couriers:
            self._couriers[url] = Courier(self._called)
            self._couriers[url].start()
        return self._couriers[url]

    def deliveries(self) -> list[Json]:
        with self._lock:
            return [dict(letter.entry) for letter in self.letters]

    def replay(self, number: int) -> None:
        """Send it again, byte for byte, as anybody could who had seen it. Raises KeyError."""
        with self._lock:
            letter = next((each for each in self.letters if each.entry["number"] == number), None)
        if letter is None:
            raise KeyError(number)
        again = letter.entry | {"mode": "replay", "replay_of": number}
        self._send(Letter(letter.firm, letter.subscription, letter.url, letter.body, letter.signature, again))

    def clear(self) -> None:
        """Nothing under way, nothing remembered, and normal again."""
        with self._lock:
            for courier in self._couriers.values():
                courier.stop()
            self._couriers.clear()
            self.letters.clear()
            self.mode, self.seconds = MODES[0], 0.0


class Courier(Thread):
    """Takes letters to one address, in the order in which they are due."""

    def __init__(self, called: Called) -> None:
        super().__init__(name="sandbox post", daemon=True)
        self._called = called
        self._bag: list[tuple[float, int, Letter]] = []
        self._change = Condition()
        self._taken = 0
        self._done = False

    def take(self, letter: Letter, seconds: float = 0.0) -> None:
        with self._change:
            self._taken += 1
            heappush(self._bag, (time.monotonic() + seconds, self._taken, letter))
            self._change.notify()

    def stop(self) -> None:
        with self._change:
            self._done = True
            self._change.notify()

    def run(self) -> None:
        while (letter := self._next()) is not None:
            again = _deliver(letter)
            if not self._done:
                self._called(letter.firm, letter.subscription)
            if again:
                self.take(letter, PAUSE * 2 ** (letter.entry["tries"] - 1))

    def _next(self) -> Letter | None:
        """The next letter when it is due; None at the end."""
        with self._change:
            while not self._done:
                wait = self._bag[0][0] - time.monotonic() if self._bag else None
                if wait is not None and wait <= 0:
                    return heappop(self._bag)[2]
                self._change.wait(wait)
        return None


def _deliver(letter: Letter) -> bool:
    """Whether to try again."""
    entry = letter.entry
    try:
        status, error = _call(letter), None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        status, error = None, str(problem) or type(problem).__name__
    entry.update(status=status, error=error, tries=entry["tries"] + 1)
    return not (status and 200 <= status < 300) and entry["tries"] < TRIES


def _call(letter: Letter) -> int:
    address = urlsplit(letter.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(address.hostname), address.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "X-Signature": letter.signature}
    try:
        connection.request(
            "POST", (address.path or "/") + (f"?{address.query}" if address.query else ""), letter.body, headers
        )
        return connection.getresponse().status
    finally:
        with suppress(OSError):
            connection.close()
