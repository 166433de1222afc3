"""A case becomes a card: what Plannr leaves unsaid stays as it was, and nothing that it says can do harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.cases import mapping
from kanban.cases.revisions import LOOKS
from kanban.models import NO_STATUS, Card, Column, Connection
from plannr_api import Account, Case, CaseType, Group, Money, Plan, Status, Tag
from tests.support.laws import few

CASE = UUID(int=1)
NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def somebody(number: int, name: str = "", **more: Any) -> Account:
    return Account(uuid=UUID(int=number), name=name, **{"type": "client"} | more)


def full() -> Case:
    return Case(
        uuid=CASE,
        name="Annual review",
        created_at=NOW - DAY,
        updated_at=NOW,
        status=Status(uuid=UUID(int=2), name="Research"),
        status_position=3,
        type=CaseType(uuid=UUID(int=3), name="Pension"),
        review_at=NOW + DAY,
        completed_at=NOW,
        value=Money(amount=125_000),
        participants=[somebody(4, "Ann Lee")],
        assigned_to=[somebody(5, "Bob Fox", type="employee")],
        groups=[Group(uuid=UUID(int=6), name="North")],
        tags=[Tag(uuid=UUID(int=7), name="Urgent", colour="#FF0000")],
        plans=[Plan(uuid=UUID(int=8), policy_number="AB-123")],
    )


def test_all_that_a_card_shows_comes_from_the_case() -> None:
    card = mapping.card_from(full(), None)
    assert (card.case, card.name, card.position, card.value, card.currency) == (
        CASE,
        "Annual review",
        3,
        125_000,
        "GBP",
    )
    assert (card.type, card.type_name) == (UUID(int=3), "Pension")
    assert (card.clients, card.people, card.groups, card.policies) == (["Ann Lee"], ["Bob Fox"], ["North"], ["AB-123"])
    assert card.tags == [{"name": "Urgent", "colour": "#ff0000"}]
    assert (card.review_at, card.completed_at) == (NOW + DAY, NOW)
    assert card.words == "ann lee annual review bob fox ab 123 ann lee"


def test_what_plannr_leaves_unsaid_stays_as_it_was() -> None:
    before = mapping.card_from(full(), None)
    now = mapping.card_from(Case(uuid=CASE, name="Annual review"), before)
    assert {name: getattr(now, name) for name in LOOKS} == {name: getattr(before, name) for name in LOOKS}
    assert (now.position, now.words) == (before.position, before.words)


def test_what_plannr_says_is_empty_is_empty() -> None:
    nothing = Case(
        uuid=CASE,
        **dict.fromkeys(("status_position", "type", "review_at", "completed_at", "value")),
        **{name: [] for name in ("participants", "assigned_to", "groups", "tags", "plans")},  # type: ignore[arg-type]
    )
    now = mapping.card_from(nothing, mapping.card_from(full(), None))
    assert (now.position, now.type, now.type_name, now.review_at, now.completed_at, now.value) == (
        *(None, None, "", None, None),
        None,
    )
    assert now.clients + now.people + now.groups + now.tags + now.policies + now.facets_said == []


def test_a_place_and_a_stay_are_not_plannrs_to_say() -> None:
    before = Card(pk=9, place=2.5, since=NOW, since_known=True)
    now = mapping.card_from(full(), before)
    assert (now.pk, now.place, now.since, now.since_known) == (9, 2.5, NOW, True)


def test_nobody_is_called_by_an_e_mail_address() -> None:
    nameless = somebody(4, email="ann@example.test")
    card = mapping.card_from(Case(uuid=CASE, participants=[nameless], assigned_to=[nameless]), None)
    assert card.clients == card.people == ["(no name)"]
    assert "example" not in card.words + str(card.facets_said)


@pytest.mark.parametrize(("length", "number"), [(5, 0), (2000, 1), (2001, 1), (5, 50), (5, 51)])
def test_no_text_and_no_list_is_longer_than_a_board_can_bear(length: int, number: int) -> None:
    crowd = [somebody(each, "x" * length) for each in range(1, number + 1)]
    card = mapping.card_from(Case(uuid=CASE, name="y" * length, assigned_to=crowd), None)
    assert len(card.name) == min(length, mapping.LONGEST)
    assert len(card.people) == len(card.facets_said) == min(number, mapping.MOST)
    assert all(len(name) <= mapping.LONGEST for name in card.people)


def test_an_amount_fits_into_the_database() -> None:
    card = mapping.card_from(Case(uuid=CASE, value=Money(amount=10**30, currency="LONG-CURRENCY")), None)
    assert (card.value, card.currency) == (2**63 - 1, "LONG-CUR")


def test_one_thing_is_found_by_once_and_staff_are_no_clients() -> None:
    bob = somebody(5, "Bob Fox", type="employee")
    case = Case(uuid=CASE, assigned_to=[bob, bob], participants=[bob, somebody(4, "Ann Lee")])
    assert mapping.card_from(case, None).facets_said == [
        ["client", str(UUID(int=4)), "Ann Lee"],
        ["person", str(UUID(int=5)), "Bob Fox"],
    ]


@given(st.permutations([somebody(each, f"Client {each}") for each in range(1, 6)]))
@few
def test_in_whatever_order_they_come_a_case_is_found_by_the_same(clients: list[Account]) -> None:
    facets = mapping.card_from(Case(uuid=CASE, participants=clients), None).facets_said
    assert facets == sorted(facets)


@pytest.mark.parametrize(
    ("accounts", "shown"),
    [
        ([], []),
        ([("Ann Lee", {})], ["Ann Lee"]),
        ([("Bob Fox", {"type": "employee"}), ("Ann Lee", {})], ["Ann Lee"]),
        ([("Bob Fox", {"type": "employee"})], ["Bob Fox"]),  # nobody else is there
        ([("Ann Lee", {}), ("Cy Lee", {}), ("Ann and Cy Lee", {"role": "joint"})], ["Ann and Cy Lee"]),
        ([("Dan Roe", {}), ("Ann and Cy Lee", {"role": "joint"})], ["Ann and Cy Lee", "Dan Roe"]),
    ],
)
def test_a_case_is_for_clients_and_a_couple_is_one(
    accounts: list[tuple[str, dict[str, str]]], shown: list[str]
) -> None:
    found = [somebody(number, name, **more) for number, (name, more) in enumerate(accounts, 1)]
    assert [each.display_name for each in mapping.clients_of(found)] == shown


@pytest.mark.parametrize(
    ("made", "board_since", "since", "known"),
    [
        (NOW - DAY, NOW - 2 * DAY, NOW - DAY, True),  # made since we look: it has stood here from the beginning
        (NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY, False),  # else since its last change at least
        (NOW - 3 * DAY, None, NOW - DAY, False),
        (None, NOW - 2 * DAY, NOW - DAY, False),
    ],
)
def test_since_when_a_new_card_stands_is_known_only_if_it_was_made_since_we_look(
    made: datetime | None, board_since: datetime | None, since: datetime, known: bool
) -> None:
    card = Card(case=CASE, column_id=1, created_at=made, updated_at=NOW - DAY)
    mapping.arrived(card, None, NOW, board_since)
    assert (card.since, card.since_known) == (since, known)


def test_a_card_that_comes_to_another_column_stands_there_from_now_on_and_one_that_stays_does_not() -> None:
    before = Card(case=CASE, column_id=1, since=NOW - DAY, since_known=False)
    stays, comes = (Card(case=CASE, column_id=column, since=before.since) for column in (1, 2))
    for card in (stays, comes):
        mapping.arrived(card, before, NOW, None)
    assert (stays.since, stays.since_known) == (NOW - DAY, False)
    assert (comes.since, comes.since_known) == (NOW, True)
    assert stays.digest != comes.digest


def test_what_was_never_changed_and_is_heard_of_now_stands_since_now() -> None:
    card = Card(case=CASE, column_id=1)
    mapping.arrived(card, None, NOW, None)
    assert (card.since, card.since_known) == (NOW, False)


def test_another_number_alone_is_no_difference() -> None:
    column = Column(pk=1, status=UUID(int=2), name="Research")
    card = mapping.card_from(full(), None)
    card.column = column
    again = {"uuid": CASE, "name": card.name}
    assert not mapping.differs(Case(**again, status_position=9), card)
    assert not mapping.differs(Case(**again, status=Status(uuid=column.status)), card)
    assert mapping.differs(Case(**again, status=Status(uuid=UUID(int=99))), card)
    assert mapping.differs(Case(**again, status=None), card)
    assert mapping.differs(Case(uuid=CASE, name="Another name"), card)


def test_columns_stand_in_plannrs_order_and_those_without_a_place_last() -> None:
    placed = [Status(uuid=UUID(int=9), name="B", position=0), Status(uuid=UUID(int=8), name="A", position=1)]
    alike = [Status(uuid=UUID(int=number), name=name, position=2) for number, name in ((6, "C"), (5, "D"))]
    without = [Status(uuid=UUID(int=1), name="A"), Status(uuid=UUID(int=2), name="Z")]
    wanted = [*placed, *alike, *without]
    assert (
        sorted({each.uuid: each for each in alike + without + placed}.values(), key=mapping.order_of_status) == wanted
    )


def test_a_column_always_has_a_name_and_no_status_is_a_column_too() -> None:
    firm = Connection(firm=UUID(int=1))
    nowhere = mapping.column_from(firm, None, 5, vanished=False)
    assert (nowhere.status, nowhere.name, nowhere.nowhere, nowhere.completed) == (NO_STATUS, "No status", True, False)
    nameless = mapping.column_from(firm, Status(uuid=UUID(int=2), colour="url(//x)"), 0, vanished=True)
    assert (nameless.name, nameless.colour, nameless.vanished) == ("Status without a name", "", True)
