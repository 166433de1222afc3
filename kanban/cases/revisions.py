"""What a card shows, as digests short enough to be compared, sent and stored."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2s

from kanban.models import Card, Column

LOOKS = (
    *("name", "type", "type_name", "clients", "people", "groups", "tags", "policies", "facets_said", "value"),
    *("currency", "review_at", "completed_at", "created_at", "updated_at"),
)


FIELDS = (*LOOKS, "position", "words", "since", "since_known", "digest")


def header(column: Column | None) -> tuple[object, ...]:
    """What a column's header shows."""
    if column is None:
        return ()
    place = None if column.vanished else column.place  # each account that sees such a case would put it somewhere else
    return (column.name, column.colour, place, column.completed, column.vanished)


def visible_values(card: Card) -> tuple[object, ...]:
    """What a card shows, wherever it stands."""
    return tuple(getattr(card, field) for field in LOOKS)


def stored_values(card: Card) -> tuple[object, ...]:
    """All that is stored of a card, except when we heard it."""
    return (*visible_values(card), card.words, card.digest, card.position, card.column_id, card.place)


PLANNRS = ("name", "colour", "place", "completed", "vanished")  # the fields of a column that Plannr sets


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
    """Which fields of a case differ, in words. Completing or reopening it is a move, not an edit."""
    fields = [field for field in NAMES if getattr(before, field) != getattr(now, field)]
    if before.column_id != now.column_id:
        fields = [field for field in fields if field != "completed_at"]
    return list(dict.fromkeys(NAMES[field] for field in fields))


def revision(card: Card) -> str:
    """A short digest of what this card shows of the case, wherever it stands."""
    return revision_from(getattr(card, field) for field in NAMES)


def revision_from(fields: Iterable[object]) -> str:
    """The same, from only the values of NAMES."""
    text = repr([*fields])
    return blake2s(text.encode(errors="replace"), digest_size=6).hexdigest()


def digest(card: Card) -> str:
    """All that a card shows except its place, short enough to be read instead of it."""
    text = repr((card.since, card.since_known, *visible_values(card)))
    return blake2s(text.encode(errors="replace"), digest_size=8).hexdigest()
