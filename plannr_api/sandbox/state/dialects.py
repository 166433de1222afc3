"""Everything Plannr does not document, as named switches. The first value of each is the default."""

from collections.abc import Mapping
from typing import Any

Dialects = dict[str, Any]

DIALECTS: dict[str, tuple[str, ...]] = {
    "wrap_single": ("bare", "data"),
    "positions": ("shift", "store", "clamp", "ignore"),
    "plans": ("keep", "detach"),
    "completed": ("sync", "off"),
    "status_list": ("200", "404"),
    "type_list": ("200", "404"),
    "account_header": ("400", "403", "422"),
    "relation_keys": ("absent", "null"),
    "put_relations": ("absent", "loaded"),
    "money": ("string", "int"),
    "filter_unknown": ("400", "ignore"),
    "collections": ("array", "object"),
    "preferred_account": ("absent", "login", "beside"),
    "visibility": ("all", "groups", "assigned"),
    "refresh": ("rotate", "keep"),
}
# The dialects that are numbers, their defaults, and what they count.
NUMBERS: dict[str, tuple[int, str]] = {
    "rate_limit": (500, "requests a minute"),
    "access_seconds": (3600, "seconds that an access token lives"),
}


def defaults() -> Dialects:
    return {name: values[0] for name, values in (DIALECTS | NUMBERS).items()}


def read(wanted: Mapping[str, Any]) -> Dialects:
    """The wanted switches, checked. Raises ValueError with a sentence."""
    return {name: _read(name, value) for name, value in wanted.items()}


def _read(name: str, value: Any) -> str | int:
    if name in NUMBERS:
        return _whole_number(name, value)
    if name not in DIALECTS:
        raise ValueError(f"There is no dialect {name!r}. There are: {', '.join([*DIALECTS, *NUMBERS])}.")
    if str(value) not in DIALECTS[name]:
        raise ValueError(f"The dialect {name} is one of {', '.join(DIALECTS[name])}, not {value!r}.")
    return str(value)


def _whole_number(name: str, value: Any) -> int:
    if str(value).isdecimal() and int(value) > 0:
        return int(value)
    raise ValueError(f"The dialect {name} is a whole number of {NUMBERS[name][1]} from 1, not {value!r}.")
