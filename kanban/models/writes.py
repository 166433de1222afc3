"""What every intended change in Plannr has in common: who wants it, of which case, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from kanban.models.accounts import Person
from kanban.models.mirror import Connection

NO_CASE = uuid.UUID(int=0)  # of a case that does not exist yet


class Write(models.Model):
    """One intended change, written down before anything is sent, with what became of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", "being made"
        APPLIED = "applied", "applied"
        REFUSED = "refused", "refused"
        CONFLICT = "conflict", "changed by somebody else meanwhile"
        UNKNOWN = "unknown", "not confirmed by Plannr"

    intent = models.UUIDField(unique=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # nobody: there is no sign-in
    who = models.CharField(max_length=255, blank=True)  # their name at the time
    maker = models.CharField(max_length=100, blank=True)  # the process that makes it: intents.me
    firm = models.UUIDField()
    case = models.UUIDField()
    title = models.TextField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.CharField(max_length=40, blank=True)  # a key of notices.REASONS
    revision = models.CharField(max_length=16, blank=True)  # what the case looked like when this was settled
    words = models.TextField(blank=True)  # what Plannr said, as text
    retry_after = models.FloatField(null=True)
    kept = models.JSONField(default=dict)  # what must be the same afterwards, as it was before: guard.kept
    altered = models.TextField(blank=True)  # what else Plannr changed, in words
    put_back = models.BooleanField(null=True)  # and whether we could undo that; empty: we could not look
    at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-at", "-pk")
