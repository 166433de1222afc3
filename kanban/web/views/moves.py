"""The moves of a case: the form, the drop, what became of it, and the way back."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kanban.board.board import Board
from kanban.board.placement import placement
from kanban.core.db import snapshot_read
from kanban.models import Card, Connection, Move
from kanban.web.forms import requirements
from kanban.web.forms.moves import MoveForm, RequirementsForm, UndoForm, form_context, retry_of
from kanban.web.http import (
    BoardRequest,
    background_request,
    editor,
    error_response,
    look_of,
    see_other,
    status_of_write,
    viewer,
)
from kanban.web.messages import moves as move_messages
from kanban.web.messages import reasons
from kanban.writes import moves, recovery
from kanban.writes.commands import Actor


@editor
@require_http_methods(["GET", "PUT", "POST"])
def move(request: BoardRequest, case: UUID) -> HttpResponse:
    """GET: the form. PUT (by drag, keys and menu) and POST (without script) have the same fields."""
    card = request.connection.cards.select_related("column").filter(case=case).first()
    if card is None:
        return _no_such_case(request, case)
    if request.method == "GET":
        template = "case/_move.html" if request.htmx else "case/move.html"
        return render(request, template, {"card": card, **form_context(request.connection, card)})
    data = QueryDict(request.body) if request.method == "PUT" else request.POST
    asked = _asked(request.connection, card.case, data.get("asked", ""))
    form = MoveForm(data, needs=asked.asked["needs"] if asked else ())
    if not form.is_valid():
        return _needs(request, card, asked, form, status=422) if asked else _unclear(request, card, form)
    return _answer(request, moves.move_card(request.connection, card, form.command, Actor(request.person)))


@editor
@require_GET
def needs(request: BoardRequest, intent: UUID) -> HttpResponse:
    """The form for what a column asks of a case dropped on it: in a dialog over the board, or a page."""
    asked = get_object_or_404(request.connection.moves, intent=intent, reason="requires")
    return _needs(request, _card(request.connection, asked.case), asked, RequirementsForm(needs=asked.asked["needs"]))


@editor
@require_POST
def undo(request: BoardRequest, intent: UUID) -> HttpResponse:
    """Undo one's own move, by a new move that is checked like any other."""
    mine = request.connection.moves.filter(outcome=Move.Outcome.APPLIED, person=request.person)
    made = get_object_or_404(mine, intent=intent)
    if not request.connection.cards.filter(case=made.case).exists():
        return _no_such_case(request, made.case)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return error_response(request, 422, "Nothing was undone: the page sent something unclear.", "Reload the board.")
    return _answer(
        request, moves.undo(request.connection, made, form.cleaned_data["intent"] or uuid4(), request.person)
    )


@viewer
@background_request
@require_GET
def outcome(request: BoardRequest, intent: UUID) -> HttpResponse:
    """What became of a move, polled by a notice that waits for Plannr to confirm."""
    found = recovery.settle(get_object_or_404(request.connection.moves, intent=intent), request.connection)
    if found.outcome in (Move.Outcome.OPEN, Move.Outcome.UNKNOWN):
        return HttpResponse(status=204)  # nothing new: the notice stays, and is not announced twice
    return _answer(request, found)


def _answer(request: BoardRequest, move: Move) -> HttpResponse:
    """What the move changed: where the card stands now, the headers as they are now, and a sentence."""
    if not request.htmx:
        return see_other(f"{reverse('board')}?move={move.intent}#card-{move.case}")
    connection, look = request.connection, look_of(request)
    with snapshot_read():
        placed = placement(connection, move.case, look)
        board = Board.of(connection, look, draw=False)
        place = board.place_of(placed.found)
    statuses = {move.from_status, move.to_status, move.got_status}
    context = {
        "board": board,
        "placements": [placed],
        "columns": board.touched(statuses),
        "lanes": board.lanes_touched(placed, statuses),
        "notice": move_messages.of(move, connection, place=place),
    }
    return render(request, "board/_changes.html", context, status=status_of_write(move))


def _card(connection: Connection, case: UUID) -> Card:
    return get_object_or_404(connection.cards.select_related("column"), case=case)


def _unclear(request: BoardRequest, card: Card, form: MoveForm) -> HttpResponse:
    """The form cannot be understood: say why, beside what was typed, and send nothing."""
    if request.htmx and request.htmx.target is None:  # a drag: no form is shown that could say it
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        notice = move_messages.Notice(
            "failure", f"{card.title} was not moved. {why}", advice="Reload the board and try again."
        )
        placed = placement(request.connection, card.case, look_of(request))
        return render(request, "board/_changes.html", {"placements": [placed], "notice": notice}, status=422)
    template = "case/_move.html" if request.htmx else "case/move.html"
    return render(request, template, {"card": card, **form_context(request.connection, card, form)}, status=422)


def _asked(connection: Connection, case: UUID, intent: str) -> Move | None:
    """The move that was asked for more than the case has, if this form answers one."""
    try:
        return connection.moves.filter(intent=UUID(intent), case=case, reason="requires").first()
    except ValueError:
        return None


def _needs(request: BoardRequest, card: Card, asked: Move, form: RequirementsForm, status: int = 200) -> HttpResponse:
    column = get_object_or_404(request.connection.columns, status=asked.to_status)
    fields = requirements.fields(request.connection, card, form)
    shown = {"card": card, "asked": asked, "column": column, "fields": fields, "seen": retry_of(asked)}
    return render(request, f"case/{'_' if request.htmx else ''}needs.html", shown, status=status)


def _no_such_case(request: BoardRequest, case: UUID) -> HttpResponse:
    if not request.htmx:
        raise Http404
    why, next_step = reasons.PROBLEMS["not_found"]
    notice = move_messages.Notice("failure", f"The case was not moved. {why}", advice=next_step)
    context = {"placements": [placement(request.connection, case, look_of(request))], "notice": notice}
    return render(request, "board/_changes.html", context, status=404)
