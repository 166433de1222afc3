"""Arguments of calls, checked and written Plannr's way. Any other is a ValueError, and nothing is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import UNSET as _UNSET
from msgspec import UnsetType

from plannr_api.models import LONDON

Id = UUID | str
"""A uuid, as such or as text."""

UNSET: Final = _UNSET
"""On a case: Plannr did not say."""

ABSENT: Final = UNSET
"""Leave this field out of the request, so that Plannr keeps it as it is. The same object as on a case's fields."""

Moment = datetime | date
"""An aware datetime, or a date, which means midnight in London."""

_REQUEST_ID = re.compile(r"[!-~]{1,128}")
_EVENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def identifier(value: Id) -> str:
    """A uuid in its usual writing, safe in a URL."""
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        pass
    raise ValueError("Not a uuid.")


def identifiers(values: Iterable[Id]) -> list[str]:
    """Several uuids; a single text is refused, as it would be read letter by letter."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError("Several uuids are expected.")
    return [identifier(value) for value in values]


def searched(words: str) -> str:
    """Words to search for. A comma would split them into two searches (assumed), so it becomes a blank."""
    if not isinstance(words, str):
        raise ValueError("Not a text.")
    return " ".join(words.replace(",", " ").split())


def timestamp(value: Moment) -> str:
    """ISO 8601 in whole seconds with an offset (documented sample: 2026-03-18T16:05:25+00:00)."""
    if not isinstance(value, date):
        raise ValueError("Not a moment.")
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min, LONDON)
    if value.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return value.isoformat(timespec="seconds")


def written(fields: Mapping[str, object]) -> dict[str, object]:
    """A request body: absent fields left out, each of the others written as its name demands."""
    given = {name: value for name, value in fields.items() if not isinstance(value, UnsetType)}
    return {
        name: None if value is None and name in _NULLABLE else _WRITERS[name](value) for name, value in given.items()
    }


def encoded(body: Mapping[str, object]) -> bytes:
    """A body as ASCII-only JSON."""
    return json.dumps(body, allow_nan=False).encode("ascii")


def origin(base_url: str) -> str:
    """The base URL without a closing slash, or ValueError: http or https, a host, no credentials, no query."""
    parts = urlsplit(base_url)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("A base URL is http or https and a host, without credentials, query or fragment.")
    return base_url.rstrip("/")


def address(value: str) -> str:
    """A whole http or https URL, without a fragment, to which somebody or something is to be sent."""
    parts = urlsplit(value) if isinstance(value, str) and value.isascii() and value.isprintable() else None
    if parts and parts.scheme in ("http", "https") and parts.hostname and not parts.fragment and " " not in value:
        return value
    raise ValueError("An address is a whole http or https URL.")


def request_id(value: str) -> str:
    """An id for one request, fit for a header."""
    if not _REQUEST_ID.fullmatch(value):
        raise ValueError("A request id is 1 to 128 plain ASCII characters.")
    return value


def _text(value: str) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("Not a text.")


def _whole(value: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("Not a whole number.")


def _events(values: Iterable[str]) -> list[str]:
    """Names such as `case.updated`. Which there are is not checked: Plannr's list grows."""
    names = [] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
    if names and all(isinstance(name, str) and _EVENT.fullmatch(name) for name in names):
        return names
    raise ValueError("Several names of events are expected.")


_NULLABLE = {"type", "value", "review_at", "completed_at", "plans"}
_WRITERS: dict[str, Callable[[Any], object]] = {
    "name": _text,
    "colour": _text,
    "status": identifier,
    "type": identifier,
    "participants": identifiers,
    "assigned_to_uuids": identifiers,
    "group_uuids": identifiers,
    "plans": identifiers,
    "position": _whole,
    "status_position": _whole,
    "value": _whole,
    "review_at": timestamp,
    "completed_at": timestamp,
    "url": address,
    "events": _events,
}
