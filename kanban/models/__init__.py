"""The tables: what Plannr has said, who may see it, who signs in, every write that was asked for, and the record.

Owns: the tables, their constraints, and what a queryset can be asked; no rules.
Ask it through: what is exported here.
May import: core.
"""

from kanban.models.accounts import Grant, Person, Presence, Role, Session
from kanban.models.audit import AppendOnly, Entry, EntryQuerySet, Head
from kanban.models.bulk import Bulk
from kanban.models.connection import Connection
from kanban.models.mirror import (
    DONE,
    NO_STATUS,
    Card,
    CardQuerySet,
    ChangeLogEntry,
    Column,
    Facet,
    FirmRules,
    Visibility,
)
from kanban.models.saved_views import Opening, View
from kanban.models.webhooks import Delivery, Subscription
from kanban.models.writes import NO_CASE, ColumnChange, Edit, Move, PutBack, Write

__all__ = [
    "DONE",
    "NO_CASE",
    "NO_STATUS",
    "AppendOnly",
    "Bulk",
    "Card",
    "CardQuerySet",
    "ChangeLogEntry",
    "Column",
    "ColumnChange",
    "Connection",
    "Delivery",
    "Edit",
    "Entry",
    "EntryQuerySet",
    "Facet",
    "FirmRules",
    "Grant",
    "Head",
    "Move",
    "Opening",
    "Person",
    "Presence",
    "PutBack",
    "Role",
    "Session",
    "Subscription",
    "View",
    "Visibility",
    "Write",
]
