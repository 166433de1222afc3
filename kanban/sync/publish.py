"""Writes a complete read to the mirror: only what differs, all of it or nothing."""

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
from kanban.sync.diff import EDITION, Difference, Read
from plannr_api import Case, Status, statuses_of

SOME = 1000  # cards: for more it is quicker to read all that there are


@dataclass
class Draft:
    """The cards as a complete read leaves them. To compare thousands takes a second in which nobody could write, so it
    is done before the lock is taken, and what was written meanwhile is merged."""

    difference: Difference
    old: dict[UUID, Card]
    visible: set[UUID]
    newer: set[UUID]  # written by an answer that is newer than the read
    cards: dict[UUID, Card]
    aside: dict[UUID, Card]  # those that only have to give way: partly loaded, with their new places

    @classmethod
    def of(cls, connection: Connection, difference: Difference, began: datetime) -> Draft:
        """Raises KeyError for a case in a status that has no column."""
        columns, answers = {column.status: column for column in connection.columns}, difference.cases
        visible = set(connection.cards.values_list("case", flat=True))
        old = _cards(connection, answers.keys() | (visible - difference.same))
        newer = {case for case, card in old.items() if card.heard_at > began}
        cards = {
            case: _card(connection, difference, case, old.get(case), columns, began)
            for case in answers
            if case not in newer
        }
        shown = _cards(connection, difference.same - visible)
        aside = _arrange(connection, difference, cards, old, newer, {card.column_id for card in shown.values()})
        return cls(difference, old, visible, newer, cards, aside)

    def take_in(self, connection: Connection, began: datetime) -> bool:
        """Merge what was written since. False: it is too much, or changes where others stand."""
        touched = change_log.written_since(connection, self.difference.number)
        if touched is None:
            return False
        columns, answers = {column.status: column for column in connection.columns}, self.difference.cases
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
                self.newer |= {case} & (answers.keys() | self.difference.same | self.visible)
            elif case in self.difference.same:  # now it differs
                return False
            elif case in answers:
                card = self.cards[case] = _card(connection, self.difference, case, before, columns, began)
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
    difference: Difference,
    case: UUID,
    before: Card | None,
    columns: dict[UUID, Column],
    began: datetime,
) -> Card:
    answer = difference.cases[case]
    card = mapping.card_from(answer, before)
    card.firm, card.column, card.heard_at = connection.firm, columns[mapping.status_of(answer)], began
    card.source = difference.cases.source(case)
    mapping.arrived(card, before, began, connection.as_of)
    return card


def _arrange(
    connection: Connection,
    difference: Difference,
    cards: dict[UUID, Card],
    old: dict[UUID, Card],
    newer: set[UUID],
    columns: set[int],
) -> dict[UUID, Card]:
    """Give the cards their places, in these columns and in others whose order may have changed. Returns the cards that
    have to give way. The order in other accounts' reads is ignored: none of them may have had all of the cards."""
    tied = _tied(connection)
    columns |= {card.column_id for case, card in cards.items() if _may_stand_elsewhere(card, old.get(case), tied)}
    columns |= ordering.out_of_order(connection.cards)
    others = Card.objects.filter(column__in=columns)
    others = others.only("case", "column", "position", "place", "created_at", "updated_at")
    beside = {card.case: card for card in others if card.case in difference.same and card.case not in newer}
    before = {case: card.place for case, card in beside.items()}
    come = [card for card in cards.values() if card.column_id in columns]
    stay = [old[case] for case in newer if old[case].column_id in columns]
    ordering.arrange([*come, *beside.values()], old | {case: copy(card) for case, card in beside.items()}, stay)
    for case, card in cards.items():
        if card.column_id not in columns:
            card.place = old[case].place
    return {case: card for case, card in beside.items() if card.place != before[case]}


def _may_stand_elsewhere(card: Card, before: Card | None, tied: set[tuple[int, int | None]]) -> bool:
    """Not if it was only edited, unless it shares its position: among such cards the newest stands first."""
    if before is None or not before.source or (card.column_id, card.position) != (before.column_id, before.position):
        return True
    return card.position is None or (card.column_id, card.position) in tied


