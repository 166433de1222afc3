"""The record of the board and of one case, as a page and as a table for spreadsheets."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kanban.audit import export, queries
from kanban.models import Card, EntryQuerySet
from kanban.web.forms.audit import Asked
from kanban.web.http import BoardRequest, viewer
from kanban.web.messages.audit import Page


@viewer
@require_GET
def record(request: BoardRequest) -> HttpResponse:
    entries, asked = _asked(request)
    if not asked.is_valid():
        return _unclear(request, asked)
    page = Page.of(asked.of(entries), asked.cleaned_data["before"])
    return render(request, "audit/record.html", {"page": page, "asked": asked})


@viewer
@require_GET
def record_csv(request: BoardRequest) -> HttpResponseBase:
    entries, asked = _asked(request)
    return _file(asked.every_line_of(entries), "record") if asked.is_valid() else _unclear(request, asked)


@viewer
@require_GET
def case_record(request: BoardRequest, case: UUID) -> HttpResponse:
    card, entries, asked = _of_case(request, case)
    if not asked.is_valid():
        return _unclear(request, asked, card)
    page = Page.of(asked.of(entries), asked.cleaned_data["before"])
    return render(request, "audit/record.html", {"page": page, "asked": asked, "card": card})


@viewer
@require_GET
def case_record_csv(request: BoardRequest, case: UUID) -> HttpResponseBase:
    card, entries, asked = _of_case(request, case)
    return _file(asked.every_line_of(entries), f"record-{case}") if asked.is_valid() else _unclear(request, asked, card)


def _asked(request: BoardRequest) -> tuple[EntryQuerySet, Asked]:
    entries = queries.visible(request.connection)
    return entries, Asked(request.GET.dict(), queries.people(entries))


def _of_case(request: BoardRequest, case: UUID) -> tuple[Card, EntryQuerySet, Asked]:
    card = get_object_or_404(request.connection.cards, case=case)
    entries = queries.visible(request.connection).filter(case=case)
    return card, entries, Asked(request.GET.dict(), queries.people(entries))


def _unclear(request: BoardRequest, asked: Asked, card: Card | None = None) -> HttpResponse:
    """The filter cannot be understood: say why beside what was typed, and list nothing."""
    return render(request, "audit/record.html", {"asked": asked, "card": card}, status=422)


def _file(entries: EntryQuerySet, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(export.table(entries), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate()}.csv"'
    return response
