"""A complete read, written down: only what differs, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from kanban.cases import mapping, revisions
from kanban.models import NO_STATUS, Card, Column, Connection, Visibility
from kanban.sync import change_log, external_changes, facets, ordering
from kanban.sync.diff import EDITION, Read, Told
from plannr_api import Case, Status, statuses_of

SOME = 1000  # cards: of more it is quicker to read all that there are


@dataclass
class Draft:
    """What a complete read makes of the cards. To compare thousands takes a second in which nobody could write: so that
    is done before the lock is taken, and what was written meanwhile is taken in."""

    told: Told
    old: dict[UUID, Card]
    visible: set[UUID]
    newer: set[UUID]  # written by an answer that is newer than the read
    cards: dict[UUID, Card]
    aside: dict[UUID, Card]  # who only have to give way: hardly read, with their new places

    @classmethod
    def of(cls, connection: Connection, told: Told, began: datetime) -> Draft:
        """Raises KeyError for a case in a status of which there is no column."""
        columns, said = {column.status: column for column in connection.columns}, told.cases
        visible = set(connection.cards.values_list("case", flat=True))
        old = _cards(connection, said.keys() | (visible - told.same))
        newer = {case for case, card in old.items() if card.heard_at > began}
        cards = {
            case: _card(connection, told, case, old.get(case), columns, began) for case in said if case not in newer
        }
        shown = _cards(connection, told.same - visible)
        aside = _arrange(connection, told, cards, old, newer, {card.column_id for card in shown.values()})
        return cls(told, old, visible, newer, cards, aside)

    def take_in(self, connection: Connection, began: datetime) -> bool:
        """What was written since. False: it is too much, or changes where others stand."""
        touched = change_log.written_since(connection, self.told.number)
        if touched is None:
            return False
        columns, said = {column.status: column for column in connection.columns}, self.told.cases
        fresh = _cards(connection, touched)
        self.old |= fresh
        self.visible = self.visible - touched | set(
            connection.cards.filter(case__in=touched).values_list("case", flat=True)
        )
        for case in touched:
            before = fresh.get(case)
            if before is None:
                return False
            self.cards.pop(case, None)
            self.aside.pop(case, None)
            if before.heard_at > began:
                self.newer |= {case} & (said.keys() | self.told.same | self.visible)
            elif case in self.told.same:  # no more
                return False
            elif case in said:
                card = self.cards[case] = _card(connection, self.told, case, before, columns, began)
                card.place = before.place
                if (card.column_id, card.position) != (before.column_id, before.position):
                    return False
        return True


def _cards(connection: Connection, cases: Collection[UUID]) -> dict[UUID, Card]:
    of_firm = Card.objects.filter(firm=connection.firm)
    if len(cases) <= SOME:
        return {card.case: card for card in of_firm.filter(case__in=cases)}
    return {card.case: card for card in of_firm if card.case in cases}


def _card(
    connection: Connection,
    told: Told,
    case: UUID,
    before: Card | None,
    columns: dict[UUID, Column],
    began: datetime,
) -> Card:
    said = told.cases[case]
    card = mapping.card_from(said, before)
    card.firm, card.column, card.heard_at = connection.firm, columns[mapping.status_of(said)], began
    card.source = told.cases.source(case)
    mapping.arrived(card, before, began, connection.as_of)
    return card


def _arrange(
    connection: Connection,
    told: Told,
    cards: dict[UUID, Card],
    old: dict[UUID, Card],
    newer: set[UUID],
    columns: set[int],
) -> dict[UUID, Card]:
    """Give the cards their places, in these columns and in others whose order may be another. Returns who has to give
    way. What other accounts' reads said of the order counts for nothing: none of them may have had all of the cards."""
    tied = _tied(connection)
    columns |= {card.column_id for case, card in cards.items() if _may_stand_elsewhere(card, old.get(case), tied)}
    columns |= ordering.out_of_order(connection.cards)
    others = Card.objects.filter(column__in=columns)
    others = others.only("case", "column", "position", "place", "created_at", "updated_at")
    beside = {card.case: card for card in others if card.case in told.same and card.case not in newer}
    before = {case: card.place for case, card in beside.items()}
    come = [card for card in cards.values() if card.column_id in columns]
    stay = [old[case] for case in newer if old[case].column_id in columns]
    ordering.arrange([*come, *beside.values()], old | {case: copy(card) for case, card in beside.items()}, stay)
    for case, card in cards.items():
        if card.column_id not in columns:
            card.place = old[case].place
    return {case: card for case, card in beside.items() if card.place != before[case]}


def _may_stand_elsewhere(card: Card, before: Card | None, tied: set[tuple[int, int | None]]) -> bool:
    """Not if it is only edited: among cards of one number the newest stands first, and else numbers count."""
    if before is None or not before.source or (card.column_id, card.position) != (before.column_id, before.position):
        return True
    return card.position is None or (card.column_id, card.position) in tied


def _tied(connection: Connection) -> set[tuple[int, int | None]]:
    """The columns and numbers that several cards bear."""
    borne = Card.objects.filter(firm=connection.firm).values_list("column", "position").annotate(cards=Count("pk"))
    return {(column, position) for column, position, _ in borne.filter(cards__gt=1)}


def draft(connection: Connection, told: Told, began: datetime) -> Draft | None:
    """None: there is a status that has to become a column first."""
    try:
        return Draft.of(connection, told, began)
    except KeyError:
        return None


