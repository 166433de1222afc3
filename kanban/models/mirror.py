"""What Plannr has said: columns and cards, through whose eyes, and what is new."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from kanban.core.calendar import midnight

NO_STATUS = uuid.UUID(int=0)  # the column of cases that have no status at all
RECENT = timedelta(days=30)  # how long a completed case stays on the board without being asked for


COUNTED = ("value", "currency", "review_at", "completed_at", "updated_at", "created_at", "since")
DONE = Coalesce("completed_at", "updated_at", "created_at")


class Column(models.Model):
    """Our copy of a status."""

    firm = models.UUIDField()
    status = models.UUIDField()
    name = models.CharField(max_length=1000)
    colour = models.CharField(max_length=7, blank=True)  # #rrggbb, or nothing when Plannr sent something else
    place = models.IntegerField()
    completed = models.BooleanField(default=False)
    vanished = models.BooleanField(default=False)  # Plannr lists it no more, but cases still stand in it
    # What the firm asks of its own columns, here and not in Plannr
    stale_days = models.PositiveSmallIntegerField(null=True)  # in it for so many days, an open case is stale
    most = models.PositiveSmallIntegerField(null=True)  # how many cases should stand in it at most
    requires = models.JSONField(default=list)  # what a case needs before it may come in: fields of a case

    class Meta:
        ordering = ("place", "name", "status")
        constraints = (models.UniqueConstraint(fields=("firm", "status"), name="one_column_per_status"),)

    @property
    def nowhere(self) -> bool:
        """Not a status of Plannr's but the want of one."""
        return self.status == NO_STATUS


def stands_before(card: Card) -> Q:
    """The first condition says nothing more, but by it a database finds the place in its index."""
    return Q(place__lte=card.place) & (Q(place__lt=card.place) | Q(case__lt=card.case))


class CardQuerySet(models.QuerySet["Card"]):
    def in_order(self) -> CardQuerySet:
        return self.order_by("place", "case")

    def of(self, column: Column) -> CardQuerySet:
        return self.filter(column=column)

    def recent(self) -> CardQuerySet:
        """Of completed cases, those of the last 30 days. One without a date counts from its last change."""
        return self.alias(done=DONE).filter(done__gte=midnight() - RECENT)

    def unasked(self) -> CardQuerySet:
        """What a board shows of itself: all but what was completed longer ago."""
        return self.alias(done=DONE).filter(Q(column__completed=False) | Q(done__gte=midnight() - RECENT))

    def beyond(self, place: float, case: uuid.UUID) -> CardQuerySet:
        return self.filter(Q(place__gt=place) | Q(case__gt=case), place__gte=place)

    def after(self, card: Card) -> CardQuerySet:
        return self.beyond(card.place, card.case)

    def before(self, card: Card) -> CardQuerySet:
        return self.filter(stands_before(card))

    def tally(self, stale: Q | None = None, by: tuple[str, ...] = ("column",)) -> Any:
        """Per column, or whatever else: how many, worth how much, and how their review dates stand. Pounds only in the
        sum. `stale`: what makes a card count as that."""
        return (
            self.alias(done=DONE)
            .values(*by)
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
                stale=Count("pk", filter=stale) if stale else Value(0),
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
    type = models.UUIDField(null=True)
    type_name = models.TextField(blank=True)
    clients = models.JSONField(default=list)  # names
    people = models.JSONField(default=list)  # names of those it is assigned to
    groups = models.JSONField(default=list)  # names
    tags = models.JSONField(default=list)  # [{"name", "colour"}]
    policies = models.JSONField(default=list)  # policy numbers of its plans, to be found by
    digest = models.CharField(max_length=16, blank=True)  # tells whether any of what a card shows is different
    facets_said = models.JSONField(default=list)  # [[kind, uuid, name]]: what the table of facets is filled from
    words = models.TextField(blank=True)  # all of it that can be searched for: finding.words_of
    value = models.BigIntegerField(null=True)  # pennies
    currency = models.CharField(max_length=8, default="GBP")
    review_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)  # when it came to its column
    since_known = models.BooleanField(default=False)  # False: it was there at the latest by then
    heard_at = models.DateTimeField()  # when Plannr said so: an older reading never replaces a newer answer
    # The row of a complete read that it was made of, if of nothing else. A server of the version before writes none.
    source = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("firm", "case"), name="one_card_per_case"),)
        # In the order of a board, with all that `tally` adds up: to count ten thousand cards, no card is read.
        indexes = (models.Index(fields=("firm", "column", "place", "case", *COUNTED, "id"), name="card_in_order"),)

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


class Change(models.Model):
    """A numbered "something is different": a card (drawn, moved or gone), or the columns themselves.

    Without an account it is for everybody who sees the card; with one, that account sees it now, or sees it no more.
    """

    firm = models.UUIDField()
    account = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    left = models.BigIntegerField(null=True)  # the row of the column in which the case stood until then
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("firm", "id"), name="changes_of_a_firm"),)


class Facet(models.Model):
    """Somebody or something that a case is found by. Filled from what Plannr says of the case, and by nothing else."""

    class Kind(models.TextChoices):
        PERSON = "person", "Assigned to"
        GROUP = "group", "Group"
        TAG = "tag", "Tag"
        CLIENT = "client", "Client"

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    uuid = models.UUIDField()
    name = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("card", "kind", "uuid"), name="one_facet_per_thing"),)
        indexes = (models.Index(fields=("kind", "uuid", "card"), name="facet_to_cards"),)


class FirmRules(models.Model):
    """One row a firm, made when a rule is first set."""

    firm = models.UUIDField(unique=True)
    most_each = models.PositiveSmallIntegerField(null=True)  # open cases that one person should have at most
