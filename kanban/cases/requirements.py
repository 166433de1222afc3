"""What a firm can require of a move or an edit, in words: what a case lacks, and a limit that is exceeded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kanban.cases import formats

# What a column can require of a case that comes in.
REQUIREMENTS = {
    "value": "a value",
    "review_at": "a review date",
    "type": "a type",
    "people": "somebody assigned",
    "plans": "a plan",
}

HOW_TO_PROVIDE = {  # how to give what a column requires
    "value": formats.AMOUNT,
    "review_at": formats.DATE,
    "type": "Choose a type.",
    "people": "Choose somebody.",
    "plans": "Choose a plan.",
}

Limit = Mapping[str, Any]  # {"of": "column" or an account, "name", "count", "most"}


def passed(limits: Iterable[Limit]) -> str:
    """For example: "That makes 9 of 8 in Research."."""
    return " ".join(f"That makes {limit['count']} of {limit['most']} {_where(limit)}." for limit in limits)


def over(limits: Iterable[Limit]) -> str:
    """For example: "Over the limit of 8 in Research."."""
    return " ".join(f"Over the limit of {limit['most']} {_where(limit)}." for limit in limits)


def _where(limit: Limit) -> str:
    return f"in {limit['name']}" if limit["of"] == "column" else f"open cases for {limit['name']}"
