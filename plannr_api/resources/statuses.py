"""Case statuses: the columns. Creating and changing are documented; the list is assumed, from its sister resources."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from msgspec import UnsetType

from plannr_api.arguments import ABSENT, Id, identifier, written
from plannr_api.models import Case, Status
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/cases-status"


class Statuses:
    """`plannr.statuses`. Every call raises PlannrError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[Status]:
        """Every status in the order of its columns. NotFound when there is no such list: use `statuses_of`."""
        return in_order(everything(self._session, PATH, Status))

    def create(self, name: str, colour: str | UnsetType = ABSENT, *, request_id: str | None = None) -> Status:
        """A new status; colour as `#RRGGBB` (documented sample)."""
        return self._session.write("POST", PATH, Status, written({"name": name, "colour": colour}), request_id)

    def update(
        self,
        uuid: Id,
        *,
        name: str | UnsetType = ABSENT,
        colour: str | UnsetType = ABSENT,
        position: int | UnsetType = ABSENT,
        request_id: str | None = None,
    ) -> Status:
        """Change what is given. A completed status may allow its position only (assumed): Rejected or Forbidden."""
        body = written({"name": name, "colour": colour, "position": position})
        return self._session.write("PUT", f"{PATH}/{identifier(uuid)}", Status, body, request_id)


def statuses_of(cases: Iterable[Case]) -> list[Status]:
    """The statuses seen on cases, in order: the fallback without a list, which misses empty columns."""
    seen: dict[UUID, Status] = {}
    for case in cases:
        if isinstance(case.status, Status):
            seen[case.status.uuid] = case.status
    return in_order(seen.values())


def in_order(statuses: Iterable[Status]) -> list[Status]:
    """By position, those without one last; then by name and uuid, so that the order is always the same."""
    return sorted(
        statuses, key=lambda each: (each.position is None, each.position or 0, each.name.casefold(), each.uuid)
    )
