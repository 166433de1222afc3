"""Finding cases by their words, with the full-text search of the database.

The words are made here and not by the database, so that SQLite and PostgreSQL find exactly the same: case and accents
do not matter, and each typed word must begin a word of the case. SQLite has its index in a separate table, filled by
triggers; a migration that rebuilds the table of cards has to call `install` again.
"""

from __future__ import annotations

from django.db import connection as database
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from kanban.core.text import words_in
from kanban.models import CardQuerySet

_SQLITE = (
    "CREATE VIRTUAL TABLE kanban_found USING fts5"
    "(words, content='kanban_card', content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 0')",
    "INSERT INTO kanban_found(kanban_found) VALUES ('rebuild')",
    "CREATE TRIGGER kanban_found_new AFTER INSERT ON kanban_card BEGIN "
    "INSERT INTO kanban_found(rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER kanban_found_gone AFTER DELETE ON kanban_card BEGIN "
    "INSERT INTO kanban_found(kanban_found, rowid, words) VALUES ('delete', OLD.id, OLD.words); END",
    "CREATE TRIGGER kanban_found_other AFTER UPDATE OF words ON kanban_card WHEN OLD.words <> NEW.words BEGIN "
    "INSERT INTO kanban_found(kanban_found, rowid, words) VALUES ('delete', OLD.id, OLD.words); "
    "INSERT INTO kanban_found(rowid, words) VALUES (NEW.id, NEW.words); END",
)
_LEXEMES = "array_to_tsvector(string_to_array(words, ' '))"
_POSTGRESQL = (f"CREATE INDEX kanban_found ON kanban_card USING gin ({_LEXEMES})",)

_FIND = {
    "sqlite": "SELECT rowid FROM kanban_found WHERE kanban_found MATCH %s",
    "postgresql": f"SELECT id FROM kanban_card WHERE {_LEXEMES} @@ %s::tsquery",  # noqa: S608
}


def matching(cards: CardQuerySet, text: str) -> CardQuerySet:
    """Cards that have, for each word of the text, a word that begins with it; all cards if it has no words."""
    words = words_in(text)
    if not words:
        return cards
    if database.vendor == "postgresql":
        asked = " & ".join(f"'{word}':*" for word in words)
    else:
        asked = " ".join(f'"{word}"*' for word in words)
    return cards.filter(pk__in=RawSQL(_FIND[database.vendor], [asked]))  # noqa: S611  # words are letters and digits


def install(into: BaseDatabaseWrapper) -> None:
    remove(into)
    with into.cursor() as cursor:
        for sentence in _POSTGRESQL if into.vendor == "postgresql" else _SQLITE:
            cursor.execute(sentence)


def remove(into: BaseDatabaseWrapper) -> None:
    with into.cursor() as cursor:
        if into.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS kanban_found")
            return
        for name in ("new", "gone", "other"):
            cursor.execute(f"DROP TRIGGER IF EXISTS kanban_found_{name}")
        cursor.execute("DROP TABLE IF EXISTS kanban_found")
