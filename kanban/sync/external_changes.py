"""Changes made in Plannr itself, for the record: not our own writes, dated between two reads, without a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kanban.audit import log
from kanban.cases import revisions
from kanban.cases.fields import CASE_FIELDS
from kanban.models import Card, Connection, Edit, Move, PutBack, Write

UNDER_WAY = Q(outcome__in=(Write.Outcome.OPEN, Write.Outcome.UNKNOWN), sent_at__isnull=False)

Pair = tuple[Card, Card]  # a card as it was and as Plannr says it now


def record_external(connection: Connection, pairs: Iterable[Pair], at: datetime) -> None:
    """Cases that are in another status, or were edited. Their order within a status is not recorded, because Plannr may
    renumber all the others when one case is moved."""
    differing = [(old, new) for old, new in pairs if _moved(old, new) or revisions.edited(old, new)]
    if not differing:
        return
    underway, lines = _under_way(connection, [new.case for _, new in differing]), []
    ours = _edits_under_way(connection, [new.case for _, new in differing])
    columns = {column.pk: column for column in connection.columns}
    for old, new in differing:
        seen: dict[str, Any] = {"before": columns.get(old.column_id), "after": new.column, "heard": old.heard_at}
        if _moved(old, new) and (new.case, new.column.status) not in underway:
            lines.append(_line(connection, "moved", new, at, **seen))
        if words := [each for each in revisions.edited(old, new) if (new.case, each) not in ours]:
            lines.append(_line(connection, "edited", new, at, **seen, words=", ".join(words)))
    log.outside(lines)


def record_external_new(connection: Connection, cards: Iterable[Card], at: datetime) -> None:
    """Cases created since this account was last read; older ones are only new to us. Plannr's clock may be off."""
    before = connection.as_of and connection.as_of - timedelta(minutes=1)
    new = [card for card in cards if before and card.created_at and card.created_at > before]
    if ours := _asked(connection, Edit.What.CREATE) if new else ():
        new = [card for card in new if card.name.strip() not in ours]
    log.outside([_line(connection, "created", card, at, after=card.column) for card in new])


def record_external_gone(connection: Connection, cards: Iterable[Card], at: datetime) -> None:
    """Cases that Plannr shows to nobody here any more."""
    gone = list(cards)
    ours = _asked(connection, Edit.What.DELETE, "case") if gone else ()
    theirs = [card for card in gone if card.case not in ours]
    log.outside([_line(connection, "gone", card, at, before=card.column, heard=card.heard_at) for card in theirs])


def _line(
    connection: Connection, what: str, card: Card, at: datetime, heard: datetime | None = None, **details: Any
) -> log.Outside:
    """It happened after Plannr last said otherwise, of this case or of all that the account sees."""
    since = max(filter(None, (heard, connection.as_of)), default=None)
    return log.Outside(connection.firm, card.case, card.title, what, since, at, **details)


def _moved(old: Card, new: Card) -> bool:
    return old.column_id != new.column_id


def _under_way(connection: Connection, cases: list[UUID]) -> set[tuple[UUID, UUID]]:
    """Where our moves that Plannr has not confirmed yet would have put these cases."""
    return set(_moves_sent(connection, cases).values_list("case", "to_status"))


def _edits_under_way(connection: Connection, cases: list[UUID]) -> set[tuple[UUID, str]]:
    """The fields of these cases that an unconfirmed write of ours may have changed: an edit, a move that sends fields
    too, or a put-back."""
    edits = _sent(connection, Edit.What.EDIT).filter(case__in=cases)
    moves = _moves_sent(connection, cases).exclude(also={})
    put_backs = _put_backs_sent(connection, cases)
    bodies = [*moves.values_list("case", "also"), *put_backs.values_list("case", "wanted")]
    changed = [*edits.values_list("case", "field")]
    changed += [(case, name) for case, fields in bodies for name in _named(fields)]
    return {(case, CASE_FIELDS[field].mirrored) for case, field in changed if field in CASE_FIELDS}


def _named(bodies: Iterable[str]) -> list[str]:
    """The fields that Plannr calls by these names."""
    return [fact.name for fact in CASE_FIELDS.values() if fact.body in bodies]


def _asked(connection: Connection, what: Edit.What, which: str = "title") -> set[Any]:
    """The titles of cases that we may have created, or the cases that we may have deleted."""
    return set(_sent(connection, what).values_list(which, flat=True))


def _moves_sent(connection: Connection, cases: list[UUID]) -> QuerySet[Move]:
    return Move.objects.filter(UNDER_WAY, firm=connection.firm, case__in=cases)


def _put_backs_sent(connection: Connection, cases: list[UUID]) -> QuerySet[PutBack]:
    return PutBack.objects.filter(UNDER_WAY, firm=connection.firm, case__in=cases)


def _sent(connection: Connection, what: Edit.What) -> QuerySet[Edit]:
    return Edit.objects.filter(UNDER_WAY, firm=connection.firm, what=what)
