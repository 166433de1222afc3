"""Money and dates as people type and read them. Pennies are whole numbers, days are London's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from kanban.core.calendar import today

LONDON = ZoneInfo("Europe/London")
MORNING = time(9)  # for a date that had no time of day
MOST = 10**13  # pennies: a hundred billion pounds, which no case is worth
FIRST, LAST = 2000, 2100  # years

AMOUNT = "Type an amount such as 1,250 or £1.2k."
DATE = "Type a date such as 19/11/2026 or 19 Nov."
YEAR = f"The year is one from {FIRST} to {LAST}."

_MONEY = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(\.[0-9]{1,15})?(k|m|bn)?", re.IGNORECASE)
_SIZES = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_UK = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(r"([0-9]{1,2}) ?([a-z]{3,9})\.?(?:,? ([0-9]{4}))?", re.IGNORECASE)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


class ParseError(ValueError):
    """What was typed cannot be understood; the message says what can."""


def money(text: str) -> int | None:
    """Pennies: `1,250`, `£1.2k`, `1250.50`, `1.24m`. Nothing typed is no value."""
    text = "".join(text.split())
    if not text:
        return None
    found = _MONEY.fullmatch(text)
    if not found:
        raise ParseError(AMOUNT)
    number, part, size = found[1].replace(",", ""), found[2] or "", (found[3] or "").lower()
    pennies = Decimal(number + part) * _SIZES[size] * 100
    if pennies != int(pennies) or pennies > MOST:
        raise ParseError(AMOUNT)
    return int(pennies)


def pounds(pennies: int, currency: str = "GBP") -> str:
    """£1,250.00, to the penny."""
    sign = "£" if currency == "GBP" else f"{currency} "
    return f"{'−' if pennies < 0 else ''}{sign}{abs(pennies) // 100:,}.{abs(pennies) % 100:02}"


def day(text: str) -> date | None:
    """`19/11/2026`, `19 Nov` (of this year), `19 November 2026`, `2026-11-19`. Nothing typed is no date."""
    text = " ".join(text.split())
    if not text:
        return None
    year, month, number = _parts(text)
    if not FIRST <= year <= LAST:
        raise ParseError(YEAR)
    try:
        return date(year, month, number)
    except ValueError:
        raise ParseError(DATE) from None


def _parts(text: str) -> tuple[int, int, int]:
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _UK.fullmatch(text):
        return int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[2]), int(found[1])
    found = _WORDS.fullmatch(text)
    months = [number for number, name in enumerate(MONTHS, 1) if found and name.startswith(found[2].lower())]
    if found is None or len(months) != 1:
        if found is None or found[2].lower() != "sept":
            raise ParseError(DATE)
        months = [9]
    return int(found[3]) if found[3] else today().year, months[0], int(found[1])


def moment(on: date, before: datetime | None) -> datetime:
    """That day in London at the time of day it had before, else at nine in the morning; in UTC."""
    if before is None:
        return datetime.combine(on, MORNING, LONDON).astimezone(UTC)
    return before.astimezone(LONDON).replace(year=on.year, month=on.month, day=on.day).astimezone(UTC)


def read(value: str, before: datetime | None = None) -> datetime:
    """A moment as the journal stores it; or only a day, which then gets the time of day that it had before."""
    return datetime.fromisoformat(value) if "T" in value else moment(date.fromisoformat(value), before)


def day_in_words(when: datetime) -> str:
    """19 November 2026, in London."""
    local = when.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"
