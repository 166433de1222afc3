"""The page "Columns": the firm's rules for its columns, stored here, and the statuses, stored in Plannr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kanban.audit.time_in_status import Suggestion, suggestions
from kanban.models import Column, ColumnChange, Write
from kanban.web.forms.columns import EachForm, PlaceForm, RulesForm, StatusForm
from kanban.web.http import BoardRequest, column_admin, see_other
from kanban.web.messages import reasons
from kanban.writes import column_rules, statuses
from kanban.writes.commands import Actor, StatusCommand

SENTENCE = "columns_said"  # of a session: the sentence that the page shows once
PLAIN = "#64748b"  # of a status without a colour, and of a new one
STEPS = {"up": -1, "down": 1}
CHANGED_AGAIN = ("That was done before, and has been changed again since.", "See how it is now; then choose it again.")
UNCLEAR = ("The board did not understand which change that was.", "Choose it again.")


@dataclass(frozen=True)
class Shown:
    """One column on the page, with its forms as stored or as typed."""

    column: Column
    number: int
    count: int
    rules: Form
    status: Form
    place: Form
    suggestion: Suggestion | None

    @property
    def wrong(self) -> bool:
        return any(form.is_bound and form.errors for form in (self.rules, self.status, self.place))


@column_admin
@require_http_methods(["GET", "POST"])
def columns(request: BoardRequest) -> HttpResponse:
    """The page, and its two forms that belong to no column: everybody's limit, and a new status."""
    if request.method == "GET":
        return _page(request)
    if request.POST.get("act") == "add":
        return _add(request)
    form = EachForm(request.POST)
    if not form.is_valid():
        return _page(request, each=form)
    most = form.cleaned_data["most_each"]
    asked = column_rules.ask_of_everybody(request.connection, most, _by(request), _intent(request, most))
    sentence = f"Everybody may have {most} open cases." if most else "Nobody has a limit any more."
    return _made(request, asked, sentence, each=form)


@column_admin
@require_POST
def rules(request: BoardRequest, status: UUID) -> HttpResponse:
    """The firm's rules for one column; or only the suggested number of days."""
    column = get_object_or_404(request.connection.columns, status=status)
    if request.POST.get("act") == "take":
        found = suggestions(request.connection).get(status)
        if found is None:
            return _page(request, refused=("There is nothing to suggest any more.", "Type a number of days."))
        sentence = f"{column.name}: a case is stale after {found.days} days."
        return _ask(request, column, {"stale_days": found.days}, sentence)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, column, {"rules": form})
    return _ask(request, column, form.cleaned_data, f"{column.name} is saved.", {"rules": form})


@column_admin
@require_POST
def status(request: BoardRequest, status: UUID) -> HttpResponse:
    """A status in Plannr: its name and colour, or its place by a number or a step. Only what is different is sent."""
    column, act = get_object_or_404(request.connection.columns, status=status), request.POST.get("act", "")
    form: Form = PlaceForm(request.POST) if act == "place" else StatusForm(request.POST)
    if act not in (*STEPS, "place", "look"):
        return _page(request, refused=UNCLEAR)
    if act not in STEPS and not form.is_valid():
        return _page(request, column, {"place" if act == "place" else "status": form})
    sentence, typed = f"Plannr has changed {column.name}.", {"place" if act == "place" else "status": form}
    command = _command(request, column, act, form)
    if command.is_empty:
        return _done(request, sentence, column)
    changed = statuses.change(request.connection, command, _by(request))
    return _made(request, changed, sentence, column, {} if act in STEPS else typed)


def _command(request: BoardRequest, column: Column, act: str, form: Form) -> StatusCommand:
    """Only what is different is sent."""
    intent = partial(_intent, request, column.status, act)
    if act in STEPS:
        return StatusCommand(intent(), column, step=STEPS[act])
    if act == "place":
        return StatusCommand(intent(place := form.cleaned_data["position"]), column, place=place)
    now = {"name": column.name, "colour": column.colour or PLAIN}
    wanted = {name: value for name, value in form.cleaned_data.items() if value != now[name]}
    return StatusCommand(intent(wanted), column, wanted)


