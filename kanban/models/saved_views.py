"""Looks at the board that were kept under a name, and with which of them somebody's board opens."""

from __future__ import annotations

from django.db import models

from kanban.models.accounts import Person


class Owned(models.Model):
    """Somebody's own, at one firm: a person's, or the account's where nobody signs in. One of the two is nothing, and
    a database takes nothings for different, so that each of the two uniques binds only its own kind of owner."""

    firm = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # who leaves is disabled, never deleted
    account = models.UUIDField(null=True)

    class Meta:
        abstract = True


class View(Owned):
    """A look under a name. What it shows is for each who opens it what Plannr shows to them."""

    name = models.CharField(max_length=60)
    query = models.TextField()  # the part of the board's address after `/?`, as Lens writes it
    shared = models.BooleanField(default=False)  # with the people of the firm

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("firm", "person", "name"), name="one_view_per_name_of_a_person"),
            models.UniqueConstraint(fields=("firm", "account", "name"), name="one_view_per_name_of_an_account"),
        )
        indexes = (models.Index(fields=("firm", "shared"), name="views_of_a_firm"),)


class Opening(Owned):
    """What somebody's board opens with: a view that was saved, or one that everybody has."""

    view = models.ForeignKey(View, null=True, on_delete=models.CASCADE)
    seed = models.CharField(max_length=20, blank=True)  # a key of saved_views.SEEDS

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("firm", "person"), name="one_opening_per_person"),
            models.UniqueConstraint(fields=("firm", "account"), name="one_opening_per_account"),
        )
