"""What leaves the browser of a look: its cases as a table for spreadsheets, and on paper."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from kanban.board import export
from kanban.board.export import Paper
from kanban.search.filters import Lens
from kanban.web.http import BoardRequest, viewer
from kanban.web.views.saved import switcher


@viewer
@require_GET
def cases_csv(request: BoardRequest) -> StreamingHttpResponse:
    def link(case: UUID) -> str:
        return request.build_absolute_uri(reverse("case", args=[case]))

    table = export.table(request.connection, Lens.read(request.GET), link)
    response = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate()}.csv"'
    return response


@viewer
@require_GET
def on_paper(request: BoardRequest) -> HttpResponse:
    """All cases of the look on one page, made for printing."""
    lens = Lens.read(request.GET)
    paper = Paper.of(request.connection, lens)
    return render(request, "views/paper.html", {"paper": paper, "view": switcher(request, lens).now})
