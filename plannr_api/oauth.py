"""Signing in with Plannr: OAuth's authorisation code, with PKCE, and the exchange of tokens that follows.

Seen in public code that calls Plannr: both addresses, the scope, and the fields of the exchange. Assumed from Laravel
Passport: PKCE, `prompt`, and the errors. oauthlib knows the protocol; what is sent goes through our own transport.

An error shows, in a log or a report, the variables of every function it has passed. So nothing here raises while it
holds a secret: errors are returned up to the public methods, which let go of their arguments first.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from oauthlib.oauth2 import MissingCodeError, OAuth2Error, WebApplicationClient

from plannr_api.arguments import address, origin
from plannr_api.errors import OAuthRefused, PlannrError
from plannr_api.tokens import Tokens, code_of, read_tokens
from plannr_api.transport.auth import AnyPrepared, Prepared, in_closure, one_word
from plannr_api.transport.calls import HEADERS, Call, Timeouts
from plannr_api.transport.rate import RateBudget
from plannr_api.transport.sender import Transport

AUTHORIZE = "/oauth/authorize"
TOKEN = "/oauth/token"  # noqa: S105 - an address
SCOPE = "*"
"""All rights; no narrower scope is documented."""

_HTTPS = "https://plannr"
"""Given to oauthlib in place of every address; only the query of its result is used.

oauthlib refuses plain http, which a stand-in on this machine uses, and can allow it only for the whole process, by an
environment variable. `_safe` decides instead which addresses may be plain.
"""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REFUSALS = frozenset(range(400, 500)) - {429}


class Begun(NamedTuple):
    """Where to send the browser, and what to keep, on the server and for this browser alone, until it comes back."""

    url: str
    state: str
    verifier: str

    def __repr__(self) -> str:
        return f"Begun({self.url.partition('?')[0]}?•••)"


class OAuth:
    """This app as a client of Plannr's sign-in. Safe to share between threads; close it when done.

    base_url: as for `Plannr`; https, or plain http to this very machine (127.0.0.1, localhost, [::1]) for a stand-in.
    client_id, client_secret, redirect_uri: as Plannr registered them by hand (documented); the last to the letter.
    timeouts, proxy, ca_bundle: as for `Plannr`; `deadline_write` bounds an exchange. Raises ValueError for the rest.
    """

    def __init__(
        self,
        base_url: str,
        *,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a tuple, never changed
        proxy: str | None = None,
        ca_bundle: str | None = None,
    ) -> None:
        self._secret = in_closure(client_secret)
        del client_secret
        if not client_id or not self._secret():
            raise ValueError("An app has a client_id and a client_secret.")
        self._base_url, self._client_id, self._redirect_uri = _safe(base_url), client_id, address(redirect_uri)
        self._transport = Transport(_Unsigned(), RateBudget(), timeouts, proxy, ca_bundle)

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def begin(self, *, prompt: str | None = None) -> Begun:
        """Where to send a browser. Nothing is asked of Plannr yet.

        prompt: "login", "consent" or "none", which Passport is assumed to know.
        """
        client = WebApplicationClient(self._client_id)
        state, verifier = client.state_generator(), client.create_code_verifier(128)
        url = client.prepare_request_uri(
            _HTTPS,
            redirect_uri=self._redirect_uri,
            scope=SCOPE,
            state=state,
            code_challenge=client.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
            prompt=prompt,
        )
        return Begun(f"{self._base_url}{AUTHORIZE}?{urlsplit(url).query}", state, verifier)

    def finish(self, query: str, *, state: str, verifier: str) -> Tokens:
        """The tokens for the code with which a browser came back. A code works once.

        query: the raw query string of the way back. state, verifier: those that `begin` gave for this browser.
        Raises OAuthRefused, and before anything is sent when the query is not an answer to `begin`, or says no.
        Raises PlannrError otherwise, when nobody can know whether the code is used up: begin again.
        """
        outcome = self._finished(query, state, verifier)
        del query, state, verifier
        return _given(outcome)

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for old ones; the refresh token stays the same when Plannr names none (seen in public code).

        Raises OAuthRefused, with "invalid_grant" when it has been revoked or used up, and PlannrError otherwise: then
        `.applied` None means that the old refresh token may, or may not, be used up. It is sent once.
        """
        given = one_word(refresh_token)
        del refresh_token
        if given is None:
            raise ValueError("A token is one word of plain ASCII characters.")
        outcome = self._refreshed(given)
        del given
        return _given(outcome)

    def _finished(self, query: str, state: str, verifier: str) -> Tokens | PlannrError:
        code = _code_in(query, state) if verifier else OAuthRefused(code="state", sent=False)
        if isinstance(code, OAuthRefused):
            return code
        client = WebApplicationClient(self._client_id)
        form = client.prepare_request_body(
            code, self._redirect_uri, code_verifier=verifier, client_secret=self._secret()
        )
        return self._exchanged(form, None)

    def _refreshed(self, refresh_token: str) -> Tokens | PlannrError:
        client = WebApplicationClient(self._client_id)
        form = client.prepare_refresh_body(
            refresh_token=refresh_token, client_id=self._client_id, client_secret=self._secret()
        )
        return self._exchanged(form, refresh_token)

    def _exchanged(self, form: str, refresh_token: str | None) -> Tokens | PlannrError:
        """On a connection that is not pooled: one that closes during the next exchange would put that one in doubt."""
        headers = HEADERS | {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
        call = Call("POST", self._base_url + TOKEN, headers=headers, body=form.encode(), refusals=_REFUSALS)
        try:
            answer = self._transport.send(call)
        except PlannrError as fault:
            return fault.with_traceback(None)
        return read_tokens(answer, refresh_token)


class _Unsigned:
    """These calls carry no token, and Plannr's words about them are dropped: they may echo what was sent."""

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        return request

    def hide(self, text: str, /) -> str:
        return ""

    def renewed(self, request: Prepared, /) -> bool:
        return False


def _safe(base_url: str) -> str:
    base_url = origin(base_url)
    parts = urlsplit(base_url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("Signing in takes https; plain http is for a stand-in on this machine alone.")
    return base_url


def _given(outcome: Tokens | PlannrError) -> Tokens:
    if isinstance(outcome, PlannrError):
        raise outcome
    return outcome


def _code_in(query: str, state: str) -> str | OAuthRefused:
    """The code, if the query is an answer to the `begin` that had this state."""
    parameters = _parameters(query)
    if not state or not compare_digest(_bytes(parameters.get("state", "")), _bytes(state)):
        return OAuthRefused(code="state", sent=False)
    try:
        found = WebApplicationClient("").parse_request_uri_response(f"{_HTTPS}?{urlencode(parameters)}", state)
        return found["code"]
    except MissingCodeError:
        code = "state"
    except OAuth2Error as refusal:
        code = code_of(refusal)
    return OAuthRefused(code=code, sent=False)


def _parameters(query: str) -> dict[str, str]:
    """The parameters of a query; none when one comes twice, or when it is nothing that a browser could have sent."""
    try:
        pairs = parse_qsl(query, max_num_fields=50) if len(query) <= 8192 and query.isascii() else []
    except ValueError:
        return {}
    parameters = dict(pairs)
    return parameters if len(parameters) == len(pairs) else {}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
