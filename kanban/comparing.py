"""What of a complete read the mirror does not know word for word: the rest need not be taken apart.

Each card keeps the digest of the row that it was made of, until it hears anything else. So it costs little to read ten
thousand cases of which ten have changed, in whatever process and after whatever restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kanban import changes
from kanban.models import Card, Connection
from plannr_api import Case, Fetched

EDITION = "1."  # to be raised whenever more is kept of a case, or something else: then every row is taken apart again


@dataclass
class Told:
    """What a complete read tells beyond what is known."""

    number: int  # the newest change when it was compared
    cases: dict[UUID, Case]
    rows: dict[UUID, str]  # what their cards will keep
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
        number = changes.latest(connection)
        known = {} if self.whole else _known(connection)
        new = [row for row in self.fetched.rows if row.digest not in known]
        same = {known[row.digest]: row for row in self.fetched.rows if row.digest in known}
        read, digests = self.fetched.taken_apart(new)
        if twice := [same.pop(case) for case in same.keys() & digests.keys()]:  # the newer of the two counts
            read, digests = self.fetched.taken_apart([*new, *twice])
        cases = {case.uuid: case for case in read.cases}
        rows = {case: EDITION + digest for case, digest in digests.items()}
        return Told(number, cases | self.found, rows, set(same), len(read.set_aside))


def _known(connection: Connection) -> dict[str, UUID]:
    rows = Card.objects.filter(firm=connection.firm, source__startswith=EDITION).values_list("source", "case")
    return {row.removeprefix(EDITION): case for row, case in rows}
