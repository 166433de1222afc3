"""Some cases, as Plannr has them now: asked for in one request, and absorbed into the mirror."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import mapping
from kanban.models import Connection
from kanban.sync.absorb import _renumber, absorb, remove_case
from plannr_api import BrokenAnswer, Case, CaseFilters, NotFound, PlannrError

ASK_AT_ONCE = 100  # uuids in one filter: about 4 KB of address, which every server accepts


def fetch_again(lookers: Iterable[Connection], cases: set[UUID]) -> None:
    """These cases may have changed, or be shown to others: ask as each account in use; without any, ask nothing."""
    for looker in lookers:
        with suppress(PlannrError):  # the next complete read finds it
            if clients.client_for(looker).rate.spare():
                _ask_as(looker, cases)


def _ask_as(other: Connection, cases: set[UUID]) -> None:
    for some in _batches(cases):
        found = fetch_cases(other, some)
        for case in other.cards.filter(case__in=set(some) - found.keys()).values_list("case", flat=True):
            remove_case(other, case)


def fetch_cases(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, Case]:
    """What Plannr says of these cases now: one request, absorbed into the mirror."""
    return _looked_up(connection, cases)[0]


def fetch_case(connection: Connection, case: UUID) -> Case:
    """One case as Plannr has it now, absorbed into the mirror. NotFound: it is gone, and the mirror has removed it."""
    found, unreadable = _looked_up(connection, [case])
    if case in found:
        return found[case]
    if unreadable:
        raise BrokenAnswer
    remove_case(connection, case)
    raise NotFound


def _looked_up(connection: Connection, cases: Iterable[UUID]) -> tuple[dict[UUID, Case], bool]:
    """Also whether any of them could not be read."""
    wanted = sorted(set(cases))
    asked = timezone.now()
    read = clients.client_for(connection).cases.list(filters=CaseFilters(uuid=wanted))
    found = {case.uuid: case for case in read.cases}
    known = {card.case: card for card in connection.cards.filter(case__in=found).select_related("column")}
    same = [(card, found[uuid]) for uuid, card in known.items() if not mapping.differs(found[uuid], card)]
    for uuid in found.keys() - {card.case for card, _ in same}:
        absorb(connection, found[uuid], heard_at=asked)
    _renumber(connection, same, asked)
    return found, bool(read.set_aside)


def _batches(cases: Iterable[UUID]) -> Iterator[list[UUID]]:
    wanted = sorted(cases)
    return (wanted[start : start + ASK_AT_ONCE] for start in range(0, len(wanted), ASK_AT_ONCE))
