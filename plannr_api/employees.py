"""Employees: the firm's staff (documented)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plannr_api.models import Account
from plannr_api.paging import everything

if TYPE_CHECKING:
    from plannr_api.client import Plannr

PATH = "/api/v1/employee"


class Employees:
    """`plannr.employees`."""

    def __init__(self, plannr: Plannr) -> None:
        self._plannr = plannr

    def list(self) -> list[Account]:
        """Every employee's account, by first name as Plannr sorts them. Raises PlannrError."""
        return everything(self._plannr, PATH, Account)
