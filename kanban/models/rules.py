"""What a firm asks of all its people at the board. What it asks of one column stands on that column."""

from __future__ import annotations

from django.db import models


class FirmRules(models.Model):
    """One row a firm, made when a rule is first set."""

    firm = models.UUIDField(unique=True)
    most_each = models.PositiveSmallIntegerField(null=True)  # open cases that one person should have at most
