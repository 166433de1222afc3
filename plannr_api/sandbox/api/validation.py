"""Request bodies checked field by field, in Laravel's words. Unknown keys are ignored, as Laravel does."""

import re
from collections.abc import Callable, Container
from typing import Any
from uuid import UUID

from ..protocol.errors import invalid
from ..state import clock
from ..state.records import Firm, Json

Problems = dict[str, list[str]]
Check = Callable[[str, Any, Firm], Any]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Wrong(Exception):
    """What is wrong, by key; the messages are whole sentences."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.problems = problems


def checked(body: Json, rules: dict[str, Check], firm: Firm, required: tuple[str, ...] = ()) -> Json:
    """The known fields of the body, in stored form. Raises a 422 that names every wrong field."""
    fields: Json = {}
    problems: Problems = {name: [_required(name)] for name in required if _empty(body.get(name))}
    for name, check in rules.items():
        if name in body and name not in problems:
            try:
                fields[name] = check(name, body[name], firm)
            except Wrong as wrong:
                problems |= wrong.problems
    if problems:
        raise invalid(problems)
    return fields


def _empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _words(name: str) -> str:
    return name.replace("_", " ") if "." not in name else name


def _required(name: str) -> str:
    return f"The {_words(name)} field is required."


def _wrong(name: str, rest: str) -> Wrong:
    return Wrong({name: [f"The {_words(name)} field {rest}"]})


def name(key: str, value: Any, firm: Firm) -> str:
    if _empty(value):
        raise Wrong({key: [_required(key)]})
    if not isinstance(value, str):
        raise _wrong(key, "must be a string.")
    if len(value.strip()) > 255:
        raise _wrong(key, "must not be greater than 255 characters.")
    return value.strip()


def colour(key: str, value: Any, firm: Firm) -> str | None:
    if value is None or (isinstance(value, str) and _COLOUR.fullmatch(value)):
        return value
    raise _wrong(key, "format is invalid.")


def nullable(check: Check) -> Check:
    return lambda key, value, firm: None if value is None or value == "" else check(key, value, firm)


def integer(least: int) -> Check:
    def check(key: str, value: Any, firm: Firm) -> int:
        whole = _whole(value)
        if whole is None or abs(whole) >= 2**63:
            raise _wrong(key, "must be an integer.")
        if whole < least:
            raise _wrong(key, f"must be at least {least}.")
        return whole

    return check


def _whole(value: Any) -> int | None:
    """An integer, or a string of digits, which Laravel accepts as one."""
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,19}\s*", value) else None


def date(key: str, value: Any, firm: Firm) -> str:
    try:
        return clock.read(value)
    except (ValueError, AttributeError):
        raise _wrong(key, "must be a valid date.") from None


def existing(records: str) -> Check:
    """The uuid of a record of the firm."""
    return lambda key, value, firm: _existing(key, value, firm[records])


def _existing(key: str, value: Any, known: Container[str]) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise _wrong(key, "must be a valid UUID.")
    if (uuid := str(UUID(value))) not in known:
        raise Wrong({key: [f"The selected {_words(key)} is invalid."]})
    return uuid


def every(records: str) -> Check:
    """A list of such uuids; each wrong one has its own key, such as `plans.0`."""

    def check(key: str, value: Any, firm: Firm) -> list[str]:
        if not isinstance(value, list):
            raise _wrong(key, "must be an array.")
        return _each(key, value, firm[records])

    return check


def _each(key: str, value: list[Any], known: Container[str]) -> list[str]:
    found: dict[str, None] = {}
    problems: Problems = {}
    for number, item in enumerate(value):
        try:
            found[_existing(f"{key}.{number}", item, known)] = None
        except Wrong as wrong:
            problems |= wrong.problems
    if problems:
        raise Wrong(problems)
    return list(found)


def all_or_none(records: str) -> Check:
    """As `every`, but null means none at all."""
    return lambda key, value, firm: [] if value is None else every(records)(key, value, firm)
