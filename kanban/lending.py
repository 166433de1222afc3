"""PostgreSQL's few connections: whoever is about to wait for somebody else gives theirs back first."""

from __future__ import annotations

from django.db import connection as database


def give_back() -> None:
    """This thread's, until it asks the database again: else a slow Plannr would hold up everybody's reading."""
    if database.vendor == "postgresql" and not database.in_atomic_block:
        database.close()
