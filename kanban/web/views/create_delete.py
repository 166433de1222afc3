"""Creating and deleting a case."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kanban.models import Card, Edit
from kanban.web.forms import cases as case_forms
from kanban.web.forms import fields as field_forms
from kanban.web.forms.cases import CaseForm, DeleteForm
from kanban.web.http import BoardRequest, editor, error_response, see_other, status_of_write
from kanban.web.messages import edits as edit_messages
from kanban.web.messages import reasons
from kanban.web.views.edits import outcome_context
from kanban.writes import lifecycle
from kanban.writes.commands import Actor

Outcome = Edit.Outcome


@editor
@require_http_methods(["GET", "POST"])
def new(request: BoardRequest) -> HttpResponse:
    """GET: the form, with `?status=` of its column or `?like=` another case. POST creates the case, once for each
    intent."""
    if request.method == "GET":
        return _form(request)
    form = case_forms.form_from(request.POST)
    wanted = case_forms.new_case(request.connection, form)
    if wanted is None:
        return _new(request, form.fill(request.connection), status=422)
    made = lifecycle.create_case(request.connection, wanted, Actor(request.person))
    if made.outcome == Outcome.APPLIED:
        return _made(request, made)
    if made.outcome == Outcome.REFUSED:
        form.intent = CaseForm({}).intent  # nothing was made, so the next attempt is a new intent
        why, next_step = edit_messages.why_not(made)
        case_forms.blame(form, made, [f"{why} {made.words}".strip(), next_step])
    elif made.outcome == Outcome.CONFLICT:
        case_forms.ask(form, made)
    else:
        form.waiting = edit_messages.waiting(made)
    context = outcome_context(request, made) if made.outcome == Outcome.UNKNOWN else {}
    return _new(request, form.fill(request.connection), status=status_of_write(made), **context)


@editor
@require_http_methods(["GET", "POST"])
def delete(request: BoardRequest, case: UUID) -> HttpResponse:
    """GET: the form that asks for the name. POST deletes the case for everybody, if this account may."""
    if not request.rights.may_delete:
        return error_response(request, 403, *reasons.NOT_ALLOWED["deleter"])
    card = get_object_or_404(request.connection.cards.select_related("column"), case=case)
    if request.method == "GET":
        return _delete(request, card, DeleteForm.of(card))
    form = DeleteForm.of(card, request.POST)
    if form.errors:
        return _delete(request, card, form, status=422)
    made = lifecycle.delete_case(request.connection, card, form.intent, form.seen, Actor(request.person))
    if made.outcome == Outcome.APPLIED or made.reason == "not_found":
        return _made(request, made)
    if made.outcome == Outcome.CONFLICT:
        form = DeleteForm.of(card)
        form.errors = [f"{edit_messages.theirs(made)} Nothing was deleted. Look at it as it is now."]
        card = request.connection.cards.select_related("column").get(case=case)
        form.seen = made.revision
    elif made.outcome == Outcome.REFUSED:
        form.intent, form.errors = DeleteForm("", "").intent, edit_messages.problems(made)
    context = outcome_context(request, made) if made.outcome == Outcome.UNKNOWN else {}
    return _delete(request, card, form, status=status_of_write(made), **context)


def _form(request: BoardRequest) -> HttpResponse:
    if any(name.startswith("q-") for name in request.GET):  # keep what was typed and chosen so far
        form = case_forms.form_from(request.GET)
        if not request.htmx:
            return _new(request, form.fill(request.connection))
        part = form.parts["people" if "q-people" in request.GET else "participants"]
        field_forms.filled(part, request.connection, None)
        return render(request, "case/_options.html", {"form": part})
    if "like" not in request.GET:
        return _new(request, case_forms.empty(request.GET.get("status", "")).fill(request.connection))
    like = field_forms.uuid_in(request.GET["like"])
    card = get_object_or_404(request.connection.cards.select_related("column"), case=like)
    found = field_forms.look_or_say(request.connection, card)
    form = case_forms.like(card, found.case) if found.case else case_forms.empty(str(card.column.status))
    form.errors = [found.problem] if found.problem else []
    return _new(request, form.fill(request.connection, found.case))


def _made(request: BoardRequest, made: Edit) -> HttpResponse:
    """It is done: the dialog closes; without script the board says so."""
    if not request.htmx:
        return see_other(f"{reverse('board')}?edit={made.intent}#card-{made.case}")
    context = outcome_context(request, made) | {"done": True}
    return render(request, "case/_dialog.html", context, status=status_of_write(made))


def _new(request: BoardRequest, form: CaseForm, *, status: int = 200, **more: object) -> HttpResponse:
    template = "case/_dialog.html" if request.htmx else "case/new.html"
    return render(request, template, {"form": form, "inside": "case/_new.html"} | more, status=status)


def _delete(request: BoardRequest, card: Card, form: DeleteForm, *, status: int = 200, **more: object) -> HttpResponse:
    template = "case/_dialog.html" if request.htmx else "case/delete.html"
    return render(request, template, {"card": card, "form": form, "inside": "case/_delete.html"} | more, status=status)
