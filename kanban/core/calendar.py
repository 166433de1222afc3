"""The firm's own calendar: what day it is, and when a day begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone


def today() -> date:
    """By the firm's own calendar. Not asking for the zone of this thread, which Django keeps behind one lock for all:
    hundreds of pages at once would queue there."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def midnight(days: int = 0) -> datetime:
    """The first moment of today, or of the day so many days on, in the firm's own calendar."""
    day = today() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