def _tied(connection: Connection) -> set[tuple[int, int | None]]:
    """The columns and positions that several cards share."""
    borne = Card.objects.filter(firm=connection.firm).values_list("column", "position").annotate(cards=Count("pk"))
    return {(column, position) for column, position, _ in borne.filter(cards__gt=1)}


def draft(connection: Connection, difference: Difference, began: datetime) -> Draft | None:
    """None: a status has no column yet."""
    try:
        return Draft.of(connection, difference, began)
    except KeyError:
        return None


def publish(
    connection: Connection,
    statuses: list[Status],
    read: Read,
    difference: Difference,
    began: datetime,
    known: Draft | None,
) -> set[UUID]:
    """Write what differs between a complete read and the mirror, and record each change. `known`: as it was drafted.

    Returns the cases for which this account's read does not tell who else may see them.
    """
    columns_before = _columns_on_board(connection)
    columns_differ = write_columns(connection, statuses, difference.cases.values())
    if known is None or columns_differ or not known.take_in(connection, began):
        unwritten = difference.number == change_log.latest(connection)
        known = Draft.of(connection, difference if unwritten else read.against(connection), began)
    old, cards, difference = known.old, known.cards, known.difference
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
    shown, hidden = _visibility(connection, known.visible, difference.all | known.newer, began)
    _drop_empty_vanished_columns(connection)
    columns_differ = columns_differ or columns_before != _columns_on_board(connection)
    looks = {card.case for before, card in pairs if revisions.visible_values(card) != revisions.visible_values(before)}
    _record_changes(connection, pairs, looks, known.aside, shown | hidden, columns_differ=columns_differ)
    return {c.case for c in created} | hidden | looks


def _made_of_another_row(cards: list[Card], old: dict[UUID, Card], differing: list[Card]) -> list[Card]:
    """Cards whose row has other bytes, though all that we store is the same. Where Plannr tells each account something
    of its own, those are nearly all cards in every read: then nothing is written."""
    written = {card.case for card in differing}
    others = [card for card in cards if card.case not in written and card.source != old[card.case].source]
    few = len(others) <= SOME
    return [card for card in others if few or not old[card.case].source.startswith(EDITION)]


def _rewrite(cards: list[Card], fields: list[str]) -> None:
    """As an upsert, because Django's bulk_update builds a condition for each card and field, which took seconds for a
    column that Plannr had renumbered."""
    Card.objects.bulk_create(
        cards, batch_size=500, update_conflicts=True, unique_fields=["firm", "case"], update_fields=fields
    )


def _record_changes(
    connection: Connection,
    pairs: list[external_changes.Pair],
    looks: set[UUID],
    aside: dict[UUID, Card],
    mine: set[UUID],
    *,
    columns_differ: bool,
) -> None:
    """Record what looks different or stands elsewhere, and what this account alone now sees or no longer sees."""
    left = {
        card.case: before.column_id
        for before, card in pairs
        if card.case in looks or card.column_id != before.column_id or card.place != before.place
    } | {case: card.column_id for case, card in aside.items()}
    if left or columns_differ:
        change_log.record_change(connection, sorted(left), columns=columns_differ, left=left)
    if mine:
        change_log.record_change(connection, sorted(mine), own=True)
        connection.bump_visibility_version()
    if left or mine or columns_differ:
        change_log.prune(connection)
    elif pairs:
        change_log.record_silent_change(connection, [card.case for _, card in pairs])


def write_columns(connection: Connection, statuses: list[Status], cases: Iterable[Case]) -> bool:
    """Write a column for each status that Plannr lists, then for those only on cases. Returns whether any differs."""
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
    for column in gone:  # a card may still be in it: it is deleted once it is empty
        column.vanished, column.place = True, len(wanted) + 1
        column.save()
    for column in differing:
        if known := old.get(column.status):
            column.pk = known.pk
            column.save(update_fields=revisions.PLANNRS)  # the firm's own rules stay as they are
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


def _columns_on_board(connection: Connection) -> set[int]:
    return set(connection.drawn_columns.values_list("pk", flat=True))


def _drop_empty_vanished_columns(connection: Connection) -> None:
    """But not one with rules of the firm: Plannr may list it again, after an incomplete list or a mistake."""
    empty = connection.columns.filter(vanished=True, cards=None)
    empty.filter(stale_days=None, most=None, requires=[]).delete()
