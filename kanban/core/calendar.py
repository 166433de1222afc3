"""The firm's own calendar: what day it is, and when a day begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone


def today() -> date:
    """The date in the firm's time zone. It does not ask for this thread's zone, because Django guards that with one
    lock for all threads: hundreds of pages at once would queue there."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def midnight(days: int = 0) -> datetime:
    """The first moment of today, or of the day that many days later, in the firm's time zone."""
    day = today() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
