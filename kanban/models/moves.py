"""One intended change of place, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kanban.models.board import Connection
from kanban.models.people import Person


class Move(models.Model):
    """One intended change of place, written down before anything is sent, with what became of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", "being made"
        APPLIED = "applied", "applied"
        REFUSED = "refused", "refused"
        CONFLICT = "conflict", "moved by somebody else meanwhile"
        UNKNOWN = "unknown", "not confirmed by Plannr"

    intent = models.UUIDField(unique=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # nobody: there is no sign-in
    who = models.CharField(max_length=255, blank=True)  # their name at the time
    maker = models.CharField(max_length=100, blank=True)  # the process that makes it: intents.me
    firm = models.UUIDField()
    case = models.UUIDField()
    title = models.TextField()
    from_status = models.UUIDField()
    from_above = models.UUIDField(null=True)  # between whom it stood, for the way back
    from_below = models.UUIDField(null=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    from_position = models.IntegerField(null=True)
    to_status = models.UUIDField()
    above = models.UUIDField(null=True)
    below = models.UUIDField(null=True)
    asked_position = models.IntegerField(null=True)  # what was sent; empty while nothing was
    also = models.JSONField(default=dict)  # what is sent beside the place, as the column asks for it: rules.NEEDS
    asked = models.JSONField(default=dict)  # what the firm's rules asked of it: {"limits": […], "needs": […]}
    untaken = models.TextField(blank=True)  # what of `also` Plannr did not take, in words
    got_status = models.UUIDField(null=True)
    got_position = models.IntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.CharField(max_length=40, blank=True)  # a key of notices.REASONS
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # the move that came before this one
    revision = models.CharField(max_length=16, blank=True)  # what the case looked like when this was settled
    edited = models.TextField(blank=True)  # what of the case was edited since the person saw it, in words
    words = models.TextField(blank=True)  # what Plannr said, as text
    retry_after = models.FloatField(null=True)
    kept = models.JSONField(default=dict)  # what must be the same afterwards, as it was before: guard.kept
    altered = models.TextField(blank=True)  # what else Plannr changed, in words
    put_back = models.BooleanField(null=True)  # and whether we could undo that; empty: we could not look
    at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        # The journal is also the lock: one open move per case and one per column, in whatever process it runs.
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "case"), condition=Q(outcome="open"), name="one_open_move_per_case"
            ),
            models.UniqueConstraint(
                fields=("firm", "to_status"), condition=Q(outcome="open"), name="one_open_move_per_column"
            ),
        )
