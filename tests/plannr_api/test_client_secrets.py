"""A token is nowhere but in the header of a request; what signing in takes, nowhere but in its form and its answer."""

import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote_plus

import pytest

from plannr_api import (
    Auth,
    BearerToken,
    Begun,
    OAuth,
    Plannr,
    PlannrError,
    Rejected,
    RenewableToken,
    Tokens,
    Unauthorised,
)
from plannr_api.transport.calls import Answer, Call
from tests.plannr_api.scripted_peer import CANARY, CASE, HASTY, PATIENT, STATUS, Peer, a_case, client, packed

AUTHS: dict[str, Callable[[], Auth]] = {
    "bearer": lambda: BearerToken(CANARY),
    "renewable": lambda: RenewableToken(lambda: CANARY, lambda spent: False),
    "renewed": lambda: RenewableToken(lambda: CANARY, lambda spent: True),
}

FAULTS = {
    "reset": lambda peer: peer.resets(),
    "hang": lambda peer: peer.hangs(),
    "noise": lambda peer: peer.sends(b"garbage\r\n\r\n"),
    "cut": lambda peer: peer.sends(packed(a_case())[:-3]),
    "html": lambda peer: peer.answers(b"<html>"),
    "gzip": lambda peer: peer.answers(b"x", headers={"Content-Encoding": "gzip"}),
    "redirect": lambda peer: peer.answers(status=302, headers={"Location": "http://other.invalid/"}),
    "echo": lambda peer: peer.answers(
        {"message": f"Bearer {CANARY}?", "errors": {CANARY: [CANARY]}, "error": CANARY}, status=422
    ),
    "echo in a case": lambda peer: peer.answers(a_case(value={"amount": CANARY})),
    "echo in headers": lambda peer: peer.answers(status=500, headers={"X-Echo": CANARY, "Retry-After": CANARY}),
    **{str(status): (lambda peer, status=status: peer.answers(status=status)) for status in (401, 403, 404, 429, 503)},
}


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def everything_told(error: PlannrError) -> str:
    """What a log, a debug page or a crash report could show of an error."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    told = ["".join(report.format())]
    for each in chain(error):
        told += [str(each), repr(each), repr(each.args), repr(vars(each))]
        told += [repr(vars(value)) for value in vars(each).values() if hasattr(value, "__dict__")]
    return "\n".join(told)


def provoked(plannr: Plannr) -> Iterator[PlannrError]:
    for call in (lambda: plannr.cases.get(CASE), lambda: plannr.cases.move(CASE, STATUS, 1)):
        try:
            call()
        except PlannrError as error:
            yield error


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_and_no_log_holds_the_token(
    peer: Peer, caplog: pytest.LogCaptureFixture, fault: str, auth: str
) -> None:
    caplog.set_level(logging.DEBUG)
    FAULTS[fault](peer)
    with client(peer.url, HASTY, AUTHS[auth]()) as plannr:
        errors = list(provoked(plannr))
    assert len(errors) == 2
    assert all(asked.headers["authorization"].endswith(CANARY) for asked in peer.asked)
    for error in errors:
        assert CANARY not in everything_told(error)
        assert list(chain(error)) == [error]
    assert CANARY not in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://plannr.invalid"])
def test_no_failure_to_connect_holds_the_token(caplog: pytest.LogCaptureFixture, url: str) -> None:
    caplog.set_level(logging.DEBUG)
    with client(url) as plannr:
        errors = list(provoked(plannr))
    assert len(errors) == 2
    assert not any(CANARY in everything_told(error) for error in errors)
    assert CANARY not in caplog.text


def test_no_repr_holds_the_token(peer: Peer, plannr: Plannr) -> None:
    token = BearerToken(CANARY)
    shown = [repr(token), str(token), f"{token}", repr([token]), repr(plannr), repr(vars(plannr)), repr(token._secret)]
    shown += [repr(vars(value)) for value in vars(plannr).values() if hasattr(value, "__dict__")]
    assert CANARY not in "".join(shown)
    assert not hasattr(token, "__dict__")


def test_a_token_is_neither_pickled_nor_copied() -> None:
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(BearerToken(CANARY))


@pytest.mark.parametrize("token", ["", "  ", f"{CANARY}\r\nX-Evil: 1", f"{CANARY} two", f"{CANARY}\x00", f"{CANARY}é"])
def test_what_cannot_be_a_token_is_refused_without_quoting_it(token: str) -> None:
    with pytest.raises(ValueError, match="token is one word") as caught:
        BearerToken(token)
    assert CANARY not in str(caught.value)


def test_blanks_around_a_pasted_token_are_dropped(peer: Peer) -> None:
    peer.answers(a_case())
    with Plannr(peer.url, auth=BearerToken(f"  {CANARY}\n")) as plannr:
        plannr.cases.get(CASE)
    assert peer.asked[0].headers["authorization"] == f"Bearer {CANARY}"


# A token that is exchanged while in use


def test_tokens_of_late_are_blotted_out_too(peer: Peer) -> None:
    held = [f"{CANARY}-1", f"{CANARY}-2"]
    peer.answers(status=401).answers({"message": " ".join(held), "errors": {held[0]: held[1:]}}, status=422)
    with client(peer.url, auth=RenewableToken(lambda: held[0], lambda spent: bool(held.pop(0)))) as plannr:
        error, _ = provoked(plannr)
    assert isinstance(error, Rejected)
    assert (error.words, error.problems) == ("••• •••", {"•••": ["•••"]})


@pytest.mark.parametrize("fault", [Unauthorised(), PlannrError()])
def test_an_exchange_that_fails_shows_no_token(peer: Peer, fault: PlannrError) -> None:
    def refused(*_: str) -> bool:
        raise fault

    peer.answers(status=401)
    with client(peer.url, auth=RenewableToken(lambda: CANARY, lambda spent: refused())) as plannr:
        (error, _) = provoked(plannr)
    # The one frame that does hold it is the caller's own: the function that was told which token is spent.
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in report.stack if "/plannr_api/" in frame.filename and "/tests/" not in frame.filename]
    assert ours
    assert CANARY not in repr([frame.locals for frame in ours])


def test_a_renewable_token_shows_nothing_and_is_not_copied() -> None:
    token = RenewableToken(lambda: CANARY, lambda spent: False)
    token(Call("GET", "http://x"))
    assert CANARY not in f"{token} {token!r} {token._recent!r} {token.hide(CANARY)}"
    assert not hasattr(token, "__dict__")
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(token)


def test_calls_and_answers_are_shown_without_their_contents() -> None:
    call = Call("PUT", "http://x/y", {}, {"Authorization": CANARY}, CANARY.encode())
    answer = Answer(200, CANARY.encode(), None)
    assert CANARY not in f"{call} {call!r} {call.copy()!r} {answer} {answer!r}"
    assert not isinstance(call, tuple | list | dict)
    assert not isinstance(answer, tuple | list | dict)


# Signing in

SECRETS = {
    name: f"canary-{name}-5d1e" for name in ("secret", "code", "state", "verifier", "refresh", "access", "refresh2")
}
ECHO = " ".join([*SECRETS.values(), "client_secret=", quote_plus(SECRETS["secret"])])
SAID = {"access_token": SECRETS["access"], "refresh_token": SECRETS["refresh2"], "token_type": "Bearer"}
SIGN_IN_FAULTS: dict[str, Callable[[Peer], object]] = {
    **FAULTS,
    "refused": lambda peer: peer.answers({"error": "invalid_grant", "hint": ECHO}, status=400),
    "refused with everything": lambda peer: peer.answers(
        {"error": ECHO, "error_description": ECHO, "message": ECHO, "hint": ECHO, "errors": {ECHO: [ECHO]}}, status=400
    ),
    "refused with a secret": lambda peer: peer.answers({"error": SECRETS["secret"], "message": ECHO}, status=401),
    "everything in a 422": lambda peer: peer.answers({"message": ECHO, "errors": {ECHO: [ECHO]}}, status=422),
    "everything in a 500": lambda peer: peer.answers({"message": ECHO, "error": ECHO}, status=500),
    "everything in HTML": lambda peer: peer.answers(ECHO.encode()),
    "tokens of a wrong kind": lambda peer: peer.answers({**SAID, "token_type": SECRETS["access"]}),
    "tokens in two words": lambda peer: peer.answers({**SAID, "access_token": SECRETS["access"] + " x"}),
    "a refresh token in two words": lambda peer: peer.answers({**SAID, "refresh_token": SECRETS["refresh2"] + " x"}),
    "tokens in a list": lambda peer: peer.answers([SAID]),
    "tokens broken off": lambda peer: peer.sends(packed(SAID)[:-2]),
    "tokens in a drip": lambda peer: peer.drips(packed(SAID), every=0.02),
}


def app(url: str) -> OAuth:
    return OAuth(
        url, client_id="board", client_secret=SECRETS["secret"], redirect_uri="http://localhost/", timeouts=HASTY
    )


def came_back(oauth: OAuth, query: str = "") -> Callable[[], Tokens]:
    query = query or f"code={SECRETS['code']}&state={SECRETS['state']}"
    return lambda: oauth.finish(query, state=SECRETS["state"], verifier=SECRETS["verifier"])


def failed(call: Callable[[], object]) -> str:
    """What could be shown of the error; of the frames, those of the package alone, as the test's own hold the query."""
    with pytest.raises((PlannrError, ValueError)) as caught:
        call()
    error = caught.value
    assert list(chain(error)) == [error]
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in report.stack if "/tests/" not in frame.filename]
    assert any("/plannr_api/" in frame.filename for frame in ours)
    words = [str(error), repr(error), repr(error.args), repr(vars(error))]
    return "\n".join([*words, *(f"{frame.line} {frame.locals}" for frame in ours)])


