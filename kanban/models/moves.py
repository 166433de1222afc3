"""One intended change of place, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kanban.models.writes import Write


class Move(Write):
    """One intended change of place."""

    from_status = models.UUIDField()
    from_above = models.UUIDField(null=True)  # between whom it stood, for the way back
    from_below = models.UUIDField(null=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    from_position = models.IntegerField(null=True)
    to_status = models.UUIDField()
    above = models.UUIDField(null=True)
    below = models.UUIDField(null=True)
    dated = models.BooleanField(default=False)  # asked for as completing or reopening: completed_at goes along
    asked_position = models.IntegerField(null=True)  # what was sent; empty while nothing was
    also = models.JSONField(default=dict)  # what is sent beside the place, as the column asks for it: rules.NEEDS
    asked = models.JSONField(default=dict)  # what the firm's rules asked of it: {"limits": […], "needs": […]}
    called = models.JSONField(default=dict)  # what the uuids in `also` stand for
    untaken = models.TextField(blank=True)  # what of `also` Plannr did not take, in words
    got_status = models.UUIDField(null=True)
    got_position = models.IntegerField(null=True)
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # the move that came before this one
    edited = models.TextField(blank=True)  # what of the case was edited since the person saw it, in words

    class Meta(Write.Meta):
        # The journal is also the lock: one open move per case and one per column, in whatever process it runs.
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "case"), condition=Q(outcome="open"), name="one_open_move_per_case"
            ),
            models.UniqueConstraint(
                fields=("firm", "to_status"), condition=Q(outcome="open"), name="one_open_move_per_column"
            ),
        )
        indexes = (models.Index(fields=("firm", "case"), name="moves_of_a_case"),)
