"""Outside hands: colleagues at work in Plannr's own screens."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from . import cases, lists
from .clock import now, read
from .records import Json, blank_case
from .world import World

Uuid = str | UUID
When = tuple[str, str] | None  # method and path of the request right after whose answer it happens, once


class Outside:
    """Each deed happens at once, or, given `when`, right after the next matching request was answered."""

    def __init__(self, world: World) -> None:
        self._world = world

    def move(self, case: Uuid, status: Uuid, position: int | None = None, when: When = None) -> None:
        """Move a case as Plannr's own board would, in the dialect that is switched on."""
        self._do(when, lambda: self._move(str(case), str(status), position))

    def _move(self, case: str, status: str, position: int | None) -> None:
        place: Json = {"status": self._world.firm.statuses[status]["uuid"], "status_position": position}
        change = cases.updating(self._world, self._world.firm.cases[case], place)
        change["fields"].pop("plans", None)
        self._world.change(change)

    def edit(self, case: Uuid, when: When = None, **fields: Any) -> None:
        """Set fields as they are, unchecked, nobody else shifting. `wire` is a dict laid over the case's JSON."""
        self._do(when, lambda: self._edit(str(case), fields))

    def _edit(self, case: str, fields: Json) -> None:
        change = {"do": "update", "case": self._world.firm.cases[case]["uuid"], "fields": _dated(fields)}
        self._world.change(change | {"at": _date(fields.get("updated_at", now()))})

    def delete(self, case: Uuid, when: When = None) -> None:
        how = self._world.dialects["positions"]
        self._do(when, lambda: self._world.change({"do": "delete", "case": str(case), "how": how}))

    def create(self, when: When = None, **fields: Any) -> str:
        """A case with these fields; without a status it enters the first one, without a client it gets one."""
        record = blank_case(str(uuid4()), now()) | {"participants": [self._some_client()]} | _dated(fields)
        status = fields.get("status") or cases.first_status(self._world)
        spot = {"status": status, "position": fields.get("status_position"), "how": self._world.dialects["positions"]}
        change = {"do": "create", "record": record | {"status": None, "status_position": None}, "place": spot}
        self._do(when, lambda: self._world.change(change))
        return str(record["uuid"])

    def _some_client(self) -> str:
        return next(uuid for uuid, each in self._world.firm.accounts.items() if each["type"] == "client")

    def add_status(self, name: str, colour: str | None = None, when: When = None) -> str:
        uuid = str(uuid4())
        self._do(when, lambda: self._world.change(lists.new_status(self._world, uuid, name, colour)))
        return uuid

    def edit_status(self, status: Uuid, when: When = None, **fields: Any) -> None:
        change = {
            "do": "status",
            "status": self._world.firm.statuses[str(status)]["uuid"],
            "fields": fields,
            "at": now(),
        }
        self._do(when, lambda: self._world.change(change))

    def delete_status(self, status: Uuid, when: When = None) -> None:
        self._do(when, lambda: self._world.change({"do": "drop_status", "status": str(status)}))

    def _do(self, when: When, deed: Callable[[], None]) -> None:
        def held() -> None:
            with self._world.lock:
                deed()

        if when is None:
            held()
        else:
            self._world.hooks.add({"method": when[0], "path": when[1]}, held)


def _dated(fields: Json) -> Json:
    names = ("created_at", "updated_at", "review_at", "completed_at")
    return fields | {name: _date(fields[name]) for name in names if name in fields}


def _date(value: Any) -> Any:
    """Dates are kept as dates; what is none is kept as it is, to be seen by the client."""
    try:
        return read(value)
    except (ValueError, AttributeError):
        return value
