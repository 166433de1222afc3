"""The address of a board, which says how somebody looks at it: its words, and how it is read and written.

What of it cannot be read is left out and reported; filters.BoardQuery is what it means.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

REVIEWS = {
    "overdue": "Overdue",
    "week": "Due in 7 days",
    "month": "Due in 30 days",
    "later": "Later",
    "none": "No date",
}
STATES = {"open": "Open", "completed": "Completed"}
COMPLETED = {"month": "Completed this month"}  # by the calendar, so that it means another month next month
ALL = "view=all"  # the address of the unfiltered board: never empty, as `/` may open another view
LANES = {"person": "Adviser", "group": "Group", "type": "Type", "review": "Review"}
NONE = "none"  # the lane of cases that have none of that kind
ENDED = "done"  # by review: the lane of completed cases, which are no longer due
BARS = (*REVIEWS, "stale")
MOST = 50  # of one kind asked for at once
LONGEST = 200  # characters of a text
_AMOUNT = re.compile(r"£?\s*(\d{1,10})(?:\.(\d{1,2}))?")

Ids = frozenset[UUID]


def parts_of(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["1"] if value else []
    if name in ("min", "max"):
        return [] if value is None else [f"{value // 100}.{value % 100:02}".removesuffix(".00")]
    if name == "bar":
        return sorted(f"{status}.{state}" for status, state in value)
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return [str(value)] if value else []


class Reading:
    """Parses an address, and lists what could not be read."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        self.unclear: list[str] = []

    def flag(self, name: str) -> bool:
        return self._data.get(name) in ("1", "on")

    def chosen(self, name: str, known: Any) -> list[str]:
        asked = [each for each in self._data.getlist(name)[:MOST] if each]
        self.unclear += [f"{name}: {each[:40]}" for each in asked if each not in known]
        return [each for each in asked if each in known]

    def ids(self, name: str) -> Ids:
        return frozenset(found for text in self._data.getlist(name)[:MOST] if text and (found := self._id(name, text)))

    def _id(self, name: str, text: str) -> UUID | None:
        try:
            return UUID(text)
        except ValueError:
            self.unclear.append(f"{name}: {text[:40]}")
            return None

    def shut(self) -> frozenset[str]:
        asked = self._data.getlist("shut")[:MOST]
        words = {each for each in asked if each in (*REVIEWS, ENDED)}
        texts = {*asked} - words
        return frozenset(words | {str(known) for text in texts if text and (known := self._id("shut", text))})

    def bars(self) -> frozenset[tuple[UUID, str]]:
        found = set()
        for text in self._data.getlist("bar")[:MOST]:
            status, _, state = text.partition(".")
            if (known := self._id("bar", status)) and state in BARS:
                found.add((known, state))
        return frozenset(found)

    def amount(self, name: str) -> int | None:
        text = self._data.get(name, "").replace(",", "").strip()
        if not text:
            return None
        if found := _AMOUNT.fullmatch(text):
            pounds, pence = found.groups()
            return int(pounds) * 100 + int((pence or "").ljust(2, "0"))
        self.unclear.append(f"{name}: {text[:40]}")
        return None

    def day(self, name: str) -> date | None:
        text = self._data.get(name, "").strip()
        if not text:
            return None
        for way in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                day = datetime.strptime(text, way).date()  # a day has no zone
            except ValueError:
                continue
            if 1990 <= day.year <= 2100:
                return day
        self.unclear.append(f"{name}: {text[:40]}")
        return None
