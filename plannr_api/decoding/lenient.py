"""The lenient, slow reader of one JSON object, used only when the quick and strict one has failed.

It accepts what a careless server may send and what still has one clear meaning: numbers as text, "" or the zero date
for no date, a date without a time, an object for a list, `[]` for no object, a number for an amount of money. What has
no clear meaning is `Unreadable`, with the path to it; nothing of the content is quoted.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, cast, get_args, get_origin
from uuid import UUID

from msgspec import Meta, Struct, UnsetType
from msgspec.structs import fields

from plannr_api.models import Money, moment

_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0{1,9})?", re.ASCII)
_ZERO_DATE = re.compile(r"-?000[01]-|0000")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


class Unreadable(ValueError):
    """This part of an answer has no clear meaning: `.path` (`$.value.amount`) and `.reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def loads(raw: bytes) -> object:
    """Plain JSON with numbers of any length; raises Unreadable when it is not JSON or nested too deeply."""
    try:
        return json.loads(raw, parse_int=_any_length)
    except (ValueError, RecursionError):
        pass
    raise Unreadable("$", "not JSON that can be read")


def mend(value: object, kind: Any, path: str = "$") -> Any:
    """`value` as `kind` (an annotation), None where it says nothing, or Unreadable."""
    members, metas = _members(kind)
    if value is None:
        return None
    if len(members) > 1:
        return _either(value, members, path)
    result = _reader(members[0])(value, members[0], path)
    if result is not None and any(not _within(result, meta) for meta in metas):
        raise Unreadable(path, "number out of range")
    return result


@cache
def _members(kind: Any) -> tuple[tuple[Any, ...], tuple[Meta, ...]]:
    """The kinds an annotation allows, without "nothing", and its limits."""
    if get_origin(kind) is Annotated:
        inner, *extras = get_args(kind)
        members, metas = _members(inner)
        return members, (*metas, *(extra for extra in extras if isinstance(extra, Meta)))
    if get_origin(kind) in (Union, UnionType):
        parts = [_members(part) for part in get_args(kind) if part not in (NoneType, UnsetType)]
        return sum((part[0] for part in parts), ()), sum((part[1] for part in parts), ())
    return (kind,), ()


def _reader(kind: Any) -> Callable[[Any, Any, str], Any]:
    if get_origin(kind) is list:
        return _list
    if kind is Money:
        return _money
    return _struct if issubclass(kind, Struct) else _SCALARS[kind]


def _struct(value: Any, kind: type[Struct], path: str) -> Struct | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        _insist_on_nothing(value, path, "not an object")
        return None
    if all(part is None for part in value.values()):
        return None
    shape = [field for field in _shape(kind) if field.name in value]
    found = {field.name: mend(value[field.name], field.kind, f"{path}.{field.name}") for field in shape}
    missing = next((field.name for field in _shape(kind) if field.required and found.get(field.name) is None), None)
    if missing:
        raise Unreadable(f"{path}.{missing}", "missing")
    return kind(
        **{field.name: found[field.name] for field in shape if field.takes_null or found[field.name] is not None}
    )


class _Field(NamedTuple):
    name: str
    kind: Any
    required: bool
    takes_null: bool


@cache
def _shape(kind: type[Struct]) -> tuple[_Field, ...]:
    return tuple(_Field(each.name, each.type, each.required, NoneType in get_args(each.type)) for each in fields(kind))


def _money(value: Any, kind: type[Money], path: str) -> Money | None:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        value = {"amount": value}
    if isinstance(value, dict) and value.get("amount") in (None, ""):
        return None
    return cast("Money | None", _struct(value, kind, path))


def _list(value: Any, kind: Any, path: str) -> list[Any] | None:
    """A list; an object that is one item, or holds them by key or under `data`; anything else says nothing."""
    if isinstance(value, dict):
        value = value.get("data", [value] if "uuid" in value else list(value.values()))
    if isinstance(value, dict):
        value = [value] if "uuid" in value else list(value.values())
    if not isinstance(value, list):
        return None
    (item,) = get_args(kind)
    items = [mend(part, item, f"{path}[{index}]") for index, part in enumerate(value)]
    return [part for part in items if part is not None]


def _text(value: Any, _kind: Any, _path: str) -> str | None:
    """Text; a number as text; the name of an object; several joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        name = value.get("name")
        return name if isinstance(name, str) else None
    if isinstance(value, list):
        return ", ".join(part for part in value if isinstance(part, str)) or None
    return str(value)


def _whole(value: Any, _kind: Any, path: str) -> int | None:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    _insist_on_nothing(value, path, "not a whole number")
    return None


def _flag(value: Any, _kind: Any, path: str) -> bool | None:
    flag = _FLAGS.get(str(value).strip().lower())
    if flag is None:
        _insist_on_nothing(value, path, "not true or false")
    return flag


def _moment(value: Any, _kind: Any, path: str) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str) and value.strip():
            text = value.strip()
            return None if _ZERO_DATE.match(text) else moment(datetime.fromisoformat(text))
    except (ValueError, OverflowError, OSError):
        value = NotImplemented
    _insist_on_nothing(value, path, "not a date")
    return None


def _uuid(value: Any, _kind: Any, path: str) -> UUID | None:
    if isinstance(value, dict):
        value = value.get("uuid")
    try:
        if isinstance(value, str) and value.strip():
            return UUID(value.strip())
    except ValueError:
        value = NotImplemented
    _insist_on_nothing(value, path, "not a uuid")
    return None


def _either(value: Any, kinds: tuple[Any, ...], path: str) -> Any:
    """What may be an object or text, such as a telephone number; else a custom field's value."""
    thing = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Struct)), None)
    if thing is None:
        return _loose(value)
    return _struct(value, thing, path) if isinstance(value, dict) else _text(value, str, path)


def _loose(value: Any) -> str | bool | int | float | list[str] | None:
    """A custom field's value: plain values as they are, the rest as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [text for part in value if (text := _text(part, str, "")) is not None]
    return _text(value, str, "") if isinstance(value, dict) else cast("str | bool | int | float", value)


def _insist_on_nothing(value: object, path: str, reason: str) -> None:
    """What PHP sends for nothing is nothing; the rest is unreadable."""
    empty = value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
    if not empty:
        raise Unreadable(path, reason)


def _within(value: int, meta: Meta) -> bool:
    return (meta.ge is None or value >= meta.ge) and (meta.le is None or value <= meta.le)


def _any_length(digits: str) -> int | float:
    """Very long numbers become infinite: Python refuses to turn over 4,300 digits into an int."""
    return int(digits) if len(digits) < 100 else math.inf


_SCALARS: dict[Any, Callable[[Any, Any, str], Any]] = {
    str: _text,
    int: _whole,
    bool: _flag,
    datetime: _moment,
    UUID: _uuid,
}
