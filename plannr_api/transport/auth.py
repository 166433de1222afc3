"""Signs calls. The token is in this object and nowhere else: in no signature, no repr, no log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, MutableMapping
from threading import Lock
from typing import Any, NoReturn, Protocol, TypeVar


class Prepared(Protocol):
    """What an auth object is handed: a request about to leave."""

    @property
    def headers(self) -> MutableMapping[str, Any]: ...


AnyPrepared = TypeVar("AnyPrepared", bound=Prepared)


class Auth(Protocol):
    """Signs one request, and takes the secret out of any text that is about to be stored."""

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        """Put the headers on a request about to leave."""
        ...

    def hide(self, text: str, /) -> str:
        """The text without the secret."""
        ...

    def renewed(self, request: Prepared, /) -> bool:
        """Plannr answered 401 to this signed request: is there another token to send it with? May raise PlannrError."""
        ...


class BearerToken:
    """A personal access token or an OAuth access token, sent as `Authorization: Bearer ...` (documented).

    Blanks around it are dropped. Raises ValueError, without quoting it, when it could not be a header value.
    """

    __slots__ = ("_secret",)

    def __init__(self, token: str) -> None:
        secret = one_word(token)
        del token  # an error shows the variables of the functions it has passed
        if secret is None:
            raise ValueError("A token is one word of plain ASCII characters.")
        self._secret = in_closure(secret)

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        """Put the header on a request about to leave."""
        request.headers["Authorization"] = f"Bearer {self._secret()}"
        return request

    def hide(self, text: str, /) -> str:
        """The text with the token masked, in case Plannr echoes it."""
        return text.replace(self._secret(), "•••")

    def renewed(self, request: Prepared, /) -> bool:
        """No: this token is the only one."""
        return False

    def __repr__(self) -> str:
        return "BearerToken(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not pickled.")


class RenewableToken:
    """A token that is exchanged while in use, such as an OAuth access token. Safe to share between threads.

    current: asked for the token of each call. What it raises is raised by the call; nothing is sent then.
    renew: called, once for a call, with the token that Plannr answered 401 to. True = `current` has another by now: the
        very same call is sent once more, a write too, as a 401 certainly applied nothing, and within the same deadline.
        False = there is none: the call raises Unauthorised, as it does after a second 401. A PlannrError it raises is
        raised by the call. It may be called by many threads with the same token at once, and has to cope with that.
    """

    __slots__ = ("_current", "_lock", "_recent", "_renew")

    def __init__(self, current: Callable[[], str], renew: Callable[[str], bool]) -> None:
        self._current, self._renew = current, renew
        self._recent: deque[BearerToken] = deque(maxlen=8)
        self._lock = Lock()

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        """Put the header with the token of this moment on a request about to leave."""
        token = BearerToken(self._current())
        with self._lock:
            if all(token._secret() != known._secret() for known in self._recent):
                self._recent.append(token)
        return token(request)

    def hide(self, text: str, /) -> str:
        """The text with the last eight tokens masked."""
        with self._lock:
            recent = list(self._recent)
        for token in recent:
            text = token.hide(text)
        return text

    def renewed(self, request: Prepared, /) -> bool:
        """Whether `renew` got another token than the one on this request."""
        return self._renew(request.headers["Authorization"].removeprefix("Bearer "))

    def __repr__(self) -> str:
        return "RenewableToken(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not pickled.")


def one_word(text: object) -> str | None:
    """A token without the blanks around it; None when it is no token: one word of plain ASCII characters."""
    word = text.strip() if isinstance(text, str) else ""
    return word if word and all("!" <= character <= "~" for character in word) else None


def in_closure(secret: str) -> Callable[[], str]:
    """A secret in a closure, so that neither vars() nor a debugger's list of attributes shows it."""
    return lambda: secret
