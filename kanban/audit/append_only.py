"""Triggers by which the database itself refuses to change the record, for SQLite and PostgreSQL.

Whoever owns the database can remove them; then the hash chain shows a change. Emptying an empty record is allowed, so
that a database can be flushed. A migration that rebuilds the table, as SQLite's do, has to call `install` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

WORDS = "The record is append-only."

# The third is for INSERT OR REPLACE, which removes a row without firing a DELETE trigger.
_SQLITE = {
    "kanban_entry_no_update": "BEFORE UPDATE ON kanban_entry",
    "kanban_entry_no_delete": "BEFORE DELETE ON kanban_entry",
    "kanban_entry_no_replace": "BEFORE INSERT ON kanban_entry WHEN EXISTS "
    "(SELECT 1 FROM kanban_entry WHERE number = NEW.number OR rowid = NEW.rowid)",
}

_POSTGRESQL = {
    "kanban_entry_no_change": "BEFORE UPDATE OR DELETE ON kanban_entry FOR EACH ROW",
    "kanban_entry_no_truncate": "BEFORE TRUNCATE ON kanban_entry FOR EACH STATEMENT",
}

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION kanban_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND NOT EXISTS (SELECT 1 FROM kanban_entry) THEN RETURN NULL; END IF;
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # noqa: S608


def install(database: BaseDatabaseWrapper) -> None:
    remove(database)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            for name, when in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION kanban_entry_refuse()")
        else:
            for name, when in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def remove(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            for name in _POSTGRESQL:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON kanban_entry")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
