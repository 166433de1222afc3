"""Views of the board that were saved under a name, and the one with which somebody's board opens."""

from __future__ import annotations

from django.db import models

from kanban.models.accounts import Person


class Owned(models.Model):
    """Something that a person owns at one firm, or the account where nobody signs in. One of the two is null, and a
    database treats nulls as different, so each of the two unique constraints binds only its own kind of owner."""

    firm = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)  # leavers are disabled, never deleted
    account = models.UUIDField(null=True)

    class Meta:
        abstract = True


class View(Owned):
    """A board query under a name. Whoever opens it sees only what Plannr shows to them."""

    name = models.CharField(max_length=60)
    query = models.TextField()  # the part of the board's address after `/?`, as BoardQuery writes it
    shared = models.BooleanField(default=False)  # with the people of the firm

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("firm", "person", "name"), name="one_view_per_name_of_a_person"),
            models.UniqueConstraint(fields=("firm", "account", "name"), name="one_view_per_name_of_an_account"),
        )
        indexes = (models.Index(fields=("firm", "shared"), name="views_of_a_firm"),)


class Opening(Owned):
    """What somebody's board opens with: a saved view, or one that everybody has."""

    view = models.ForeignKey(View, null=True, on_delete=models.CASCADE)
    seed = models.CharField(max_length=20, blank=True)  # a key of saved_views.SEEDS

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("firm", "person"), name="one_opening_per_person"),
            models.UniqueConstraint(fields=("firm", "account"), name="one_opening_per_account"),
        )
