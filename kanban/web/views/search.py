"""Filters and saved views, fetched when somebody wants to choose."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kanban.models import View
from kanban.search import chips, saved_views
from kanban.search.filters import BoardQuery
from kanban.search.query_string import COMPLETED, REVIEWS, STATES
from kanban.search.sorting import ORDERS
from kanban.web.forms.saved_views import NewViewForm, ViewForm
from kanban.web.http import BoardRequest, error_response, look_of, see_other, viewer
from kanban.web.messages import moves as move_messages
from kanban.web.messages import reasons


@viewer
@require_GET
def filters(request: BoardRequest) -> HttpResponse:
    """The filter form with its current values: in the board's menu, or without script as a page."""
    lens = look_of(request).lens
    context = {
        "lens": lens,
        "choices": chips.choices(request.connection),
        "clients": chips.chosen_clients(request.connection, lens),
        "reviews": REVIEWS,
        "states": STATES,
        "completions": COMPLETED,
        "orders": ORDERS,
    }
    return render(request, "board/_filters.html" if request.htmx else "board/filters.html", context)


@viewer
@require_GET
def clients(request: BoardRequest) -> HttpResponse:
    """Clients by a part of their name."""
    asked = request.GET.get("client_name", "")
    found = chips.clients(request.connection, asked) if asked.strip() else []
    return render(request, "board/_clients.html", {"clients": found, "asked": asked})


NO_SUCH = ("There is no such view any more.", "Choose another.")


def owner_of(request: BoardRequest) -> saved_views.Owner:
    return saved_views.whose(request.connection, request.person)


def switcher(request: BoardRequest, lens: BoardQuery) -> saved_views.Switcher:
    return saved_views.Switcher.of(owner_of(request), lens)


@viewer
@require_http_methods(["GET", "POST"])
def views(request: BoardRequest) -> HttpResponse:
    """GET: all views, to manage them. POST: save a new one."""
    if request.method == "POST":
        return _save(request)
    return _all(request)


def _save(request: BoardRequest) -> HttpResponse:
    form, owner = NewViewForm(request.POST), owner_of(request)
    if not form.is_valid():
        return _not_saved(request, form)
    cleaned = {**form.cleaned_data}  # a copy: add_error removes values from the form
    try:
        view = saved_views.save(
            owner, cleaned["name"], cleaned["query"], shared=_shared(request, form), replace=form.replaces
        )
    except saved_views.SavedViewError as error:
        form.add_error("name", reasons.of_view(error))
        return _not_saved(request, form, taken=cleaned["name"] if error.code == "taken" else "")
    if cleaned["opens"]:
        saved_views.open_with(owner, str(view.pk))
    if not request.htmx:
        return see_other(f"{reverse('board')}?{view.query}")
    notice = move_messages.Notice("success", f"Saved as “{view.name}”.")
    shown = saved_views.Switcher.of(owner, BoardQuery.read_text(view.query))
    return render(request, "saved_views/_saved.html", {"views": shown, "notice": notice, "done": True})


def _not_saved(request: BoardRequest, form: NewViewForm, taken: str = "") -> HttpResponse:
    """The form again, with what was typed and what is wrong: in the menu, or without script on the page of all."""
    look = BoardQuery.read_text(request.POST.get("query", ""))
    shown = {"views": switcher(request, look), "form": form, "taken": taken}
    if request.htmx:
        return render(request, "board/_views.html", shown, status=422)
    return _all(request, shown, status=422)


def _all(request: BoardRequest, shown: dict[str, object] | None = None, status: int = 200) -> HttpResponse:
    opens = saved_views.opening(owner_of(request))
    context = {"views": switcher(request, BoardQuery()), "opens": opens, **(shown or {})}
    return render(request, "saved_views/views.html", context, status=status)


@viewer
@require_http_methods(["GET", "POST"])
def view(request: BoardRequest, pk: int) -> HttpResponse:
    """One view: its name, who sees it, whether the board opens with it, and deleting it."""
    owner = owner_of(request)
    view = get_object_or_404(saved_views.changeable(owner, manages=request.rights.manages), pk=pk)
    if request.method == "GET":
        opens = saved_views.opening(owner) == str(view.pk)
        return _page(request, view, ViewForm({"name": view.name, "shared": view.shared, "opens": opens}))
    if request.POST.get("act") == "delete":
        view.delete()
        return see_other(reverse("views"))
    return _change(request, view, ViewForm(request.POST))


def _change(request: BoardRequest, view: View, form: ViewForm) -> HttpResponse:
    owner, called = owner_of(request), view.name
    if not form.is_valid():
        return _page(request, view, form, status=422)
    try:
        saved_views.change(view, form.cleaned_data["name"], shared=_shared(request, form))
    except saved_views.SavedViewError as error:
        view.name = called
        form.add_error("name", reasons.of_view(error))
        return _page(request, view, form, status=422)
    opens = saved_views.opening(owner) == str(view.pk)
    if opens != form.cleaned_data["opens"]:
        saved_views.open_with(owner, "all" if opens else str(view.pk))
    return see_other(reverse("views"))


def _page(request: BoardRequest, view: View, form: ViewForm, status: int = 200) -> HttpResponse:
    return render(request, "saved_views/view.html", {"view": view, "form": form}, status=status)


def _shared(request: BoardRequest, form: ViewForm) -> bool:
    """Where nobody signs in there is nobody to share with."""
    return bool(request.person and form.cleaned_data["shared"])


@viewer
@require_POST
def opening(request: BoardRequest) -> HttpResponse:
    """Open the board with this view from now on."""
    if not saved_views.open_with(owner_of(request), request.POST.get("key", "")):
        return error_response(request, 422, *NO_SUCH)
    return see_other(reverse("views"))
