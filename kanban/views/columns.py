"""One column: its cards, a screenful at a time, and whether it is folded."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kanban.board import Folds, column_of, fill
from kanban.http import FOLDS, BoardRequest, folds_of, remember, see_other, viewer


@viewer
@require_GET
def column(request: BoardRequest, status: UUID) -> HttpResponse:
    """The next cards of a column, as it is scrolled; without script, the column as a page of its own."""
    found = get_object_or_404(request.connection.columns, status=status)
    after, all_time = _after(request), "all" in request.GET
    each = column_of(request.connection, found, Folds(), draw=False)
    fill(request.connection, each, after=after, all_time=all_time)
    template = "board/_cards.html" if request.htmx else "board/column.html"
    return render(request, template, {"each": each, "all_time": all_time, "continued": after is not None})


def _after(request: BoardRequest) -> tuple[float, UUID] | None:
    """Place and case of the last card that the page has. A place, not a count: cards come and go between."""
    try:
        place, case = request.GET["after"].split("~")
        return float(place), UUID(case)
    except (KeyError, ValueError):
        return None


@viewer
@require_POST
def fold(request: BoardRequest, status: UUID) -> HttpResponse:
    found = get_object_or_404(request.connection.columns, status=status)
    folds = folds_of(request).turn(status)
    if not request.htmx:
        return remember(see_other(reverse("board")), **{FOLDS: folds.write()})
    each = column_of(request.connection, found, folds)
    return remember(render(request, "board/_column.html", {"each": each}), **{FOLDS: folds.write()})
