"""A list of cases as it came, not parsed yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple, TypeVar
from uuid import UUID

from plannr_api.decoding.envelope import Page, read_row, uuid_in
from plannr_api.decoding.lenient import Unreadable
from plannr_api.models import Case, CaseList, SetAside

T = TypeVar("T")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Row(NamedTuple):
    """One case as it came. `digest`: 32 hexadecimal digits, the same exactly for rows of the same bytes."""

    digest: str
    raw: bytes

    @property
    def case(self) -> Case:
        """Parsed each time it is asked for, because it is several times as large as the row. May raise Unreadable."""
        return read_row(self.raw, Case)


class Fetched:
    """Every page of a list of cases."""

    def __init__(self, pages: list[Page]) -> None:
        self._pages = pages

    @cached_property
    def rows(self) -> list[Row]:
        """Every row, in order. A case that slipped from one page to the next while they were read is in two."""
        return [Row(blake2b(row, digest_size=16).hexdigest(), row) for page in self._pages for row in page.rows]

    @property
    def digest(self) -> str:
        """The same for two lists exactly if they hold the same bytes in the same order."""
        return blake2b("".join(row.digest for row in self.rows).encode(), digest_size=16).hexdigest()

    def understood(self) -> CaseList:
        """What the list says, case by case."""
        cases, set_aside = newest(self.rows, lambda case, _: case)
        return CaseList(list(cases.values()), set_aside, self._pages[-1].total)


def newest(rows: Iterable[Row], keep: Callable[[Case, Row], T]) -> tuple[dict[UUID, T], list[SetAside]]:
    """What `keep` returns for the newest row of each case, and the rows that could not be read."""
    found: dict[UUID, tuple[datetime, T]] = {}
    set_aside = []
    for row in rows:
        try:
            case = row.case
        except Unreadable as fault:
            set_aside.append(SetAside(fault.path, fault.reason, uuid_in(row.raw)))
            continue
        at = case.updated_at or _LONG_AGO
        if case.uuid not in found or at > found[case.uuid][0]:
            found[case.uuid] = at, keep(case, row)
    return {uuid: value for uuid, (_, value) in found.items()}, set_aside
