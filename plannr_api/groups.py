"""Groups: the firm's teams (documented; the path is singular)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plannr_api.arguments import searched
from plannr_api.models import Group
from plannr_api.paging import everything

if TYPE_CHECKING:
    from plannr_api.client import Plannr

PATH = "/api/v1/group"


class Groups:
    """`plannr.groups`."""

    def __init__(self, plannr: Plannr) -> None:
        self._plannr = plannr

    def list(self, name: str | None = None) -> list[Group]:
        """Every group, or those of that name (documented filter), by name as Plannr sorts them. Raises PlannrError."""
        return everything(self._plannr, PATH, Group, {"filter[name]": searched(name)} if name else None)
