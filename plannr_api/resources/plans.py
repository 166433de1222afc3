"""Plans: clients' policies. One by its uuid is documented; a list is not, so plans are found on cases."""

from __future__ import annotations

from plannr_api.arguments import Id, identifier
from plannr_api.models import Plan
from plannr_api.session import Session

PATH = "/api/v1/plans"


class Plans:
    """`plannr.plans`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, uuid: Id) -> Plan:
        """One plan; its value in pennies. Raises PlannrError."""
        return self._session.read_one(f"{PATH}/{identifier(uuid)}", Plan)
