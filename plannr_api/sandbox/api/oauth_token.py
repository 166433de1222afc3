"""/oauth/token: exchanges a code, and later a refresh token, for an access token.

Its form, and access_token, refresh_token and expires_in in the answer, have been seen in use. Errors are those of the
OAuth2 server inside Laravel Passport; codes that work once and for ten minutes, PKCE, and a refresh token that is
replaced when it is used are assumed from the same place.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from ..protocol.errors import Refusal
from ..protocol.http import Answer, Request
from ..protocol.serializers import dump
from ..state.clock import stored
from ..state.records import Json
from ..world import World
from .authentication import good

HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_SENTENCES = {
    "invalid_grant": "The provided authorization grant (e.g., authorization code, resource owner credentials) or "
    "refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization "
    "request, or was issued to another client.",
    "invalid_client": "Client authentication failed",
    "invalid_request": "The request is missing a required parameter, includes an invalid parameter value, includes a "
    "parameter more than once, or is otherwise malformed.",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization server.",
}
Form = dict[str, str]


def answer(world: World, request: Request) -> Answer:
    sent = request.form
    grant = _GRANTS.get(sent.get("grant_type", ""))
    if grant is None:
        raise _refused("unsupported_grant_type")
    _check_client(world, sent)
    return grant(world, request, sent)


def _refused(error: str, hint: str | None = None) -> Refusal:
    body = {"error": error, "error_description": _SENTENCES[error], "message": _SENTENCES[error]}
    return Refusal(401 if error == "invalid_client" else 400, body | ({"hint": hint} if hint else {}), HEADERS)


def _given(sent: Form, name: str) -> str:
    if not sent.get(name):
        raise _refused("invalid_request", f"Check the `{name}` parameter")
    return sent[name]


def _check_client(world: World, sent: Form) -> None:
    client = world.state.access.clients.get(_given(sent, "client_id"))
    secret = sent.get("client_secret", "")
    if client is None or not compare_digest(client["client_secret"].encode(), secret.encode()):
        raise _refused("invalid_client")


def _by_code(world: World, request: Request, sent: Form) -> Answer:
    """Only success uses the code up. A second use revokes all tokens that began with it."""
    code = world.state.access.codes.get(_given(sent, "code"))
    if code is None or code["client"] != sent["client_id"]:
        raise _refused("invalid_grant")
    request.person = code["person"]
    if code["used"]:
        world.change({"do": "revoke", "code": code["code"]})
    if code["used"] or not good(code):
        raise _refused("invalid_grant")
    if _given(sent, "redirect_uri") != code["redirect_uri"]:
        raise _refused("invalid_request", "Invalid redirect URI")
    _check_verifier(code["challenge"], sent.get("code_verifier"))
    return _issue(world, code, [], renewed=True)


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    if challenge is None and verifier is not None:
        raise _refused("invalid_request", "code_verifier received when no code_challenge is present")
    if challenge is not None and not compare_digest(challenge, _s256(verifier or "")):
        raise _refused("invalid_grant", "Failed to verify `code_verifier`.")


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _by_refresh(world: World, request: Request, sent: Form) -> Answer:
    given = _given(sent, "refresh_token")
    refresh = world.state.access.refreshes.get(given)
    if refresh is None or refresh["client"] != sent["client_id"]:
        raise _refused("invalid_grant", "Token has been revoked")
    request.person = refresh["person"]
    if not good(refresh):
        raise _refused("invalid_grant", "Token has been revoked")
    if world.dialects["refresh"] == "keep":
        return _issue(world, refresh, [], renewed=False)
    return _issue(world, refresh, [given, refresh["access"]], renewed=True)


def _issue(world: World, grant: Json, instead_of: list[str], renewed: bool) -> Answer:
    """A new access token, and when `renewed` a refresh token with it."""
    access, refresh = secrets.token_urlsafe(64), secrets.token_urlsafe(96)
    seconds = world.dialects["access_seconds"]
    record = {name: grant[name] for name in ("person", "account", "client", "code")} | {"dead": False}
    until = stored(datetime.now(UTC) + timedelta(seconds=seconds))
    change: Json = {
        "do": "issue",
        "code": grant["code"],
        "instead_of": instead_of,
        "tokens": {access: record | {"until": until}},
        "refreshes": {refresh: record | {"until": None, "access": access}} if renewed else {},
    }
    world.change(change)
    body = {"token_type": "Bearer", "expires_in": seconds, "access_token": access}
    return Answer(body=dump(body | ({"refresh_token": refresh} if renewed else {})), headers=dict(HEADERS))


_GRANTS: dict[str, Callable[[World, Request, Form], Answer]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh,
}
