"""One column: its cards, a screenful at a time, and whether it is folded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from kanban.board import lanes
from kanban.board.board import Board, column_of, fill
from kanban.board.view_state import Look
from kanban.models import Column
from kanban.search.sorting import Order
from kanban.web.http import FOLDS, BoardRequest, look_of, remember, see_other, viewer


@viewer
@require_GET
def column(request: BoardRequest, status: UUID) -> HttpResponse:
    """The next cards of a column, as it is scrolled; without script, the column as a page of its own."""
    connection, look = request.connection, look_of(request)
    found = get_object_or_404(connection.columns, status=status)
    # A place, not a count: cards come and go between.
    after, all_time = Order.named(look.lens.sort).read(request.GET.get("after", "")), "all" in request.GET
    if look.lens.lanes and "lane" in request.GET:
        return _cell(request, found, look, after=after, all_time=all_time)
    each = column_of(connection, found, look, draw=False)
    fill(look.lens.at(connection, list(connection.columns)), each, after=after, all_time=all_time)
    template = "board/_cards.html" if request.htmx else "board/column.html"
    return render(request, template, {"each": each, "all_time": all_time, "continued": after is not None})


def _cell(
    request: BoardRequest, column: Column, look: Look, *, after: tuple[Any, UUID] | None, all_time: bool
) -> HttpResponse:
    """The same of one lane alone."""
    connection = request.connection
    cards = look.lens.at(connection, list(connection.columns)).of(column)
    cell = lanes.cell(cards, look.lens, column, request.GET["lane"], after=after, all_time=all_time)
    if cell is None:
        raise Http404
    template = "board/_cell_cards.html" if request.htmx else "board/cell.html"
    context = {"cell": cell, "lens": look.lens, "all_time": all_time, "continued": after is not None}
    return render(request, template, context)


@viewer
@require_POST
def fold(request: BoardRequest, status: UUID) -> HttpResponse:
    found = get_object_or_404(request.connection.columns, status=status)
    look = look_of(request)
    folds = look.folds.turn(status)
    if not request.htmx:
        return remember(see_other(reverse("board")), **{FOLDS: folds.write()})
    look = replace(look, folds=folds)
    if look.lens.lanes:  # it has a cell in each of them
        drawn = render(request, "board/_columns.html", {"board": Board.of(request.connection, look)})
        return remember(retarget(reswap(drawn, "innerHTML"), "#board"), **{FOLDS: folds.write()})
    each = column_of(request.connection, found, look)
    return remember(render(request, "board/_column.html", {"each": each}), **{FOLDS: folds.write()})
