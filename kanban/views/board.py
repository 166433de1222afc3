"""The board as a page, and how a browser likes to see it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kanban import bulks, mirror, moves, notices, presence
from kanban.board import Board, placement
from kanban.bulk_notices import Telling
from kanban.http import BoardRequest, anyone, look_of, remember, see_other, viewer

LOOKS = {"density": ("comfortable", "compact"), "theme": ("system", "light", "dark")}


@viewer
@require_GET
def board(request: BoardRequest) -> HttpResponse:
    """What the mirror has, at once; Plannr is asked behind the page's back if that is old."""
    connection = request.connection
    presence.note(request)
    mirror.freshen(connection, then=moves.settle_all)
    shown = Board.of(connection, look_of(request))
    here = {
        "present": presence.others(request),
        "seat": presence.seat(request),
        "bulks": [Telling.of(bulk) for bulk in bulks.untold(connection, request.person)],
    }
    return render(request, "board/board.html", {"board": shown, "notice": _notice_of(request, shown), **here})


def _notice_of(request: BoardRequest, shown: Board) -> notices.Notice | None:
    """Without script a move ends in a redirect that names it, so the page can say what became of it."""
    try:
        intent = UUID(request.GET.get("move", ""))
    except ValueError:
        return None
    move = request.connection.moves.filter(intent=intent).first()
    if move is None or not request.connection.cards.filter(case=move.case).exists():
        return None
    return notices.of(move, request.connection, place=placement(request.connection, move.case, shown.look).place)


@anyone
@require_POST
def look(request: BoardRequest) -> HttpResponse:
    chosen = {name: request.POST[name] for name, known in LOOKS.items() if request.POST.get(name) in known}
    return remember(HttpResponse(status=204) if request.htmx else see_other(reverse("board")), **chosen)


@anyone
@require_GET
def healthz(request: BoardRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
