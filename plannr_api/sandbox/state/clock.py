"""Time: stored as UTC text with microseconds, shown as Plannr does, in London time and whole seconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> str:
    return stored(datetime.now(UTC))


def stored(moment: datetime) -> str:
    """The stored form. Every stored text has the same length, so texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> str:
    """The stored form of a date that was sent; without a zone it is London time. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    try:
        return stored(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))
    except OverflowError:
        raise ValueError(text) from None


def shown(value: Any) -> Any:
    """A stored date as Plannr writes it. What is not a date stays as it is, so that tests can store odd values."""
    return _shown(value) if isinstance(value, str) else value


@lru_cache(maxsize=100_000)
def _shown(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(LONDON).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return text


def later(text: str, by: timedelta) -> str:
    """A stored date, moved on by London's wall clock, so that a day stays a day when the clocks change."""
    return stored(datetime.fromisoformat(text).astimezone(LONDON) + by)
