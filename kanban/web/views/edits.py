"""One field of a case, edited in place: the row as text, as a form, and what became of the edit."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from kanban.board.board import Board
from kanban.board.placement import placement
from kanban.cases.fields import CASE_FIELDS, CaseField, row
from kanban.cases.formats import ParseError
from kanban.core.db import snapshot_read
from kanban.models import NO_CASE, Card, Edit
from kanban.web.forms import fields as field_forms
from kanban.web.forms.fields import FactForm
from kanban.web.http import BoardRequest, background_request, editor, look_of, see_other, status_of_write
from kanban.web.messages import edits as edit_messages
from kanban.web.messages.moves import Notice
from kanban.writes import edits, recovery
from kanban.writes.commands import Actor


@editor
@require_http_methods(["GET", "PUT", "POST"])
def edit(request: BoardRequest, case: UUID, field: str) -> HttpResponse:
    """GET: the row as a form, or with `?fact` as text again. PUT, and POST without script, send the field."""
    if field not in CASE_FIELDS:
        raise Http404
    card = get_object_or_404(request.connection.cards.select_related("column"), case=case)
    if request.method == "GET":
        return _opened(request, card, CASE_FIELDS[field])
    data = QueryDict(request.body) if request.method == "PUT" else request.POST
    form = field_forms.typed_in(CASE_FIELDS[field], data)
    try:
        change = field_forms.change_of(form, data)
    except ParseError as why:
        form.errors = [str(why)]
        return _as_form(request, card, form, status=422)
    if field_forms.untouched(form, change):
        nothing = Notice("success", f"Nothing was changed: the {form.fact.called} of {card.title} is as it was.")
        return _as_fact(request, card, form.fact, more={"notice": nothing})
    made = edits.edit_case(request.connection, card, change, Actor(request.person))
    if (made.field == field and made.outcome == Edit.Outcome.REFUSED) or made.outcome == Edit.Outcome.CONFLICT:
        form.intent = field_forms.FactForm(form.fact).intent  # the next attempt is a new intent
    return _answer(request, card, made, form)


@editor
@background_request
@require_GET
def edit_outcome(request: BoardRequest, intent: UUID) -> HttpResponse:
    """What became of an edit, a new case or a deletion, polled by a notice that waits for Plannr."""
    found = recovery.settle(get_object_or_404(request.connection.edits, intent=intent), request.connection)
    if found.outcome in (Edit.Outcome.OPEN, Edit.Outcome.UNKNOWN) and found.reason != "untold":
        return HttpResponse(status=204)  # nothing new: the notice stays, and is not announced twice
    card = request.connection.cards.select_related("column").filter(case=found.case).first()
    if found.what != Edit.What.EDIT or card is None:
        return render(request, "board/_changes.html", outcome_context(request, found), status=status_of_write(found))
    return _answer(request, card, found, field_forms.asked_again(found), polled=True)


def outcome_context(request: BoardRequest, edit: Edit, *, notice: bool = True) -> dict[str, object]:
    """What the write changed: where the card stands now, its headers as they are now, and a sentence."""
    connection, look = request.connection, look_of(request)
    with snapshot_read():
        placed = placement(connection, edit.case, look)
        board = Board.of(connection, look, draw=False)
        place = board.place_of(placed.found)
    stands = placed.found.column.status if placed.found else None
    return {
        "board": board,
        "placements": [] if "alone" in request.GET or edit.case == NO_CASE else [placed],
        "columns": [] if "alone" in request.GET else board.touched({stands, edit.to_status}),
        "lanes": [] if "alone" in request.GET else board.lanes,  # an edit can move a case to another lane
        "notice": edit_messages.of(edit, connection, place=place) if notice else None,
        "alone": "alone" in request.GET,
    }


def _opened(request: BoardRequest, card: Card, fact: CaseField) -> HttpResponse:
    if "fact" in request.GET:
        return _as_fact(request, card, fact)
    if request.htmx and "q" in request.GET:
        return _narrowed(request, card, fact)
    found = field_forms.look_or_say(request.connection, card)
    if found.case is None:
        return _as_fact(request, card, fact, problem=found.problem)
    if why := field_forms.foreign(fact, found.case):
        return _as_fact(request, card, fact, problem=why, status=422)
    form = field_forms.opened(fact, found.case)
    if "q" in request.GET:  # keep what was typed and chosen so far
        seen = form.seen
        form = field_forms.typed_in(fact, request.GET)
        form.seen = form.seen or seen
    if why := field_forms.filled(form, request.connection, found.case):
        return _as_fact(request, card, fact, problem=why)
    return _as_form(request, card, form)


def _narrowed(request: BoardRequest, card: Card, fact: CaseField) -> HttpResponse:
    """The options that match, after each letter. The case itself is not read again."""
    form = field_forms.typed_in(fact, request.GET)
    if why := field_forms.filled(form, request.connection, card):
        return _as_fact(request, card, fact, problem=why)
    return render(request, "case/_options.html", {"form": form})


def _answer(request: BoardRequest, card: Card, made: Edit, form: FactForm, *, polled: bool = False) -> HttpResponse:
    if made.outcome == Edit.Outcome.APPLIED or made.reason in ("not_found", "untold"):
        return _settled(request, card, made, form.fact)
    form.errors = edit_messages.problems(made)
    form.theirs = edit_messages.theirs(made) if made.outcome == Edit.Outcome.CONFLICT else ""
    form.asked = made.intent if made.reason == "limit" else form.asked
    form.seen = made.seen if made.outcome == Edit.Outcome.CONFLICT else form.seen
    waits = made.outcome in (Edit.Outcome.OPEN, Edit.Outcome.UNKNOWN)
    form.waiting = edit_messages.waiting(made) if waits else ""
    if request.htmx and not waits:
        context = outcome_context(request, made, notice=polled)
    else:
        context = outcome_context(request, made) if request.htmx else {}
    return _as_form(request, card, form, status=status_of_write(made), **context)


def _settled(request: BoardRequest, card: Card, made: Edit, fact: CaseField) -> HttpResponse:
    if not request.htmx:
        gone = not request.connection.cards.filter(case=card.case).exists()
        to = reverse("board") if gone else reverse("case", args=[card.case])
        return see_other(f"{to}?edit={made.intent}#fact-{fact.name}")
    now = request.connection.cards.select_related("column").filter(case=card.case).first()
    if now is None:
        return render(request, "board/_changes.html", outcome_context(request, made), status=status_of_write(made))
    return _as_fact(request, now, fact, more=outcome_context(request, made))


def _as_fact(
    request: BoardRequest,
    card: Card,
    fact: CaseField,
    *,
    problem: str = "",
    status: int = 503,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    """The row as text. Plannr is asked only for what the mirror does not hold."""
    found = field_forms.look_or_say(request.connection, card).case if fact.kind == "many" and not problem else None
    context = {"card": card, "row": row(fact, card, found), "problem": problem, "fresh": True} | (more or {})
    if request.htmx:
        context |= {"alone": "alone" in request.GET, "oob": True}
        return render(request, "case/_edited.html", context, status=status if problem else 200)
    if problem:
        return render(request, "case/edit.html", context, status=status)
    return see_other(f"{reverse('case', args=[card.case])}#fact-{fact.name}")


def _as_form(request: BoardRequest, card: Card, form: FactForm, *, status: int = 200, **more: object) -> HttpResponse:
    """The row as a form, with what was typed."""
    if not form.options:
        case = field_forms.look_or_say(request.connection, card).case if form.fact.kind in ("many", "choice") else None
        if field_forms.filled(form, request.connection, case):
            form.without_plannr()
    context = {"card": card, "row": row(form.fact, card, None), "editing": form} | more
    if request.htmx:
        context |= {"alone": "alone" in request.GET, "oob": True}
    return render(request, "case/_edited.html" if request.htmx else "case/edit.html", context, status=status)
