"""The tokens in Plannr's answer to an exchange, or why there are none. Nothing of the answer is quoted.

Its fields have been seen in use; the refusals are assumed to be those of the OAuth server inside Laravel Passport.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from plannr_api.decoding.lenient import Unreadable, loads
from plannr_api.decoding.sanitise import clean_json
from plannr_api.errors import BrokenAnswer, OAuthRefused, PlannrError
from plannr_api.transport.auth import one_word
from plannr_api.transport.calls import Answer

LONGEST = 1e9
"""Seconds, some 31 years: the longest lifetime of a token, so that dates can be calculated with it."""

_CODES = {
    *("access_denied", "account_selection_required", "consent_required", "interaction_required", "login_required"),
    *("invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client"),
    *("server_error", "temporarily_unavailable", "unsupported_grant_type", "unsupported_response_type"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What Plannr gave: the access token, for a `BearerToken` or `RenewableToken`, and the one to exchange it with.

    `refresh` is None when there is none. `expires_in` is seconds from now, None when Plannr did not say.
    """

    access: str
    refresh: str | None
    expires_in: float | None

    def __repr__(self) -> str:
        return "Tokens(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens are not pickled.")


def read_tokens(answer: Answer, refresh_token: str | None) -> Tokens | PlannrError:
    """Tokens, or OAuthRefused when the answer is a refusal beyond doubt: 400 or 401, in JSON, with a word for it."""
    fields = _object_in(answer.body)
    if answer.status in (400, 401) and fields.get("error") and isinstance(fields["error"], str):
        return _refusal(answer.status, fields, refresh_token)
    tokens = _tokens_in(fields, refresh_token) if answer.status < 300 else None
    message = "Plannr's answer to an exchange of tokens could not be used."
    return tokens or BrokenAnswer(message, status=answer.status, applied=answer.doubt)


def _object_in(body: bytes) -> dict[str, Any]:
    """The JSON object in it without nulls, {} when there is none: oauthlib alone would read other things as well."""
    try:
        value = loads(clean_json(body))
    except Unreadable:
        return {}
    return {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else {}


def _refusal(status: int, fields: Mapping[str, Any], refresh_token: str | None) -> OAuthRefused:
    code = "unknown"
    try:
        WebApplicationClient("").parse_request_body_response(json.dumps({"error": fields["error"]}))
    except OAuth2Error as refusal:
        code = code_of(refusal)
    if refresh_token and (status, code) == (401, "invalid_request"):
        code = "invalid_grant"  # how older versions of the server inside Passport refuse a refresh token
    return OAuthRefused(code=code, status=status)


def _tokens_in(fields: Mapping[str, Any], refresh_token: str | None) -> Tokens | None:
    """oauthlib reads the texts. The lifetime is read here: one that oauthlib cannot read would lose the tokens."""
    texts = {name: fields[name] for name in ("access_token", "refresh_token", "token_type", "error") if name in fields}
    try:
        found = WebApplicationClient("").parse_request_body_response(json.dumps(texts))
    except OAuth2Error:
        return None
    access, refresh = one_word(found["access_token"]), one_word(found.get("refresh_token") or refresh_token)
    bearer = str(found.get("token_type", "Bearer")).casefold() == "bearer"
    if not access or not bearer or (found.get("refresh_token") and not refresh):
        return None
    return Tokens(access, refresh, _seconds(fields.get("expires_in")))


def _seconds(value: object) -> float | None:
    """A lifetime above 0, as a number or as text; None when it makes no sense."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return min(seconds, LONGEST) if seconds > 0 else None


def code_of(refusal: OAuth2Error) -> str:
    """One of OAuth's words. Whatever else was sent is not passed on, as it may be anything."""
    return refusal.error if refusal.error in _CODES else "unknown"
