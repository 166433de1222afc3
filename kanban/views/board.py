"""The board as a page, and how a browser likes to see it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kanban import chips, edit_notices, mirror, notices, presence, settling
from kanban.board import Board, Look, placement
from kanban.http import BoardRequest, anyone, folds_of, remember, see_other, viewer
from kanban.lens import Lens
from kanban.sorting import ORDERS

LOOKS = {"density": ("comfortable", "compact"), "theme": ("system", "light", "dark")}


@viewer
@require_GET
def board(request: BoardRequest) -> HttpResponse:
    """What the mirror has, at once; Plannr is asked behind the page's back if that is old."""
    connection = request.connection
    presence.note(request)
    mirror.freshen(connection, then=settling.settle_all)
    look = Look(folds_of(request), Lens.read(request.GET))  # by the address that is asked for, also if a page asks
    shown = Board.of(connection, look)
    finder = {"chips": chips.chips(connection, look.lens, [each.column for each in shown.columns]), "orders": ORDERS}
    if request.htmx and request.htmx.target == "board":
        return render(request, "board/_looked.html", {"board": shown, **finder})
    here = {"present": presence.others(request), "seat": presence.seat(request)}
    context = {"board": shown, "notice": _notice_of(request, shown), **finder, **here}
    return render(request, "board/board.html", context)


def _notice_of(request: BoardRequest, shown: Board) -> notices.Notice | None:
    """Without script a move ends in a redirect that names it, so the page can say what became of it."""
    if told := edit_notices.named(request.connection, request.GET.get("edit", "")):
        return told
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
