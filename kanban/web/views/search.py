"""What the board can be narrowed by, fetched when somebody wants to choose."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kanban.search import chips
from kanban.search.filters import COMPLETED, REVIEWS, STATES
from kanban.search.sorting import ORDERS
from kanban.web.http import BoardRequest, look_of, viewer


@viewer
@require_GET
def filters(request: BoardRequest) -> HttpResponse:
    """The filter form, as it stands now: in the board's menu, or without script as a page."""
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
