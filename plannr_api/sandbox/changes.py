"""Every change to a firm, as data. Applying the same changes in the same order gives the same firm again."""

from collections.abc import Callable

from .positions import numbered, place, renumber
from .records import Firm, Json


def apply(firm: Firm, change: Json) -> None:
    _CHANGES[change["do"]](firm, change)


def _update(firm: Firm, change: Json) -> None:
    case = firm.cases[change["case"]]
    _place(firm, case, change)
    case.update(change["fields"])
    case["updated_at"] = change["at"]


def _create(firm: Firm, change: Json) -> None:
    case = dict(change["record"])
    firm.cases[case["uuid"]] = case
    _place(firm, case, change)


def _place(firm: Firm, case: Json, change: Json) -> None:
    if (spot := change.get("place")) is not None:
        place(firm.cases.values(), case, spot["status"], spot["position"], spot["how"])


def _delete(firm: Firm, change: Json) -> None:
    case = firm.cases.pop(change["case"])
    if change["how"] == "shift":
        renumber(numbered(firm.cases.values(), case["status"]))


def _status(firm: Firm, change: Json) -> None:
    """Create or change a status; a position moves it among the others."""
    status = firm.statuses.setdefault(change["status"], {"uuid": change["status"]})
    status.update(change["fields"])
    status["updated_at"] = change["at"]
    if (position := change.get("position")) is not None:
        _reorder(firm, status, position)


def _reorder(firm: Firm, status: Json, position: int) -> None:
    others = [other for other in firm.statuses.values() if other is not status]
    others.sort(key=lambda other: other["position"])
    others.insert(position - 1, status)
    for number, each in enumerate(others, 1):
        each["position"] = number


def _drop_status(firm: Firm, change: Json) -> None:
    """The status goes; its cases stay, with no status and the numbers they had."""
    del firm.statuses[change["status"]]
    for case in firm.cases.values():
        if case["status"] == change["status"]:
            case["status"] = None


_CHANGES: dict[str, Callable[[Firm, Json], None]] = {
    "update": _update,
    "create": _create,
    "delete": _delete,
    "status": _status,
    "drop_status": _drop_status,
}
