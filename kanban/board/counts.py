"""How many cases each column has and what they are worth, over all its cases and not only those shown.

With ten thousand cases counting is most of the cost of a move. So the numbers are cached for all who see the same, and
after a change only the columns that it touched are counted again.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial

from kanban.board.audience import sees_the_same, shared, visibility_key
from kanban.cases.staleness import stale_in
from kanban.core import cache
from kanban.core.cache import SingleFlightCache
from kanban.core.calendar import today
from kanban.core.db import snapshot_read
from kanban.models import CardQuerySet, Column, Connection
from kanban.sync import change_log


@dataclass
class Numbers:
    """Counts and sums over all cards of a column, not only those shown. Amounts are in pennies."""

    count: int = 0
    total: int = 0
    overdue: int = 0
    week: int = 0
    month: int = 0
    later: int = 0
    undated: int = 0
    recent: int = 0
    stale: int = 0
    foreign: int = 0  # cases with a value in another currency, which is not in the total

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})


Tally = dict[int, Numbers]  # by the row of a column; empty ones are left out
_tallies: SingleFlightCache[Tally] = SingleFlightCache(128)
_latest: dict[Hashable, tuple[int, Tally]] = {}  # for whom, as of which change
cache.clears(_latest.clear)


def of_all(connection: Connection, columns: list[Column]) -> Tally:
    """The numbers of all cards that the account sees, in one snapshot."""
    with snapshot_read():
        return _of_all(connection, columns)


def _of_all(connection: Connection, columns: list[Column]) -> Tally:
    rules = tuple((column.pk, column.stale_days, column.completed) for column in columns)
    key, number = (visibility_key(connection), today(), rules), change_log.latest(connection)
    tally = shared(_tallies, connection, (key, number), partial(_counted, connection, columns, key, number))
    if len(_latest) > 64:
        _latest.clear()
    if sees_the_same(connection):
        _latest[key] = number, tally
    return tally


def of(cards: CardQuerySet, columns: list[Column]) -> Tally:
    return {row.pop("column"): Numbers(**row) for row in cards.tally(stale_in(columns))}


def _counted(connection: Connection, columns: list[Column], key: Hashable, number: int) -> Tally:
    before, tally = _latest.get(key, (0, {}))
    known = 0 < before <= number  # else it was counted in a later snapshot than this one
    touched = change_log.columns_since(connection, before) if known else None
    if touched is None:
        tally = of(connection.cards, columns)
    elif touched:
        others = {column: numbers for column, numbers in tally.items() if column not in touched}
        tally = others | of(connection.cards.filter(column__in=touched), columns)
    return tally
