"""The record of moves, and of what happened in Plannr. Lines are added, never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class AppendOnly(Exception):
    """Somebody tried to change the record."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class Entry(models.Model):
    """One line of the record: a write that was intended, what became of it, or a change made in Plannr itself.

    Append-only: only audit/log.py writes, triggers of the database refuse changes, and each line holds the hash of the
    line before it.
    """

    class Kind(models.TextChoices):
        INTENDED = "intended", "intended"
        APPLIED = "applied", "applied"
        REFUSED = "refused", "refused"
        CONFLICT = "conflict", "asked back"
        UNKNOWN = "unknown", "not confirmed"
        OUTSIDE = "outside", "in Plannr"

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    since = models.DateTimeField(null=True)  # for a change in Plannr: it happened between then and `at`
    kind = models.CharField(max_length=8, choices=Kind.choices)
    firm = models.UUIDField()
    account = models.UUIDField(null=True)
    account_name = models.CharField(max_length=255, blank=True)
    person = models.CharField(max_length=150, blank=True)  # Person.name
    who = models.CharField(max_length=255, blank=True)  # their full name at the time
    intent = models.UUIDField(null=True, db_index=True)  # also the id of the request to Plannr
    case = models.UUIDField()
    title = models.TextField(blank=True)
    # move, undo, create, delete, "edit value" or "put back"; for columns: "add status", "change status" or "column
    # rule"; for a change in Plannr: moved, edited, created or gone
    what = models.CharField(max_length=20)
    from_status = models.UUIDField(null=True)
    from_name = models.TextField(blank=True)  # a status; for an edit, the field before it
    from_position = models.IntegerField(null=True)
    to_status = models.UUIDField(null=True)
    to_name = models.TextField(blank=True)  # a status; for an edit, the field as wanted, then as it is
    asked_position = models.IntegerField(null=True)
    got_status = models.UUIDField(null=True)
    got_position = models.IntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    words = models.TextField(blank=True)  # what Plannr said; for an edit in Plannr, which fields
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=("firm", "case", "number"), name="record_of_a_case"),
            models.Index(fields=("firm", "at"), name="record_of_a_firm"),
        )

    def save(self, **options: Any) -> None:
        super().save(using=options.get("using"), force_insert=True)  # an existing number is refused

    def delete(self, **options: Any) -> NoReturn:  # type: ignore[override]
        raise AppendOnly


class Head(models.Model):
    """The last line of the record, one row. Whoever appends locks it first, and it shows when lines were cut off."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
