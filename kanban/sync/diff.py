"""What of a complete read the mirror does not know word for word: the rest need not be taken apart.

Each card keeps the digest of the row that it was made of, until it hears anything else. So it costs little to read ten
thousand cases of which ten have changed, in whatever process and after whatever restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kanban.core import cache
from kanban.models import Card, Connection
from kanban.sync import change_log
from plannr_api import Case, Fetched, Row, Status, newest

EDITION = "1."  # to be raised whenever more is kept of a case, or something else: then every row is taken apart again


class Cases(Mapping[UUID, Case]):
    """Each is taken apart when it is asked for, and forgotten: ten thousand at a time would take as much memory as all
    the rest of a process."""

    def __init__(self, rows: dict[UUID, Row], found: dict[UUID, Case]) -> None:
        self._rows, self._found = rows, found

    def __getitem__(self, case: UUID) -> Case:
        return self._found[case] if case in self._found else self._rows[case].case

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._rows.keys() | self._found.keys())

    def __len__(self) -> int:
        return len(self._rows.keys() | self._found.keys())

    def source(self, case: UUID) -> str:
        """What its card keeps of the row that it is made of."""
        return "" if case in self._found else EDITION + self._rows[case].digest


@dataclass
class Told:
    """What a complete read tells beyond what is known."""

    number: int  # the newest change when it was compared
    cases: Cases
    same: set[UUID]  # whose cards say it all
    set_aside: int  # how many could not be understood

    @property
    def all(self) -> set[UUID]:
        """Every case that the account is shown."""
        return self.same | self.cases.keys()


@dataclass
class Read:
    """A complete read, to be compared with the mirror as it stands. `whole`: it is all taken apart."""

    fetched: Fetched
    whole: bool
    found: dict[UUID, Case] = field(default_factory=dict)  # missing there, but shown when asked for alone

    def against(self, connection: Connection) -> Told:
        number = change_log.latest(connection)
        known = {} if self.whole else _known(connection)
        new = [row for row in self.fetched.rows if row.digest not in known]
        same = {known[row.digest]: row for row in self.fetched.rows if row.digest in known}
        rows, set_aside = newest(new, _row)
        if twice := [same.pop(case) for case in same.keys() & rows.keys()]:
            rows, set_aside = newest([*new, *twice], _row)
        return Told(number, Cases(rows, self.found), set(same), len(set_aside))


def _row(_: Case, row: Row) -> Row:
    return row


def _known(connection: Connection) -> dict[str, UUID]:
    rows = Card.objects.filter(firm=connection.firm, source__startswith=EDITION).values_list("source", "case")
    return {row.removeprefix(EDITION): case for row, case in rows}


# What the last complete read of each account was. When Plannr sends the very same bytes again, and nothing was written
# to the mirror since, there is nothing to take apart, compare or write: at ten thousand cases that is most of a read.


@dataclass(frozen=True)
class LastRead:
    """What Plannr sent, and how the mirror stood when it had been written down."""

    digest: str
    statuses: list[Status]
    change: int
    eyes: int


_reads: dict[int, LastRead] = {}  # by connection; each process knows its own
cache.clears(_reads.clear)


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


def _now(connection: Connection, digest: str, statuses: list[Status]) -> LastRead:
    eyes = Connection.objects.values_list("eyes", flat=True).get(pk=connection.pk)
    return LastRead(digest, statuses, change_log.latest(connection), eyes)
