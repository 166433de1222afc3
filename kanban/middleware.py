"""Between the web and the views: who is asking, and what a browser may keep."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from kanban import connections, notices
from kanban.http import status_of
from plannr_api import AmbiguousAccount, PlannrError

GetResponse = Callable[[HttpRequest], HttpResponse]


def never_kept(get_response: GetResponse) -> GetResponse:
    """Pages hold people's names and money: no cache, and no other site's window, may keep or hold one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response["X-Board"] = "1"  # tells the page that an answer is ours and not some proxy's
        return response

    return middleware


class ConnectionMiddleware:
    """Hangs `request.connection` on the request; asks for it only when a view does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.connection = SimpleLazyObject(connections.current)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Without a connection there is no board: say why, and what to do."""
        if isinstance(error, connections.NotConnected):
            context = {
                "headline": "No Plannr account is connected",
                "advice": "Set PLANNR_ACCESS_TOKEN in the file .env and start the board again.",
            }
            return render(request, "sorry.html", context, status=503)
        if isinstance(error, PlannrError):
            problem = "several_accounts" if isinstance(error, AmbiguousAccount) else notices.problem_of(error)
            headline, advice = notices.PROBLEMS[problem]
            return render(request, "sorry.html", {"headline": headline, "advice": advice}, status=status_of(problem))
        return None
