"""Where a case is placed in the list of its status, in the four dialects that Plannr might have.

Only cases with a number take part. A case without one stays without one, at the end of the list.
"""

from collections.abc import Collection, Iterable
from operator import itemgetter
from typing import Any

from .records import Json

_UPDATED = itemgetter("updated_at")
_NUMBER = itemgetter("status_position")


def place(cases: Collection[Json], case: Json, status: str | None, position: int | None, how: str) -> None:
    """Put the case into the status at the position, or at its end when no position is given."""
    left, target = case["status"], [other for other in numbered(cases, status) if other is not case]
    if how == "shift":
        target.insert(len(target) if position is None else min(position - 1, len(target)), case)
        renumber(target)
    elif not (how == "ignore" and left == status):
        case["status_position"] = _number(how, target, position)
    case["status"] = status
    if how == "shift" and left != status:
        renumber(numbered(cases, left))


def _number(how: str, target: list[Json], position: int | None) -> int:
    end = target[-1]["status_position"] + 1 if target else 1
    if how == "ignore" or position is None:
        return int(end)
    return position if how == "store" else max(1, min(position, len(target) + 1))


def numbered(cases: Iterable[Json], status: str | None) -> list[Json]:
    """The cases of a status that have a number, in list order: by number, the newest change first among equals."""
    found = [case for case in cases if case["status"] == status]
    found = [case for case in found if type(case["status_position"]) is int]
    if len(set(map(_NUMBER, found))) < len(found):
        found.sort(key=_UPDATED, reverse=True)
    found.sort(key=_NUMBER)
    return found


def renumber(cases: list[Json]) -> None:
    for number, case in enumerate(cases, 1):
        case["status_position"] = number


def list_order(cases: Iterable[Json]) -> list[Json]:
    """By position, cases without one last, the newest change first among equals."""
    return sorted(sorted(cases, key=_UPDATED, reverse=True), key=_rank)


def _rank(case: Json) -> tuple[bool, Any]:
    number = case["status_position"]
    return (False, number) if isinstance(number, int | float) else (True, 0)
