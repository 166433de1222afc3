"""Groups: the firm's teams (documented; the path is singular)."""

from __future__ import annotations

from plannr_api.arguments import searched
from plannr_api.models import Group
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/group"


class Groups:
    """`plannr.groups`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, name: str | None = None) -> list[Group]:
        """Every group, or those of that name (documented filter), by name as Plannr sorts them. Raises PlannrError."""
        return everything(self._session, PATH, Group, {"filter[name]": searched(name)} if name else None)
