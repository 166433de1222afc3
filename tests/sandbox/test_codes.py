"""Codes against tokens: once, soon, by the app itself, and with all that was agreed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.visitor import APP, CHALLENGE, VERIFIER, Visitor, refused

Meet = Callable[..., Caller]


def test_a_code_is_worth_two_tokens(app: Visitor) -> None:
    reply = app.token(code=app.code())
    assert reply.status == 200
    assert set(reply.json) == {"token_type", "expires_in", "access_token", "refresh_token"}
    assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 3600)
    assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
    assert app.use(reply.json["access_token"]) == 200
    assert app.use(reply.json["refresh_token"]) == 401


def test_json_is_taken_too(app: Visitor, caller: Meet) -> None:
    body = APP | {"grant_type": "authorization_code", "code": app.code()}
    assert caller(app.sandbox, None, None)("POST", "/oauth/token", body).status == 200


def test_a_code_works_once_and_the_second_time_ends_what_it_gave(app: Visitor) -> None:
    code = app.code()
    tokens = app.token(code=code).json
    renewed = app.refresh(tokens["refresh_token"]).json
    other = app.sign_in()
    assert app.use(renewed["access_token"]) == 200
    refused(app.token(code=code), "invalid_grant")
    assert app.use(renewed["access_token"]) == 401
    refused(app.refresh(renewed["refresh_token"]), "invalid_grant")
    assert app.use(other["access_token"]) == 200


def test_a_code_lives_for_ten_minutes(app: Visitor) -> None:
    code = app.code()
    record = app.sandbox.world.state.access.codes[code]
    assert record["until"] > app.sandbox.ledger[-1]["at"]
    record["until"] = app.sandbox.ledger[0]["at"]
    refused(app.token(code=code), "invalid_grant")


def test_a_code_that_was_made_up_is_refused(app: Visitor) -> None:
    refused(app.token(code="made-up"), "invalid_grant")


@pytest.mark.parametrize("redirect_uri", ["http://127.0.0.1:9/signed-in", APP["redirect_uri"] + "/", None])
def test_the_code_comes_with_the_very_address_it_was_sent_to(app: Visitor, redirect_uri: str | None) -> None:
    code = app.code()
    refused(app.token(code=code, redirect_uri=redirect_uri), "invalid_request")
    assert app.token(code=code).status == 200


def test_a_challenge_wants_its_verifier(app: Visitor) -> None:
    code = app.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    for verifier in (None, "", CHALLENGE, VERIFIER + "x"):
        refused(app.token(code=code, code_verifier=verifier), "invalid_grant")
    assert app.token(code=code, code_verifier=VERIFIER).status == 200


def test_a_verifier_without_a_challenge_is_refused(app: Visitor) -> None:
    refused(app.token(code=app.code(), code_verifier=VERIFIER), "invalid_request")


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"client_secret": "wrong"}, {"client_secret": None}])
def test_only_the_app_itself_is_given_tokens(app: Visitor, changed: dict[str, Any]) -> None:
    code = app.code()
    refused(app.token(code=code, **changed), "invalid_client", 401)
    assert app.token(code=code).status == 200


def test_codes_and_refresh_tokens_of_one_app_are_nothing_to_another(app: Visitor) -> None:
    app.sandbox.add_oauth_client("other", "other-secret", APP["redirect_uri"])
    other = {"client_id": "other", "client_secret": "other-secret"}
    code = app.code()
    refused(app.token(code=code, **other), "invalid_grant")
    refresh = app.token(code=code).json["refresh_token"]
    refused(app.token(grant_type="refresh_token", refresh_token=refresh, **other), "invalid_grant")
    assert app.refresh(refresh).status == 200


@pytest.mark.parametrize("kind", [None, "password", "client_credentials"])
def test_other_ways_to_a_token_are_refused(app: Visitor, kind: str | None) -> None:
    refused(app.token(grant_type=kind), "unsupported_grant_type")


@pytest.mark.parametrize("changed", [{"client_id": None}, {}, {"grant_type": "refresh_token"}])
def test_what_is_missing_is_an_invalid_request(app: Visitor, changed: dict[str, Any]) -> None:
    refused(app.token(**changed), "invalid_request")
