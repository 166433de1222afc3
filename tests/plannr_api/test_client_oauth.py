"""Signing in, and exchanging tokens: what is sent, what is refused, and what is never taken for a refusal."""

import base64
import copy
import hashlib
import os
import pickle
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from plannr_api import BrokenAnswer, OAuth, OAuthRefused, PlannrError, RateLimited, Timeouts, Tokens, Unreachable
from tests.plannr_api.scripted_peer import HASTY, PATIENT, Peer, Stopwatch, packed
from tests.plannr_api.test_client_transport import SLACK

BACK = "http://localhost:8000/sign-in/back"
STATE, VERIFIER = "st4te-of-this-browser", "v" * 128
HOME = f"code=the%2Bcode&state={STATE}"
GIVEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "access-1", "refresh_token": "refresh-1"}


def app(url: str, timeouts: Timeouts = PATIENT) -> OAuth:
    return OAuth(url, client_id="board", client_secret="s3cret&=", redirect_uri=BACK, timeouts=timeouts)


@pytest.fixture
def oauth(peer: Peer) -> Iterator[OAuth]:
    oauth = app(peer.url)
    yield oauth
    oauth.close()


def finish(oauth: OAuth) -> Tokens:
    return oauth.finish(HOME, state=STATE, verifier=VERIFIER)


def refresh(oauth: OAuth) -> Tokens:
    return oauth.refresh("old-refresh")


both = pytest.mark.parametrize("exchange", [finish, refresh])
Exchange = Callable[[OAuth], Tokens]


def form(peer: Peer) -> dict[str, str]:
    """What was sent, exactly once, as a form."""
    (asked,) = peer.asked
    assert (asked.method, asked.target) == ("POST", "/oauth/token")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["accept"] == "application/json"
    assert "authorization" not in asked.headers
    return dict(parse_qsl(asked.body.decode(), strict_parsing=True))


# Setting out


