"""What a firm asks of its columns, in words; and for each thing that can be asked, how to give it."""

import pytest

from kanban.cases.requirements import HOW_TO_PROVIDE, REQUIREMENTS, Limit, over, passed
from kanban.core.text import in_words

RESEARCH = {"of": "column", "name": "Research", "count": 9, "most": 8}
ANN = {"of": "00000000-0000-0000-0000-000000000007", "name": "Ann Lee", "count": 31, "most": 30}


@pytest.mark.parametrize(
    ("limits", "asked", "known"),
    [
        ([], "", ""),
        ([RESEARCH], "That makes 9 of 8 in Research.", "Over the limit of 8 in Research."),
        ([ANN], "That makes 31 of 30 open cases for Ann Lee.", "Over the limit of 30 open cases for Ann Lee."),
        (
            [RESEARCH, ANN],
            "That makes 9 of 8 in Research. That makes 31 of 30 open cases for Ann Lee.",
            "Over the limit of 8 in Research. Over the limit of 30 open cases for Ann Lee.",
        ),
    ],
)
def test_limits_are_said_one_after_the_other(limits: list[Limit], asked: str, known: str) -> None:
    assert (passed(limits), over(limits)) == (asked, known)


def test_how_many_there_are_is_told_to_whoever_asks_and_to_nobody_else() -> None:
    assert "9" in passed([RESEARCH])
    assert "9" not in over([RESEARCH])


def test_whatever_can_be_asked_can_be_given() -> None:
    assert HOW_TO_PROVIDE.keys() == REQUIREMENTS.keys()
    assert all(each.endswith(".") for each in HOW_TO_PROVIDE.values())
    assert in_words([*REQUIREMENTS.values()]) == "a value, a review date, a type, somebody assigned and a plan"
