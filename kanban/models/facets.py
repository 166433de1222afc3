"""What cases can be found by."""

from __future__ import annotations

from django.db import models

from kanban.models.mirror import Card


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
