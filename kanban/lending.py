"""PostgreSQL's few connections: whoever is about to wait for somebody else gives theirs back first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from django.db import connection as database
from django.db import connections as databases


def give_back() -> None:
    """This thread's, until it asks the database again: else a slow Plannr would hold up everybody's reading."""
    if database.vendor == "postgresql" and not database.in_atomic_block:
        database.close()


def beside(name: str, deed: Callable[..., None], *about: object) -> Thread:
    """A thread, begun, that gives its connection back however it ends: the pool never hears of one that is lost."""

    def do() -> None:
        try:
            deed(*about)
        finally:
            databases.close_all()

    thread = Thread(target=do, name=name, daemon=True)
    thread.start()
    return thread