def test_a_browser_is_sent_out_with_state_and_a_challenge_and_nothing_is_asked_yet(peer: Peer, oauth: OAuth) -> None:
    begun = oauth.begin()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    assert begun.url.startswith(f"{peer.url}/oauth/authorize?")
    assert dict(parse_qsl(urlsplit(begun.url).query)) == {
        "response_type": "code",
        "client_id": "board",
        "redirect_uri": BACK,
        "scope": "*",
        "state": begun.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert begun.verifier not in begun.url
    assert peer.asked == []


def test_no_two_browsers_are_sent_out_with_the_same_secrets(oauth: OAuth) -> None:
    begun = [oauth.begin() for _ in range(50)]
    assert len({each.state for each in begun}) == len({each.verifier for each in begun}) == 50
    assert all(len(each.state) >= 22 and len(each.verifier) >= 43 for each in begun)


@pytest.mark.parametrize("prompt", ["login", "consent", "none"])
def test_plannr_can_be_asked_to_ask_again(oauth: OAuth, prompt: str) -> None:
    assert dict(parse_qsl(urlsplit(oauth.begin(prompt=prompt).url).query))["prompt"] == prompt


@pytest.mark.parametrize(
    "url", ["https://api.plannrcrm.com", "http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "HTTPS://x/sub/"]
)
def test_a_browser_is_sent_where_it_was_configured(url: str) -> None:
    assert app(url).begin().url.startswith(url.rstrip("/") + "/oauth/authorize?")
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ


@pytest.mark.parametrize(
    "url",
    [
        "http://api.plannrcrm.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil",
        "http://10.0.0.1",
        "ftp://x",
    ],
)
def test_no_secret_goes_over_plain_http_but_to_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        app(url)


@pytest.mark.parametrize("back", ["", "/back", "javascript:alert(1)", "https://x/#part", "https://x/a b", "https:///x"])
def test_a_way_back_is_a_whole_url(back: str) -> None:
    with pytest.raises(ValueError, match="address"):
        OAuth("https://x", client_id="board", client_secret="s", redirect_uri=back)


@pytest.mark.parametrize("named", [{"client_id": ""}, {"client_secret": ""}])
def test_an_app_without_a_name_or_a_secret_is_none(named: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="client_secret"):
        OAuth("https://x", **({"client_id": "board", "client_secret": "s", "redirect_uri": BACK} | named))


# Coming back


def test_a_code_is_exchanged_in_one_form(peer: Peer, oauth: OAuth) -> None:
    peer.answers(GIVEN)
    assert finish(oauth) == Tokens("access-1", "refresh-1", 3600.0)
    assert form(peer) == {
        "grant_type": "authorization_code",
        "client_id": "board",
        "client_secret": "s3cret&=",
        "redirect_uri": BACK,
        "code": "the+code",
        "code_verifier": VERIFIER,
    }


NOT_OURS = {
    "another state": "code=c&state=other",
    "no state": "code=c",
    "an empty state": "code=c&state=",
    "half of it": f"code=c&state={STATE[:-1]}",
    "more than it": f"code=c&state={STATE}x",
    "another case": f"code=c&state={STATE.upper()}",
    "not ASCII": "code=c&state=%C3%A9",
    "broken bytes": "code=c&state=%ff%fe",
    "raw bytes": f"code=c&state={STATE}&x=é",
    "two states": f"code=c&state={STATE}&state=other",
    "two states, ours last": f"code=c&state=other&state={STATE}",
    "two codes": f"code=c&code=d&state={STATE}",
    "no code": f"state={STATE}",
    "an empty code": f"code=&state={STATE}",
    "nothing": "",
    "a heap": f"code=c&state={STATE}&" + "a=b&" * 60,
    "far too long": f"code={'c' * 9000}&state={STATE}",
    "no from a stranger": "error=access_denied&state=other",
    "a stranger's words": "error=access_denied",
}


@pytest.mark.parametrize("kind", NOT_OURS)
def test_a_way_back_that_is_not_ours_is_refused_and_nothing_is_sent(peer: Peer, oauth: OAuth, kind: str) -> None:
    peer.answers(GIVEN)
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(NOT_OURS[kind], state=STATE, verifier=VERIFIER)
    assert (caught.value.code, caught.value.sent, caught.value.applied) == ("state", False, False)
    assert peer.asked == []


@pytest.mark.parametrize(("state", "verifier"), [("", VERIFIER), (STATE, ""), ("\ud800", VERIFIER)])
def test_a_browser_that_was_never_sent_out_is_refused(peer: Peer, oauth: OAuth, state: str, verifier: str) -> None:
    peer.answers(GIVEN)
    for query in (HOME, "code=c", "code=c&state=", "code=c&state=%ed%a0%80"):
        with pytest.raises(OAuthRefused) as caught:
            oauth.finish(query, state=state, verifier=verifier)
        assert caught.value.code == "state"
    assert peer.asked == []


def test_the_state_is_compared_in_constant_time(oauth: OAuth, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr("plannr_api.oauth.compare_digest", lambda one, other: compared.append((one, other)))
    with pytest.raises(OAuthRefused):
        oauth.finish("code=c&state=other", state=STATE, verifier=VERIFIER)
    assert compared == [(b"other", STATE.encode())]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("access_denied", "access_denied"),
        ("login_required", "login_required"),
        ("server_error", "server_error"),
        ("missing_token", "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_a_no_is_told_by_its_code_and_nothing_is_sent(peer: Peer, oauth: OAuth, said: str, code: str) -> None:
    query = urlencode({"error": said, "error_description": "Bad <b>words</b>", "state": STATE, "code": "c"})
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(query, state=STATE, verifier=VERIFIER)
    assert (caught.value.code, caught.value.words, caught.value.sent) == (code, "", False)
    assert caught.value.permanent is (code != "server_error")
    assert peer.asked == []


# Exchanging


def test_a_refresh_token_is_exchanged_in_one_form(peer: Peer, oauth: OAuth) -> None:
    peer.answers(GIVEN)
    assert refresh(oauth) == Tokens("access-1", "refresh-1", 3600.0)
    assert form(peer) == {
        "grant_type": "refresh_token",
        "client_id": "board",
        "client_secret": "s3cret&=",
        "refresh_token": "old-refresh",
    }


@pytest.mark.parametrize("said", [{}, {"refresh_token": None}, {"refresh_token": ""}])
def test_a_refresh_token_is_kept_when_plannr_names_no_other(peer: Peer, oauth: OAuth, said: dict[str, Any]) -> None:
    peer.answers({"access_token": "access-2", **said})
    assert refresh(oauth) == Tokens("access-2", "old-refresh", None)
    assert finish(oauth) == Tokens("access-2", None, None)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *[(3600, 3600), ("3600", 3600), (59.5, 59.5), (10**30, 1e9), (float("inf"), 1e9), ("9" * 5000, 1e9)],
        *[(0, None), (-5, None), (float("nan"), None), ("soon", None), (None, None), (True, None), ([], None)],
    ],
)
def test_a_lifetime_that_makes_no_sense_costs_nobody_their_tokens(
    peer: Peer, oauth: OAuth, said: object, seconds: float | None
) -> None:
    peer.answers({**GIVEN, "expires_in": said, "expires_at": [], "scope": 5})
    assert refresh(oauth) == Tokens("access-1", "refresh-1", seconds)


@pytest.mark.parametrize("kind", [None, "bearer", "BEARER"])
def test_a_bearer_token_may_be_called_so_or_not_at_all(peer: Peer, oauth: OAuth, kind: str | None) -> None:
    peer.answers({**GIVEN, "token_type": kind})
    assert finish(oauth).access == "access-1"


@pytest.mark.parametrize("token", ["", " ", "two words", "x\ny", "\x00", "é"])
def test_what_cannot_be_a_refresh_token_is_not_sent(peer: Peer, oauth: OAuth, token: str) -> None:
    with pytest.raises(ValueError, match="token is one word"):
        oauth.refresh(token)
    assert peer.asked == []


@both
@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (400, "invalid_grant", "invalid_grant"),
        (401, "invalid_grant", "invalid_grant"),
        (401, "invalid_client", "invalid_client"),
        (400, "unsupported_grant_type", "unsupported_grant_type"),
        (400, "invalid_request", "invalid_request"),
        (400, "state", "unknown"),
        (400, "Ünheard of", "unknown"),
    ],
)
def test_a_refusal_is_told_by_its_code(
    peer: Peer, oauth: OAuth, exchange: Exchange, status: int, said: str, code: str
) -> None:
    peer.answers({"error": said, "error_description": "Words.", "message": "Words.", "hint": "Words."}, status)
    with pytest.raises(OAuthRefused) as caught:
        exchange(oauth)
    error = caught.value
    assert (error.code, error.status, error.applied, error.sent, error.words) == (code, status, False, True, "")
    assert len(peer.asked) == 1


