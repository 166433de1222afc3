"""A table for spreadsheets says what was there, and a spreadsheet computes nothing of it."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.core.csv_safe import cell, escape_formula, rows_of
from tests.support.laws import few, moments, texts


@few
@given(st.lists(st.lists(texts(12), min_size=1, max_size=4), max_size=4))
def test_rows_are_read_as_they_were_written(rows: list[list[str]]) -> None:
    assert list(csv.reader(StringIO(rows_of(rows), newline=""))) == rows


@few
@given(st.sampled_from(["", " ", "\t", "\u200b \ufeff", "\r\n"]), st.sampled_from("=+-@\0＝＋－＠"), texts(8))
def test_what_would_be_a_formula_is_text_and_says_the_same(blanks: str, sign: str, rest: str) -> None:
    text = blanks + sign + rest
    assert cell(text) == f"'{text}"


@few
@given(texts(12))
def test_text_is_left_alone_or_made_harmless_once(text: str) -> None:
    made = escape_formula(text)
    assert made in (text, f"'{text}")
    assert escape_formula(made) == made


@pytest.mark.parametrize("text", ["Ann Lee", "1,250", "a=b", "x-y", "'=1", "", " a", "50 % + 2"])
def test_other_text_is_left_alone(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (0, "0"),
        (-7, "-7"),
        (Decimal("-12.5"), "-12.50"),
        (Decimal(125_000) / 100, "1250.00"),
    ],
)
def test_a_number_is_a_number_also_below_zero(value: object, said: str) -> None:
    assert cell(value) == said


@few
@given(moments)
def test_one_moment_is_said_in_one_way(when: datetime) -> None:
    there = when.astimezone(ZoneInfo("Europe/London"))
    assert cell(there) == cell(when)
    assert datetime.fromisoformat(cell(when)) == when.astimezone(UTC)
