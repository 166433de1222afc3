"""How a limit is said that a move passes. A limit is a line of `Move.asked`: of what or whom, how many, of how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kanban.models import Move


def passed(move: Move) -> str:
    """ "That makes 9 of 8 in Research." """
    return " ".join(f"That makes {limit['count']} of {limit['most']} {_where(limit)}." for limit in _of(move))


def over(move: Move) -> str:
    """ "Over the limit of 8 in Research." """
    return " ".join(f"Over the limit of {limit['most']} {_where(limit)}." for limit in _of(move))


def _of(move: Move) -> list[Mapping[str, Any]]:
    return list(move.asked.get("limits", ()))


def _where(limit: Mapping[str, Any]) -> str:
    return f"in {limit['name']}" if limit["of"] == "column" else f"open cases for {limit['name']}"
