"""What is new since the page was rendered, and the stream that says when to ask."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kanban.board import rendering
from kanban.core.db import snapshot_read
from kanban.live import presence, watcher
from kanban.live.streams import Page
from kanban.live.updates import News
from kanban.sync import webhooks
from kanban.sync.webhooks import Heard
from kanban.web.http import FOLDS, BoardRequest, anyone, background_request, look_of, session_of, viewer, viewer_of
from kanban.writes import recovery


@viewer
@background_request
@require_GET
def since(request: BoardRequest) -> HttpResponse:
    """Every card that changed since a number, with its place now; nothing if none changed."""
    connection, look, number = request.connection, look_of(request), _number(request.GET.get("since", ""))
    presence.record_presence(connection, request.person, session_of(request))
    recovery.keep_fresh(connection)
    with snapshot_read():
        news = News.of(connection, look, can_move=request.rights.can_move, lanes=request.GET.get("lanes", ""))
        answer = news.since(number) if number is not None else None
    if answer is None:  # too much to place card by card; rendered with forms and their tokens for this browser alone
        board = rendering.render_board(connection, look, can_move=request.rights.can_move)
        context = {"board": board.board, "redraw": board.html}
        answer = render_to_string("board/_changes.html", context, request)
    return HttpResponse(answer + presence.rendered(presence.others(connection.firm, viewer_of(request))))


@viewer
@background_request
@require_GET
def stream(request: BoardRequest) -> HttpResponseBase:
    """The stream of one browser. If there is no place for it the answer is 204, and the page keeps polling."""
    heard = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    session = session_of(request)
    body = watcher.listen(
        request.connection,
        session=session,
        viewer=viewer_of(request),
        page=_page(request),
        since=_number(heard),
        seat=presence.session_fingerprint(request.connection, session),
        socket=request.META.get("gunicorn.socket"),
    )
    if body is None:
        return HttpResponse(status=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type="text/event-stream", headers=headers)


def _page(request: BoardRequest) -> Page | None:
    """How the page looks at the board, if it says so: then the stream pushes its news."""
    search = request.GET.get("page")
    if search is None:
        return None
    return Page(search, request.COOKIES.get(FOLDS, ""), request.GET.get("lanes", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


ANSWERS = {Heard.UNKNOWN: 404, Heard.FORGED: 401, Heard.AGAIN: 200, Heard.TAKEN: 202}


@csrf_exempt  # a server calls, authenticated by its signature and not by a cookie
@anyone
@require_POST
def webhook(request: BoardRequest, path: str) -> HttpResponse:
    """Answered before Plannr is asked anything. Errors are shown by the status alone."""
    heard = webhooks.hear(path, request.body, request.headers.get("X-Signature", ""))
    return HttpResponse(status=ANSWERS[heard])