def test_an_older_server_refuses_a_refresh_token_in_its_own_way(peer: Peer, oauth: OAuth) -> None:
    peer.answers({"error": "invalid_request", "message": "The refresh token is invalid."}, 401)
    for exchange, code in ((refresh, "invalid_grant"), (finish, "invalid_request")):
        with pytest.raises(OAuthRefused) as caught:
            exchange(oauth)
        assert caught.value.code == code


NO_REFUSAL: dict[str, bytes] = {
    "500 with a word": packed({"error": "invalid_grant"}, 500),
    "503 with a word": packed({"error": "invalid_grant"}, 503),
    "502 in HTML": packed(b"<html>invalid_grant</html>", 502),
    "400 in HTML": packed(b"<html>invalid_grant</html>", 400),
    "401 in HTML": packed(b"<html>Sign in to this hotel</html>", 401),
    "401 without a word": packed({"message": "Unauthenticated."}, 401),
    "401 with an empty word": packed({"error": ""}, 401),
    "401 with no word but a thing": packed({"error": {"code": "invalid_grant"}}, 401),
    "401 as a form": packed(b"error=invalid_grant", 401),
    "400 broken off": packed(b'{"error": "invalid_grant"', 400),
    "403 with a word": packed({"error": "invalid_grant"}, 403),
    "404": packed({"message": "Not Found"}, 404),
    "422": packed({"message": "x", "errors": {"code": ["x"]}}, 422),
    "302": packed(status=302, headers={"Location": "/login"}),
    "200 in HTML": packed(b"<!DOCTYPE html><html>"),
    "200 as a form": packed(b"access_token=a&refresh_token=b&token_type=Bearer"),
    "200 with a word": packed({"error": "invalid_grant"}),
    "200 with a word and tokens": packed({**GIVEN, "error": "invalid_grant"}),
    "200 with a thing for a word": packed({**GIVEN, "error": ["invalid_grant"]}),
    "200 with nothing": packed(b""),
    "200 with {}": packed({}),
    "200 with a list": packed([GIVEN]),
    "200 broken off": packed(b'{"access_token": "a"'),
    "200 too deep": packed(b"[" * 100_000),
    "200 as MAC": packed({**GIVEN, "token_type": "mac"}),
    "a token that is a number": packed({**GIVEN, "access_token": 5}),
    "a token that is a list": packed({**GIVEN, "access_token": ["a"]}),
    "an empty token": packed({**GIVEN, "access_token": ""}),
    "a token of two lines": packed({**GIVEN, "access_token": "a\r\nX-Evil: 1"}),
    "a token with an accent": packed({**GIVEN, "access_token": "é"}),
    "a refresh token of two words": packed({**GIVEN, "refresh_token": "a b"}),
    "a refresh token that is a number": packed({**GIVEN, "refresh_token": 5}),
}


