"""What a line of the record says of a write beside Plannr's own words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kanban.audit.log import outcome_in_words
from kanban.models import Edit, Move

Outcome = Move.Outcome
LIMIT = {"of": "column", "name": "Research", "count": 9, "most": 8}
ANN = str(UUID(int=7))


@pytest.mark.parametrize(
    ("put_back", "told"),
    [
        (True, "Plannr also changed the value; that was put back."),
        (False, "Plannr also changed the value, which could not be put back."),
        (None, "Plannr may also have changed the value: we could not look."),
    ],
)
def test_what_else_plannr_changed_is_told_with_what_became_of_it(db: None, put_back: bool | None, told: str) -> None:
    assert outcome_in_words(Move(outcome=Outcome.APPLIED, altered="value", put_back=put_back)) == told
    assert (
        outcome_in_words(Edit(outcome=Outcome.REFUSED, altered="value", put_back=put_back, words="No."))
        == f"No. {told}"
    )


@pytest.mark.parametrize("write", [Move(asked={"limits": [LIMIT]}), Edit(limits=[LIMIT])], ids=["move", "edit"])
@pytest.mark.parametrize(("outcome", "is_told"), [(each, each in ("applied", "conflict")) for each in Outcome])
def test_a_limit_is_told_where_it_was_asked_about_or_passed_and_never_how_many_there_were(
    write: Any, outcome: Outcome, is_told: bool
) -> None:
    write.outcome = outcome
    assert outcome_in_words(write) == ("Over the limit of 8 in Research." if is_told else "")


def test_what_was_set_with_a_move_is_told_by_name() -> None:
    also = {"value": 125_000, "assigned_to_uuids": [ANN]}
    move = Move(outcome=Outcome.APPLIED, also=also, called={ANN: "Ann Lee"}, untaken="the type")
    assert outcome_in_words(move) == "With it: value £1,250.00, assigned people Ann Lee. Plannr did not take the type."


def test_of_a_move_that_was_not_made_nothing_was_set_with_it() -> None:
    assert outcome_in_words(Move(outcome=Outcome.REFUSED, also={"value": 1}, words="No.")) == "No."
