"""What the last complete read of each account was. When Plannr sends the very same bytes again, and nothing was written
to the mirror since, there is nothing to take apart, compare or write: at ten thousand cases that is most of a read."""

from __future__ import annotations

from dataclasses import dataclass

from kanban.models import Card, Connection
from kanban.sync import change_log
from plannr_api import Status


@dataclass(frozen=True)
class Read:
    """What Plannr sent, and how the mirror stood when it had been written down."""

    digest: str
    statuses: list[Status]
    change: int
    eyes: int


_reads: dict[int, Read] = {}  # by connection; each process knows its own


def is_repeated(connection: Connection, digest: str, statuses: list[Status]) -> bool:
    """Whether that is what the mirror says already. To be asked while nobody else can write to it."""
    return _reads.get(connection.pk) == _now(connection, digest, statuses)


def remember(connection: Connection, digest: str, statuses: list[Status], cases: int) -> None:
    """This has been written down, in the transaction that is under way. Not if somebody was moved while it was read:
    the mirror then says something newer. Nor if it did not tell of every case."""
    newer = Card.objects.filter(firm=connection.firm, heard_at__gt=connection.as_of)
    _reads.pop(connection.pk, None)
    if connection.cards.count() == cases and not newer.exists():
        _reads[connection.pk] = _now(connection, digest, statuses)


def forget() -> None:
    _reads.clear()


def _now(connection: Connection, digest: str, statuses: list[Status]) -> Read:
    eyes = Connection.objects.values_list("eyes", flat=True).get(pk=connection.pk)
    return Read(digest, statuses, change_log.latest(connection), eyes)
