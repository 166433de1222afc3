"""The chain of the record: every line's hash covers the line and the hash of the line before it. Uses no database.

Migrations use this too, so it may grow but must never change the hash of an old line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FIELDS = (
    *("number", "at", "since", "kind", "firm", "account", "account_name", "person", "who", "intent"),
    *("case", "title", "what", "from_status", "from_name", "from_position", "to_status", "to_name"),
    *("asked_position", "got_status", "got_position", "reason", "words", "previous"),
)

Line = dict[str, Any]


def linked(lines: Iterable[Mapping[str, Any]], number: int, previous: str) -> Iterator[Line]:
    """These lines, numbered and hashed to follow the line with that number and hash."""
    for line in lines:
        number += 1
        new = {**line, "number": number, "previous": previous}
        previous = digest(new)
        yield new | {"hash": previous}


def digest(line: Mapping[str, Any]) -> str:
    """The hash of a line: SHA-256 of its fields as JSON, by name, as plain ASCII.

    Empty fields are left out, so that a field that is added later changes no older hash.
    """
    values = {field: _plain(line[field]) for field in FIELDS if line.get(field) not in (None, "")}
    return sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> int | str:
    """The same for SQLite and PostgreSQL: moments in UTC to the microsecond, numbers, and all else as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if isinstance(value, int) else str(value)
