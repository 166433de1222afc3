"""A field as it is typed: what stands in it when it opens means what Plannr has, and untouched it asks for nothing."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from kanban.cases.fields import CASE_FIELDS
from kanban.cases.formats import MOST, ParseError, moment
from kanban.web.forms.fields import FactForm, change_of, foreign, opened, typed_in, untouched, wanted_of
from plannr_api import Account, Case, Money
from tests.support.laws import few, moments, texts, uuids

CASE = UUID(int=1)


def sent(form: FactForm, **typed: str) -> FactForm:
    """The form as a browser sends it, as it was opened or with something else typed."""
    said = {"wanted": form.text, "seen": form.seen, "intent": str(form.intent)} | typed
    return typed_in(form.fact, QueryDict(urlencode(said)))


@few
@given(st.integers(0, MOST))
def test_an_amount_opens_as_what_it_is_and_untouched_is_untouched(pennies: int) -> None:
    form = opened(CASE_FIELDS["value"], Case(uuid=CASE, value=Money(amount=pennies)))
    assert wanted_of(sent(form)) == pennies
    assert untouched(form, change_of(sent(form), QueryDict("wanted=")))


@few
@given(moments)
def test_a_date_opens_as_its_day_in_london_and_at_its_time_it_is_the_same_moment(when: datetime) -> None:
    when = when.replace(microsecond=0)
    form = opened(CASE_FIELDS["review_at"], Case(uuid=CASE, review_at=when))
    day = datetime.fromisoformat(wanted_of(sent(form))).date()
    assert moment(day, when) == when


@few
@given(texts().filter(str.strip))
def test_a_name_is_taken_as_it_is_typed_but_for_blanks_around_it(name: str) -> None:
    form = opened(CASE_FIELDS["name"], Case(uuid=CASE, name=name))
    assert wanted_of(sent(form)) == name.strip()


@few
@given(st.lists(uuids, max_size=4, unique=True))
def test_people_who_are_chosen_are_asked_for_whatever_they_are_called(chosen: list[UUID]) -> None:
    said = urlencode([("wanted", f"{uuid} Ann Lee") for uuid in chosen])
    form = typed_in(CASE_FIELDS["people"], QueryDict(said))
    assert wanted_of(form) == sorted(map(str, chosen))
    seen = opened(CASE_FIELDS["people"], Case(uuid=CASE, assigned_to=[Account(uuid=uuid) for uuid in chosen]))
    assert seen.fact.mark(wanted_of(form)) == seen.seen


def test_nothing_typed_clears_a_field_but_a_name_and_clients_there_must_be() -> None:
    empty = QueryDict("wanted=")
    for field, nothing in {"value": None, "review_at": None, "type": None, "people": []}.items():
        assert wanted_of(typed_in(CASE_FIELDS[field], empty)) == nothing
    for field in ("name", "participants"):
        with pytest.raises(ParseError):
            wanted_of(typed_in(CASE_FIELDS[field], empty))


@pytest.mark.parametrize("chosen", ["x Ann", "7", "Ann Lee"])
def test_what_is_no_uuid_is_not_chosen(chosen: str) -> None:
    with pytest.raises(ParseError):
        wanted_of(typed_in(CASE_FIELDS["groups"], QueryDict(urlencode({"wanted": chosen}))))


def test_a_form_without_its_field_changes_nothing() -> None:
    said = QueryDict("seen=abc")
    with pytest.raises(ParseError):
        change_of(typed_in(CASE_FIELDS["value"], said), said)


def test_what_plannr_did_not_say_was_not_seen_and_so_nothing_is_untouched() -> None:
    form = opened(CASE_FIELDS["value"], Case(uuid=CASE))
    assert (form.seen, form.text) == ("", "")
    assert not untouched(sent(form), change_of(sent(form), QueryDict("wanted=")))


def test_of_an_intent_that_is_none_a_new_one_is_made() -> None:
    form = typed_in(CASE_FIELDS["name"], QueryDict("wanted=x&intent=nonsense&asked=nonsense"))
    assert isinstance(form.intent, UUID)
    assert form.asked is None


def test_a_value_in_another_currency_is_for_plannr_to_change() -> None:
    value = CASE_FIELDS["value"]
    assert "USD" in foreign(value, Case(uuid=CASE, value=Money(amount=1, currency="USD")))
    assert foreign(value, Case(uuid=CASE, value=Money(amount=1))) == ""