def _ask(
    request: BoardRequest, column: Column, asked: dict[str, Any], sentence: str, typed: Mapping[str, Form] = {}
) -> HttpResponse:
    intent = _intent(request, column.status, asked)
    made = column_rules.ask_of_column(request.connection, column, asked, _by(request), intent)
    return _made(request, made, sentence, column, typed)


def _add(request: BoardRequest) -> HttpResponse:
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _page(request, new=form)
    wanted = form.cleaned_data
    command = StatusCommand(_intent(request, wanted), wanted=wanted)
    made = statuses.change(request.connection, command, _by(request))
    if made.outcome != Write.Outcome.APPLIED:
        return _page(request, new=form, refused=reasons.of_status(made))
    return _done(request, f"{wanted['name']} is a status in Plannr now, and a column here.")


def _by(request: BoardRequest) -> Actor:
    return Actor(request.person)


def _intent(request: BoardRequest, *wish: object) -> UUID:
    """The intent of the form; different values from the same form are a different intent."""
    try:
        return uuid5(UUID(request.POST.get("intent", "")), repr(wish))
    except ValueError:
        return uuid4()


def _made(
    request: BoardRequest,
    made: ColumnChange,
    sentence: str,
    column: Column | None = None,
    typed: Mapping[str, Form] = {},
    each: Form | None = None,
) -> HttpResponse:
    if made.outcome != Write.Outcome.APPLIED:
        return _page(request, column, typed, refused=reasons.of_status(made), each=each)
    if made.was_changed_again:
        return _page(request, refused=CHANGED_AGAIN)
    return _done(request, sentence, column)


def _done(request: BoardRequest, sentence: str, column: Column | None = None) -> HttpResponse:
    request.session[SENTENCE] = sentence
    return see_other(reverse("columns") + (f"#asks-{column.status}" if column else ""))


def _page(
    request: BoardRequest,
    at: Column | None = None,
    typed: Mapping[str, Form] = {},
    *,
    refused: tuple[str, ...] = (),
    each: Form | None = None,
    new: Form | None = None,
) -> HttpResponse:
    """The whole page; `typed`: the forms of the column `at` as they were sent, with what is wrong."""
    connection = request.connection
    most, busy = column_rules.most_each(connection), column_rules.workload(connection.cards)
    shown = {
        "columns": _columns(request, at, typed),
        "each": each or EachForm(initial={"most_each": most}),
        "most_each": most,
        "busy": busy[:12],
        "others": max(0, len(busy) - 12),
        "new": new or StatusForm(initial={"colour": PLAIN}),
        "said": request.session.pop(SENTENCE, "") if request.method == "GET" else "",
        "refused": refused,
        "can_write": connection.can_write,
    }
    status = 200 if request.method == "GET" else 409 if refused else 422
    return render(request, "column_settings/columns.html", shown, status=status)


def _columns(request: BoardRequest, at: Column | None, typed: Mapping[str, Form]) -> list[Shown]:
    connection = request.connection
    known, counts = suggestions(connection), connection.cards.tally()
    count = {row["column"]: row["count"] for row in counts}
    listed = [column for column in connection.columns if not column.vanished]
    return [
        Shown(column, number, count.get(column.pk, 0), *_forms(column, number, at, typed), known.get(column.status))
        for number, column in enumerate(listed, 1)
    ]


def _forms(column: Column, number: int, at: Column | None, typed: Mapping[str, Form]) -> tuple[Form, Form, Form]:
    mine: Mapping[str, Form] = typed if at and at.pk == column.pk else {}
    asked = {"stale_days": column.stale_days, "most": column.most, "requires": column.requires}
    return (
        mine.get("rules") or RulesForm(initial=asked),
        mine.get("status") or StatusForm(initial={"name": column.name, "colour": column.colour or PLAIN}),
        mine.get("place") or PlaceForm(initial={"position": number}),
    )
