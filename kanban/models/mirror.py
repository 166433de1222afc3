"""The mirror: columns and cards as Plannr answered, which accounts see them, and the change log."""

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
    vanished = models.BooleanField(default=False)  # Plannr no longer lists it, but cases still stand in it
    # The firm's rules for its columns, stored here and not in Plannr
    stale_days = models.PositiveSmallIntegerField(null=True)  # after this many days in it an open case is stale
    most = models.PositiveSmallIntegerField(null=True)  # how many cases should stand in it at most
    requires = models.JSONField(default=list)  # the fields that a case needs before it may come in

    class Meta:
        ordering = ("place", "name", "status")
        constraints = (models.UniqueConstraint(fields=("firm", "status"), name="one_column_per_status"),)

    @property
    def nowhere(self) -> bool:
        """Whether it is the column of cases without a status."""
        return self.status == NO_STATUS


def stands_before(card: Card) -> Q:
    """The first condition is redundant, but it lets a database find the place in its index."""
    return Q(place__lte=card.place) & (Q(place__lt=card.place) | Q(case__lt=card.case))


class CardQuerySet(models.QuerySet["Card"]):
    def in_order(self) -> CardQuerySet:
        return self.order_by("place", "case")

    def of(self, column: Column) -> CardQuerySet:
        return self.filter(column=column)

    def recent(self) -> CardQuerySet:
        """Cases completed in the last 30 days. One without a date counts from its last change."""
        return self.alias(done=DONE).filter(done__gte=midnight() - RECENT)

    def unasked(self) -> CardQuerySet:
        """What a board shows by default: all cases but those completed longer ago."""
        return self.alias(done=DONE).filter(Q(column__completed=False) | Q(done__gte=midnight() - RECENT))

    def beyond(self, place: float, case: uuid.UUID) -> CardQuerySet:
        return self.filter(Q(place__gt=place) | Q(case__gt=case), place__gte=place)

    def after(self, card: Card) -> CardQuerySet:
        return self.beyond(card.place, card.case)

    def before(self, card: Card) -> CardQuerySet:
        return self.filter(stands_before(card))

    def tally(self, stale: Q | None = None, by: tuple[str, ...] = ("column",)) -> Any:
        """For each column, or another grouping: how many cards, their total value in pounds (other currencies are left
        out), and how their review dates stand. `stale`: the condition for a stale card."""
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
    position = models.IntegerField(null=True)  # Plannr's status_position, as last read
    place = models.FloatField()  # its place among its column's cards; only the order means anything
    name = models.TextField(blank=True)
    type = models.UUIDField(null=True)
    type_name = models.TextField(blank=True)
    clients = models.JSONField(default=list)  # names
    people = models.JSONField(default=list)  # names of those it is assigned to
    groups = models.JSONField(default=list)  # names
    tags = models.JSONField(default=list)  # [{"name", "colour"}]
    policies = models.JSONField(default=list)  # policy numbers of its plans, for searching
    digest = models.CharField(max_length=16, blank=True)  # differs when anything that a card shows differs
    facets_said = models.JSONField(default=list)  # [[kind, uuid, name]]: the table of facets is filled from it
    words = models.TextField(blank=True)  # all that can be searched for: mapping.words_of
    value = models.BigIntegerField(null=True)  # pennies
    currency = models.CharField(max_length=8, default="GBP")
    review_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)  # when it came to its column
    since_known = models.BooleanField(default=False)  # False: it came then or earlier
    heard_at = models.DateTimeField()  # when Plannr said this: an older read never replaces a newer answer
    # The row of a complete read from which alone it was made, if it was. A server of the previous version writes none.
    source = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("firm", "case"), name="one_card_per_case"),)
        # In board order, with all that `tally` adds up: ten thousand cards are counted without reading one.
        indexes = (models.Index(fields=("firm", "column", "place", "case", *COUNTED, "id"), name="card_in_order"),)

    @property
    def title(self) -> str:
        """The name of this case in a sentence: "Clarke, Annual review"."""
        return ", ".join(filter(None, [", ".join(self.clients[:2]), self.name])) or "A case without a name"


class Visibility(models.Model):
    """Plannr showed this card to this account."""

    account = models.UUIDField()
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="visibility")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "card"), name="one_look_per_account"),)


class ChangeLogEntry(models.Model):
    """A numbered entry that says what looks different: a card (changed, moved or gone), or the columns themselves.

    Without an account it is for everybody who sees the card; with one, that account now sees it, or no longer does.
    """

    firm = models.UUIDField()
    account = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    left = models.BigIntegerField(null=True)  # the row of the column in which the case stood before
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "kanban_change"
        indexes = (models.Index(fields=("firm", "id"), name="changes_of_a_firm"),)


class Facet(models.Model):
    """Somebody or something by which a case is found. Filled only from what Plannr says of the case."""

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
    """One row for each firm, made when a rule is first set."""

    firm = models.UUIDField(unique=True)
    most_each = models.PositiveSmallIntegerField(null=True)  # open cases that one person should have at most
