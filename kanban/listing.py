"""Every case of a look, and not only what the board has drawn of it: for what leaves the browser.

Folded columns are opened, and completed cases are not only those of the last 30 days: counts and sums are those of the
headers.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanban.lens import Lens
from kanban.models import Card, Column, Connection
from kanban.sorting import Order

AT_ONCE = 500


def every(connection: Connection, lens: Lens) -> Iterator[tuple[Column, list[Card]]]:
    """Column by column in the lens's order, some at a time: a slow reader holds no cursor and no memory."""
    columns, order = list(connection.columns), Order.named(lens.sort)
    cards = lens.at(connection, columns)
    for column in columns:
        rest = order.sorted(cards.of(column))
        while some := list(rest[:AT_ONCE]):
            yield column, some
            if len(some) < AT_ONCE:
                break
            last = some[-1]
            rest = order.sorted(order.beyond(cards.of(column), order.key_of(last), last.case))


def places(connection: Connection) -> dict[int, int]:
    """Which place each card has among all those of its column that this account is shown, in Plannr's order."""
    found: dict[int, int] = {}
    counted: dict[int, int] = {}
    for pk, column in connection.cards.in_order().values_list("pk", "column"):
        counted[column] = found[pk] = counted.get(column, 0) + 1
    return found