def publish(
    connection: Connection, statuses: list[Status], read: Read, told: Told, began: datetime, known: Draft | None
) -> set[UUID]:
    """Write the differences between a complete read and the mirror, and ring for each. `known`: as it was drafted.

    Returns the cases of which this account cannot tell whom else Plannr shows them to.
    """
    drawn = _drawn(connection)
    columns_differ = write_columns(connection, statuses, told.cases.values())
    if known is None or columns_differ or not known.take_in(connection, began):
        unwritten = told.number == change_log.latest(connection)
        known = Draft.of(connection, told if unwritten else read.against(connection), began)
    old, cards, told = known.old, known.cards, known.told
    created = [card for case, card in cards.items() if case not in old]
    differing = [
        card
        for case, card in cards.items()
        if case in old and revisions.stored_values(card) != revisions.stored_values(old[case])
    ]
    again = _made_of_another_row([card for case, card in cards.items() if case in old], old, differing)
    Card.objects.bulk_create(created, batch_size=500)
    _rewrite(differing, [*revisions.FIELDS, "column", "place", "heard_at", "source"])
    _rewrite(again, ["source"])
    Card.objects.bulk_update(known.aside.values(), ["place"], batch_size=500)
    pairs = [(old[card.case], card) for card in differing]
    found_otherwise = [card for card in differing if card.facets_said != old[card.case].facets_said]
    facets.write([*created, *found_otherwise])
    external_changes.record_external(connection, pairs, began)
    external_changes.record_external_new(connection, created, began)
    shown, hidden = _visibility(connection, known.visible, told.all | known.newer, began)
    _drop_empty_vanished_columns(connection)
    columns_differ = columns_differ or drawn != _drawn(connection)
    looks = {card.case for before, card in pairs if revisions.visible_values(card) != revisions.visible_values(before)}
    _ring(connection, pairs, looks, known.aside, shown | hidden, columns_differ=columns_differ)
    return {c.case for c in created} | hidden | looks


def _made_of_another_row(cards: list[Card], old: dict[UUID, Card], differing: list[Card]) -> list[Card]:
    """Though all that we keep is the same. Where Plannr tells each account something of its own, it is so with nearly
    all of them in every read: then it is not noted."""
    written = {card.case for card in differing}
    others = [card for card in cards if card.case not in written and card.source != old[card.case].source]
    few = len(others) <= SOME
    return [card for card in others if few or not old[card.case].source.startswith(EDITION)]


def _rewrite(cards: list[Card], fields: list[str]) -> None:
    """As an upsert: Django's bulk_update makes a condition of each card and field, which took seconds for a column that
    Plannr had renumbered."""
    Card.objects.bulk_create(
        cards, batch_size=500, update_conflicts=True, unique_fields=["firm", "case"], update_fields=fields
    )


def _ring(
    connection: Connection,
    pairs: list[external_changes.Pair],
    looks: set[UUID],
    aside: dict[UUID, Card],
    mine: set[UUID],
    *,
    columns_differ: bool,
) -> None:
    """Tell of what looks different or stands elsewhere, and this account of what it alone sees or sees no more."""
    left = {
        card.case: before.column_id
        for before, card in pairs
        if card.case in looks or card.column_id != before.column_id or card.place != before.place
    } | {case: card.column_id for case, card in aside.items()}
    if left or columns_differ:
        change_log.record_change(connection, sorted(left), columns=columns_differ, left=left)
    if mine:
        change_log.record_change(connection, sorted(mine), own=True)
        connection.sees_otherwise()
    if left or mine or columns_differ:
        change_log.prune(connection)
    elif pairs:
        change_log.record_silent_change(connection, [card.case for _, card in pairs])


def write_columns(connection: Connection, statuses: list[Status], cases: Iterable[Case]) -> bool:
    """The columns as Plannr lists its statuses, and after them those that only cases tell of. Whether any differs."""
    listed = {status.uuid for status in statuses}
    left = [status for status in statuses_of(cases) if status.uuid not in listed]
    wanted = [
        mapping.column_from(connection, status, place, vanished=place >= len(statuses))
        for place, status in enumerate([*sorted(statuses, key=mapping.order_of_status), *left])
    ]
    if any(mapping.status_of(case) == NO_STATUS for case in cases):
        wanted.append(mapping.column_from(connection, None, len(wanted), vanished=True))
    old = {column.status: column for column in connection.columns}
    differing = [column for column in wanted if revisions.header(column) != revisions.header(old.get(column.status))]
    still = {column.status for column in wanted}
    gone = [column for status, column in old.items() if status not in still and not column.vanished]
    for column in gone:  # a card may still stand there for a moment: it goes once it is empty
        column.vanished, column.place = True, len(wanted) + 1
        column.save()
    for column in differing:
        if known := old.get(column.status):
            column.pk = known.pk
            column.save(update_fields=revisions.PLANNRS)  # what the firm asks of it here is not Plannr's
        else:
            column.save()
    return bool(differing or gone)


def _visibility(
    connection: Connection, before: set[UUID], now: set[UUID], began: datetime
) -> tuple[set[UUID], set[UUID]]:
    shown, hidden = now - before, before - now
    if shown:
        ids = dict(Card.objects.filter(firm=connection.firm).values_list("case", "pk"))
        rows = [Visibility(account=connection.account, card_id=ids[case]) for case in shown]
        Visibility.objects.bulk_create(rows, batch_size=500)
    if hidden:
        Visibility.objects.filter(account=connection.account, card__case__in=hidden).delete()
    gone = Card.objects.filter(firm=connection.firm, visibility=None).select_related("column")
    external_changes.record_external_gone(connection, gone, began)
    gone.delete()
    return shown, hidden


def _drawn(connection: Connection) -> set[int]:
    return set(connection.drawn_columns.values_list("pk", flat=True))


def _drop_empty_vanished_columns(connection: Connection) -> None:
    """But not one of which the firm asks something: Plannr may list it again, after an incomplete list or a mistake."""
    empty = connection.columns.filter(vanished=True, cards=None)
    empty.filter(stale_days=None, most=None, requires=[]).delete()
