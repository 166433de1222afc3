"""Lists that come in pages. The next page is always asked for by number with the same parameters.

`per_page` (default 15, at most 500), `links` and `meta` are documented; `page` is assumed. A `next` link may drop the
other parameters (assumed), so links are only looked at, never followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeVar
from uuid import UUID

from plannr_api.decoding.envelope import Page, read_page, read_row
from plannr_api.errors import BrokenAnswer
from plannr_api.models import Thing
from plannr_api.session import Session

MOST_PAGES = 1000

T = TypeVar("T", bound=Thing)


def pages(session: Session, path: str, params: dict[str, str] | None = None, per_page: int = 500) -> Iterator[Page]:
    """Every page of a list, in order. A page that fails fails the list: any PlannrError is passed on.

    Where the first page says how many there are, the others are asked for by `Session.several`, else one by one.
    """

    def ask(number: int) -> Page:
        asked = {**(params or {}), "per_page": str(per_page)} | ({"page": str(number)} if number > 1 else {})
        return session.read(path, read_page, asked)

    number, page = 1, ask(1)
    yield page
    others = range(2, min(page.last_page or 1, MOST_PAGES) + 1) if page.rows else ()
    for page in session.several(ask, others):
        number += 1
        yield page
        if not page.rows or not _goes_on(page, number, per_page):
            return
    while page.rows and _goes_on(page, number, per_page):
        if number >= MOST_PAGES:
            raise BrokenAnswer("Plannr's list has no end.")
        number, previous = number + 1, page.rows
        page = ask(number)
        if page.rows == previous and not page.last_page:
            return  # it takes no page numbers and has sent everything once more
        yield page


def everything(session: Session, path: str, kind: type[T], params: dict[str, str] | None = None) -> list[T]:
    """A whole list, each thing once, in Plannr's order. One that cannot be read fails the list."""
    found: dict[UUID, T] = {}
    for page in pages(session, path, params):
        for row in page.rows:
            thing = session.understood(partial(read_row, row, kind))
            found.setdefault(thing.uuid, thing)
    return list(found.values())


def _goes_on(page: Page, number: int, per_page: int) -> bool:
    """By `meta.last_page`; else by `links.next`; else a full page may have a successor."""
    if page.last_page is not None:
        return page.last_page > number
    return page.has_next if page.has_next is not None else len(page.rows) >= per_page