def assert_nothing_of_it_in(*told: str) -> None:
    for name, secret in SECRETS.items():
        assert secret not in "".join(told), name


@pytest.mark.parametrize("fault", SIGN_IN_FAULTS)
def test_no_error_and_no_log_of_signing_in_holds_a_secret(
    peer: Peer, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    SIGN_IN_FAULTS[fault](peer)
    oauth = app(peer.url)
    told = [failed(came_back(oauth)), failed(lambda: oauth.refresh(SECRETS["refresh"]))]
    assert parse_qs(peer.asked[0].body.decode())["code_verifier"] == [SECRETS["verifier"]]
    assert parse_qs(peer.asked[1].body.decode())["refresh_token"] == [SECRETS["refresh"]]
    assert_nothing_of_it_in(*told, caplog.text)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", "https://plannr.invalid"])
def test_no_failure_to_connect_holds_a_secret(caplog: pytest.LogCaptureFixture, url: str) -> None:
    caplog.set_level(logging.DEBUG)
    oauth = app(url)
    assert_nothing_of_it_in(failed(came_back(oauth)), failed(lambda: oauth.refresh(SECRETS["refresh"])), caplog.text)


@pytest.mark.parametrize(
    "query",
    [
        "code={code}&state=other",
        "code={code}",
        "state={state}",
        "code={code}&state={state}&error=access_denied",
        "error={code}&error_description={verifier}&state={state}",
        "code={code}&state={state}&state={state}",
    ],
)
def test_a_way_back_that_is_refused_shows_no_secret(peer: Peer, caplog: pytest.LogCaptureFixture, query: str) -> None:
    caplog.set_level(logging.DEBUG)
    assert_nothing_of_it_in(failed(came_back(app(peer.url), query.format(**SECRETS))), caplog.text)


def test_slips_of_the_caller_show_no_secret() -> None:
    oauth = app("https://x")
    secret = SECRETS["secret"]
    assert_nothing_of_it_in(
        failed(lambda: oauth.refresh(SECRETS["refresh"] + " x")),
        failed(lambda: app("http://x")),
        failed(lambda: OAuth("https://x", client_id="", client_secret=secret, redirect_uri="https://x/")),
        failed(lambda: OAuth("https://x", client_id="b", client_secret=secret, redirect_uri="x")),
        failed(lambda: BearerToken(SECRETS["access"] + " x")),
    )


def test_nothing_that_is_handed_out_shows_a_secret(peer: Peer) -> None:
    peer.answers(SAID)
    oauth = OAuth(peer.url, client_id="b", client_secret=SECRETS["secret"], redirect_uri="https://x/", timeouts=PATIENT)
    tokens = came_back(oauth)()
    assert (tokens.access, tokens.refresh) == (SECRETS["access"], SECRETS["refresh2"])
    begun = Begun(f"https://x/oauth/authorize?state={SECRETS['state']}", SECRETS["state"], SECRETS["verifier"])
    shown = [repr(each) for each in (oauth, vars(oauth), vars(oauth._transport), tokens, [tokens], begun, (begun,))]
    assert_nothing_of_it_in(*shown, f"{oauth} {tokens} {begun}", repr(oauth._secret))
    assert not hasattr(tokens, "__dict__")
