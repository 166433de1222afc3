"""One intended change of a case besides a move, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kanban.models.writes import NO_CASE, Write


class Edit(Write):
    """One field of a case that is to be changed; or a case that is to be made, or deleted."""

    class What(models.TextChoices):
        EDIT = "edit", "edit"
        CREATE = "create", "create"
        DELETE = "delete", "delete"

    what = models.CharField(max_length=6, choices=What.choices, default=What.EDIT)
    field = models.CharField(max_length=20, blank=True)  # a key of facts.FACTS
    seen = models.CharField(max_length=16, blank=True)  # a mark of what the person saw: facts.mark, or a revision
    wanted = models.JSONField(null=True)  # what is asked for; of a new case, field by field
    before = models.JSONField(null=True)  # what Plannr had just before; of a new case, those it must not be taken for
    before_words = models.TextField(blank=True)
    wanted_words = models.TextField(blank=True)  # the same as a person reads it
    got_words = models.TextField(blank=True)  # what Plannr has now
    edited = models.TextField(blank=True)  # what else of the case was edited since it was seen, in words
    limits = models.JSONField(default=list)  # that it passes: limits.Limit
    problems = models.JSONField(default=dict)  # what Plannr said of single fields
    to_status = models.UUIDField(null=True)  # of a new case
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # a colleague's edit that came first

    class Meta(Write.Meta):
        # The journal is also the lock, together with that of moves: intents.begin.
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "case"), condition=Q(outcome="open") & ~Q(case=NO_CASE), name="one_open_edit_per_case"
            ),
        )
        indexes = (models.Index(fields=("firm", "case"), name="edits_of_a_case"),)

    @property
    def deed(self) -> str:
        """What it is called in the record: "edit value", create, delete."""
        return f"{self.what} {self.field}".strip()
