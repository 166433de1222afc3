"""What we keep: what Plannr has said (columns, cards), who may see it, and every move that was asked for."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

NO_STATUS = uuid.UUID(int=0)  # the column of cases that have no status at all
RECENT = timedelta(days=30)  # how long a completed case stays on the board without being asked for


DONE = Coalesce("completed_at", "updated_at", "created_at")


def midnight(days: int = 0) -> datetime:
    """The first moment of today, or of the day so many days on, in the firm's own calendar."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


class Connection(models.Model):
    """One person's link to one Plannr account."""

    account = models.UUIDField(unique=True)
    mark = models.CharField(max_length=64, unique=True)  # tells the configured token apart without holding it
    account_name = models.CharField(max_length=255, blank=True)
    firm = models.UUIDField(db_index=True)
    firm_name = models.CharField(max_length=255, blank=True)
    as_of = models.DateTimeField(null=True)  # when the last complete read of the board began
    refreshing_until = models.DateTimeField(null=True)  # the lease of whoever reads now
    problem = models.CharField(max_length=40, blank=True)  # why the last read failed: a key of notices.PROBLEMS
    statuses_listed = models.BooleanField(default=True)  # False: Plannr gave no list, empty columns are unknown
    set_aside = models.IntegerField(default=0)  # cases of the last read that could not be understood
    learned = models.JSONField(default=dict)  # what this account was found to do: {"positions": "shift", …}

    @property
    def cards(self) -> CardQuerySet:
        """The cards that Plannr shows to this account, and no others. Every query starts here."""
        return Card.objects.filter(firm=self.firm, visibility__account=self.account)

    def locked(self) -> None:
        """One writer of this firm's mirror at a time. SQLite has only one anyway; PostgreSQL needs to be told."""
        list(Connection.objects.select_for_update().filter(firm=self.firm).order_by("pk").values_list("pk"))

    @property
    def columns(self) -> QuerySet[Column]:
        return Column.objects.filter(firm=self.firm)

    @property
    def moves(self) -> QuerySet[Move]:
        return Move.objects.filter(connection=self)

    def learn(self, **facts: str) -> None:
        """Remember how this account behaves where Plannr's documentation is silent."""
        if facts.items() - self.learned.items():
            self.learned = {**self.learned, **facts}
            self.save(update_fields=["learned"])


class Column(models.Model):
    """Our copy of a status."""

    firm = models.UUIDField()
    status = models.UUIDField()
    name = models.CharField(max_length=1000)
    colour = models.CharField(max_length=7, blank=True)  # #rrggbb, or nothing when Plannr sent something else
    place = models.IntegerField()
    completed = models.BooleanField(default=False)
    vanished = models.BooleanField(default=False)  # Plannr lists it no more, but cases still stand in it

    class Meta:
        ordering = ("place", "name", "status")
        constraints = (models.UniqueConstraint(fields=("firm", "status"), name="one_column_per_status"),)

    @property
    def nowhere(self) -> bool:
        """Not a status of Plannr's but the want of one."""
        return self.status == NO_STATUS


class CardQuerySet(models.QuerySet["Card"]):
    def in_order(self) -> CardQuerySet:
        return self.order_by("place", "case")

    def of(self, column: Column) -> CardQuerySet:
        return self.filter(column=column)

    def recent(self) -> CardQuerySet:
        """Of completed cases, those of the last 30 days. One without a date counts from its last change."""
        return self.alias(done=DONE).filter(done__gte=midnight() - RECENT)

    def beyond(self, place: float, case: uuid.UUID) -> CardQuerySet:
        return self.filter(Q(place__gt=place) | Q(place=place, case__gt=case))

    def after(self, card: Card) -> CardQuerySet:
        return self.beyond(card.place, card.case)

    def before(self, card: Card) -> CardQuerySet:
        return self.filter(Q(place__lt=card.place) | Q(place=card.place, case__lt=card.case))

    def tally(self) -> Any:
        """Per column: how many, worth how much, and how their review dates stand. Pounds only in the sum."""
        return (
            self.alias(done=DONE)
            .values("column")
            .annotate(
                count=Count("pk"),
                total=Coalesce(Sum("value", filter=Q(currency="GBP")), 0),
                overdue=Count("pk", filter=Q(review_at__lt=midnight())),
                week=Count("pk", filter=Q(review_at__gte=midnight(), review_at__lt=midnight(8))),
                month=Count("pk", filter=Q(review_at__gte=midnight(8), review_at__lt=midnight(31))),
                later=Count("pk", filter=Q(review_at__gte=midnight(31))),
                undated=Count("pk", filter=Q(review_at__isnull=True)),
                foreign=Count("pk", filter=Q(value__isnull=False) & ~Q(currency="GBP")),
                recent=Count("pk", filter=Q(done__gte=midnight() - RECENT)),
            )
        )


class Card(models.Model):
    """Our copy of a case, as much of it as a card shows."""

    firm = models.UUIDField()
    case = models.UUIDField()
    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="cards")
    position = models.IntegerField(null=True)  # what Plannr last called its place
    place = models.FloatField()  # where it stands among its column's cards; only its order means anything
    name = models.TextField(blank=True)
    type_name = models.TextField(blank=True)
    clients = models.JSONField(default=list)  # names
    people = models.JSONField(default=list)  # names of those it is assigned to
    groups = models.JSONField(default=list)  # names
    tags = models.JSONField(default=list)  # [{"name", "colour"}]
    value = models.BigIntegerField(null=True)  # pennies
    currency = models.CharField(max_length=8, default="GBP")
    review_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()  # when Plannr said so: an older reading never replaces a newer answer

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("firm", "case"), name="one_card_per_case"),)
        indexes = (models.Index(fields=("column", "place", "case"), name="card_in_order"),)

    @property
    def title(self) -> str:
        """How a sentence calls this case: "Clarke, Annual review"."""
        return ", ".join(filter(None, [", ".join(self.clients[:2]), self.name])) or "A case without a name"


class Visibility(models.Model):
    """Plannr showed this card to this account."""

    account = models.UUIDField()
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="visibility")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "card"), name="one_look_per_account"),)


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
    firm = models.UUIDField()
    case = models.UUIDField()
    title = models.TextField()
    from_status = models.UUIDField()
    from_position = models.IntegerField(null=True)
    to_status = models.UUIDField()
    above = models.UUIDField(null=True)
    below = models.UUIDField(null=True)
    asked_position = models.IntegerField(null=True)  # what was sent; empty while nothing was
    got_status = models.UUIDField(null=True)
    got_position = models.IntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.CharField(max_length=40, blank=True)  # a key of notices.REASONS
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # the move that came before this one
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


class Change(models.Model):
    """A numbered "something is different": a card (drawn, moved or gone), or the columns themselves."""

    firm = models.UUIDField()
    case = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("firm", "id"), name="changes_of_a_firm"),)
