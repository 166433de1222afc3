"""Tables for spreadsheets, CSV as in RFC 4180, in which no text is taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

# UTF-8 with a byte order mark: without it Excel takes the file for another encoding and breaks every name that is not
# plain ASCII. Rejected: leaving it out for those programs that do not skip it; they are rare, and lose one heading.
MARK = "\ufeff"
# What a spreadsheet would take for a formula: one of these at the front, or behind blanks that it skips.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\0＝＋－＠]|[\t\r\n]")


def rows_of(rows: Iterable[Iterable[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"  # a number, and to be summed as one: also below zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return escape_formula(str(value))


def escape_formula(text: str) -> str:
    """As text, whatever program opens it: an apostrophe before what would be a formula."""
    return f"'{text}" if FORMULA.match(text) else text
