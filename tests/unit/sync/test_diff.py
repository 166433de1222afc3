"""The cases of a complete read are taken apart one by one, and what was asked for alone is newer than the list."""

from __future__ import annotations

import json
from uuid import UUID

from kanban.sync.diff import EDITION, Cases, Difference
from plannr_api import Case, Row

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def row(case: UUID, name: str) -> Row:
    return Row(f"digest of {name}", json.dumps({"uuid": str(case), "name": name}).encode())


CASES = Cases(
    {ONE: row(ONE, "one"), TWO: row(TWO, "two")}, {TWO: Case(uuid=TWO, name="newer"), THREE: Case(uuid=THREE)}
)


def test_each_is_there_once_and_what_was_asked_for_alone_counts() -> None:
    assert (len(CASES), set(CASES)) == (3, {ONE, TWO, THREE})
    assert {case: CASES[case].name for case in CASES} == {ONE: "one", TWO: "newer", THREE: ""}


def test_a_card_keeps_the_digest_of_its_row_only_if_it_is_made_of_nothing_else() -> None:
    assert CASES.source(ONE) == f"{EDITION}digest of one"
    assert CASES.source(TWO) == CASES.source(THREE) == ""


def test_what_is_known_word_for_word_is_shown_as_well() -> None:
    assert Difference(1, CASES, {UUID(int=9)}, 0).all == {ONE, TWO, THREE, UUID(int=9)}
