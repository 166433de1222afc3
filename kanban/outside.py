"""What happened in Plannr itself, for the record: told from our moves, dated between two readings, in nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kanban import copies, record
from kanban.models import Card, Connection, Move

_SET = {"value": "value", "review_at": "review date", "type": "type", "assigned_to_uuids": "people"}  # copies.NAMES
Pair = tuple[Card, Card]  # a card as it was and as Plannr says it now


def note(connection: Connection, pairs: Iterable[Pair], at: datetime) -> None:
    """Cases that stand in another status, or were edited. Their order within a status is not recorded: when one case is
    moved Plannr may renumber all the others."""
    differing = [(old, new) for old, new in pairs if _moved(old, new) or copies.edited(old, new)]
    if not differing:
        return
    underway, lines = _under_way(connection, [new.case for _, new in differing]), []
    columns = {column.pk: column for column in connection.columns}
    for old, new in differing:
        seen: dict[str, Any] = {"before": columns.get(old.column_id), "after": new.column, "heard": old.heard_at}
        if _moved(old, new) and (new.case, new.column.status) not in underway:
            lines.append(_line(connection, "moved", new, at, **seen))
        set_here = underway.get((new.case, new.column.status), set())
        if words := [each for each in copies.edited(old, new) if each not in set_here]:
            lines.append(_line(connection, "edited", new, at, **seen, words=", ".join(words)))
    record.outside(lines)


def note_new(connection: Connection, cards: Iterable[Card], at: datetime) -> None:
    """Cases made since this account was last read; older ones are merely new to us. Plannr's clock may be a bit off."""
    before = connection.as_of and connection.as_of - timedelta(minutes=1)
    new = [card for card in cards if before and card.created_at and card.created_at > before]
    record.outside([_line(connection, "created", card, at, after=card.column) for card in new])


def note_gone(connection: Connection, cards: Iterable[Card], at: datetime) -> None:
    """Cases that Plannr shows to nobody here any more."""
    record.outside([_line(connection, "gone", card, at, before=card.column, heard=card.heard_at) for card in cards])


def _line(
    connection: Connection, what: str, card: Card, at: datetime, heard: datetime | None = None, **told: Any
) -> record.Outside:
    """It happened after Plannr last said otherwise, of this case or of all that the account sees."""
    since = max(filter(None, (heard, connection.as_of)), default=None)
    return record.Outside(connection.firm, card.case, card.title, what, since, at, **told)


def _moved(old: Card, new: Card) -> bool:
    return old.column_id != new.column_id


def _under_way(connection: Connection, cases: list[UUID]) -> dict[tuple[UUID, UUID], set[str]]:
    """Where moves of ours that Plannr has not confirmed yet would have put these cases, and what they set with it."""
    outcomes = (Move.Outcome.OPEN, Move.Outcome.UNKNOWN)
    moves = Move.objects.filter(firm=connection.firm, case__in=cases, outcome__in=outcomes, sent_at__isnull=False)
    named = moves.values_list("case", "to_status", "also")
    return {(case, status): {_SET[field] for field in also if field in _SET} for case, status, also in named}
