"""What a person reads about an edit, a new case or a deletion."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from kanban.cases import requirements
from kanban.cases.fields import CASE_FIELDS, amount_of
from kanban.models import Connection, Edit
from kanban.web.messages.moves import Notice, ago, aside, between, edited
from kanban.web.messages.reasons import PROBLEMS, REASONS

What = Edit.What
Outcome = Edit.Outcome


def of(edit: Edit, connection: Connection, *, place: tuple[int, int] | None = None) -> Notice:
    """What became of it. `place`: where a new case stands, "2 of 7"."""
    if edit.outcome == Outcome.APPLIED:
        return Notice("success", _applied(edit, connection, place), "", _aside(edit), edit=edit)
    if edit.outcome == Outcome.CONFLICT:
        return Notice("conflict", f"{theirs(edit)} {_sent(edit)}", edit=edit)
    if edit.outcome == Outcome.REFUSED:
        why, next_step = why_not(edit)
        return Notice("failure", f"{_not_done(edit)} {why}", edit.words, next_step, edit=edit)
    if edit.reason == "untold":
        return Notice("failure", f"{_untold(edit)} Plannr shows nothing of it.", advice="Look in Plannr.", edit=edit)
    return Notice("waiting", waiting(edit), advice="We keep asking.", edit=edit)


def named(connection: Connection, intent: str) -> Notice | None:
    """The notice of the edit that an address names, if it is this account's own."""
    try:
        edit = connection.edits.filter(intent=UUID(intent)).first()
    except ValueError:
        return None
    return of(edit, connection) if edit else None


def why_not(edit: Edit) -> tuple[str, str]:
    """Why it was refused, and what to do next."""
    if edit.reason == "currency":
        return f"This value is in {amount_of(edit.before)[1]}.", "Change it in Plannr."
    why, next_step = REASONS.get(edit.reason) or PROBLEMS.get(edit.reason) or PROBLEMS["broken"]
    if edit.reason == "rejected":
        next_step = "Read its reason, change what you typed, then try again."
    if edit.retry_after:
        next_step = f"Try again in {max(1, round(edit.retry_after))} seconds."
    return why, f"{next_step} {aside(edit)}".strip()


def problems(edit: Edit) -> list[str]:
    """What is shown beside the field: Plannr's own words on it, if any, else why it was refused."""
    if edit.outcome != Outcome.REFUSED:
        return []
    body = CASE_FIELDS[edit.field].body if edit.field in CASE_FIELDS else ""
    own = [text for name, texts in edit.problems.items() if name.split(".")[0] == body for text in texts]
    if own:
        return own
    why, next_step = why_not(edit)
    return [f"{why} {edit.words}".strip(), next_step]


def theirs(edit: Edit) -> str:
    """Who changed what meanwhile, and when, as far as that is known."""
    if edit.reason == "limit":
        return requirements.passed(edit.limits)
    if edit.reason == "edited_besides":
        return edited(edit, edit.edited)
    called = CASE_FIELDS[edit.field].called if edit.field in CASE_FIELDS else edit.got_words
    now = f" to {edit.got_words}" if edit.field in CASE_FIELDS else ""
    rival = edit.rival
    if rival and rival.settled_at:
        own = rival.connection_id == edit.connection_id and rival.person_id == edit.person_id
        name = "You, at another window," if own else rival.who or rival.connection.account_name
        when = ago((timezone.now() - rival.settled_at).total_seconds())
        return f"{name} changed the {called} of {edit.title}{now} {when} ago."
    return f"Somebody in Plannr changed the {called} of {edit.title}{now}{between(edit, 'edited')}."


def waiting(edit: Edit) -> str:
    why = PROBLEMS.get(edit.reason, PROBLEMS["slow"])[0]
    doing = {
        What.CREATE: f"making {edit.title}",
        What.DELETE: f"deleting {edit.title}",
    }.get(What(edit.what)) or f"the change of {edit.title}: {CASE_FIELDS[edit.field].called} {edit.wanted_words}"
    return f"{why} It has not confirmed {doing}."


def _applied(edit: Edit, connection: Connection, place: tuple[int, int] | None) -> str:
    if edit.what == What.DELETE:
        return f"{edit.title} was deleted in Plannr."
    if edit.what == What.CREATE:
        card = connection.cards.select_related("column").filter(case=edit.case).first()
        where = f" in {card.column.name}" if card else ""
        return f"{edit.title} was created{where}{f', {place[0]} of {place[1]}' if place else ''}."
    called = CASE_FIELDS[edit.field].called
    if edit.reason == "already":
        return f"Nothing was sent: the {called} of {edit.title} already is {edit.got_words}."
    return f"The {called} of {edit.title} is now {edit.got_words}."


def _not_done(edit: Edit) -> str:
    done = {What.CREATE: "made", What.DELETE: "deleted"}.get(What(edit.what))
    if done:
        return f"{edit.title} was not {done}."
    return f"The {CASE_FIELDS[edit.field].called} of {edit.title} was not changed."


def _untold(edit: Edit) -> str:
    return f"It cannot be told whether the {CASE_FIELDS[edit.field].called} of {edit.title} was changed."


def _sent(edit: Edit) -> str:
    return "Plannr never confirmed what you sent." if edit.sent_at else "Nothing was sent."


def _aside(edit: Edit) -> str:
    other = {
        "otherwise": "Plannr made something else of it than was asked.",
        "hidden": "It is not shown to you any more.",
    }
    return f"{other.get(edit.reason, '')} {aside(edit)}".strip()
