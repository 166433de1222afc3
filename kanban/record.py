"""The record: who wanted what, what Plannr answered, what happened in Plannr itself. Lines are added, never changed.

Every line is written in the transaction of what it tells, so that neither is ever there without the other. Whoever adds
one locks the head first and holds it until that transaction ends: the chain has one end, in whatever process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kanban import chain, limits
from kanban.models import Column, Entry, Head, Move

Kind = Entry.Kind

LONGEST = 2000  # characters of one text
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL or UTF-8 cannot hold


@dataclass(frozen=True)
class Outside:
    """A change that somebody made in Plannr itself, between two readings: it bears nobody's name."""

    firm: UUID
    case: UUID
    title: str
    what: str  # moved, edited, created or gone
    since: datetime | None  # it happened between then …
    at: datetime  # … and now
    before: Column | None = None
    after: Column | None = None
    words: str = ""  # of an edit: which fields


def intended(move: Move) -> None:
    """A move is going to be made. Call this in the transaction that writes it down."""
    _append([_of(move) | {"kind": Kind.INTENDED, "at": move.at}])


def settled(move: Move) -> None:
    """What became of a move, or that nobody knows yet. Call this in the transaction that writes that down."""
    came_of_it = {
        "kind": Kind(move.outcome),
        "at": move.settled_at or timezone.now(),
        "asked_position": move.asked_position,
        "got_status": move.got_status,
        "got_position": move.got_position,
        "reason": move.reason,
        "words": said(move),
    }
    _append([_of(move) | came_of_it])


def outside(changes: Iterable[Outside]) -> None:
    """What was found to have happened in Plannr. Call this in the transaction that takes it into the mirror."""
    _append([_seen(change) for change in changes])


def said(move: Move) -> str:
    """Plannr's own words, what the firm's rules had to do with it, and what else Plannr changed: putting that back was
    a write as well."""
    words = " ".join(filter(None, [move.words, *_asked(move)]))
    if not move.altered:
        return words
    also = {
        True: "Plannr also changed the {}; that was put back.",
        False: "Plannr also changed the {}, which could not be put back.",
        None: "Plannr may also have changed the {}: we could not look.",
    }
    return f"{words} {also[move.put_back].format(move.altered)}".strip()


def _asked(move: Move) -> list[str]:
    """Of a move that was made: over which limits, and what was set with it. Of one asked back: the question."""
    if move.outcome == Move.Outcome.CONFLICT:
        return [limits.passed(move)]
    if move.outcome != Move.Outcome.APPLIED:
        return []
    given = ", ".join(_given(field, value) for field, value in move.also.items())
    return [
        limits.over(move),
        f"With it: {given}." if given else "",
        f"Plannr did not take {move.untaken}." if move.untaken else "",
    ]


def _given(field: str, value: Any) -> str:
    """In words; who or what a uuid stands for is on the case."""
    if field == "value":
        return f"value £{value // 100:,}.{value % 100:02}"
    if field == "review_at":
        day = timezone.localdate(datetime.fromisoformat(value))
        return f"review date {day.day} {day:%B %Y}"
    return {"type": "a type", "assigned_to_uuids": "somebody assigned", "plans": "a plan"}[field]


def _of(move: Move) -> chain.Line:
    statuses = (move.from_status, move.to_status)
    names = dict(Column.objects.filter(firm=move.firm, status__in=statuses).values_list("status", "name"))
    return {
        "firm": move.firm,
        "account": move.connection.account,
        "account_name": move.connection.account_name,
        "person": move.person.name if move.person else "",
        "who": move.who,
        "intent": move.intent,
        "case": move.case,
        "title": move.title,
        "what": "undo" if move.undoes_id else "move",
        "from_status": move.from_status,
        "from_name": names.get(move.from_status, ""),
        "from_position": move.from_position,
        "to_status": move.to_status,
        "to_name": names.get(move.to_status, ""),
    }


def _seen(change: Outside) -> chain.Line:
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
def _append(lines: list[chain.Line]) -> None:
    if not lines:
        return
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entries = [Entry(**line) for line in chain.linked(map(_writable, lines), head.number, head.hash)]
    Entry.objects.bulk_create(entries, batch_size=500)
    Head.objects.filter(pk=1).update(number=entries[-1].number, hash=entries[-1].hash)


def _writable(line: Mapping[str, Any]) -> chain.Line:
    """What is hashed is what the database gives back: nothing that it would refuse or change."""
    return {
        field: UNWRITABLE.sub("\ufffd", value)[:LONGEST] if isinstance(value, str) else value
        for field, value in line.items()
    }
