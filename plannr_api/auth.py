"""Who is calling. The token lives in this object and nowhere else: in no signature, no repr, no log."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, NoReturn, Protocol, TypeVar


class Prepared(Protocol):
    """What an auth object is handed: a request about to leave."""

    @property
    def headers(self) -> MutableMapping[str, Any]: ...


AnyPrepared = TypeVar("AnyPrepared", bound=Prepared)


class Auth(Protocol):
    """Signs one request, and takes the secret out of any text that is about to be kept."""

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        """Put the headers on a request about to leave."""
        ...

    def hide(self, text: str, /) -> str:
        """The text without the secret."""
        ...


class BearerToken:
    """A personal access token or an OAuth access token, sent as `Authorization: Bearer ...` (documented).

    Blanks around it are dropped. Raises ValueError, without quoting it, when it could not be a header value.
    """

    __slots__ = ("_secret",)

    def __init__(self, token: str) -> None:
        token = token.strip()
        if not token or not all("!" <= character <= "~" for character in token):
            raise ValueError("A token is one word of plain ASCII characters.")
        # A closure, so that neither vars() nor a debugger's list of attributes shows it.
        self._secret: Callable[[], str] = lambda: token

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        """Put the header on a request about to leave."""
        request.headers["Authorization"] = f"Bearer {self._secret()}"
        return request

    def hide(self, text: str, /) -> str:
        """The text with the token blotted out, should Plannr ever echo it."""
        return text.replace(self._secret(), "•••")

    def __repr__(self) -> str:
        return "BearerToken(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not pickled.")
