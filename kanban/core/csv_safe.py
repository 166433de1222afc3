"""Tables for spreadsheets, CSV as in RFC 4180, in which no text is taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

# UTF-8 with a byte order mark: without it Excel assumes another encoding and breaks every name that is not plain ASCII.
# Rejected: leaving it out for programs that do not skip it, because they are rare and misread only one heading.
MARK = "\ufeff"
# What a spreadsheet takes for a formula: one of these characters at the front, or after blanks that it skips.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\0＝＋－＠]|[\t\r\n]")


def rows_of(rows: Iterable[Iterable[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"  # stays a number, so that it can be summed, also below zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return escape_formula(str(value))


def escape_formula(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
