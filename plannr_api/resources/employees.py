"""Employees: the firm's staff (documented)."""

from __future__ import annotations

from plannr_api.models import Account
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/employee"


class Employees:
    """`plannr.employees`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[Account]:
        """Every employee's account, by first name as Plannr sorts them. Raises PlannrError."""
        return everything(self._session, PATH, Account)
