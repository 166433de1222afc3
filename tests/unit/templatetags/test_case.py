"""A field of the firm's own is said by its type, and as it is where it does not fit it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.templatetags.case import LONGEST, by_type, contact_of, long, wording
from tests.support.laws import few, texts


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (None, "string", ""),
        ("", "boolean", ""),
        ([], "selection", ""),
        (["a", "b"], "selection", "a, b"),
        (True, "boolean", "Yes"),
        (False, None, "No"),
        ("1", "boolean", "Yes"),
        (0, "boolean", "No"),
        ("perhaps", "boolean", "perhaps"),
        ("2026-11-19", "datetime", "19 Nov 2026"),
        ("2026-11-19T14:30:00+00:00", "datetime", "19 Nov 2026, 14:30"),
        ("2026-07-01T14:30:00+00:00", "datetime", "1 Jul 2026, 15:30"),
        ("2026-07-01T14:30:00", "datetime", "1 Jul 2026, 14:30"),  # without a zone it is London's
        ("soon", "datetime", "soon"),
        ("2026-02-30", "datetime", "2026-02-30"),
        (1250000, "number", "1,250,000"),
        (0.5, "number", "0.5"),
        (1e300, "number", "1e+300"),
        ("1250000", "number", "1250000"),
        ("<b>", "longtext", "<b>"),
    ],
)
def test_a_value_is_said_by_its_type(value: object, kind: str | None, said: str) -> None:
    assert by_type(value, kind) == said


@few
@given(
    st.none() | st.booleans() | st.integers() | st.floats() | texts() | st.lists(texts(5), max_size=3),
    st.sampled_from(["string", "number", "selection", "boolean", "datetime", "longtext", None, "new"]),
)
def test_whatever_stands_there_is_said(value: object, kind: str | None) -> None:
    assert isinstance(by_type(value, kind), str)


def test_a_very_long_text_is_cut_and_seen_to_be() -> None:
    assert long("x" * LONGEST) == "x" * LONGEST
    assert long("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"


@pytest.mark.parametrize(
    ("text", "said"), [("in_force", "In force"), ("active", "Active"), ("Ann Lee", "Ann Lee"), ("in force", "in force")]
)
def test_a_word_of_plannrs_own_is_said_as_people_write_it(text: str, said: str) -> None:
    assert wording(text) == said


def test_of_nobody_who_was_asked_for_nothing_is_said() -> None:
    assert contact_of(None, "7") is None  # type: ignore[arg-type]
    assert contact_of([], "7") is None  # type: ignore[arg-type]
