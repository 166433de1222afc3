"""The chain of the record: whatever is changed, put in or taken out, a hash no longer fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.audit.hash_chain import FIELDS, Line, digest, linked
from tests.support.laws import few, texts

AT = datetime(2026, 3, 29, 12, 30, 15, 123456, tzinfo=UTC)
LINE: Line = {
    "number": 1,
    "at": AT,
    "since": AT - timedelta(hours=1),
    "kind": "applied",
    "firm": UUID(int=1),
    "account": UUID(int=2),
    "account_name": "Ann Lee",
    "person": "ann",
    "who": "Ann Lee",
    "intent": UUID(int=3),
    "case": UUID(int=4),
    "title": "Lee, Review – é☂",
    "what": "move",
    "from_status": UUID(int=5),
    "from_name": "A",
    "from_position": 0,
    "to_status": UUID(int=6),
    "to_name": "B",
    "asked_position": 2,
    "got_status": UUID(int=6),
    "got_position": 2,
    "reason": "elsewhere",
    "words": "Moved.",
    "previous": "f" * 64,
}
lines = st.lists(st.fixed_dictionaries({"who": texts(5), "got_position": st.none() | st.integers(-5, 5)}), max_size=6)


def test_the_hash_of_an_old_line_is_what_it_was() -> None:
    assert LINE.keys() == set(FIELDS)
    assert digest(LINE) == "d08cf1fce6d5bdbf931eecd168fcaf6f21614963d3bf4b0116cc65b69b700f1d"


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_under_the_hash(field: str) -> None:
    value = LINE[field]
    other: Any = value + timedelta(microseconds=1) if isinstance(value, datetime) else UUID(int=99)
    other = value + 1 if isinstance(value, int) else value + "x" if isinstance(value, str) else other
    assert digest(LINE | {field: other}) != digest(LINE)
    assert digest(LINE | {field: None}) != digest(LINE)


@pytest.mark.parametrize("empty", [None, ""])
def test_a_field_that_is_added_one_day_changes_no_hash_of_before(empty: Any) -> None:
    before = {field: value for field, value in LINE.items() if field != "words"}
    assert digest(before | {"words": empty, "added_later": "x"}) == digest(before)


def test_zero_is_not_empty() -> None:
    assert digest(LINE | {"from_position": 0}) != digest(LINE | {"from_position": None})


def test_both_databases_hash_the_same() -> None:
    as_text = LINE | {"firm": str(LINE["firm"]), "at": AT.astimezone(ZoneInfo("Europe/London"))}
    assert digest(as_text) == digest(LINE)
    assert digest(dict(reversed(LINE.items()))) == digest(LINE)


@few
@given(lines, st.integers(0, 100))
def test_lines_follow_each_other_by_number_and_hash(said: list[Line], number: int) -> None:
    made = list(linked(said, number, "head"))
    assert [line["number"] for line in made] == [number + 1 + step for step in range(len(said))]
    assert [line["previous"] for line in made] == ["head", *(line["hash"] for line in made)][: len(made)]
    assert all(digest(line) == line["hash"] for line in made)
    assert [{key: line[key] for key in ("who", "got_position")} for line in made] == said


@few
@given(lines, st.data())
def test_it_is_the_same_chain_in_whatever_pieces_it_was_written(said: list[Line], data: st.DataObject) -> None:
    whole = list(linked(said, 0, ""))
    at = data.draw(st.integers(0, len(said)))
    first = list(linked(said[:at], 0, ""))
    assert first + list(linked(said[at:], at, first[-1]["hash"] if first else "")) == whole


@few
@given(lines.filter(bool), st.data())
def test_a_line_that_is_changed_changes_every_hash_after_it(said: list[Line], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(said) - 1))
    changed = [*said[:at], said[at] | {"who": said[at]["who"] + "x"}, *said[at + 1 :]]
    before, after = ([line["hash"] for line in linked(each, 0, "")] for each in (said, changed))
    assert before[:at] == after[:at]
    assert all(one != other for one, other in zip(before[at:], after[at:], strict=True))
