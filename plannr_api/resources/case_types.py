"""Case types. The list is assumed, path included: named as the list of statuses is."""

from __future__ import annotations

from collections.abc import Iterable

from plannr_api.models import Case, CaseType
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/cases-type"


class CaseTypes:
    """`plannr.types`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[CaseType]:
        """Every case type by name. Raises PlannrError; NotFound when there is no such list: use `types_of`."""
        return _by_name(everything(self._session, PATH, CaseType))


def types_of(cases: Iterable[Case]) -> list[CaseType]:
    """The types seen on cases, by name: the fallback without a list."""
    return _by_name({case.type.uuid: case.type for case in cases if isinstance(case.type, CaseType)}.values())


def _by_name(types: Iterable[CaseType]) -> list[CaseType]:
    return sorted(types, key=lambda each: (each.name.casefold(), each.uuid))
