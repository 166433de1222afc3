"""Many cases at once: started, followed, stopped and undone."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap

from kanban.models import Bulk
from kanban.web.forms.bulk import TITLES, BulkEditForm, BulkForm
from kanban.web.forms.fields import filled
from kanban.web.forms.moves import UndoForm
from kanban.web.http import BoardRequest, background_request, editor, error_response, see_other, viewer
from kanban.web.messages.bulk import BulkReport
from kanban.writes import bulk as bulks


@editor
@require_http_methods(["GET", "POST"])
def begin(request: BoardRequest) -> HttpResponse:
    """GET: the form for the selected cases. POST, also by a drop: move them."""
    if request.method == "GET":
        return _form(request, BulkForm(initial={"intent": uuid4(), "edge": "top"}))
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _unclear(request, form)
    bulk = bulks.begin(request.connection, request.person, form.command)
    return _under_way(request, _mine(request, bulk.intent))


@editor
@require_http_methods(["GET", "POST"])
def edit(request: BoardRequest, field: str) -> HttpResponse:
    """GET: the form of one field; with `?q` only its options. POST: change it on each selected case."""
    if field not in TITLES:
        raise Http404
    form = BulkEditForm(field, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _control(request, BulkEditForm(field, request.GET) if "q" in request.GET else form)
    if not form.is_valid():
        return _control(request, form, status=422)
    bulk = bulks.begin_edit(request.connection, request.person, form.command)
    return _under_way(request, _mine(request, bulk.intent))


@viewer
@background_request
@require_GET
def progress(request: BoardRequest, intent: UUID) -> HttpResponse:
    """How far it is, polled while it runs; and at the end what became of it."""
    bulk = bulks.settle(_mine(request, intent))
    if bulk.end:
        Bulk.objects.filter(pk=bulk.pk).update(told=True)
        return render(request, "bulk/_ended.html", {"telling": BulkReport.of(bulk)})
    return render(request, "bulk/_progress.html", {"telling": BulkReport.of(bulk), "oob": True})


@editor
@require_POST
def stop(request: BoardRequest, intent: UUID) -> HttpResponse:
    """It stops after the current case; the progress says so."""
    bulks.stop(_mine(request, intent))
    return HttpResponse(status=204) if request.htmx else see_other(reverse("board"))


@editor
@require_POST
def undo(request: BoardRequest, intent: UUID) -> HttpResponse:
    """Undo all that it did."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return error_response(request, 422, "Nothing was undone: the page sent something unclear.", "Reload the board.")
    bulk = _mine(request, intent)
    if not bulk.end:
        return error_response(request, 409, "Nothing was undone: it is still under way.", "Press Stop, then Undo.")
    back = bulks.undo(bulk, form.cleaned_data["intent"] or uuid4())
    return _under_way(request, _mine(request, back.intent))


def _mine(request: BoardRequest, intent: UUID) -> Bulk:
    mine = Bulk.objects.filter(connection=request.connection, person=request.person).select_related("connection")
    return get_object_or_404(mine, intent=intent)


def _under_way(request: BoardRequest, bulk: Bulk) -> HttpResponse:
    if not request.htmx:
        return see_other(reverse("board"))
    return render(request, "bulk/_begun.html", {"telling": BulkReport.of(bulk)}, status=202)


def _form(request: BoardRequest, form: BulkForm, status: int = 200) -> HttpResponse:
    if not request.htmx:  # without script nothing is selected
        return see_other(reverse("board"))
    columns = [column for column in request.connection.columns if not column.vanished]
    context = {"form": form, "columns": columns, "chosen": str(form["status"].value())}
    return render(request, "bulk/_move.html", context, status=status)


def _control(request: BoardRequest, form: BulkEditForm, status: int = 200) -> HttpResponse:
    """The options come from Plannr; what was chosen already can be shown without it."""
    if not request.htmx:
        return see_other(reverse("board"))
    why = filled(form.control, request.connection, None)
    if request.method == "GET" and form.is_bound:
        offered = render(request, "case/_options.html", {"form": form.control})
        return reswap(error_response(request, 503, why, "Then type again."), "none") if why else offered
    if why:
        form.control.without_plannr().errors.append(why)
    return render(request, "bulk/_edit.html", {"form": form}, status=status)


def _unclear(request: BoardRequest, form: BulkForm) -> HttpResponse:
    """Say why, beside what was typed; after a drop there is no form in sight to write into."""
    if request.htmx.target == "bulk-form":
        return _form(request, form, status=422)
    why = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return error_response(request, 422, f"Nothing was moved. {why}", "The board shows where the cases stand.")
