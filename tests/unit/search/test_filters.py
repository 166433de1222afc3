"""A look at the board is its address: each says what the other says, and what makes no sense is left out and said."""

from __future__ import annotations

import random
from datetime import date
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.search.filters import BoardQuery
from kanban.search.query_string import ALL, LONGEST, MOST
from kanban.search.saved_views import SEEDS, clean
from tests.support.laws import few, texts
from tests.support.looks import looks

SOMEBODY = UUID(int=7)
NAMES = ("q", "mine", "person", "min", "max", "review", "review_from", "stale", "state", "completed", "bar", "sort")
VALUES = ("1", "on", "open", "week", "value", "2026-02-30", "1/2/2026", "£5", "1,000.5", str(SOMEBODY), "review", "")


@few
@given(looks())
def test_an_address_says_the_whole_look(look: BoardQuery) -> None:
    assert BoardQuery.read_text(look.query) == look


@few
@given(st.lists(st.tuples(st.sampled_from((*NAMES, "lanes", "shut", "x")), st.sampled_from(VALUES) | texts(12))))
def test_an_address_that_is_kept_says_the_same_ever_after(said: list[tuple[str, str]]) -> None:
    kept = clean(urlencode(said))
    assert clean(kept) == kept
    assert BoardQuery.read_text(kept).unclear == ()


@few
@given(looks(), st.randoms())
def test_the_order_of_an_address_says_nothing(look: BoardQuery, chance: random.Random) -> None:
    said = list(look.pairs)
    chance.shuffle(said)
    assert BoardQuery.read_text(urlencode(said)).query == look.query


def test_the_board_with_nothing_left_out_has_an_address_of_its_own() -> None:
    assert BoardQuery().query == ALL
    assert BoardQuery.read_text(ALL) == BoardQuery()
    assert BoardQuery.read_text("") == BoardQuery()


@pytest.mark.parametrize(
    ("typed", "pennies"),
    [("1250", 125_000), ("1,250", 125_000), ("£1250.5", 125_050), ("£ 3.05", 305), ("0", 0), (" 7 ", 700)],
)
def test_an_amount_is_in_pounds(typed: str, pennies: int) -> None:
    assert BoardQuery.read_text(urlencode({"min": typed})).min == pennies


@pytest.mark.parametrize("typed", ["-5", "1.234", "1k", "x", "1e3", "12345678901", "5£", "."])
def test_what_is_no_amount_is_left_out_and_said(typed: str) -> None:
    look = BoardQuery.read_text(urlencode({"max": typed}))
    assert (look.max, look.unclear) == (None, (f"max: {typed}",))


@pytest.mark.parametrize("typed", ["2026-11-19", "19/11/2026"])
def test_a_day_is_read_as_a_browser_sends_it_and_as_people_type_it(typed: str) -> None:
    assert BoardQuery.read_text(urlencode({"created_to": typed})).created_to == date(2026, 11, 19)


@pytest.mark.parametrize("typed", ["30/02/2026", "soon", "19/11/0206", "2026-11-19T00:00", "11/19/2026", "1989-12-31"])
def test_what_is_no_day_is_left_out_and_said(typed: str) -> None:
    look = BoardQuery.read_text(urlencode({"review_from": typed}))
    assert (look.review_from, look.unclear) == (None, (f"review_from: {typed}",))


@pytest.mark.parametrize("name", ["person", "type", "group", "tag", "client", "review", "state", "completed", "sort"])
def test_a_choice_that_there_is_not_is_left_out_and_said_in_short(name: str) -> None:
    look = BoardQuery.read_text(urlencode({name: "x" * 100}))
    assert not look.narrows
    assert look.unclear == (f"{name}: {'x' * 40}",)


def test_an_empty_field_of_a_form_asks_for_nothing_and_is_not_unclear() -> None:
    assert BoardQuery.read_text("q=&person=&min=&max=&review=&review_from=&state=&sort=&lanes=") == BoardQuery()


def test_only_so_much_of_one_kind_and_of_a_text_counts() -> None:
    many = [("tag", str(UUID(int=number))) for number in range(1, MOST + 20)]
    look = BoardQuery.read_text(urlencode([*many, ("q", "x" * 300)]))
    assert (len(look.tag), len(look.q)) == (MOST, LONGEST)


def test_lanes_are_folded_only_where_there_are_lanes() -> None:
    assert BoardQuery.read_text("lanes=review&shut=week&shut=done").shut == {"week", "done"}
    assert BoardQuery.read_text("shut=week").shut == frozenset()


@pytest.mark.parametrize("asked", [pair for key, (_, seed) in SEEDS.items() if key != "all" for pair in seed.pairs])
def test_every_filter_narrows_and_no_order_does(asked: tuple[str, str]) -> None:
    assert BoardQuery.read_text(urlencode([asked])).narrows == (asked[0] != "sort")


@few
@given(looks())
def test_without_its_filters_a_look_keeps_its_order_and_its_lanes(look: BoardQuery) -> None:
    assert not look.bare.narrows
    kept = [pair for pair in look.pairs if pair[0] in ("sort", "lanes", "shut")]
    assert look.bare.pairs == kept


@pytest.mark.parametrize("typed", ["", "  ", "!?", "–"])
def test_a_search_without_a_letter_or_digit_looks_for_nothing(typed: str) -> None:
    assert not BoardQuery(q=typed).narrows


@pytest.mark.parametrize(
    ("query", "of_completed"),
    [("state=completed", True), ("completed=month", True), ("state=open", False), ("q=completed", False)],
)
def test_a_look_at_completed_cases_alone_is_known_as_one(query: str, of_completed: bool) -> None:
    assert BoardQuery.read_text(query).of_completed is of_completed


def test_the_first_views_say_what_they_are_by_their_addresses() -> None:
    said = {key: dict(parse_qsl(seed.query)) for key, (_, seed) in SEEDS.items()}
    assert len({seed.query for _, seed in SEEDS.values()}) == len(SEEDS)
    assert said["high"] == {"min": "100000", "sort": "value"}
    assert said["completed"] == {"completed": "month"}
