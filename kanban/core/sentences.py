"""Small questions that every move and every page ask, in sentences that are written once.

Django builds a queryset's sentence anew each time it is asked, which costs it five times what the answer does. So what
only compares columns with values is asked here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from django.db import connection as database
from django.db.models import Field, Model

_SIGNS = {"": "=", "lte": "<="}


def there_is(model: type[Model], **equal: object) -> bool:
    """Whether there is a row in which each of these columns is equal to this value (never None); or, of `…__lte`,
    not beyond it."""
    sentence, fields = _sentence(model, tuple(equal))
    values = [field.get_db_prep_value(value, database) for field, value in zip(fields, equal.values(), strict=True)]
    with database.cursor() as cursor:
        cursor.execute(sentence, values)
        return cursor.fetchone() is not None


@lru_cache(maxsize=64)
def _sentence(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    parts = [name.partition("__") for name in names]
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name, _, _ in parts]
    signs = [_SIGNS[way] for _, _, way in parts]
    compared = " AND ".join(f'"{field.column}" {sign} %s' for field, sign in zip(fields, signs, strict=True))
    return f'SELECT 1 FROM "{model._meta.db_table}" WHERE {compared} LIMIT 1', fields  # noqa: S608  names of our own
