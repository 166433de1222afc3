"""The token is nowhere but in the header of a request."""

import copy
import logging
import pickle
import traceback
from collections.abc import Iterator

import pytest

from plannr_api import BearerToken, Plannr, PlannrError
from tests.plannr_api.scripted_peer import CANARY, CASE, HASTY, STATUS, Peer, a_case, client, packed

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


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_and_no_log_holds_the_token(peer: Peer, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    caplog.set_level(logging.DEBUG)
    FAULTS[fault](peer)
    with client(peer.url, HASTY) as plannr:
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
