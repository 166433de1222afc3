"""Plans: clients' policies. One by its uuid is documented; a list is not, so plans are found on cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plannr_api.arguments import Id, identifier
from plannr_api.models import Plan

if TYPE_CHECKING:
    from plannr_api.client import Plannr

PATH = "/api/v1/plans"


class Plans:
    """`plannr.plans`."""

    def __init__(self, plannr: Plannr) -> None:
        self._plannr = plannr

    def get(self, uuid: Id) -> Plan:
        """One plan; its value in pennies. Raises PlannrError."""
        return self._plannr.read_one(f"{PATH}/{identifier(uuid)}", Plan)
