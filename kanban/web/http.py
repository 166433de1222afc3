"""What every view shares: who may use it, and how a request carries its connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from kanban.accounts.permissions import Rights
from kanban.board.view_state import FoldedColumns, ViewState
from kanban.models import Connection, Person, Role, Write
from kanban.search.filters import BoardQuery
from kanban.web.messages.moves import Notice

FOLDS = "folds"
YEAR = 365 * 24 * 3600
View = Callable[..., HttpResponseBase]


class BoardRequest(HttpRequest):
    """A request after our middleware."""

    htmx: HtmxDetails
    connection: Connection  # through which they see Plannr
    person: Person | None  # who signed in; None where nobody has to
    rights: Rights


def viewer_of(request: BoardRequest) -> int | None:
    """Who looks; None where nobody signs in."""
    return request.person.pk if request.person else None


def session_of(request: BoardRequest) -> str:
    """The key of their session; nothing where nobody signs in."""
    return (request.session.session_key or "") if request.person else ""


# Who may use a URL. The middleware refuses everybody at a URL without such a mark.


def anyone(view: View) -> View:
    """This URL shows nothing of any case: anybody who reaches the server may use it."""
    return _for(view, "anyone")


def signed_in(view: View) -> View:
    """For whoever has signed in, even before they choose an account. It does not exist where nobody signs in."""
    return _for(view, "signed_in")


def viewer(view: View) -> View:
    """For whoever may look; what it shows comes through their own account."""
    return _for(view, Role.VIEWER)


def editor(view: View) -> View:
    """For whoever may move cases, on the board and in Plannr."""
    return _for(view, Role.EDITOR)


def manager(view: View) -> View:
    """For whoever looks after the local accounts."""
    return _for(view, Role.MANAGER)


def column_admin(view: View) -> View:
    """For whoever looks after the columns: what the firm asks of them, and the statuses in Plannr."""
    return _for(view, "keeper")


def background_request(view: View) -> View:
    """Sent by the page itself and not by a person, so it does not keep a session alive."""
    view.passive = True  # type: ignore[attr-defined]
    return view


def _for(view: View, who: str) -> View:
    view.who = who  # type: ignore[attr-defined]
    return view


def how_people_sign_in(request: HttpRequest) -> dict[str, object]:
    """For templates: settings.SIGN_IN."""
    return {"sign_in": settings.SIGN_IN}


def own_page(request: HttpRequest, wanted: str) -> str:
    """Where somebody was going before they signed in, if that is a page of ours; else the board."""
    path = wanted.startswith("/") and wanted[1:2] not in ("/", "\\")  # two slashes would begin a host name
    ours = path and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if ours else reverse("board")


def see_other(url: str) -> HttpResponse:
    """After a form without script: the page that shows what became of it."""
    return HttpResponseRedirect(url, status=303)


def folds_of(request: HttpRequest) -> FoldedColumns:
    return FoldedColumns.read(request.COOKIES.get(FOLDS, ""))


def look_of(request: BoardRequest) -> ViewState:
    """How the asking page looks at the board: by the page's own address, not by that of the request."""
    query = QueryDict(urlsplit(request.htmx.current_url or "").query) if request.htmx else request.GET
    return ViewState(folds_of(request), BoardQuery.read(query))


def remember(response: HttpResponse, **cookies: str) -> HttpResponse:
    """Store this browser's preferences in cookies. They hold nothing secret and nothing of any case."""
    for name, value in cookies.items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Strict", httponly=True)
    return response


def error_response(request: HttpRequest, status: int, headline: str, advice: str) -> HttpResponse:
    """What went wrong and what to do next: a page, or a notice where a page is already open."""
    if "HX-Request" in request.headers:
        notice = Notice("failure", headline, advice=advice)
        return render(request, "board/_changes.html", {"notice": notice}, status=status)
    return render(request, "error.html", {"headline": headline, "advice": advice}, status=status)


def status_of(problem: str) -> int:
    """The HTTP status that fits a problem."""
    codes: dict[str, Any] = {
        "rate_limited": 429,
        "unauthorised": 401,
        "forbidden": 403,
        "not_found": 404,
        "untold": 404,
        "rejected": 422,
        "currency": 422,
        "vanished": 422,
        "broken": 502,
        "slow": 504,
    }
    return int(codes.get(problem, 503))


def status_of_write(write: Write) -> int:
    """The HTTP status that fits the outcome of a write."""
    if write.outcome in (Write.Outcome.OPEN, Write.Outcome.UNKNOWN) and write.reason != "untold":
        return 202
    if write.outcome == Write.Outcome.CONFLICT:
        return 409
    return 200 if write.outcome == Write.Outcome.APPLIED else status_of(write.reason)
