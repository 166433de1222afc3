"""What is new since the page was drawn, and the bell that says when to ask."""

from __future__ import annotations

from operator import attrgetter
from types import SimpleNamespace

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from kanban import bell, changes, mirror, moves, presence
from kanban.answers import Answers
from kanban.board import Board, placement
from kanban.http import BoardRequest, folds_of, passive, viewer

_answers: Answers[str | None] = Answers(256)
_presents: Answers[str] = Answers(256)


@viewer
@passive
@require_GET
def since(request: BoardRequest) -> HttpResponse:
    """Every card that changed since a number, placed where it stands now; nothing when nothing did."""
    connection, folds, number = request.connection, folds_of(request), _number(request.GET.get("since", ""))
    presence.note(request)
    mirror.freshen(connection, then=moves.settle_all)
    shown = Board(connection, [], changes.latest(connection), folds)  # first: what comes now is told next time
    answer = _placed(shown, number, bool(request.rights.can_move)) if number is not None else None
    if answer is None:  # too much to place card by card; with forms and their tokens, so for this browser alone
        context = {"board": Board.of(connection, folds), "caught_up": True, "redraw": True}
        answer = render_to_string("board/_changes.html", context, request)
    return HttpResponse(answer + _present(presence.others(request)))


def _placed(shown: Board, number: int, can_move: bool) -> str | None:
    """The answer to all pages that see the same, drawn for the first of them."""
    connection = shown.connection
    seen = (connection.account, can_move, number, shown.change, shown.folds, timezone.localdate())
    said = (shown.as_of, shown.old, connection.problem, connection.set_aside, connection.statuses_listed)
    return _answers.of((*seen, *said), lambda: _draw(shown, number, can_move))


def _draw(shown: Board, number: int, can_move: bool) -> str | None:
    """The templates get nothing of the request but the right to move, so nothing of one person can come into what
    another is sent."""
    connection, folds = shown.connection, shown.folds
    cases = changes.since(connection, number)
    if cases is None:
        return None
    placements = sorted((placement(connection, case, folds) for case in cases), key=attrgetter("order"))
    if placements:
        shown.columns = Board.of(connection, folds, draw=False).columns
    context = {"board": shown, "placements": placements, "columns": shown.columns, "caught_up": True}
    eyes = SimpleNamespace(rights=SimpleNamespace(can_move=can_move))
    return render_to_string("board/_changes.html", context | {"request": eyes})


def _present(names: list[str]) -> str:
    """Who else is here. Of many only the first are named, so most pages are sent the same."""
    context = {"present": names, "oob": True}
    return _presents.of((*names[:12], len(names)), lambda: render_to_string("board/_present.html", context))


@viewer
@passive
@require_GET
def stream(request: BoardRequest) -> HttpResponseBase:
    """The bell of one browser. Without a place for it the answer is 204, and the page goes on asking by itself."""
    heard = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    session = (request.session.session_key or "") if request.person else ""
    body = bell.listen(
        request.connection,
        session=session,
        since=_number(heard),
        seat=presence.seat(request),
        socket=request.META.get("gunicorn.socket"),
    )
    if body is None:
        return HttpResponse(status=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type="text/event-stream", headers=headers)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
