"""The fields of a case: how each is read, said and compared; not said is not empty."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.cases.fields import CASE_FIELDS, UNKNOWN_VALUE, amount_of, as_stored, name_of, row
from kanban.cases.revisions import NAMES
from kanban.models import Card
from plannr_api import UNSET, Account, Case, CaseType, Group, Money, Plan
from tests.support.laws import few, moments, uuids

CASE = UUID(int=1)
ANN, BOB = (Account(uuid=UUID(int=number), name=name) for number, name in ((5, "Ann Lee"), (4, "Bob Fox")))
EMPTY: dict[str, Any] = {
    "type": None,
    "value": None,
    "review_at": None,
    "completed_at": None,
    "assigned_to": [],
    "groups": [],
    "plans": [],
    "participants": [],
}


@pytest.mark.parametrize("field", [name for name in CASE_FIELDS if name != "name"])
def test_not_said_is_not_empty(field: str) -> None:
    fact = CASE_FIELDS[field]
    unsaid, empty = fact.of(Case(uuid=CASE)), fact.of(Case(uuid=CASE, **EMPTY))
    assert unsaid is UNSET
    assert empty == fact.empty
    assert fact.mark(unsaid) == "" != fact.mark(empty)
    assert as_stored(unsaid) == UNKNOWN_VALUE != as_stored(empty) == empty
    assert fact.words(empty) == "nothing"
    assert fact.complete_in(Case(uuid=CASE, **EMPTY))
    assert not fact.complete_in(Case(uuid=CASE))


@pytest.mark.parametrize("field", ["people", "groups"])
def test_uuids_without_names_do_not_tell_all(field: str) -> None:
    answer = Case(uuid=CASE, assigned_to_uuids=[ANN.uuid], group_uuids=[ANN.uuid])
    fact = CASE_FIELDS[field]
    assert fact.of(answer) == [str(ANN.uuid)]
    assert not fact.complete_in(answer)


@few
@given(st.permutations([ANN, BOB]))
def test_people_are_the_same_in_whatever_order(people: list[Account]) -> None:
    fact = CASE_FIELDS["people"]
    value = fact.of(Case(uuid=CASE, assigned_to=people))
    assert value == [str(BOB.uuid), str(ANN.uuid)]
    assert fact.words(value, {str(each.uuid): name_of(each) for each in people}) == "Ann Lee, Bob Fox"
    assert fact.same([str(each.uuid) for each in people], value)


def test_two_people_of_one_name_are_two_wishes() -> None:
    fact = CASE_FIELDS["people"]
    one, other = ([str(UUID(int=number))] for number in (1, 2))
    assert fact.words(one, {one[0]: "Ann"}) == fact.words(other, {other[0]: "Ann"})
    assert not fact.same(one, other)


@few
@given(moments, st.sampled_from(["+00:00", "Z"]))
def test_one_moment_is_one_wish_however_it_is_written(when: datetime, zone: str) -> None:
    fact = CASE_FIELDS["review_at"]
    said = when.replace(microsecond=0).isoformat().replace("+00:00", zone)
    assert fact.same(said, fact.of(Case(uuid=CASE, review_at=when)))
    assert not fact.same(said, None)
    assert not fact.same(None, said)


@few
@given(st.lists(uuids, max_size=4, unique=True).map(lambda found: sorted(map(str, found))))
def test_a_mark_is_the_same_for_the_same_value_alone(value: list[str]) -> None:
    fact = CASE_FIELDS["groups"]
    assert fact.mark(value) == fact.mark(list(value))
    assert fact.mark([*value, "another"]) != fact.mark(value)


@pytest.mark.parametrize(
    ("value", "kept", "words"),
    [
        (Money(amount=125_000), 125_000, "£1,250.00"),
        (Money(amount=0), 0, "£0.00"),
        (Money(amount=-5), -5, "−£0.05"),
        (Money(amount=125_000, currency="USD"), [125_000, "USD"], "USD 1,250.00"),
    ],
)
def test_a_value_is_pennies_and_another_currency_is_named(value: Money, kept: object, words: str) -> None:
    fact = CASE_FIELDS["value"]
    assert fact.of(Case(uuid=CASE, value=value)) == kept
    assert amount_of(kept) == (value.amount, value.currency)
    assert fact.words(kept) == words


def test_what_has_no_name_known_to_us_is_said_to_be_unknown() -> None:
    assert CASE_FIELDS["type"].words(str(CASE)) == "(unknown)"
    assert CASE_FIELDS["groups"].words([str(CASE)]) == "(unknown)"
    assert CASE_FIELDS["groups"].names(Case(uuid=CASE, groups=[Group(uuid=CASE)])) == {str(CASE): "(no name)"}
    assert CASE_FIELDS["type"].names(Case(uuid=CASE, type=CaseType(uuid=ANN.uuid, name="ISA"))) == {
        str(ANN.uuid): "ISA"
    }


@pytest.mark.parametrize("field", CASE_FIELDS)
def test_a_field_is_called_so_that_it_reads_well_in_a_sentence(field: str) -> None:
    fact = CASE_FIELDS[field]
    assert fact.called[0].islower()
    assert fact.called.lower() == fact.label.lower()


@pytest.mark.parametrize("field", [name for name, fact in CASE_FIELDS.items() if fact.mirrored])
def test_what_an_edit_is_called_is_what_the_mirror_calls_it(field: str) -> None:
    assert CASE_FIELDS[field].mirrored in NAMES.values()


def test_a_row_is_plannrs_answer_where_there_is_one_and_else_the_mirrors() -> None:
    card, fact = Card(case=CASE, people=["Old Name"]), CASE_FIELDS["people"]
    assert row(fact, card, None).said == ["Old Name"]
    assert row(fact, card, Case(uuid=CASE)).said == ["Old Name"]
    assert row(fact, card, Case(uuid=CASE, assigned_to=[BOB, ANN])).said == ["Ann Lee", "Bob Fox"]
    assert row(fact, card, Case(uuid=CASE, assigned_to=[])).said == []


def test_what_only_plannr_knows_is_unread_until_it_is_asked() -> None:
    plans, card = CASE_FIELDS["plans"], Card(case=CASE)
    assert row(plans, card, None).unread
    assert not row(plans, card, Case(uuid=CASE, plans=[Plan(uuid=ANN.uuid, name="ISA")])).unread
    assert not row(CASE_FIELDS["people"], card, None).unread
