"""A change of many cases at once, asked for by one person."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from kanban.models.accounts import Person
from kanban.models.connection import Connection
from kanban.models.writes import Edit, Move


class Bulk(models.Model):
    """One request to change many cases, stored before the first of them is begun.

    The outcome of each case is in its own write, found by the item's intent: an item without one was never begun.
    """

    class End(models.TextChoices):
        THROUGH = "through", "every case had its turn"
        STOPPED = "stopped", "the person stopped it"
        DIED = "died", "the process that worked it off is gone"
        RIGHTS = "rights", "the person may not any more"
        AWAY = "away", "Plannr could not be asked"

    MOVE = "move"

    intent = models.UUIDField(unique=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # empty: there is no sign-in
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    what = models.CharField(max_length=20, default=MOVE)  # or the field that is changed: a key of fields.CASE_FIELDS
    wanted = models.JSONField(default=dict)  # for a field: its "value", and "names" of the uuids in it
    to_status = models.UUIDField(null=True)  # empty for an undo: each case returns to its own
    items = models.JSONField()  # a bulk.Item each, in the order in which they are to stand
    maker = models.CharField(max_length=100)  # the process that runs it: processes.worker_id
    beat_at = models.DateTimeField(default=timezone.now)  # when that process last reported
    paused = models.BooleanField(default=False)  # it waits until Plannr has requests to spare
    stopping = models.BooleanField(default=False)  # the person asked it to stop
    end = models.CharField(max_length=8, choices=End.choices, blank=True)  # empty while it runs
    told = models.BooleanField(default=False)  # whether the person's board has shown how it ended
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("connection", "told"), name="bulks_to_be_told"),)

    @property
    def writes(self) -> models.QuerySet[Any]:
        """The writes of its cases, moves or edits, as far as they were begun."""
        kind = Move if self.what == self.MOVE else Edit
        return kind._default_manager.filter(connection=self.connection_id, intent__in=self.intents)

    @property
    def intents(self) -> list[Any]:
        return [item["intent"] for item in self.items]
