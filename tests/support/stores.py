"""Where a board under test keeps its tables: a SQLite file, or PostgreSQL where the suite runs on it."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from plannr_api.sandbox import Sandbox

TABLES = (
    *(
        "opening",
        "view",
        "facet",
        "visibility",
        "card",
        "column",
        "move",
        "edit",
        "putback",
        "columnchange",
        "bulk",
        "change",
        "presence",
        "firmrules",
    ),
    *("connection", "grant", "session", "person"),
)


class Store:
    """The same few questions, in either database's words: `%s` is a parameter, and so is every moment."""

    def __init__(self, folder: Path, server: str | None = None) -> None:
        """`server`: a PostgreSQL whatever the suite runs on."""
        server = server or os.environ.get("DATABASE_URL", "")
        self._file = folder / "board.sqlite3"
        self.url = _made(server) if server.startswith("postgres") else f"sqlite:///{self._file}"

    @contextmanager
    def _open(self) -> Iterator[Any]:
        if self.url.startswith("postgres"):
            with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
                yield cursor
        else:
            with closing(sqlite3.connect(self._file, timeout=30)) as connection, connection:
                yield _Sqlite(connection)

    def rows(self, sql: str, *said: object) -> list[tuple[Any, ...]]:
        with self._open() as cursor:
            found = cursor.execute(sql, said)
            return list(found.fetchall()) if sql.startswith("SELECT") else []

    def one(self, sql: str, *said: object) -> Any:
        found = self.rows(sql, *said)
        return found[0][0] if found else None

    def empty(self) -> None:
        """Forget everything but the record, which nobody can."""
        with self._open() as cursor:
            for table in TABLES:
                cursor.execute(f"DELETE FROM kanban_{table}", ())


class _Sqlite:
    """Takes what psycopg takes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, said: tuple[object, ...]) -> sqlite3.Cursor:
        return self._connection.execute(sql.replace("%s", "?"), tuple(_kept(each) for each in said))


def _kept(value: object) -> object:
    """A moment as Django keeps it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


def _made(server: str) -> str:
    name = f"browser_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


def everyone_says_the_same(store: Store, plannr: Sandbox, intended: set[str], after: int = 0) -> None:
    """`after`: the line that the record ended with before, as nobody can empty it."""

    def text(value: object) -> str:
        return str(value).replace("-", "")

    moves = {text(intent): outcome for intent, outcome in store.rows("SELECT intent, outcome FROM kanban_move")}
    told = "SELECT intent, kind, asked_position, reason FROM kanban_entry WHERE intent IS NOT NULL AND number > %s"
    lines = store.rows(f"{told} ORDER BY number", after)
    ends = Counter(text(intent) for intent, kind, _, _ in lines if kind not in ("intended", "unknown"))
    applied = [text(entry["request_id"]) for entry in plannr.ledger if entry["method"] == "PUT" and entry["applied"]]
    assert set(moves) == {text(intent) for intent in intended}
    assert ends == Counter(dict.fromkeys(moves, 1))  # each in exactly one outcome
    last = {text(intent): kind for intent, kind, _, _ in lines}
    assert last == moves
    assert [intent for intent, count in Counter(applied).items() if count > 1] == []
    made = {text(intent) for intent, kind, asked, _ in lines if kind == "applied" and asked is not None}
    unclear = {text(intent) for intent, _, _, reason in lines if reason == "reordered"}  # and told as that
    assert made <= set(applied) <= made | unclear
