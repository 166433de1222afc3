"""Every intended change in Plannr: who wants it, for which case, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kanban.models.accounts import Person
from kanban.models.connection import Connection

NO_CASE = uuid.UUID(int=0)  # stands for a case that does not exist yet


class Write(models.Model):
    """One intended change, stored before anything is sent, with what became of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", "being made"
        APPLIED = "applied", "applied"
        REFUSED = "refused", "refused"
        CONFLICT = "conflict", "changed by somebody else meanwhile"
        UNKNOWN = "unknown", "not confirmed by Plannr"

    intent = models.UUIDField(unique=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # empty: there is no sign-in
    who = models.CharField(max_length=255, blank=True)  # their name at the time
    maker = models.CharField(max_length=100, blank=True)  # the process that makes it: processes.worker_id
    firm = models.UUIDField()
    case = models.UUIDField()
    title = models.TextField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.CharField(max_length=40, blank=True)  # a key of reasons.REASONS
    revision = models.CharField(max_length=16, blank=True)  # what the case looked like when this was settled
    words = models.TextField(blank=True)  # what Plannr said, as text
    retry_after = models.FloatField(null=True)
    kept = models.JSONField(default=dict)  # what must be the same afterwards, as it was before: side_effects.snapshot
    altered = models.TextField(blank=True)  # what else Plannr changed, in words
    put_back = models.BooleanField(null=True)  # whether we could undo that; empty: we could not look
    at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-at", "-pk")

    @property
    def kind(self) -> str:
        """Tells the protocol how to settle it."""
        raise NotImplementedError

    @property
    def is_being_put_back(self) -> bool:
        """Whether we asked Plannr to undo its own changes, and it has not confirmed that yet."""
        waiting = (Write.Outcome.OPEN, Write.Outcome.UNKNOWN)
        return PutBack.objects.filter(after=self.intent, outcome__in=waiting).exists()


class Move(Write):
    """One intended move of a case."""

    from_status = models.UUIDField()
    from_above = models.UUIDField(null=True)  # between whom it stood, for the way back
    from_below = models.UUIDField(null=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    from_position = models.IntegerField(null=True)
    to_status = models.UUIDField()
    above = models.UUIDField(null=True)
    below = models.UUIDField(null=True)
    dated = models.BooleanField(default=False)  # asked for as completing or reopening: sets completed_at too
    asked_position = models.IntegerField(null=True)  # what was sent; empty while nothing was
    also = models.JSONField(default=dict)  # what is sent with the place, as the column requires it
    asked = models.JSONField(default=dict)  # what the firm's rules asked of it: {"limits": […], "needs": […]}
    called = models.JSONField(default=dict)  # names of the uuids in `also`
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

    @property
    def kind(self) -> str:
        return "move"


class Edit(Write):
    """An intended change of one field of a case; or a case to be created, or deleted."""

    class What(models.TextChoices):
        EDIT = "edit", "edit"
        CREATE = "create", "create"
        DELETE = "delete", "delete"

    what = models.CharField(max_length=6, choices=What.choices, default=What.EDIT)
    field = models.CharField(max_length=20, blank=True)  # a key of fields.CASE_FIELDS
    seen = models.CharField(max_length=16, blank=True)  # a mark of what the person saw: CaseField.mark, or a revision
    wanted = models.JSONField(null=True)  # what is asked for; for a new case, field by field
    before = models.JSONField(null=True)  # what Plannr had just before; for a new case, similar older cases
    before_words = models.TextField(blank=True)
    wanted_words = models.TextField(blank=True)  # the same as a person reads it
    got_words = models.TextField(blank=True)  # what Plannr has now
    edited = models.TextField(blank=True)  # what else of the case was edited since it was seen, in words
    limits = models.JSONField(default=list)  # that it exceeds: requirements.Limit
    problems = models.JSONField(default=dict)  # what Plannr said of single fields
    to_status = models.UUIDField(null=True)  # for a new case
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # a colleague's edit that came first

    class Meta(Write.Meta):
        # The journal is also the lock, together with that of moves: journal.open_write.
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "case"), condition=Q(outcome="open") & ~Q(case=NO_CASE), name="one_open_edit_per_case"
            ),
        )
        indexes = (models.Index(fields=("firm", "case"), name="edits_of_a_case"),)

    @property
    def kind(self) -> str:
        return self.what

    @property
    def deed(self) -> str:
        """Its name in the record: "edit value", create, delete."""
        return f"{self.what} {self.field}".strip()


class PutBack(Write):
    """Restores what Plannr changed in addition to what was asked of it.

    While it is made, the row of the write that caused those changes stays open, and locks the case.
    """

    after = models.UUIDField()  # the intent of that write
    wanted = models.JSONField()  # field by field, in the words of a request
    changed = models.JSONField()  # the changed fields; another currency cannot be asked for
    called = models.TextField()  # the same in words

    class Meta(Write.Meta):
        indexes = (models.Index(fields=("firm", "case"), name="put_backs_of_a_case"),)

    @property
    def kind(self) -> str:
        return "put back"


class ColumnChange(Write):
    """A change of the columns: of the statuses in Plannr, or of the firm's rules for a column, stored only here."""

    class What(models.TextChoices):
        ADD = "add", "add"
        CHANGE = "change", "change"
        RULE = "rule", "rule"

    what = models.CharField(max_length=6, choices=What.choices)
    status = models.UUIDField(null=True)  # empty: a new one; for a rule, the whole firm's
    wanted = models.JSONField(default=dict)  # field by field
    before_words = models.TextField(blank=True)
    wanted_words = models.TextField(blank=True)
    is_missing = models.BooleanField(default=False)  # a later read did not show it

    class Meta(Write.Meta):
        # The journal is also the lock: one new place may move all others. Rules do not wait: nothing is sent.
        constraints = (
            models.UniqueConstraint(
                fields=("firm",), condition=Q(outcome="open") & ~Q(what="rule"), name="one_open_change_of_statuses"
            ),
        )

    @property
    def was_changed_again(self) -> bool:
        """Whether a later change replaced it: whoever asks for it again is told so."""
        of_the_same = ColumnChange.objects.filter(firm=self.firm, what=self.what, status=self.status)
        later = of_the_same.filter(outcome=Write.Outcome.APPLIED, pk__gt=self.pk).order_by("pk")
        now = self.wanted | {name: value for each in later for name, value in each.wanted.items()}
        return any(now[name] != value for name, value in self.wanted.items())

    @property
    def kind(self) -> str:
        return self.what
