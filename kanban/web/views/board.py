"""The board as a page, and how a browser likes to see it."""

from __future__ import annotations

from secrets import token_hex
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from kanban.board import rendering
from kanban.board.placement import place_of
from kanban.board.view_state import Look
from kanban.core.compression import Pieces
from kanban.live import presence
from kanban.search import chips, saved_views
from kanban.search.filters import ALL, Lens
from kanban.search.sorting import ORDERS
from kanban.web.case_page import Opened
from kanban.web.forms import cases as case_forms
from kanban.web.http import BoardRequest, anyone, folds_of, remember, see_other, session_of, viewer, viewer_of
from kanban.web.messages import edits as edit_messages
from kanban.web.messages import moves as move_messages
from kanban.web.messages.bulk import Telling
from kanban.web.views.saved import owner_of, switcher
from kanban.writes import bulk as bulks
from kanban.writes import settling

COLUMNS = SafeString(f"<!-- {token_hex(16)} -->")  # where they belong in the page, which nobody else can write
LOOKS = {"density": ("comfortable", "compact"), "theme": ("system", "light", "dark"), "letters": ("on", "off")}


@viewer
@require_GET
def board(request: BoardRequest) -> HttpResponse:
    """What the mirror has, at once; Plannr is asked behind the page's back if that is old."""
    if not request.GET and not request.htmx and (first := saved_views.first_query(owner_of(request))) != ALL:
        return redirect(f"{reverse('board')}?{first}")  # not drawn here: what is seen is always the address of the page
    connection = request.connection
    presence.note(connection, request.person, session_of(request))
    settling.keep_fresh(connection)
    look = Look(folds_of(request), Lens.read(request.GET))  # by the address that is asked for, also if a page asks
    board = rendering.drawn(connection, look, can_move=request.rights.can_move)
    shown = board.board
    in_words = chips.chips(connection, look.lens, [each.column for each in shown.columns])
    finder = {"chips": in_words, "orders": ORDERS, "views": switcher(request, look.lens)}
    if request.htmx and request.htmx.target == "board":
        return Pieces([*board.pieces, render_to_string("board/_looked.html", {"board": shown, **finder}, request)])
    here = {
        "present": presence.others(connection.firm, viewer_of(request)),
        "seat": presence.seat(connection, session_of(request)),
        "bulks": [Telling.of(bulk) for bulk in bulks.untold(connection, request.person)],
    }
    opened = _opened(request)
    context = {"board": shown, "notice": _notice_of(request), **finder, **here, **opened}
    above, _, below = render_to_string("board/board.html", context | {"columns": COLUMNS}, request).partition(COLUMNS)
    return Pieces([above, *board.pieces, below], status=404 if opened.get("gone") else 200)


def _opened(request: BoardRequest) -> dict[str, object]:
    """The case that is open beside the board, as its address says."""
    try:
        case = UUID(request.GET.get("case", ""))
    except ValueError:
        return {}
    card = request.connection.cards.select_related("column").filter(case=case).first()
    if card is None:
        return {"gone": True}
    return {"card": card, "opened": Opened.of(request.connection, card), **case_forms.deeds(request.connection, card)}


def _notice_of(request: BoardRequest) -> move_messages.Notice | None:
    """Without script a move ends in a redirect that names it, so the page can say what became of it."""
    if told := edit_messages.named(request.connection, request.GET.get("edit", "")):
        return told
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
