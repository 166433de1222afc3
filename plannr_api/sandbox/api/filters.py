"""Filters, includes and sorts, refused as the query-builder library does when they are unknown."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any

from ..protocol.errors import bad_request, invalid
from ..protocol.serializers import RELATIONS, Include
from ..state import clock
from ..state.dialects import Dialects
from ..state.positions import list_order
from ..state.records import Firm, Json

Test = Callable[[Json], bool]
Filter = Callable[[str, Firm], Test]


def values(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def filters(asked: dict[str, str], known: dict[str, Filter], firm: Firm, dialects: Dialects) -> list[Test]:
    wanted = {name[7:-1]: text for name, text in asked.items() if name.startswith("filter[") and name.endswith("]")}
    unknown = [name for name in wanted if name not in known]
    if unknown and dialects["filter_unknown"] == "400":
        names, allowed = _quoted(unknown), _quoted(known)
        raise bad_request(f"Requested filter(s) {names} are not allowed. Allowed filter(s) are {allowed}.")
    return [known[name](text, firm) for name, text in wanted.items() if name in known and text]


def _quoted(names: Any) -> str:
    return "`" + ", ".join(names) + "`"


def include(asked: dict[str, str], dialects: Dialects, known: Iterable[str] = RELATIONS) -> Include:
    wanted, allowed = values(asked.get("include", "")), frozenset(known)
    unknown = [name for name in wanted if name not in allowed]
    if unknown and dialects["filter_unknown"] == "400":
        names = _quoted(unknown)
        raise bad_request(
            f"Requested include(s) {names} are not allowed. Allowed include(s) are {_quoted(sorted(allowed))}."
        )
    return allowed.intersection(wanted)


def order(
    items: Sequence[Json], asked: dict[str, str], allowed: Sequence[str], default: str, dialects: Dialects
) -> list[Json]:
    """The items sorted by one field or several, those without a value last. Ties stay in stored order."""
    wanted = values(asked.get("sort", "")) or [default]
    unknown = [name for name in wanted if name.lstrip("-") not in allowed]
    if unknown and dialects["filter_unknown"] == "400":
        names = _quoted(name.lstrip("-") for name in unknown)
        raise bad_request(f"Requested sort(s) {names} is not allowed. Allowed sort(s) are {_quoted(allowed)}.")
    ordered = list(items)
    for name in reversed([name for name in wanted if name not in unknown]):
        ordered = _sorted(ordered, name.lstrip("-"), name.startswith("-"))
    return ordered


def _sorted(items: list[Json], name: str, falling: bool) -> list[Json]:
    if name == "status_position" and not falling:
        return list_order(items)
    valued = [item for item in items if item[name] is not None]
    try:
        valued.sort(key=(lambda item: item[name].casefold()) if "name" in name else itemgetter(name), reverse=falling)
    except (TypeError, AttributeError):  # odd values set by a test, which do not compare
        valued.sort(key=lambda item: str(item[name]), reverse=falling)
    return valued + [item for item in items if item[name] is None]


def passing(items: list[Json], tests: Iterable[Test]) -> list[Json]:
    for test in tests:
        items = [item for item in items if test(item)]
    return items


def one_of(field: str) -> Filter:
    def make(text: str, firm: Firm) -> Test:
        wanted = {part.lower() for part in values(text)}
        return lambda item: item[field] in wanted

    return make


def part_of(field: str) -> Filter:
    """The field contains one of the given words."""

    def make(text: str, firm: Firm) -> Test:
        wanted = [part.casefold() for part in values(text)]
        return lambda item: any(part in str(item[field]).casefold() for part in wanted)

    return make


def any_of(field: str) -> Filter:
    """The field is a list of uuids that holds one of the given ones."""

    def make(text: str, firm: Firm) -> Test:
        wanted = {part.lower() for part in values(text)}
        return lambda item: not wanted.isdisjoint(item[field])

    return make


def named(field: str, records: str) -> Filter:
    """Uuids or names of other records, of which the field holds one or a list."""

    def make(text: str, firm: Firm) -> Test:
        words = {part.casefold() for part in values(text)}
        wanted = {uuid for uuid, each in firm[records].items() if uuid in words or each["name"].casefold() in words}
        return lambda item: not wanted.isdisjoint(item[field] if isinstance(item[field], list) else [item[field]])

    return make


def present(field: str, when: bool) -> Filter:
    """`true` asks whether the field has a value (or has none, when `when` is False); `false` the opposite."""

    def make(text: str, firm: Firm) -> Test:
        wanted = (text.lower() in {"true", "1"}) == when
        return lambda item: (item[field] is not None) == wanted

    return make


def dated(name: str, field: str, after: bool) -> Filter:
    """From or up to a moment, including it; a date without a time means the whole day."""

    def make(text: str, firm: Firm) -> Test:
        bound = _moment(name, text, whole_day=not after)
        if after:
            return lambda item: isinstance(item[field], str) and item[field] >= bound
        return lambda item: isinstance(item[field], str) and item[field] <= bound

    return make


def _moment(name: str, text: str, whole_day: bool) -> str:
    try:
        bound = clock.read(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise invalid({f"filter.{name}": [f"The filter.{name} field must be a valid date."]}) from None
    if whole_day and len(text.strip()) == 10:
        bound = clock.later(bound, timedelta(days=1, microseconds=-1))
    return bound
