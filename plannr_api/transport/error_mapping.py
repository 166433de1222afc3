"""An answer that is not a success, as the error that says what to do next."""

from __future__ import annotations

from collections.abc import Callable

from plannr_api.decoding.envelope import read_refusal
from plannr_api.errors import (
    BrokenAnswer,
    Forbidden,
    NotFound,
    PlannrError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unreachable,
)

_BY_STATUS: dict[int, type[PlannrError]] = {
    401: Unauthorised,
    403: Forbidden,
    404: NotFound,
    405: NotFound,
    410: NotFound,
    429: RateLimited,
    502: Unreachable,
    503: Unreachable,
    504: Unreachable,
}
_PASSING = {408, 409, 423, 425}


def error_of(
    status: int, body: bytes, retry_after: float | None, doubt: bool | None, hide: Callable[[str], str]
) -> PlannrError:
    """The error for a status outside 200 to 299. `doubt` is `.applied` where the status leaves it open.

    401 is documented; the other statuses, and the shape `{"message", "errors"}`, are assumed from Laravel.
    """
    words, problems = read_refusal(body)
    words = hide(words)
    message = f"Plannr answered {status}."
    if status in _BY_STATUS:
        applied = doubt if status >= 500 else False
        kind = _BY_STATUS[status]
        return kind(message, status=status, applied=applied, retry_after=retry_after, words=words)
    if 400 <= status < 500:
        hidden = {hide(field): [hide(text) for text in texts] for field, texts in problems.items()}
        return Rejected(message, status=status, words=words, problems=hidden, permanent=status not in _PASSING)
    return BrokenAnswer(message, status=status, applied=doubt, words=words, permanent=status < 400)
