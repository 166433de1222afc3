"""Reading a snapshot, short existence queries, and releasing a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection as database
from django.db import transaction
from django.db.models import Field, Model


@contextmanager
def snapshot_read() -> Iterator[None]:
    """Every read inside sees the database as it was at the start, whoever writes meanwhile, and nobody waits: what is
    rendered for one change must not contain half of the next. Nothing may be written. Inside a transaction, the view
    of that transaction applies."""
    if database.in_atomic_block:
        yield
        return
    with _begun_without_a_lock(), transaction.atomic():
        if database.vendor == "postgresql":
            database.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _begun_without_a_lock() -> Iterator[None]:
    """Other transactions take SQLite's one lock for writing when they begin; this one does not."""
    wrapper: Any = database
    if database.vendor != "sqlite":
        yield
        return
    mode, wrapper.transaction_mode = wrapper.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        wrapper.transaction_mode = mode


def release_connection() -> None:
    """Give up this thread's connection until its next query: else a slow Plannr would block everybody's reads."""
    if database.vendor == "postgresql" and not database.in_atomic_block:
        database.close()


M = TypeVar("M", bound=Model)
_SIGNS = {"": "=", "lte": "<="}


def exists(model: type[Model], **equal: object) -> bool:
    """Whether there is a row in which each of these columns equals this value (never None) or, for `…__lte`, is not
    above it. Every move and every page asks that a dozen times, so the SQL is cached: Django builds it anew for each
    queryset, which costs five times what the answer does."""
    sql, fields = _exists_sql(model, tuple(equal))
    values = [field.get_db_prep_value(value, database) for field, value in zip(fields, equal.values(), strict=True)]
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None


def first_with(models: tuple[type[M], ...], **equal: object) -> type[M] | None:
    """The first of these models that has a row in which each of these columns equals this value (never None), by one
    query."""
    sql, fields = _first_with_sql(models, tuple(equal))
    values = [field.get_db_prep_value(equal[name], database) for name, field in fields]
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return models[row[0]] if row else None


@lru_cache(maxsize=64)
def _first_with_sql(
    models: tuple[type[Model], ...], names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Field[Any, Any]]]]:
    asked: list[str] = []
    fields: list[tuple[str, Field[Any, Any]]] = []
    for number, model in enumerate(models):
        sql, columns = _exists_sql(model, names)
        asked.append(f"SELECT {number} FROM ({sql}) AS t{number}")  # noqa: S608  our own names
        fields += zip(names, columns, strict=True)
    return f"{' UNION ALL '.join(asked)} LIMIT 1", fields


@lru_cache(maxsize=64)
def _exists_sql(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    parts = [name.partition("__") for name in names]
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name, _, _ in parts]
    signs = [_SIGNS[way] for _, _, way in parts]
    compared = " AND ".join(f'"{field.column}" {sign} %s' for field, sign in zip(fields, signs, strict=True))
    return f'SELECT 1 FROM "{model._meta.db_table}" WHERE {compared} LIMIT 1', fields  # noqa: S608  our own names
