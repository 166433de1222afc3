"""A revision is a mark of what somebody saw of a case: it changes with that, and with nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kanban.cases.revisions import LOOKS, NAMES, digest, edited, header, revision, stored_values
from kanban.models import Card, Column

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
OTHER: dict[str, Any] = {
    **dict.fromkeys(("name", "type_name", "currency"), "other"),
    **{name: ["other"] for name in ("clients", "people", "groups", "policies")},
    **dict.fromkeys(("review_at", "completed_at", "created_at", "updated_at", "since"), NOW),
    "type": UUID(int=5),
    "tags": [{"name": "other", "colour": ""}],
    "facets_said": [["tag", "x", "other"]],
    "value": 1,
    "position": 9,
    "place": 9.5,
    "since_known": True,
    "words": "other",
}


def card(**fields: Any) -> Card:
    return Card(case=UUID(int=1), column_id=1, place=0.0, **fields)


@pytest.mark.parametrize("field", OTHER)
def test_a_revision_is_another_exactly_if_something_that_is_named_is_another(field: str) -> None:
    before = card()
    now = card()
    setattr(now, field, OTHER[field])
    assert (revision(now) != revision(before)) == (field in NAMES)
    assert edited(before, now) == ([NAMES[field]] if field in NAMES else [])


@pytest.mark.parametrize("field", OTHER)
def test_a_digest_is_another_exactly_if_the_card_says_something_else(field: str) -> None:
    now = card()
    setattr(now, field, OTHER[field])
    assert (digest(now) != digest(card())) == (field in (*LOOKS, "since", "since_known"))


@pytest.mark.parametrize("field", [field for field in OTHER if field not in ("since", "since_known")])
def test_whatever_else_is_kept_of_a_card_is_written_when_it_changes(field: str) -> None:
    now = card()
    setattr(now, field, OTHER[field])
    assert stored_values(now) != stored_values(card())


def test_a_revision_is_short_and_the_same_in_every_process() -> None:
    assert revision(card(name="Annual review", value=125_000)) == "4b2ba895c9c2"


def test_value_and_currency_are_one_thing_to_a_person() -> None:
    assert edited(card(), card(value=1, currency="USD")) == ["value"]


def test_to_be_completed_by_a_move_is_no_edit() -> None:
    moved = card(completed_at=NOW, name="Other")
    moved.column_id = 2
    assert edited(card(), moved) == ["name"]
    assert edited(card(), card(completed_at=NOW)) == ["completion date"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", "B"), ("colour", "#000000"), ("place", 2), ("completed", True), ("vanished", True)]
)
def test_a_header_is_another_with_each_thing_that_it_shows(field: str, value: object) -> None:
    said = {"name": "A", "colour": "#ffffff", "place": 1}
    assert header(Column(**said)) != header(Column(**said | {field: value}))
    assert header(None) == ()


def test_where_a_column_that_vanished_stands_is_no_news() -> None:
    assert header(Column(name="A", place=1, vanished=True)) == header(Column(name="A", place=7, vanished=True))


def test_what_the_firm_asks_of_a_column_is_not_in_its_header() -> None:
    assert header(Column(name="A", place=1)) == header(
        Column(name="A", place=1, most=3, stale_days=2, requires=["type"])
    )
