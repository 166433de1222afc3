"""Plannr → our tables. The mirror holds what Plannr has answered and nothing that we only hope."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kanban.accounts import connections
from kanban.cases import mapping
from kanban.core.throttle import first_in
from kanban.models import Card, Column, Connection, Visibility
from kanban.sync import change_log, external_changes, facets, last_read, ordering, schedule, sharing
from kanban.sync.diff import Read
from kanban.sync.publish import draft, publish
from kanban.sync.schedule import Lease
from plannr_api import BrokenAnswer, Case, CaseFilters, NotFound, PlannrError, Status, statuses_of

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=15)  # after a read that failed: whoever is in trouble is not asked all the time
ASK_AT_ONCE = 100  # uuids in one filter: about 4 KB of address, which every server takes


def claim(connection: Connection) -> Lease | None:
    """The right to read the mirror anew, if it is old and nobody else is reading it."""
    now = timezone.now()
    connections.check_soon([connection])
    if sharing.is_fresh(connection, now) or (connection.as_of and sharing.being_read(connection.firm, now)):
        return None
    if connection.refreshing_until and connection.refreshing_until > now:  # it is being read, or has just gone wrong
        return None
    return schedule.take(connection) if first_in(0.2, "lease", connection.account) else None


def read_for(pk: int, lease: Lease) -> Iterator[Connection]:
    """Read for whoever claimed it: at first as the colleague who sees most, as that read may serve all who look now.

    Yields each as whom it was read, before the next is and before the lease is given back.
    """
    read = False
    try:
        connection = Connection.objects.get(pk=pk)
        for reader in (sharing.widest(connection), connection):
            reader.refresh_from_db()
            read = sharing.is_fresh(reader, timezone.now()) or refresh(reader)
            yield reader
    except Exception:
        log.exception("the mirror could not be refreshed")
        Connection.objects.filter(pk=pk).update(problem="broken")
    finally:
        lease.give_back(None if read else timezone.now() + PAUSE)


def refresh(connection: Connection) -> bool:
    """Read everything that this account may see and publish it, or publish nothing and say why."""
    began = timezone.now()
    try:
        client = connections.client_for(connection)
        if not client.rate.spare():  # the rest of this minute belongs to people and their moves
            return _failed(connection, "rate_limited")
        fetched = client.cases.fetch(sort="created_at")
        listed = _statuses(connection)
        if listed is not None and _is_repeated(connection, fetched.digest, listed, began):
            return True
        read = Read(fetched, whole=listed is None)
        told = read.against(connection)
        statuses = statuses_of(told.cases.values()) if listed is None else listed
        read.found |= _ask_again_for_missing(connection, told.all)
    except PlannrError as error:
        log.warning("no complete read: %s", type(error).__name__)
        return _failed(connection, error.kind)
    known = draft(connection, told, began)
    with transaction.atomic():
        connection.locked()
        if Connection.objects.filter(pk=connection.pk, as_of__gt=began).exists():
            return True  # somebody else has read it all since we began
        doubtful = publish(connection, statuses, read, told, began, known)
        connection.as_of = connection.own_at = began
        connection.statuses_listed, connection.set_aside = listed is not None, told.set_aside
        connection.problem = ""
        connection.save(update_fields=["as_of", "own_at", "statuses_listed", "set_aside", "problem"])
        last_read.remember(connection, fetched.digest, statuses, len(told.all) - len(read.found))
    _share(connection, doubtful, began)
    return True


def _is_repeated(connection: Connection, digest: str, statuses: list[Status], began: datetime) -> bool:
    """Whether Plannr says what it said last time, which the mirror still says: then only the time is new."""
    with transaction.atomic():
        connection.locked()
        if not last_read.is_repeated(connection, digest, statuses):
            return False
        connection.as_of, connection.own_at, connection.problem = began, began, ""
        own = Connection.objects.filter(pk=connection.pk).exclude(as_of__gt=began)
        own.update(as_of=began, own_at=began, problem="")
    _share(connection, set(), began)
    return True


def _share(reader: Connection, doubtful: set[UUID], began: datetime) -> None:
    """One person's read serves all who see no more than they do. What of it may newly be shown to a colleague, or no
    longer, is asked as that colleague: whose eyes a case is for, Plannr alone decides."""
    for other in sharing.served_by(reader, doubtful):
        try:
            if doubtful:
                _ask_as(other, doubtful)
        except PlannrError:
            continue  # they will read for themselves
        told = {"statuses_listed": reader.statuses_listed, "problem": ""}
        Connection.objects.filter(pk=other.pk).exclude(as_of__gt=began).update(as_of=began, **told)


def look_again(lookers: Iterable[Connection], cases: set[UUID]) -> None:
    """These cases may be different, or shown to others: ask as each of those who look. Nobody looking, nobody asks."""
    for looker in lookers:
        with suppress(PlannrError):  # the next complete read finds it
            if connections.client_for(looker).rate.spare():
                _ask_as(looker, cases)


def _ask_as(other: Connection, cases: set[UUID]) -> None:
    for some in _batches(cases):
        found = look_up(other, some)
        for case in other.cards.filter(case__in=set(some) - found.keys()).values_list("case", flat=True):
            forget(other, case)


def look_up(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, Case]:
    """What Plannr says of these cases now: one request, absorbed into the mirror."""
    return _looked_up(connection, cases)[0]


def look_at(connection: Connection, case: UUID) -> Case:
    """One case as Plannr has it now, absorbed into the mirror. NotFound: it has gone, and the mirror forgot it."""
    found, unreadable = _looked_up(connection, [case])
    if case in found:
        return found[case]
    if unreadable:
        raise BrokenAnswer
    forget(connection, case)
    raise NotFound


def _looked_up(connection: Connection, cases: Iterable[UUID]) -> tuple[dict[UUID, Case], bool]:
    """Also whether any of them could not be understood."""
    wanted = sorted(set(cases))
    asked = timezone.now()
    read = connections.client_for(connection).cases.list(filters=CaseFilters(uuid=wanted))
    found = {case.uuid: case for case in read.cases}
    known = {card.case: card for card in connection.cards.filter(case__in=found).select_related("column")}
    same = [(card, found[uuid]) for uuid, card in known.items() if not mapping.differs(found[uuid], card)]
    for uuid in found.keys() - {card.case for card, _ in same}:
        absorb(connection, found[uuid], heard_at=asked)
    _renumber(connection, same, asked)
    return found, bool(read.set_aside)


@transaction.atomic
def absorb(
    connection: Connection,
    case: Case,
    *,
    heard_at: datetime,
    ours: bool = False,
    moved: bool = False,
    above: UUID | None = None,
    below: UUID | None = None,
) -> Card:
    """Take one answer of Plannr into the mirror.

    A new number alone does not place a card anew: Plannr may have renumbered it when others came and went. With `moved`
    it stands beside `above` or `below` where Plannr confirmed that, else where its number puts it. `ours`: the answer
    to a write of ours; anything else that differs happened in Plannr, and is recorded so.
    """
    connection.locked()
    before = Card.objects.filter(firm=connection.firm, case=case.uuid).select_related("column").first()
    if before and before.heard_at > heard_at:
        return before
    column = _column_of(connection, case, before)
    card = mapping.card_from(case, before)
    moved = moved or before is None or before.column_id != column.pk
    card.firm, card.column, card.heard_at = connection.firm, column, heard_at
    if moved:
        card.place = ordering.beside(card, above, below)
    mapping.arrived(card, before, heard_at, connection.as_of)
    card.save()
    if before is None or before.facets_said != card.facets_said:
        facets.write([card])
    if before and not ours:
        external_changes.note(connection, [(before, card)], heard_at)
    _, newly_shown = Visibility.objects.get_or_create(account=connection.account, card=card)
    if newly_shown:
        change_log.ring(connection, [card.case], own=True)
        connection.sees_otherwise()
    if before:
        _ring_if_different(connection, before, card)
    return card


def _ring_if_different(connection: Connection, before: Card, card: Card) -> None:
    crossed = before.column_id != card.column_id
    if crossed or before.place != card.place or mapping.looks(before) != mapping.looks(card):
        vanished = crossed and (before.column.vanished or card.column.vanished)  # it goes with its last case
        change_log.ring(connection, [card.case], columns=vanished, left={card.case: before.column_id})
    elif mapping.kept(before) != mapping.kept(card):
        change_log.renumbered(connection, [card.case])


def _renumber(connection: Connection, cards: list[tuple[Card, Case]], heard_at: datetime) -> None:
    """Cards that stand where they stood, whatever number Plannr calls that by now. Every move renumbers its neighbours,
    and the next one looks at them: this must cost little."""
    differing = [(card, mapping.number_of(case, card)) for card, case in cards]
    differing = [(card, number) for card, number in differing if number != card.position]
    if not differing:
        return
    with transaction.atomic():
        connection.locked()  # like whatever takes a number: within a firm they are committed in their order
        for card, number in differing:
            older = Card.objects.filter(pk=card.pk, heard_at__lte=heard_at)
            older.update(position=number, heard_at=heard_at, source="")
        change_log.renumbered(connection, [card.case for card, _ in differing])


@transaction.atomic
def forget(connection: Connection, case: UUID, *, deleted: bool = False) -> None:
    """Plannr says that this account has no such case. `deleted`: by us, so nobody has it any more."""
    connection.locked()
    shown = Visibility.objects.filter(card__firm=connection.firm, card__case=case)
    accounts = [*shown.values_list("account", flat=True)] if deleted else []
    (shown if deleted else shown.filter(account=connection.account)).delete()
    gone = Card.objects.filter(firm=connection.firm, case=case, visibility=None).select_related("column")
    if not deleted:
        external_changes.note_gone(connection, gone, timezone.now())
    gone.delete()
    theirs = Connection.objects.filter(Q(account__in=accounts) | Q(pk=connection.pk))
    for each in theirs.order_by("pk"):  # in which every other writer of several locks them
        change_log.ring(each, [case], own=True)
        each.sees_otherwise()


def _failed(connection: Connection, problem: str) -> bool:
    connection.problem = problem
    Connection.objects.filter(pk=connection.pk).update(problem=problem)
    return False


def _statuses(connection: Connection) -> list[Status] | None:
    """The firm's statuses, if Plannr has a list of them; else those that cases stand in have to do."""
    try:
        return connections.client_for(connection).statuses.list()
    except NotFound:
        return None


def _ask_again_for_missing(connection: Connection, told: set[UUID]) -> dict[UUID, Case]:
    """Rows can slip between pages while cards move, so nobody is taken off the board for one absence."""
    missing = set(connection.cards.values_list("case", flat=True)) - told
    found: dict[UUID, Case] = {}
    for some in _batches(missing):
        read = connections.client_for(connection).cases.list(filters=CaseFilters(uuid=some))
        found |= {case.uuid: case for case in read.cases}
    return found


def _batches(cases: Iterable[UUID]) -> Iterator[list[UUID]]:
    wanted = sorted(cases)
    return (wanted[start : start + ASK_AT_ONCE] for start in range(0, len(wanted), ASK_AT_ONCE))


def _column_of(connection: Connection, case: Case, before: Card | None) -> Column:
    """The column that a case stands in, made on the spot if Plannr names a status that we have not read yet."""
    if before and mapping.stands_in(case, before.column):
        return before.column
    status = case.status if isinstance(case.status, Status) else None
    column = connection.columns.filter(status=mapping.status_of(case)).first()
    if column is None:
        column = mapping.column_from(connection, status, connection.columns.count(), vanished=status is None)
        column.save()
        change_log.ring(connection, [], columns=True)
    return column
