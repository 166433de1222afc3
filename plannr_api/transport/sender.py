"""The only module that knows requests and urllib3: one session, one deadline per call, retries for reads, a byte cap.

urllib3's own retries stay off: they sleep past a deadline, repeat writes, and never retry a body that breaks off.

Whatever goes wrong below comes out as a `PlannrError`, raised away from the original exception: that one holds the
request, and the request holds the token.
"""

from __future__ import annotations

import random
import socket
import time
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from plannr_api.errors import BrokenAnswer, PlannrError, RateLimited, Unauthorised, Unreachable
from plannr_api.transport.auth import Auth
from plannr_api.transport.calls import Answer, Call, Timeouts
from plannr_api.transport.deadline import Attempt
from plannr_api.transport.error_mapping import error_of
from plannr_api.transport.rate import RateBudget, retry_after

BODY_CAP = 16 * 1024 * 1024
"""Bytes of a decoded body; a page of 500 cases is about 1.5 MB."""

PAUSE = 0.4
"""Seconds, at most, before the second retry of a read; half of it before the first. Random, so that retries spread."""

LONGEST_PAUSE = 2.0
"""Seconds a read may sit out for a Retry-After; a longer one is left to the caller."""

_FAULTS = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


class Transport:
    """Sends calls; safe to share between threads, which share up to 32 pooled connections."""

    def __init__(
        self, auth: Auth, rate: RateBudget, timeouts: Timeouts, proxy: str | None, ca_bundle: str | None
    ) -> None:
        self._auth, self._rate, self._timeouts = auth, rate, timeouts
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = ca_bundle or True
        self._session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(pool_connections=4, pool_maxsize=32, pool_block=False)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def send(self, call: Call) -> Answer:
        """One call within its deadline, repeated as the two methods below say. Raises PlannrError."""
        read = call.method == "GET"
        outcome = self._signed(
            call, time.monotonic() + (self._timeouts.deadline_read if read else self._timeouts.deadline_write)
        )
        if isinstance(outcome, PlannrError):
            raise outcome
        return outcome

    def _signed(self, call: Call, until: float) -> Answer | PlannrError:
        """The call, and once more after a 401 if there is another token by then: a 401 applies nothing."""
        signed = self._auth(call.copy())
        outcome = self._insisted(signed, until)
        if isinstance(outcome, Unauthorised) and self._auth.renewed(signed):
            outcome = self._insisted(self._auth(call.copy()), until)
        return outcome

    def _insisted(self, call: Call, until: float) -> Answer | PlannrError:
        """A read is tried up to three times, a write once."""
        tries = 3 if call.method == "GET" else 1
        while True:
            outcome = self._attempt(call, until)
            tries -= 1
            pause = None if isinstance(outcome, Answer) else _pause_before_next(outcome, tries)
            if pause is None or time.monotonic() + pause >= until:
                return outcome
            time.sleep(pause)

    def _attempt(self, call: Call, until: float) -> Answer | PlannrError:
        """One try. The error is returned, not raised, so that it refers to no object of requests."""
        if time.monotonic() >= until:
            return Unreachable("Plannr took too long.", slow=True, sent=False)
        with Attempt(until) as attempt:
            try:
                answer = self._exchange(call, attempt)
            except _FAULTS as fault:
                return _translated(fault, call, attempt)
            except _TooMuch:
                return BrokenAnswer("Plannr's answer was far too long.", applied=call.doubt)
        if attempt.cut:
            return Unreachable("Plannr took too long.", slow=True, applied=call.doubt)
        return answer

    def _exchange(self, call: Call, attempt: Attempt) -> Answer | PlannrError:
        request = requests.Request(call.method, call.url, call.headers, params=call.params, data=call.body)
        prepared = self._session.prepare_request(request)
        waits = (attempt.left(self._timeouts.connect), attempt.left(self._timeouts.read))
        with self._session.send(prepared, stream=True, timeout=waits, allow_redirects=False) as response:
            self._rate.update_from(response.headers)
            body = _whole_body(response)
            if 200 <= response.status_code < 300 or response.status_code in call.refusals:
                return Answer(response.status_code, body, call.doubt)
            pause = retry_after(response.headers.get("Retry-After"))
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            self._rate.refused()
        return error_of(response.status_code, body, pause, call.doubt, self._auth.hide)


def _pause_before_next(fault: PlannrError, tries: int) -> float | None:
    """Seconds before the next try: as Plannr said, else short and random. None when the fault is to be raised."""
    if not tries or not isinstance(fault, Unreachable | RateLimited):
        return None
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= LONGEST_PAUSE else None
    return None if isinstance(fault, RateLimited) else random.uniform(0, PAUSE / tries)  # noqa: S311


def _whole_body(response: requests.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        size += len(chunk)
        if size > BODY_CAP:
            raise _TooMuch
        chunks.append(chunk)
    return b"".join(chunks)


def _translated(fault: Exception, call: Call, attempt: Attempt) -> PlannrError:
    applied = call.doubt if attempt.sent else False
    if isinstance(fault, requests.exceptions.ContentDecodingError):
        return BrokenAnswer("Plannr's answer could not be unpacked.", applied=applied)
    slow = attempt.cut or _ran_out_of_time(fault)
    message = "Plannr took too long." if slow else "The connection to Plannr failed."
    return Unreachable(message, slow=slow, sent=attempt.sent, applied=applied)


def _ran_out_of_time(fault: Exception) -> bool:
    """requests tells a time-out in the body only by what it wraps."""
    return isinstance(fault, requests.Timeout | TimeoutError) or any(
        isinstance(cause, ReadTimeoutError | TimeoutError) for cause in fault.args
    )


class _TooMuch(Exception):
    """The body is over the cap."""


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer redirects: requests would otherwise read its whole body, uncapped, to look where it leads."""


class _Watched(HTTPConnection):
    """Tells the attempt under way when a socket opens and when bytes begin to leave."""

    def _new_conn(self) -> socket.socket:
        """Connect to the first address that answers, all of them together within the attempt."""
        fault: Exception = NewConnectionError(self, "no address")
        try:
            addresses = socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from None
        for family, kind, protocol, _, address in addresses:
            wire = socket.socket(family, kind, protocol)
            try:
                self._open(wire, address)
                return wire
            except TimeoutError:
                fault = ConnectTimeoutError(self, "connecting took too long")
            except OSError:
                fault = NewConnectionError(self, "refused")
            wire.close()
        raise fault

    def _open(self, wire: socket.socket, address: Any) -> None:
        attempt = Attempt.current()
        if attempt.cut:
            raise TimeoutError
        for option in self.socket_options or ():
            wire.setsockopt(*option)
        wire.settimeout(attempt.left(self.timeout))
        wire.connect(address)
        attempt.watch(wire)

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        attempt = Attempt.current()
        attempt.watch(self.sock)
        attempt.sent = True
        super().endheaders(*args, **kwargs)


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class _Adapter(HTTPAdapter):
    """Uses the watched connections, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
        return manager
