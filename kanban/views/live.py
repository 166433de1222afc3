"""What is new since the page was drawn."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kanban import changes, mirror, moves
from kanban.board import Board, placement
from kanban.http import BoardRequest, connected, folds_of


@connected
@require_GET
def since(request: BoardRequest) -> HttpResponse:
    """Every card that changed since a number, placed where it stands now; nothing when nothing did."""
    connection, folds = request.connection, folds_of(request)
    mirror.freshen(connection, then=moves.settle_all)
    number, change = request.GET.get("since", ""), changes.latest(connection)  # first: what comes now is told next time
    cases = changes.since(connection, int(number)) if number.isdecimal() and len(number) < 19 else None
    if cases is None:  # too much to place card by card
        context = {"board": Board.of(connection, folds), "caught_up": True, "redraw": True}
        return render(request, "board/_changes.html", context)
    board = replace(Board.of(connection, folds, draw=False), change=change)
    placements = sorted((placement(connection, case, folds) for case in cases), key=attrgetter("order"))
    columns = board.columns if placements else []
    context = {"board": board, "placements": placements, "columns": columns, "caught_up": True}
    return render(request, "board/_changes.html", context)
