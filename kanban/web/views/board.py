"""The board as a page, and how a browser likes to see it."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from kanban.board import export, lanes, rendering
from kanban.board.board import Board, column_of, fill
from kanban.board.export import Paper
from kanban.board.placement import place_of
from kanban.board.view_state import ViewState
from kanban.core.compression import Pieces
from kanban.live import presence
from kanban.models import Column
from kanban.search import chips, saved_views
from kanban.search.filters import BoardQuery
from kanban.search.query_string import ALL
from kanban.search.sorting import ORDERS, Order
from kanban.web.case_page import CasePage
from kanban.web.forms import cases as case_forms
from kanban.web.http import (
    FOLDS,
    BoardRequest,
    anyone,
    folds_of,
    look_of,
    remember,
    see_other,
    session_of,
    viewer,
    viewer_of,
)
from kanban.web.messages import edits as edit_messages
from kanban.web.messages import moves as move_messages
from kanban.web.messages.bulk import BulkReport
from kanban.web.views.search import owner_of, switcher
from kanban.writes import bulk as bulks
from kanban.writes import recovery

COLUMNS = SafeString(f"<!-- {token_hex(16)} -->")  # where they belong in the page; random, so nobody can forge it
LOOKS = {"density": ("comfortable", "compact"), "theme": ("system", "light", "dark"), "letters": ("on", "off")}


@viewer
@require_GET
def board(request: BoardRequest) -> HttpResponse:
    """What the mirror has, at once; if that is old, Plannr is asked in the background."""
    if not request.GET and not request.htmx and (first := saved_views.first_query(owner_of(request))) != ALL:
        return redirect(f"{reverse('board')}?{first}")  # a redirect, because the address must always say what is shown
    connection = request.connection
    presence.record_presence(connection, request.person, session_of(request))
    recovery.keep_fresh(connection)
    look = ViewState(
        folds_of(request), BoardQuery.read(request.GET)
    )  # by the requested address, also for a request of a page
    board = rendering.render_board(connection, look, can_move=request.rights.can_move)
    shown = board.board
    in_words = chips.chips(connection, look.lens, [each.column for each in shown.columns])
    finder = {"chips": in_words, "orders": ORDERS, "views": switcher(request, look.lens)}
    if request.htmx and request.htmx.target == "board":
        after = render_to_string("board/_after_filters.html", {"board": shown, **finder}, request)
        return Pieces([*board.pieces, after])
    here = {
        "present": presence.others(connection.firm, viewer_of(request)),
        "seat": presence.session_fingerprint(connection, session_of(request)),
        "bulks": [BulkReport.of(bulk) for bulk in bulks.unreported(connection, request.person)],
    }
    opened = _opened(request)
    context = {"board": shown, "notice": _notice_of(request), **finder, **here, **opened}
    above, _, below = render_to_string("board/board.html", context | {"columns": COLUMNS}, request).partition(COLUMNS)
    return Pieces([above, *board.pieces, below], status=404 if opened.get("gone") else 200)


def _opened(request: BoardRequest) -> dict[str, object]:
    """The case that is open beside the board, as the address says."""
    try:
        case = UUID(request.GET.get("case", ""))
    except ValueError:
        return {}
    card = request.connection.cards.select_related("column").filter(case=case).first()
    if card is None:
        return {"gone": True}
    return {"card": card, "opened": CasePage.of(request.connection, card), **case_forms.deeds(request.connection, card)}


def _notice_of(request: BoardRequest) -> move_messages.Notice | None:
    """Without script a move ends in a redirect that names it, so the page can say what became of it."""
    if notice := edit_messages.named(request.connection, request.GET.get("edit", "")):
        return notice
    try:
        intent = UUID(request.GET.get("move", ""))
    except ValueError:
        return None
    move = request.connection.moves.filter(intent=intent).first()
    card = request.connection.cards.select_related("column").filter(case=move.case).first() if move else None
    return (
        move_messages.of(move, request.connection, place=place_of(request.connection, card)) if move and card else None
    )


@anyone
@require_POST
def look(request: BoardRequest) -> HttpResponse:
    chosen = {name: request.POST[name] for name, known in LOOKS.items() if request.POST.get(name) in known}
    return remember(HttpResponse(status=204) if request.htmx else see_other(reverse("board")), **chosen)


@anyone
@require_GET
def healthz(request: BoardRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@viewer
@require_GET
def column(request: BoardRequest, status: UUID) -> HttpResponse:
    """The next cards of a column, as it is scrolled; without script, the column as a page of its own."""
    connection, look = request.connection, look_of(request)
    found = get_object_or_404(connection.columns, status=status)
    # After a card, not after a count: cards come and go meanwhile.
    after, all_time = Order.named(look.lens.sort).read(request.GET.get("after", "")), "all" in request.GET
    if look.lens.lanes and "lane" in request.GET:
        return _cell(request, found, look, after=after, all_time=all_time)
    each = column_of(connection, found, look, draw=False)
    fill(look.lens.at(connection, list(connection.columns)), each, after=after, all_time=all_time)
    template = "board/_cards.html" if request.htmx else "board/column.html"
    return render(request, template, {"each": each, "all_time": all_time, "continued": after is not None})


def _cell(
    request: BoardRequest, column: Column, look: ViewState, *, after: tuple[Any, UUID] | None, all_time: bool
) -> HttpResponse:
    """The same for one lane."""
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
    if look.lens.lanes:  # the column has a cell in each of them
        response = render(request, "board/_columns.html", {"board": Board.of(request.connection, look)})
        return remember(retarget(reswap(response, "innerHTML"), "#board"), **{FOLDS: folds.write()})
    each = column_of(request.connection, found, look)
    return remember(render(request, "board/_column.html", {"each": each}), **{FOLDS: folds.write()})


@viewer
@require_GET
def cases_csv(request: BoardRequest) -> StreamingHttpResponse:
    def link(case: UUID) -> str:
        return request.build_absolute_uri(reverse("case", args=[case]))

    table = export.table(request.connection, BoardQuery.read(request.GET), link)
    response = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate()}.csv"'
    return response


@viewer
@require_GET
def on_paper(request: BoardRequest) -> HttpResponse:
    """All cases that the lens finds on one page, for printing."""
    lens = BoardQuery.read(request.GET)
    paper = Paper.of(request.connection, lens)
    return render(request, "board/paper.html", {"paper": paper, "view": switcher(request, lens).now})
