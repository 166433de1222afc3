"""Webhooks that Plannr calls, and the calls that were accepted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Subscription(models.Model):
    """A webhook that Plannr calls when a case changes. The secret is encrypted."""

    firm = models.UUIDField()
    uuid = models.UUIDField()
    path = models.CharField(max_length=64, unique=True)  # the unguessable end of its address
    sealed = models.TextField()
    at = models.DateTimeField(default=timezone.now)


class Delivery(models.Model):
    """The digest of an accepted call, so that the same bytes are accepted only once."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
