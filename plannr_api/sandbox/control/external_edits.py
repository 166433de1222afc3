"""External edits: colleagues at work in Plannr's own screens."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from ..api import cases, listings
from ..state.clock import now, read
from ..state.records import Firm, Json, blank_case
from ..world import World

Uuid = str | UUID
When = tuple[str, str] | None  # method and path of a request: the edit is made once, right after its answer


class ExternalEdits:
    """Each edit is made at once, or, given `when`, right after the next matching request was answered.

    It is made in whichever firm has the case or the status.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def move(self, case: Uuid, status: Uuid, position: int | None = None, when: When = None) -> None:
        """Move a case as Plannr's own board would, in the dialect that is switched on."""
        self._do(when, lambda: self._move(str(case), str(status), position))

    def _move(self, case: str, status: str, position: int | None) -> None:
        firm = self._firm("cases", case)
        place: Json = {"status": firm.statuses[status]["uuid"], "status_position": position}
        change = cases.updating(self._world, firm, firm.cases[case], place)
        change["fields"].pop("plans", None)
        self._world.change(change, firm)

    def _firm(self, records: str, uuid: str) -> Firm:
        """The firm that has this case or status. Raises KeyError."""
        for firm in self._world.state.firms:
            if uuid in firm[records]:
                return firm
        raise KeyError(uuid)

    def edit(self, case: Uuid, when: When = None, **fields: Any) -> None:
        """Set fields unchecked, without renumbering other cases. `wire` is a dict that overrides keys of the case's
        JSON."""
        self._do(when, lambda: self._edit(str(case), fields))

    def _edit(self, case: str, fields: Json) -> None:
        firm = self._firm("cases", case)
        change = {"do": "update", "case": case, "fields": _dated(fields)}
        self._world.change(change | {"at": _date(fields.get("updated_at", now()))}, firm)

    def delete(self, case: Uuid, when: When = None) -> None:
        self._do(when, lambda: self._delete(str(case)))

    def _delete(self, case: str) -> None:
        how = self._world.dialects["positions"]
        self._world.change({"do": "delete", "case": case, "how": how}, self._firm("cases", case))

    def create(self, when: When = None, **fields: Any) -> str:
        """A case with these fields; without a status it enters the first one, without a client it gets one."""
        firms = self._world.state.firms
        firm = next((each for each in firms if fields.get("status") in each.statuses), self._world.firm)
        record = blank_case(str(uuid4()), now()) | {"participants": [_some_client(firm)]} | _dated(fields)
        status = fields.get("status") or cases.first_status(firm)
        spot = {"status": status, "position": fields.get("status_position"), "how": self._world.dialects["positions"]}
        change = {"do": "create", "record": record | {"status": None, "status_position": None}, "place": spot}
        self._do(when, lambda: self._world.change(change, firm))
        return str(record["uuid"])

    def add_status(self, name: str, colour: str | None = None, when: When = None) -> str:
        uuid = str(uuid4())
        self._do(when, lambda: self._world.change(listings.new_status(self._world.firm, uuid, name, colour)))
        return uuid

    def edit_status(self, status: Uuid, when: When = None, **fields: Any) -> None:
        firm = self._firm("statuses", str(status))
        change = {"do": "status", "status": str(status), "fields": fields, "at": now()}
        self._do(when, lambda: self._world.change(change, firm))

    def delete_status(self, status: Uuid, when: When = None) -> None:
        self._do(when, lambda: self._drop_status(str(status)))

    def _drop_status(self, status: str) -> None:
        self._world.change({"do": "drop_status", "status": status}, self._firm("statuses", status))

    def _do(self, when: When, deed: Callable[[], None]) -> None:
        def held() -> None:
            with self._world.lock:
                deed()

        if when is None:
            held()
        else:
            self._world.hooks.add({"method": when[0], "path": when[1]}, held)


def _some_client(firm: Firm) -> str:
    return next(uuid for uuid, each in firm.accounts.items() if each["type"] == "client")


def _dated(fields: Json) -> Json:
    names = ("created_at", "updated_at", "review_at", "completed_at")
    return fields | {name: _date(fields[name]) for name in names if name in fields}


def _date(value: Any) -> Any:
    """A date in stored form; what is no date is stored as it is, for the client to see."""
    try:
        return read(value)
    except (ValueError, AttributeError):
        return value