@both
@pytest.mark.parametrize("kind", NO_REFUSAL)
def test_a_hiccup_is_never_taken_for_a_refusal(peer: Peer, oauth: OAuth, kind: str, exchange: Exchange) -> None:
    peer.sends(NO_REFUSAL[kind])
    with pytest.raises((BrokenAnswer, Unreachable)) as caught:
        exchange(oauth)
    assert (caught.value.sent, caught.value.applied, caught.value.words) == (True, None, "")
    assert len(peer.asked) == 1


@both
def test_too_many_is_too_many(peer: Peer, oauth: OAuth, exchange: Exchange) -> None:
    peer.answers({"error": "invalid_grant"}, 429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimited) as caught:
        exchange(oauth)
    assert (caught.value.retry_after, len(peer.asked)) == (7, 1)


@both
def test_a_lost_answer_is_unknown_and_not_asked_for_again(peer: Peer, oauth: OAuth, exchange: Exchange) -> None:
    peer.resets()
    with pytest.raises(Unreachable) as caught:
        exchange(oauth)
    assert (caught.value.sent, caught.value.applied, len(peer.asked)) == (True, None, 1)


@both
def test_a_refused_connection_was_never_sent(exchange: Exchange) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and does not listen; nor can anybody else meanwhile
        with pytest.raises(Unreachable) as caught:
            exchange(app(f"http://127.0.0.1:{deaf.getsockname()[1]}"))
    assert (caught.value.sent, caught.value.applied) == (False, False)


SLOW: dict[str, Callable[[Peer], object]] = {
    "silence": lambda peer: peer.hangs(),
    "drip": lambda peer: peer.drips(packed(GIVEN, headers={"X-Long": "x" * 500}), every=0.02),
    "drip of a body": lambda peer: peer.does(
        lambda wire: (
            wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
            peer._drip(wire, b" " * 900, 0.02),
        )[1]
    ),
    "drip of a refusal": lambda peer: peer.does(
        lambda wire: (
            wire.sendall(b"HTTP/1.1 400 No\r\nContent-Length: 900\r\n\r\n"),
            peer._drip(wire, b'{"error": "invalid_grant"}' + b" " * 900, 0.02),
        )[1]
    ),
}


@both
@pytest.mark.parametrize("kind", SLOW)
def test_a_slow_answer_ends_in_time_and_is_unknown(peer: Peer, kind: str, exchange: Exchange) -> None:
    SLOW[kind](peer)
    with Stopwatch() as watch, pytest.raises(Unreachable) as caught:
        exchange(app(peer.url, HASTY))
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)
    assert watch.seconds < HASTY.deadline_write + SLACK
    assert len(peer.asked) == 1


def test_no_connection_is_kept_for_the_next_exchange(peer: Peer, oauth: OAuth) -> None:
    peer.answers(GIVEN, headers={"Connection": "close"}, keep=False)
    for _ in range(3):
        refresh(oauth)
    assert {asked.headers["connection"] for asked in peer.asked} == {"close"}
    assert peer.connections == 3


# What is handed out


def test_tokens_do_not_change_and_are_neither_pickled_nor_copied() -> None:
    tokens = Tokens("a", "b", 5.0)
    with pytest.raises(AttributeError):
        tokens.access = "c"  # type: ignore[misc]
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(tokens)


def test_a_refusal_is_a_plannr_error_like_the_others() -> None:
    error = OAuthRefused(code="invalid_grant")
    assert isinstance(error, PlannrError)
    assert (error.permanent, str(error)) == (True, "Plannr refused the sign-in.")
