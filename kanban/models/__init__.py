"""What we keep: what Plannr has said, who may see it, who comes in, every move that was asked for, and the record."""

from kanban.models.board import (
    NO_STATUS,
    Card,
    CardQuerySet,
    Change,
    Column,
    Connection,
    Delivery,
    Subscription,
    Visibility,
    midnight,
    today,
)
from kanban.models.bulk import Bulk
from kanban.models.facets import Facet
from kanban.models.moves import Move
from kanban.models.people import Grant, Person, Presence, Role, Session
from kanban.models.record import AppendOnly, Entry, EntryQuerySet, Head

__all__ = [
    "NO_STATUS",
    "AppendOnly",
    "Bulk",
    "Card",
    "CardQuerySet",
    "Change",
    "Column",
    "Connection",
    "Delivery",
    "Entry",
    "EntryQuerySet",
    "Facet",
    "Grant",
    "Head",
    "Move",
    "Person",
    "Presence",
    "Role",
    "Session",
    "Subscription",
    "Visibility",
    "midnight",
    "today",
]
