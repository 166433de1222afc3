"""A list of cases as it came, not taken apart yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from plannr_api.decoding import Page, read_row, uuid_in
from plannr_api.mending import Unreadable
from plannr_api.models import Case, CaseList, SetAside

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Row(NamedTuple):
    """One case as it came. `digest`: 32 hexadecimal digits, the same exactly for rows of the same bytes."""

    digest: str
    raw: bytes


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
        return self.taken_apart(self.rows)[0]

    def taken_apart(self, rows: Iterable[Row]) -> tuple[CaseList, dict[UUID, str]]:
        """What some of the rows say, and the digest of the row that was believed of each case: the newest."""
        believed: dict[UUID, tuple[Case, str]] = {}
        set_aside = []
        for digest, raw in rows:
            try:
                case = read_row(raw, Case)
            except Unreadable as fault:
                set_aside.append(SetAside(fault.path, fault.reason, uuid_in(raw)))
                continue
            known, _ = believed.get(case.uuid, (case, ""))
            if known is case or (case.updated_at or _LONG_AGO) > (known.updated_at or _LONG_AGO):
                believed[case.uuid] = case, digest
        cases = [case for case, _ in believed.values()]
        digests = {uuid: digest for uuid, (_, digest) in believed.items()}
        return CaseList(cases, set_aside, self._pages[-1].total), digests
