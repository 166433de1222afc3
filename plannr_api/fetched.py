"""A list of cases as it came, not taken apart yet."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from plannr_api.decoding import Page, read_row, uuid_in
from plannr_api.mending import Unreadable
from plannr_api.models import Case, CaseList, SetAside

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Fetched:
    """Every page of a list of cases."""

    def __init__(self, pages: list[Page]) -> None:
        self._pages = pages

    @property
    def digest(self) -> bytes:
        """The same for two lists exactly if they hold the same bytes in the same order."""
        digest = blake2b(digest_size=16)
        for row in (row for page in self._pages for row in page.rows):
            digest.update(len(row).to_bytes(4, "big"))
            digest.update(row)
        return digest.digest()

    def understood(self) -> CaseList:
        """What the list says, case by case."""
        return _gathered(self._pages)


def _gathered(read: list[Page]) -> CaseList:
    cases: dict[UUID, Case] = {}
    set_aside = []
    for row in (row for page in read for row in page.rows):
        try:
            case = read_row(row, Case)
        except Unreadable as fault:
            set_aside.append(SetAside(fault.path, fault.reason, uuid_in(row)))
            continue
        cases[case.uuid] = max(cases.get(case.uuid, case), case, key=lambda each: each.updated_at or _LONG_AGO)
    return CaseList(list(cases.values()), set_aside, read[-1].total)
