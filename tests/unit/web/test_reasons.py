"""Whatever can go wrong has a sentence that says what happened, and mostly what to do next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kanban.accounts.local_accounts import AccountError
from kanban.models import Bulk, ColumnChange, Entry, Move, Write
from kanban.search.saved_views import SavedViewError
from kanban.web.http import status_of, status_of_write
from kanban.web.messages import bulk, reasons
from kanban.web.messages.audit import AuditLine
from kanban.web.messages.moves import of_part

CODE = Path(reasons.__file__).parents[2]
EVERY = reasons.REASONS | reasons.PROBLEMS
TABLES = {
    **EVERY,
    **{f"{name} of a part": words for name, words in reasons.PART_PROBLEMS.items()},
    **{f"sign-in: {name}": words for name, words in reasons.SIGN_IN_FAILED.items()},
    **{f"for {name}": words for name, words in reasons.NOT_ALLOWED.items()},
    "not connected": reasons.NOT_CONNECTED,
    "session ended": reasons.SESSION_ENDED,
    "too busy": reasons.BUSY,
    "unwritable": reasons.UNWRITABLE,
    "reading": reasons.READING,
    "signed out": reasons.SIGNED_OUT,
}


def raised(error: type[Exception]) -> list[str]:
    """The codes with which the code raises it."""
    pattern = re.compile(rf"raise (?:\w+\.)?{error.__name__}\(\s*\"(\w+)\"")
    return sorted({code for path in CODE.rglob("*.py") for code in pattern.findall(path.read_text())})


@pytest.mark.parametrize("name", TABLES)
def test_a_reason_is_whole_sentences(name: str) -> None:
    why, advice = TABLES[name]
    for words in (why, advice):
        assert words[0].isupper()
        assert words.endswith(".")


def refused_for() -> list[str]:
    """The codes with which the code refuses a write."""
    pattern = re.compile(r"(?:refused|_refused_unwritten)\((?:write, )?\"(\w+)\"")
    return sorted({code for path in CODE.rglob("*.py") for code in pattern.findall(path.read_text())})


@pytest.mark.parametrize("code", refused_for())
def test_why_a_write_was_refused_has_its_words(code: str) -> None:
    assert code == "currency" or code in EVERY  # of money in another currency the sentence names it


@pytest.mark.parametrize("outcome", [Write.Outcome.REFUSED, Write.Outcome.UNKNOWN])
@pytest.mark.parametrize("reason", EVERY)
def test_why_a_status_was_not_changed_has_its_words(outcome: Write.Outcome, reason: str) -> None:
    headline, advice, _ = reasons.of_status(ColumnChange(outcome=outcome, reason=reason, title="Research"))
    assert headline.endswith(".")
    assert advice.endswith(".")


@pytest.mark.parametrize("code", raised(AccountError))
def test_why_an_account_was_not_changed_has_its_words(code: str) -> None:
    words = reasons.of_account(AccountError(code, name="bob"))
    assert words[0].isupper() or words.startswith("bob")
    assert words.endswith(".")


@pytest.mark.parametrize("code", raised(SavedViewError))
def test_why_a_view_was_not_kept_has_its_words(code: str) -> None:
    assert reasons.of_view(SavedViewError(code)).endswith(".")


def test_these_codes_were_looked_for_where_they_are() -> None:
    assert [len(raised(error)) > 2 for error in (AccountError, SavedViewError)] == [True] * 2
    assert len(refused_for()) > 10


@pytest.mark.parametrize("problem", [*EVERY, "something new"])
def test_to_a_machine_a_problem_is_no_success(problem: str) -> None:
    assert 400 <= status_of(problem) <= 599


@pytest.mark.parametrize(
    ("outcome", "reason", "status"),
    [
        ("open", "", 202),
        ("unknown", "slow", 202),
        ("unknown", "untold", 404),
        ("conflict", "edited", 409),
        ("applied", "already", 200),
        ("refused", "rejected", 422),
        ("refused", "rate_limited", 429),
        ("refused", "busy", 503),
    ],
)
def test_to_a_machine_what_became_of_a_write_is_a_status(outcome: str, reason: str, status: int) -> None:
    assert status_of_write(Move(outcome=outcome, reason=reason)) == status


@pytest.mark.parametrize("problem", [*reasons.PROBLEMS, "something new"])
def test_why_a_part_of_a_case_is_not_shown_has_its_words(problem: str) -> None:
    notice = of_part("Tasks", problem)
    assert notice.headline.startswith("Tasks cannot be shown. ")
    assert notice.headline.endswith(".")
    assert notice.advice.endswith(".")


@pytest.mark.parametrize("kind", [Entry.Kind.REFUSED, Entry.Kind.UNKNOWN, Entry.Kind.CONFLICT])
@pytest.mark.parametrize("reason", [*EVERY, "limit", "requires", "edited", "moved", "something new"])
def test_the_record_says_why_of_whatever_was_not_made(kind: Entry.Kind, reason: str) -> None:
    assert AuditLine(Entry(kind=kind, what="move", reason=reason)).why.endswith(".")


def test_why_some_cases_were_not_begun_is_said_however_it_ended() -> None:
    assert bulk.WHY_NOT_BEGUN.keys() == {*Bulk.End} - {Bulk.End.THROUGH}
