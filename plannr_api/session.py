"""The session of one account with Plannr: one `request()`, and the reading of its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from plannr_api.arguments import Id, encoded, identifier, origin, request_id
from plannr_api.decoding.envelope import Page, read_nothing, read_one
from plannr_api.decoding.lenient import Unreadable
from plannr_api.errors import BrokenAnswer
from plannr_api.transport.auth import Auth
from plannr_api.transport.calls import HEADERS, Answer, Call, Timeouts
from plannr_api.transport.rate import RateBudget
from plannr_api.transport.sender import Transport

T = TypeVar("T")
S = TypeVar("S", bound=Struct)
Several = Callable[[Callable[[int], Page], Iterable[int]], Iterable[Page]]


class Session:
    """What every resource is asked through. Its arguments are those of `Plannr`."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth,
        account: Id | None,
        timeouts: Timeouts,
        proxy: str | None,
        ca_bundle: str | None,
        several: Several,
    ) -> None:
        self.several = several
        self._base_url = origin(base_url)
        self._headers = HEADERS | {"Content-Type": "application/json"}
        if account is not None:
            self._headers["X-PLANNR-ACCOUNT-UUID"] = identifier(account)
        self.rate = RateBudget()
        self._transport = Transport(auth, self.rate, timeouts, proxy, ca_bundle)

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        request_id: str | None = None,
    ) -> Answer:
        """One call: the whole 2xx answer, its body unread. Reads are tried up to three times, writes once.

        request_id is sent as `X-Request-Id`; Plannr is assumed to pass it over.
        """
        headers = self._headers | ({"X-Request-Id": _checked(request_id)} if request_id is not None else {})
        content = None if body is None else encoded(body)
        return self._transport.send(Call(method, self._base_url + path, dict(params or {}), headers, content))

    def read(self, path: str, reader: Callable[[bytes], T], params: Mapping[str, str] | None = None) -> T:
        """GET, understood by `reader`."""
        answer = self.request("GET", path, params=params)
        return self.understood(lambda: reader(answer.body))

    def read_one(self, path: str, kind: type[S]) -> S:
        """GET one object, bare or wrapped in `data`."""
        return self.read(path, lambda body: read_one(body, kind))

    def write(
        self, method: str, path: str, kind: type[S], body: Mapping[str, object], request_id: str | None = None
    ) -> S:
        """Write, and read the object that comes back. An unusable answer leaves `.applied` None."""
        answer = self.request(method, path, body=body, request_id=request_id)
        return self.understood(lambda: read_one(answer.body, kind), answer)

    def do(
        self, method: str, path: str, body: Mapping[str, object] | None = None, request_id: str | None = None
    ) -> None:
        """Write where no particular answer is promised: an empty body or any JSON will do."""
        answer = self.request(method, path, body=body, request_id=request_id)
        self.understood(lambda: read_nothing(answer.body), answer)

    def understood(self, reading: Callable[[], T], answer: Answer | None = None) -> T:
        """What `reading` makes of an answer; BrokenAnswer, naming the path but no content, when it cannot."""
        try:
            return reading()
        except Unreadable as fault:
            message = f"Plannr's answer could not be read: {fault}."
        status, applied = (answer.status, answer.doubt) if answer else (200, False)
        raise BrokenAnswer(message, status=status, applied=applied)


_checked = request_id
