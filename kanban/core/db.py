"""The database, used sparingly: what is read at one moment, small questions, a connection given back."""

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
    """All that is read in here is as it was when it began, whoever writes meanwhile, and nobody waits for anybody: what
    is drawn as of a change must not hold half of the next one. Nothing may be written. Within a transaction it is as
    that sees it."""
    if database.in_atomic_block:
        yield
        return
    with _begun_without_a_lock(), transaction.atomic():
        if database.vendor == "postgresql":
            database.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _begun_without_a_lock() -> Iterator[None]:
    """SQLite's transactions take the one lock for writing when they begin, but for this one."""
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
    """This thread's, until it asks the database again: else a slow Plannr would hold up everybody's reading."""
    if database.vendor == "postgresql" and not database.in_atomic_block:
        database.close()


M = TypeVar("M", bound=Model)
_SIGNS = {"": "=", "lte": "<="}


def exists(model: type[Model], **equal: object) -> bool:
    """Whether there is a row in which each of these columns is equal to this value (never None); or, of `…__lte`,
    not beyond it. Every move and every page asks that a dozen times, in SQL that is written once: Django builds a
    queryset's anew each time, which costs it five times what the answer does."""
    sentence, fields = _sentence(model, tuple(equal))
    values = [field.get_db_prep_value(value, database) for field, value in zip(fields, equal.values(), strict=True)]
    with database.cursor() as cursor:
        cursor.execute(sentence, values)
        return cursor.fetchone() is not None


def first_with(models: tuple[type[M], ...], **equal: object) -> type[M] | None:
    """The first of these models that has a row in which each of these columns is equal to this value (never None): one
    question to the database."""
    sentence, fields = _sentence_of_any(models, tuple(equal))
    values = [field.get_db_prep_value(equal[name], database) for name, field in fields]
    with database.cursor() as cursor:
        cursor.execute(sentence, values)
        row = cursor.fetchone()
    return models[row[0]] if row else None


@lru_cache(maxsize=64)
def _sentence_of_any(
    models: tuple[type[Model], ...], names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Field[Any, Any]]]]:
    asked: list[str] = []
    fields: list[tuple[str, Field[Any, Any]]] = []
    for number, model in enumerate(models):
        sentence, columns = _sentence(model, names)
        asked.append(f"SELECT {number} FROM ({sentence}) AS t{number}")  # noqa: S608  names of our own
        fields += zip(names, columns, strict=True)
    return f"{' UNION ALL '.join(asked)} LIMIT 1", fields


@lru_cache(maxsize=64)
def _sentence(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    parts = [name.partition("__") for name in names]
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name, _, _ in parts]
    signs = [_SIGNS[way] for _, _, way in parts]
    compared = " AND ".join(f'"{field.column}" {sign} %s' for field, sign in zip(fields, signs, strict=True))
    return f'SELECT 1 FROM "{model._meta.db_table}" WHERE {compared} LIMIT 1', fields  # noqa: S608  names of our own
