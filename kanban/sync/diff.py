"""Which rows of a complete read differ from the mirror: the others need not be parsed.

Each card stores the digest of the row from which it was made, until another answer changes it. So it costs little to
read ten thousand cases of which ten have changed, in any process and after any restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kanban.core import cache
from kanban.models import Card, Connection
from kanban.sync import change_log
from plannr_api import Case, Fetched, Row, Status, newest

EDITION = "1."  # raise it whenever something more or else is stored of a case: then every row is parsed again


class Cases(Mapping[UUID, Case]):
    """Each is parsed when it is asked for, and not stored: ten thousand at a time would take as much memory as all the
    rest of a process."""

    def __init__(self, rows: dict[UUID, Row], found: dict[UUID, Case]) -> None:
        self._rows, self._found = rows, found

    def __getitem__(self, case: UUID) -> Case:
        return self._found[case] if case in self._found else self._rows[case].case

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._rows.keys() | self._found.keys())

    def __len__(self) -> int:
        return len(self._rows.keys() | self._found.keys())

    def source(self, case: UUID) -> str:
        """What its card stores of the row from which it is made."""
        return "" if case in self._found else EDITION + self._rows[case].digest


@dataclass
class Difference:
    """What a complete read says that the mirror does not."""

    number: int  # the newest change when they were compared
    cases: Cases
    same: set[UUID]  # whose cards already say the same
    set_aside: int  # how many could not be read

    @property
    def all(self) -> set[UUID]:
        """Every case that the account is shown."""
        return self.same | self.cases.keys()


@dataclass
class Read:
    """A complete read, to be compared with the mirror as it stands. `whole`: every row is parsed."""

    fetched: Fetched
    whole: bool
    found: dict[UUID, Case] = field(default_factory=dict)  # missing in it, but found when asked for alone

    def against(self, connection: Connection) -> Difference:
        number = change_log.latest(connection)
        known = {} if self.whole else _known(connection)
        new = [row for row in self.fetched.rows if row.digest not in known]
        same = {known[row.digest]: row for row in self.fetched.rows if row.digest in known}
        rows, set_aside = newest(new, _row)
        if twice := [same.pop(case) for case in same.keys() & rows.keys()]:
            rows, set_aside = newest([*new, *twice], _row)
        return Difference(number, Cases(rows, self.found), set(same), len(set_aside))


def _row(_: Case, row: Row) -> Row:
    return row


def _known(connection: Connection) -> dict[str, UUID]:
    rows = Card.objects.filter(firm=connection.firm, source__startswith=EDITION).values_list("source", "case")
    return {row.removeprefix(EDITION): case for row, case in rows}


# The last complete read of each account. When Plannr sends the same bytes again, and nothing was written to the mirror
# since, there is nothing to parse, compare or write: with ten thousand cases that is most of a read.


@dataclass(frozen=True)
class LastRead:
    """What Plannr sent, and the state of the mirror once that was stored."""

    digest: str
    statuses: list[Status]
    change: int
    visibility_version: int


_reads: dict[int, LastRead] = {}  # by connection, in each process
cache.clears(_reads.clear)


def is_repeated(connection: Connection, digest: str, statuses: list[Status]) -> bool:
    """Whether the mirror says this already. Call it while nobody else can write to the mirror."""
    return _reads.get(connection.pk) == _now(connection, digest, statuses)


def remember(connection: Connection, digest: str, statuses: list[Status], cases: int) -> None:
    """Record that this read was stored, in the current transaction. Not if a case was moved while it was read, because
    the mirror then says something newer; nor if it did not have every case."""
    newer = Card.objects.filter(firm=connection.firm, heard_at__gt=connection.as_of)
    _reads.pop(connection.pk, None)
    if connection.cards.count() == cases and not newer.exists():
        _reads[connection.pk] = _now(connection, digest, statuses)


def _now(connection: Connection, digest: str, statuses: list[Status]) -> LastRead:
    version = Connection.objects.values_list("visibility_version", flat=True).get(pk=connection.pk)
    return LastRead(digest, statuses, change_log.latest(connection), version)
