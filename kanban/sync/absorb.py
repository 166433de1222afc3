"""Takes one answer of Plannr into the mirror."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kanban.cases import mapping, revisions
from kanban.models import Card, Column, Connection, Visibility
from kanban.sync import change_log, external_changes, facets, ordering
from plannr_api import Case, Status


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

    A new position alone does not move a card: Plannr may have renumbered it when others came and went. With `moved` it
    goes beside `above` or `below` if Plannr confirmed that, else where its position puts it. `ours`: the answer to a
    write of ours; anything else that differs was changed in Plannr, and is recorded as such.
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
        external_changes.record_external(connection, [(before, card)], heard_at)
    _, newly_shown = Visibility.objects.get_or_create(account=connection.account, card=card)
    if newly_shown:
        change_log.record_change(connection, [card.case], own=True)
        connection.bump_visibility_version()
    if before:
        _record_if_different(connection, before, card)
    return card


def _record_if_different(connection: Connection, before: Card, card: Card) -> None:
    crossed = before.column_id != card.column_id
    if crossed or before.place != card.place or revisions.visible_values(before) != revisions.visible_values(card):
        vanished = crossed and (before.column.vanished or card.column.vanished)  # such a column goes with its last case
        change_log.record_change(connection, [card.case], columns=vanished, left={card.case: before.column_id})
    elif revisions.stored_values(before) != revisions.stored_values(card):
        change_log.record_silent_change(connection, [card.case])


def _renumber(connection: Connection, cards: list[tuple[Card, Case]], heard_at: datetime) -> None:
    """Store new positions of cards that have not moved. Every move renumbers its neighbours, and the next move reads
    them: this must cost little."""
    differing = [(card, mapping.position_of(case, card)) for card, case in cards]
    differing = [(card, position) for card, position in differing if position != card.position]
    if not differing:
        return
    with transaction.atomic():
        connection.locked()  # so that the numbers of a firm's change log are committed in their order
        for card, position in differing:
            older = Card.objects.filter(pk=card.pk, heard_at__lte=heard_at)
            older.update(position=position, heard_at=heard_at, source="")
        change_log.record_silent_change(connection, [card.case for card, _ in differing])


@transaction.atomic
def remove_case(connection: Connection, case: UUID, *, deleted: bool = False) -> None:
    """Plannr says that this account has no such case. `deleted`: we deleted it, so nobody has it any more."""
    connection.locked()
    shown = Visibility.objects.filter(card__firm=connection.firm, card__case=case)
    accounts = [*shown.values_list("account", flat=True)] if deleted else []
    (shown if deleted else shown.filter(account=connection.account)).delete()
    gone = Card.objects.filter(firm=connection.firm, case=case, visibility=None).select_related("column")
    if not deleted:
        external_changes.record_external_gone(connection, gone, timezone.now())
    gone.delete()
    theirs = Connection.objects.filter(Q(account__in=accounts) | Q(pk=connection.pk))
    for each in theirs.order_by("pk"):  # the order in which every writer locks several of them
        change_log.record_change(each, [case], own=True)
        each.bump_visibility_version()


def _column_of(connection: Connection, case: Case, before: Card | None) -> Column:
    """The column of a case. It is created here if Plannr names a status that we have not read yet."""
    if before and mapping.stands_in(case, before.column):
        return before.column
    status = case.status if isinstance(case.status, Status) else None
    column = connection.columns.filter(status=mapping.status_of(case)).first()
    if column is None:
        column = mapping.column_from(connection, status, connection.columns.count(), vanished=status is None)
        column.save()
        change_log.record_change(connection, [], columns=True)
    return column
