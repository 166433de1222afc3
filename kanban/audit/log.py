"""The record: who wanted what, what Plannr answered, what happened in Plannr itself. Lines are added, never changed.

Every line is written in the transaction of what it reports, so that neither exists without the other. Whoever adds one
locks the head first and holds it until that transaction ends, so the chain has one end for all processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kanban.audit import hash_chain
from kanban.cases import requirements
from kanban.cases.fields import CASE_FIELDS
from kanban.core.text import UNWRITABLE
from kanban.models import Column, ColumnChange, Edit, Entry, Head, Move, PutBack, Write

Kind = Entry.Kind

LONGEST = 2000  # characters of one text


@dataclass(frozen=True)
class Outside:
    """A change that somebody made in Plannr itself, between two reads: nobody knows who."""

    firm: UUID
    case: UUID
    title: str
    what: str  # moved, edited, created or gone
    since: datetime | None  # it happened between then …
    at: datetime  # … and now
    before: Column | None = None
    after: Column | None = None
    words: str = ""  # for an edit: which fields


def intended(write: Write) -> None:
    """A write is about to be made. Call this in the transaction that stores it."""
    _append([_of(write) | {"kind": Kind.INTENDED, "at": write.at}])


def settled(write: Write) -> None:
    """What became of a write, or that nobody knows yet. Call this in the transaction that stores that."""
    outcome = {
        "kind": Kind(write.outcome),
        "at": write.settled_at or timezone.now(),
        "reason": write.reason,
        "words": outcome_in_words(write),
    }
    _append([_of(write) | _came_to(write) | outcome])


def outside(changes: Iterable[Outside]) -> None:
    """What we found to have happened in Plannr. Call this in the transaction that updates the mirror."""
    _append([_seen(change) for change in changes])


def outcome_in_words(write: Write) -> str:
    """Plannr's own words, what the firm's rules required, and what else Plannr changed, because putting that back was a
    write too."""
    words = " ".join(filter(None, [write.words, *_asked(write)]))
    if not write.altered:
        return words
    return f"{words} {_aside(write)}".strip()


def _aside(write: Write) -> str:
    if write.put_back is None:
        return f"Plannr may also have changed the {write.altered}: we could not look."
    if write.put_back:
        return f"Plannr also changed the {write.altered}; that was put back."
    if write.is_being_put_back:
        return f"Plannr also changed the {write.altered}; it has not confirmed that this was put back."
    return f"Plannr also changed the {write.altered}, which could not be put back."


def _asked(write: Write) -> list[str]:
    """Limits that were asked about or exceeded; for a move that was made, what was set with it. The number of cases is
    left out, because others who read this may be shown fewer than the person who asked."""
    of_move = write.asked.get("limits", ()) if isinstance(write, Move) else ()
    asked = write.limits if isinstance(write, Edit) else of_move
    if write.outcome == Write.Outcome.CONFLICT:
        return [requirements.over(asked)]
    if write.outcome != Write.Outcome.APPLIED:
        return []
    return [requirements.over(asked), *(_with_it(write) if isinstance(write, Move) else ())]


def _with_it(move: Move) -> list[str]:
    facts = [fact for fact in CASE_FIELDS.values() if fact.body in move.also]
    given = ", ".join(f"{fact.called} {fact.words(move.also[fact.body], move.called)}" for fact in facts)
    return [
        f"With it: {given}." if given else "",
        f"Plannr did not take {move.untaken}." if move.untaken else "",
    ]


def _of(write: Write) -> hash_chain.Line:
    return {
        "firm": write.firm,
        "account": write.connection.account,
        "account_name": write.connection.account_name,
        "person": write.person.name if write.person else "",
        "who": write.who,
        "intent": write.intent,
        "case": write.case,
        "title": write.title,
        **_of_kind(write),
    }


def _of_kind(write: Write) -> hash_chain.Line:
    if isinstance(write, Move):
        return _of_move(write)
    if isinstance(write, Edit):
        return _of_edit(write)
    if isinstance(write, PutBack):
        return {"what": "put back", "from_name": write.called}
    assert isinstance(write, ColumnChange)
    what = "column rule" if write.what == ColumnChange.What.RULE else f"{write.what} status"
    return {"what": what, "from_name": write.before_words, "to_name": write.wanted_words}


def _of_move(move: Move) -> hash_chain.Line:
    names = _names(move.firm, move.from_status, move.to_status)
    return {
        "what": "undo" if move.undoes_id else "move",
        "from_status": move.from_status,
        "from_name": names.get(move.from_status, ""),
        "from_position": move.from_position,
        "to_status": move.to_status,
        "to_name": names.get(move.to_status, ""),
    }


def _of_edit(edit: Edit) -> hash_chain.Line:
    """For a field, its old and new value as a person reads them; for a new case, its status."""
    if edit.what != Edit.What.CREATE:
        return {"what": edit.deed, "from_name": edit.before_words, "to_name": edit.wanted_words}
    named = {"to_status": edit.to_status, "to_name": _names(edit.firm, edit.to_status).get(edit.to_status, "")}
    return {"what": edit.deed, **named}


def _came_to(write: Write) -> hash_chain.Line:
    """Where a move ended. For an edit, what Plannr made of it."""
    if isinstance(write, Edit):
        return {"to_name": write.got_words} if write.what == Edit.What.EDIT and write.got_words else {}
    if not isinstance(write, Move):
        return {}
    return {name: getattr(write, name) for name in ("asked_position", "got_status", "got_position")}


def _names(firm: UUID, *statuses: UUID | None) -> dict[UUID | None, str]:
    known = Column.objects.filter(firm=firm, status__in=[status for status in statuses if status])
    return dict(known.values_list("status", "name"))


def _seen(change: Outside) -> hash_chain.Line:
    before, after = change.before, change.after
    return {
        "kind": Kind.OUTSIDE,
        "at": change.at,
        "since": change.since,
        "firm": change.firm,
        "case": change.case,
        "title": change.title,
        "what": change.what,
        "from_status": before.status if before else None,
        "from_name": before.name if before else "",
        "to_status": after.status if after else None,
        "to_name": after.name if after else "",
        "words": change.words,
    }


@transaction.atomic(savepoint=False)
def _append(lines: list[hash_chain.Line]) -> None:
    if not lines:
        return
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entries = [Entry(**line) for line in hash_chain.linked(map(_writable, lines), head.number, head.hash)]
    Entry.objects.bulk_create(entries, batch_size=500)
    Head.objects.filter(pk=1).update(number=entries[-1].number, hash=entries[-1].hash)


def _writable(line: Mapping[str, Any]) -> hash_chain.Line:
    """The line without anything that the database would refuse or change: the hash must fit what it gives back."""
    return {
        field: UNWRITABLE.sub("\ufffd", value)[:LONGEST] if isinstance(value, str) else value
        for field, value in line.items()
    }
