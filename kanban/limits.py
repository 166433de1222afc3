"""How a limit is said that a move or an edit passes: of what or whom, how many, of how many, as the journal has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Limit = Mapping[str, Any]  # {"of": "column" or an account, "name", "count", "most"}


def passed(limits: Iterable[Limit]) -> str:
    """ "That makes 9 of 8 in Research." """
    return " ".join(f"That makes {limit['count']} of {limit['most']} {_where(limit)}." for limit in limits)


def over(limits: Iterable[Limit]) -> str:
    """ "Over the limit of 8 in Research." """
    return " ".join(f"Over the limit of {limit['most']} {_where(limit)}." for limit in limits)


def _where(limit: Limit) -> str:
    return f"in {limit['name']}" if limit["of"] == "column" else f"open cases for {limit['name']}"
