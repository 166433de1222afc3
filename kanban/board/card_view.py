"""What a card shows, as plain words and numbers: for the board and for a printed list."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from kanban.cases.staleness import days_since, is_stale
from kanban.models import Card

CLIP = 200  # characters of one text on a card: it shows two lines, and the case's own page has the rest


class Where(NamedTuple):
    """What a card shows of the column that it stands in."""

    status: str
    done: bool
    stale_days: int | None


def face(card: Card, today: date, where: Where) -> dict[str, object]:
    """What a card shows, as plain words and numbers."""
    state, words = review_of(card.review_at, today)
    done, days = where.done, days_since(card.since, today)
    stale = is_stale(days, where.stale_days, done=done)
    return {
        "card": card,
        "client": clip(clients(card.clients)),
        "name": clip(card.name),
        "kind": clip(card.type_name),
        "review": "" if done else state,
        "review_words": words if not done or not card.completed_at else "Completed " + day(card.completed_at, today),
        "attention": "" if done else "overdue" if state == "overdue" else "stale" if stale else "",
        "days": None if done else days,
        "stale": stale,
    }


def review_of(review_at: datetime | None, today: date) -> tuple[str, str]:
    """The state of a review date and its words: overdue, week, month, later or none."""
    if review_at is None:
        return "none", "No review date"
    left = (timezone.localdate(review_at) - today).days
    if left < 0:
        return "overdue", f"{-left} day{'' if left == -1 else 's'} over"
    if left <= 1:
        return "week", "today" if left == 0 else "tomorrow"
    if left <= 30:
        return "week" if left <= 7 else "month", f"in {left} days"
    return "later", day(review_at, today)


def day(moment: datetime, today: date) -> str:
    """12 Mar; with the year where it is not the current one."""
    that = timezone.localdate(moment)
    return f"{that.day} {that:%b}" + ("" if that.year == today.year else f" {that.year}")


def clients(names: list[str]) -> str:
    if len(names) <= 2:
        return " & ".join(names) or "No client"
    return f"{names[0]} +{len(names) - 1}"


def clip(text: str) -> str:
    return text if len(text) <= CLIP else text[: CLIP - 1] + "…"
