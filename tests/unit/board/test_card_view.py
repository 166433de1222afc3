"""Money, days, people and colours in words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.board.card_view import clients, review_of
from kanban.cases.formats import pounds
from kanban.cases.mapping import hex_colour
from kanban.templatetags.board import hue, initials, money
from kanban.web.views.board import LOOKS


@pytest.mark.parametrize(
    ("pennies", "said"),
    [
        (0, "£0"),
        (15099, "£150.99"),
        (125000, "£1,250"),
        (999999, "£9,999.99"),
        (1000000, "£10.0k"),
        (1250000, "£12.5k"),
        (99994999, "£999.9k"),
        (99999999, "£1.00m"),
        (124000000, "£1.24m"),
        (-125000, "−£1,250"),
        (10**13, "£100.00bn"),
    ],
)
def test_money_is_short_on_a_card(pennies: int, said: str) -> None:
    assert money(pennies) == said


@given(st.integers(-(10**15), 10**15))
def test_money_is_exact_where_it_is_asked_for(pennies: int) -> None:
    digits = pounds(pennies).replace("£", "").replace(",", "").replace(".", "").replace("−", "-")
    assert int(digits) == pennies
    assert money(pennies).lstrip("−").startswith("£")


def test_other_currencies_are_named() -> None:
    assert money(125000, "USD") == "USD 1,250"


@pytest.mark.parametrize(
    ("review", "state", "words"),
    [
        (None, "none", "No review date"),
        (datetime(2026, 3, 28, 9, tzinfo=UTC), "overdue", "1 day over"),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), "week", "tomorrow"),  # 00:30 on the 30th, clocks gone forward
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "week", "today"),
        (datetime(2026, 4, 5, 12, tzinfo=UTC), "week", "in 7 days"),
        (datetime(2026, 4, 5, 23, 30, tzinfo=UTC), "month", "in 8 days"),
        (datetime(2026, 4, 28, 12, tzinfo=UTC), "month", "in 30 days"),
        (datetime(2026, 5, 12, 12, tzinfo=UTC), "later", "12 May"),
        (datetime(2027, 5, 12, 12, tzinfo=UTC), "later", "12 May 2027"),
    ],
)
def test_a_review_date_is_a_day_in_london_also_when_the_clocks_change(
    review: datetime | None, state: str, words: str
) -> None:
    assert review_of(review, date(2026, 3, 29)) == (state, words)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "No client"), (["Ann Lee"], "Ann Lee"), (["Ann", "Bob"], "Ann & Bob"), (["Ann", "Bob", "Cy"], "Ann +2")],
)
def test_clients_fit_on_one_line(names: list[str], said: str) -> None:
    assert clients(names) == said


@given(st.text(max_size=300))
def test_initials_of_any_name_are_at_most_a_few_characters(name: str) -> None:
    assert 1 <= len(initials(name)) <= 6


@given(st.text(max_size=40) | st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True))
def test_any_colour_becomes_one_of_a_fixed_palette(colour: str) -> None:
    assert hue(hex_colour(colour)) in {"grey", *map(str, range(0, 360, 15))}


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "url(//x)", "#112233;x", "#112233\n", None, ""])
def test_what_is_no_colour_is_none(colour: str | None) -> None:
    assert hex_colour(colour) == ""


def test_neighbouring_colours_stay_apart() -> None:
    assert len({hue(colour) for colour in ("#2f6fde", "#0f8a8a", "#7a5ae0", "#b86e00", "#c2418c", "#2e8b57")}) == 6


def test_looks_are_named_once() -> None:
    assert set(LOOKS) == {"density", "theme", "letters"}
