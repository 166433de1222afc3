"""Plannr's words into ours: a Column from a status, a Card from a case. Nothing here reads or writes."""

from __future__ import annotations

import re
from hashlib import blake2s
from typing import Any
from uuid import UUID

from kanban.models import NO_STATUS, Card, Column, Connection
from plannr_api import UNSET, Account, Case, Money, Status

LOOKS = (
    *("name", "type_name", "clients", "people", "groups", "tags", "value", "currency"),
    *("review_at", "completed_at", "created_at", "updated_at"),
)
FIELDS = (*LOOKS, "position")
LONGEST = 2000  # characters of one text: enough for any true name, and no single field can slow the board
MOST = 50  # people, tags or groups kept of one case
BIGGEST = 2**63 - 1  # what a database column holds


def card_from(case: Case, before: Card | None) -> Card:
    """A Card of what Plannr says now; what it leaves unsaid stays as it said it before."""
    old = before or Card(place=0)
    value = _said(case.value, Money(amount=old.value, currency=old.currency) if old.value is not None else None)
    kind = _said(case.type, old.type_name)
    return Card(
        pk=old.pk,
        case=case.uuid,
        place=old.place,
        position=_said(case.status_position, old.position),
        name=case.name[:LONGEST],
        type_name=(kind if isinstance(kind, str) else kind.name if kind else "")[:LONGEST],
        clients=old.clients if case.participants is None else _names(clients_of(case.participants)),
        people=old.people if case.assigned_to is None else _names(case.assigned_to),
        groups=old.groups if case.groups is None else [group.name[:LONGEST] for group in case.groups[:MOST]],
        tags=old.tags
        if case.tags is None
        else [{"name": tag.name[:LONGEST], "colour": hex_colour(tag.colour)} for tag in case.tags[:MOST]],
        value=max(-BIGGEST, min(value.amount, BIGGEST)) if value else None,
        currency=value.currency[:8] if value else "GBP",
        review_at=_said(case.review_at, old.review_at),
        completed_at=_said(case.completed_at, old.completed_at),
        created_at=case.created_at or old.created_at,
        updated_at=case.updated_at or old.updated_at,
    )


def column_from(connection: Connection, status: Status | None, place: int, *, vanished: bool) -> Column:
    """A Column of a status; of none, the column for cases that stand nowhere."""
    return Column(
        firm=connection.firm,
        status=status.uuid if status else NO_STATUS,
        name=((status.name if status else "No status") or "Status without a name")[:1000],
        colour=hex_colour(status.colour if status else None),
        completed=bool(status and status.is_type_completed),
        place=place,
        vanished=vanished,
    )


def status_of(case: Case) -> UUID:
    return case.status.uuid if isinstance(case.status, Status) else NO_STATUS


def order_of_status(status: Status) -> tuple[bool, int, str, UUID]:
    return (status.position is None, status.position or 0, status.name, status.uuid)


def header(column: Column | None) -> tuple[object, ...]:
    """What a column's header shows."""
    if column is None:
        return ()
    place = None if column.vanished else column.place  # each who sees such a case would put it somewhere else
    return (column.name, column.colour, place, column.completed, column.vanished)


def looks(card: Card) -> tuple[object, ...]:
    """What a card shows, wherever it stands."""
    return tuple(getattr(card, field) for field in LOOKS)


def kept(card: Card) -> tuple[object, ...]:
    """All that is written down of a card, but for when we heard it."""
    return (*looks(card), card.position, card.column_id, card.place)


def stands_in(case: Case, column: Column) -> bool:
    """Whether Plannr says so, or says nothing of where the case stands."""
    return case.status is UNSET or status_of(case) == column.status


def says_the_same(case: Case, card: Card) -> bool:
    """Whether this answer tells nothing that the card does not show already."""
    now = card_from(case, card)
    return stands_in(case, card.column) and looks(now) == looks(card) and now.position == card.position


NAMES = {
    "name": "name",
    "type_name": "type",
    "clients": "clients",
    "people": "people",
    "groups": "groups",
    "tags": "tags",
    "value": "value",
    "currency": "value",
    "review_at": "review date",
    "completed_at": "completion date",
}


def edited(before: Card, now: Card) -> list[str]:
    """What of a case is different, in words. Being completed or opened again is a move and no edit."""
    fields = [field for field in NAMES if getattr(before, field) != getattr(now, field)]
    if before.column_id != now.column_id:
        fields = [field for field in fields if field != "completed_at"]
    return list(dict.fromkeys(NAMES[field] for field in fields))


def revision(card: Card) -> str:
    """A short mark of what somebody who looks at this card sees of the case, wherever it stands."""
    said = repr([getattr(card, field) for field in NAMES])
    return blake2s(said.encode(errors="replace"), digest_size=6).hexdigest()


def hex_colour(colour: str | None) -> str:
    """#rrggbb, or nothing: a colour from the API is hostile text like any other."""
    return colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour or "") and colour else ""


def _said(value: Any, otherwise: Any) -> Any:
    return otherwise if value is UNSET else value


def clients_of(accounts: list[Account]) -> list[Account]:
    """Whom a case is for: a couple's joint account instead of its two people, and the firm's own staff left out."""
    clients = [account for account in accounts if account.type != "employee"] or accounts
    joint = [account for account in clients if account.role == "joint"]
    words = {word for account in joint for word in account.display_name.split()}
    alone = [each for each in clients if each not in joint and not words.issuperset(each.display_name.split())]
    return joint + alone


def _names(accounts: list[Account]) -> list[str]:
    return [_name(account)[:LONGEST] for account in accounts[:MOST]]


def _name(account: Account) -> str:
    """A name, and never the e-mail address that a person without one would be called by: we keep none."""
    return "(no name)" if account.display_name == account.email else account.display_name
