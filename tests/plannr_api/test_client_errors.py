"""Each status becomes the error that says what to do next."""

import pytest

from plannr_api import (
    BrokenAnswer,
    Forbidden,
    NotFound,
    Plannr,
    PlannrError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unreachable,
)
from tests.plannr_api.scripted_peer import CASE, STATUS, Peer, a_case

TABLE = {
    300: (BrokenAnswer, True, None),
    301: (BrokenAnswer, True, None),
    400: (Rejected, True, False),
    401: (Unauthorised, True, False),
    402: (Rejected, True, False),
    403: (Forbidden, True, False),
    404: (NotFound, True, False),
    405: (NotFound, True, False),
    408: (Rejected, False, False),
    409: (Rejected, False, False),
    410: (NotFound, True, False),
    412: (Rejected, True, False),
    418: (Rejected, True, False),
    422: (Rejected, True, False),
    423: (Rejected, False, False),
    428: (Rejected, True, False),
    429: (RateLimited, False, False),
    451: (Rejected, True, False),
    499: (Rejected, True, False),
    500: (BrokenAnswer, False, None),
    501: (BrokenAnswer, False, None),
    502: (Unreachable, False, None),
    503: (Unreachable, False, None),
    504: (Unreachable, False, None),
    507: (BrokenAnswer, False, None),
    599: (BrokenAnswer, False, None),
    999: (BrokenAnswer, False, None),
}


@pytest.mark.parametrize("status", TABLE)
def test_a_write_that_got_this_status(peer: Peer, plannr: Plannr, status: int) -> None:
    kind, permanent, applied = TABLE[status]
    peer.answers({"message": "Plannr's words."}, status=status)
    with pytest.raises(PlannrError) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.permanent, error.applied, error.sent) == (status, permanent, applied, True)
    assert error.words == "Plannr's words."
    assert str(status) in str(error)
    assert "words" not in str(error)


@pytest.mark.parametrize("status", [404, 500, 503, 302])
def test_a_read_never_leaves_a_change_in_doubt(peer: Peer, plannr: Plannr, status: int) -> None:
    peer.answers(status=status)
    with pytest.raises(PlannrError) as caught:
        plannr.cases.get(CASE)
    assert caught.value.applied is False


def test_a_refusal_says_which_field_is_at_fault(peer: Peer, plannr: Plannr) -> None:
    peer.answers(
        {
            "message": "The status is invalid. (and 1 more error)",
            "errors": {"status": ["The status is invalid."], "plans.0": "Not a plan.\x00", "x": None, "y": [1, {}]},
        },
        status=422,
    )
    with pytest.raises(Rejected) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    problems = caught.value.problems
    assert problems["status"] == ["The status is invalid."]
    assert problems["plans.0"] == ["Not a plan.\ufffd"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"<html><h1>502 Bad Gateway</h1></html>", ""),
        (b'"text"', ""),
        (b"[]", ""),
        (b'{"message": ""}', ""),
        (b'{"message": 5}', ""),
        (b'{"message": ["x"]}', ""),
        (b'{"message": null, "error": "invalid_grant"}', "invalid_grant"),
        (b'{"message": "a\\u0000b\\ud800c\\r\\n  d"}', "a\ufffdb\ufffdc d"),
        (b'{"message": "\xff\xfe"}', "\ufffd\ufffd"),
        (b'{"message": "<b>plain</b> text"}', "<b>plain</b> text"),
        (b'{"message": "' + b"x" * 9000 + b'"}', "x" * 500),
        (b'{"message": ' + b"[" * 100_000 + b"}", ""),
        (b'{"message": "ok", "n": ' + b"9" * 5000 + b"}", "ok"),
        (b'{"message": "ok", "errors": [["x"]]}', "ok"),
    ],
)
def test_plannrs_words_are_short_plain_text_or_none(peer: Peer, plannr: Plannr, body: bytes, words: str) -> None:
    peer.answers(body, status=422)
    with pytest.raises(Rejected) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    assert caught.value.words == words


NOT_A_CASE = {
    "empty": b"",
    "blank": b"  ",
    "html": b"<!doctype html><title>Maintenance</title>",
    "cut json": b'{"uuid": "6ff8',
    "nan": b'{"uuid": NaN}',
    "null": b"null",
    "number": b"5",
    "array": b"[]",
    "nested": b"[" * 100_000,
    "deep": b'{"uuid":"6ff8f7f6-1eb3-3525-be4a-3932c805afed","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "no uuid": b'{"name": "x"}',
    "bad uuid": b'{"uuid": "x"}',
    "only money": b'{"amount": {"example": "4000"}, "currency": {"example": "GBP"}}',
    "null data": b'{"data": null}',
    "empty data": b'{"data": []}',
    "utf-16": '{"uuid": "x"}'.encode("utf-16"),
    "another case": b'{"uuid": "00000000-0000-4000-8000-000000000000"}',
}


@pytest.mark.parametrize("kind", NOT_A_CASE)
def test_a_success_that_shows_no_case_is_a_broken_answer(peer: Peer, plannr: Plannr, kind: str) -> None:
    peer.answers(NOT_A_CASE[kind])
    with pytest.raises(BrokenAnswer) as read:
        plannr.cases.get(CASE)
    with pytest.raises(BrokenAnswer) as moved:
        plannr.cases.move(CASE, STATUS, 1)
    assert (read.value.applied, read.value.status) == (False, 200)
    assert (moved.value.applied, moved.value.status) == (None, 200)


def test_a_no_content_answer_to_a_move_leaves_it_in_doubt(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=204)
    with pytest.raises(BrokenAnswer) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    assert (caught.value.applied, caught.value.status) == (None, 204)


def test_html_is_no_success_even_where_no_answer_is_promised(peer: Peer, plannr: Plannr) -> None:
    peer.answers(b"<html>Sign in to the hotel's wifi</html>")
    with pytest.raises(BrokenAnswer) as caught:
        plannr.cases.delete(CASE)
    assert caught.value.applied is None


@pytest.mark.parametrize("wrap", [False, True])
def test_a_single_object_may_be_bare_or_wrapped(peer: Peer, plannr: Plannr, wrap: bool) -> None:
    peer.answers({"data": a_case()} if wrap else a_case(data={"uuid": "other"}))
    assert plannr.cases.get(CASE).name == "Annual review"


def test_an_error_without_words_still_makes_a_sentence() -> None:
    for kind in (PlannrError, Unreachable, RateLimited, Unauthorised, Forbidden, NotFound, Rejected, BrokenAnswer):
        assert str(kind()).endswith(".")
