"""The client: one `request()`, and a room for each resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from msgspec import Struct

from plannr_api.accounts import Accounts
from plannr_api.arguments import Id, encoded, identifier, origin, request_id
from plannr_api.auth import Auth
from plannr_api.calls import HEADERS, Answer, Call, Timeouts
from plannr_api.case_types import CaseTypes
from plannr_api.cases import Cases
from plannr_api.decoding import Page, read_nothing, read_one
from plannr_api.employees import Employees
from plannr_api.errors import BrokenAnswer
from plannr_api.groups import Groups
from plannr_api.logins import Logins
from plannr_api.mending import Unreadable
from plannr_api.notes import Notes
from plannr_api.plans import Plans
from plannr_api.rate import RateBudget
from plannr_api.statuses import Statuses
from plannr_api.tasks import Tasks
from plannr_api.transport import Transport
from plannr_api.webhooks import Webhooks

T = TypeVar("T")
S = TypeVar("S", bound=Struct)
Several = Callable[[Callable[[int], Page], Iterable[int]], Iterable[Page]]


class Plannr:
    """Plannr's API on behalf of one account. Safe to share between threads; close it when done.

    base_url: `https://api.plannrcrm.com` (documented), or that of a stand-in. auth: a `BearerToken`,
    or a `RenewableToken` for one that is exchanged while in use.
    account: the account's uuid, sent as `X-PLANNR-ACCOUNT-UUID` with every call; only `logins` works without it.
    proxy, ca_bundle: used only when given here; nothing is read from the environment, nor from a .netrc.
    several: how the further pages of a list are asked for, once the first has said how many there are. It is called as
        `map` is, which asks for one after another; one that runs some of them in threads reads a long list sooner.

    Every call raises `PlannrError` (see `plannr_api.errors`) or, for an impossible argument, ValueError.
    `.rate` is a `RateBudget`, kept up to date by every answer.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth,
        account: Id | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a tuple, never changed
        proxy: str | None = None,
        ca_bundle: str | None = None,
        several: Several = map,
    ) -> None:
        self.several = several
        self._base_url = origin(base_url)
        self._headers = HEADERS | {"Content-Type": "application/json"}
        if account is not None:
            self._headers["X-PLANNR-ACCOUNT-UUID"] = identifier(account)
        self.rate = RateBudget()
        self._transport = Transport(auth, self.rate, timeouts, proxy, ca_bundle)
        self.cases = Cases(self)
        self.statuses = Statuses(self)
        self.types = CaseTypes(self)
        self.tasks = Tasks(self)
        self.notes = Notes(self)
        self.plans = Plans(self)
        self.accounts = Accounts(self)
        self.employees = Employees(self)
        self.groups = Groups(self)
        self.logins = Logins(self)
        self.webhooks = Webhooks(self)

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.close()

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
