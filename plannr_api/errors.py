"""What can go wrong with Plannr, named by what one can do next.

Nothing else leaves this package, except `ValueError` for an argument that could never have been right
(a broken uuid, a naive date): that is a mistake in the calling code, and nothing is sent.
No message holds a token, a client's name or Plannr's own words; those last are in `.words`, to be shown as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plannr_api.models import Login


class PlannrError(Exception):
    """Anything that went wrong with a call.

    `.kind` what it comes to, in a word: slow, unreachable, rate_limited, unauthorised, forbidden, not_found, rejected,
        several_accounts or broken.
    `.status` HTTP status, None when no answer came.
    `.permanent` True when the very same call would fail again.
    `.sent` False only when the request provably never reached Plannr (name, refusal, connecting, TLS, held back here).
    `.applied` for a write: False = Plannr certainly did not do it; None = nobody can know without reading.
        For a read it is always False.
    `.retry_after` seconds to wait, 0 to 60, None when Plannr did not say.
    `.words` Plannr's own message: plain text, cleaned, at most 500 characters, "" when there was none.
    """

    kind: str = "broken"
    permanent: bool = False
    default: ClassVar[str] = "The call to Plannr failed."

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        sent: bool = True,
        applied: bool | None = False,
        retry_after: float | None = None,
        words: str = "",
        permanent: bool | None = None,
    ) -> None:
        super().__init__(message or self.default)
        self.status = status
        self.sent = sent
        self.applied = applied
        self.retry_after = retry_after
        self.words = words
        self.permanent = self.permanent if permanent is None else permanent


class Unreachable(PlannrError):
    """No usable connection, or a gateway's 502, 503 or 504: try later. `.slow` is True when time ran out."""

    default = "Plannr could not be reached."

    def __init__(
        self,
        message: str = "",
        *,
        slow: bool = False,
        status: int | None = None,
        sent: bool = True,
        applied: bool | None = False,
        retry_after: float | None = None,
        words: str = "",
    ) -> None:
        super().__init__(message, status=status, sent=sent, applied=applied, retry_after=retry_after, words=words)
        self.slow = slow
        self.kind = "slow" if slow else "unreachable"


class RateLimited(PlannrError):
    """Too many requests (429): wait `.retry_after` seconds."""

    kind = "rate_limited"
    default = "Plannr asked for fewer requests."


class Unauthorised(PlannrError):
    """The token is not, or no longer, good (401): sign in again."""

    kind = "unauthorised"
    permanent = True
    default = "Plannr did not accept the token."


class Forbidden(PlannrError):
    """This person may not do that (403): ask somebody who may."""

    kind = "forbidden"
    permanent = True
    default = "Plannr does not allow this."


class NotFound(PlannrError):
    """No such thing, or no such route (404, 405, 410): take it off the board, or fall back."""

    kind = "not_found"
    permanent = True
    default = "Plannr does not know this."


class Rejected(PlannrError):
    """Plannr understood and refused (422 and every other 4xx): change the request.

    `.problems` maps a field (dotted for nested ones) to sentences, as plain text; often empty.
    """

    kind = "rejected"
    permanent = True
    default = "Plannr refused the request."

    def __init__(
        self,
        message: str = "",
        *,
        problems: dict[str, list[str]] | None = None,
        status: int | None = None,
        words: str = "",
        permanent: bool | None = None,
    ) -> None:
        super().__init__(message, status=status, words=words, permanent=permanent)
        self.problems = problems or {}


class BrokenAnswer(PlannrError):
    """Plannr answered, but not with anything usable: 500, a redirect, HTML, bad JSON, a wrong shape, far too much.

    After a write, read before doing anything else.
    """

    default = "Plannr's answer could not be used."


class OAuthRefused(PlannrError):
    """Plannr, or the check of the way back from it, refused to let somebody in: begin again. `.words` is always empty.

    `.code` is one of OAuth's own words for it, or one of our own two:
        "access_denied" the person pressed "no"; "login_required" and its like, after `prompt="none"`;
        "invalid_grant" this code or refresh token is used up, run out or revoked: this person has to sign in again;
        "invalid_client" Plannr does not know this app or its secret: nobody's sign-in will do, and nobody's has ended;
        "state" the way back was not one that this browser was sent on (state missing or not ours), or held no code;
        "unknown" a word that OAuth does not have.
    """

    kind = "unauthorised"
    permanent = True
    default = "Plannr refused the sign-in."

    def __init__(self, message: str = "", *, code: str, status: int | None = None, sent: bool = True) -> None:
        passing = code in ("server_error", "temporarily_unavailable")
        super().__init__(message, status=status, sent=sent, permanent=not passing)
        self.code = code


class NoUsableAccount(Forbidden):
    """The token works, but holds no employee account (or not the one asked for)."""

    default = "This token holds no employee account that can be used."


class AmbiguousAccount(PlannrError):
    """Several employee accounts and no preference: ask the person. `.logins` are the candidates."""

    kind = "several_accounts"
    permanent = True
    default = "This token holds several employee accounts."

    def __init__(self, message: str = "", *, logins: Sequence[Login]) -> None:
        super().__init__(message)
        self.logins = list(logins)
