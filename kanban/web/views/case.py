"""One case: its page, and the parts of it, each requested by the page itself."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import reswap, retarget, trigger_client_event

from kanban.cases import remote_parts
from kanban.cases.remote_parts import Part
from kanban.models import Card
from kanban.sync import lookup
from kanban.web.case_page import CasePage
from kanban.web.forms import cases as case_forms
from kanban.web.forms.moves import form_context
from kanban.web.http import BoardRequest, background_request, see_other, status_of, viewer
from kanban.web.messages import edits as edit_messages
from kanban.web.messages import moves as move_messages


@viewer
@require_GET
def case(request: BoardRequest, case: UUID) -> HttpResponse:
    """A page; over the board, a panel. `?whole` is for browsers without script: the view reads all parts from
    Plannr."""
    card = _card_or_404(request, case)
    look = partial(lookup.fetch_case, request.connection, case)
    whole = remote_parts.everything(request.connection, card, look) if "whole" in request.GET else None
    if whole and whole["details"].gone:
        raise Http404
    if whole:
        card = _card_or_404(request, case)  # as Plannr had it just now
    shown = {"card": card, "opened": CasePage.of(request.connection, card), "whole": whole}
    shown |= case_forms.deeds(request.connection, card)
    if request.htmx:
        return render(request, "case/_case.html", shown | {"panel": True})
    context = {**form_context(request.connection, card), "notice": _notice(request), "alone": True}
    return render(request, "case/case.html", shown | context)


@viewer
@background_request
@require_GET
def known(request: BoardRequest, case: UUID) -> HttpResponse:
    """What the mirror and the record know, if that is not what the page shows already."""
    card = _card(request, case)
    if card is None:
        return _gone(request)
    opened, seen = CasePage.of(request.connection, card), request.GET.get("seen", "")
    if opened.seen == seen:
        return HttpResponse(status=204)
    response = render(request, "case/_refreshed_header.html", _beside(request, card) | {"card": card, "opened": opened})
    if not seen.startswith(f"{opened.looks}-"):  # the case has changed, so what only Plannr knows may have changed too
        trigger_client_event(response, "case-edited", after="settle")
    return response


@viewer
@background_request
@require_GET
def details(request: BoardRequest, case: UUID) -> HttpResponse:
    """Plans and custom fields. The mirror takes in the answer too."""
    card = _card(request, case)
    if card is None:
        return _gone(request)
    part = remote_parts.details(request.connection, card, partial(lookup.fetch_case, request.connection, card.case))
    if part.gone or (card := _card(request, case)) is None:
        return _gone(request)
    opened, whose = CasePage.of(request.connection, card), request.GET.get("whose", "")
    return _answer(request, part, card, opened=opened, whose=whose, **_beside(request, card))


@viewer
@background_request
@require_GET
def contacts(request: BoardRequest, case: UUID) -> HttpResponse:
    card = _card(request, case)
    if card is None:
        return _gone(request)
    whose = request.GET.get("whose", "")
    try:
        part = remote_parts.contacts(request.connection, card, whose)
    except BadSignature:
        raise Http404 from None
    return _answer(request, part, card, whose=whose)


@viewer
@background_request
@require_GET
def tasks(request: BoardRequest, case: UUID) -> HttpResponse:
    card = _card(request, case)
    return _answer(request, remote_parts.tasks(request.connection, card), card) if card else _gone(request)


@viewer
@background_request
@require_GET
def notes(request: BoardRequest, case: UUID) -> HttpResponse:
    card = _card(request, case)
    return _answer(request, remote_parts.notes(request.connection, card), card) if card else _gone(request)


def _notice(request: BoardRequest) -> move_messages.Notice | None:
    """Without script an edit ends in a redirect that names it, so the page can say what became of it."""
    return edit_messages.named(request.connection, request.GET.get("edit", ""))


def _card(request: BoardRequest, case: UUID) -> Card | None:
    return request.connection.cards.select_related("column").filter(case=case).first()


def _card_or_404(request: BoardRequest, case: UUID) -> Card:
    card = _card(request, case)
    if card is None:
        raise Http404
    return card


def _beside(request: BoardRequest, card: Card) -> dict[str, object]:
    """The context of the parts that the board knows itself, on its page or on that of the case alone."""
    alone = request.htmx.current_url_abs_path is None or "/cases/" in request.htmx.current_url_abs_path
    return {"alone": alone, **case_forms.deeds(request.connection, card)}


def _answer(request: BoardRequest, part: Part, card: Card, **shown: object) -> HttpResponse:
    if not request.htmx:  # a link that was followed: the page has all parts
        return see_other(f"{reverse('case', args=[card.case])}?whole")
    context = {"card": card, **shown, "part": part, "oob": True}
    template = f"case/_{part.name}.html"
    return render(request, template, context, status=status_of(part.problem) if part.problem else 200)


def _gone(request: BoardRequest) -> HttpResponse:
    """Replace the whole case by one sentence."""
    if not request.htmx:
        raise Http404
    response = render(request, "case/_gone.html", {"oob": True}, status=404)
    return reswap(retarget(response, "#case-header"), "outerHTML")
