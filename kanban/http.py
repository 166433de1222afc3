"""What every view shares: who may use it, and how a request carries its connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from kanban.board import Folds
from kanban.models import Connection

FOLDS = "folds"
YEAR = 365 * 24 * 3600
View = Callable[..., HttpResponseBase]


class BoardRequest(HttpRequest):
    """A request after our middleware."""

    htmx: HtmxDetails
    connection: Connection


def anyone(view: View) -> View:
    """This URL tells nothing of any case: anybody who reaches the server may use it."""
    view.who = "anyone"  # type: ignore[attr-defined]
    return view


def connected(view: View) -> View:
    """This URL is for whoever is connected to Plannr; what it shows and does goes through their own account."""
    view.who = "connected"  # type: ignore[attr-defined]
    return view


def see_other(url: str) -> HttpResponse:
    """After a form was done without script: look here for what became of it."""
    return HttpResponseRedirect(url, status=303)


def folds_of(request: HttpRequest) -> Folds:
    return Folds.read(request.COOKIES.get(FOLDS, ""))


def remember(response: HttpResponse, **cookies: str) -> HttpResponse:
    """Keep how this browser likes its board. Nothing of it is secret, and nothing of it is a case."""
    for name, value in cookies.items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Strict", httponly=True)
    return response


def status_of(problem: str) -> int:
    """The HTTP status that says to a machine what the sentence says to a person."""
    codes: dict[str, Any] = {
        "rate_limited": 429,
        "unauthorised": 401,
        "forbidden": 403,
        "not_found": 404,
        "rejected": 422,
        "vanished": 422,
        "broken": 502,
        "slow": 504,
    }
    return int(codes.get(problem, 503))
