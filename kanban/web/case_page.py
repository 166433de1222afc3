"""A case that somebody has opened: what the mirror and the record know of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s

from django.conf import settings
from django.utils import timezone

from kanban.audit import queries, time_in_status
from kanban.board.placement import place_of
from kanban.cases import revisions
from kanban.models import Card, Connection
from kanban.web.messages.audit import AuditLine

LINES = 20  # of the record, which has a page of its own
STEPS = 2000  # lines of the record that are read for the time in each status


@dataclass(frozen=True)
class CasePage:
    card: Card
    place: tuple[int, int]  # 2 of 7
    lines: list[AuditLine]
    more: bool  # there are older lines
    journey: time_in_status.StatusTimeline

    @classmethod
    def of(cls, connection: Connection, card: Card) -> CasePage:
        """In a constant number of queries; Plannr is not asked."""
        entries = queries.visible(connection).filter(case=card.case)
        lines = [AuditLine(entry) for entry in queries.latest(entries).order_by("-number")[: LINES + 1]]
        columns = {column.status: column for column in connection.columns}
        entries_by_age = reversed(queries.latest(entries).order_by("-number")[:STEPS])
        journey = time_in_status.journey(card, entries_by_age, columns, timezone.now())
        return cls(card, place_of(connection, card), lines[:LINES], len(lines) > LINES, journey)

    @property
    def looks(self) -> str:
        """A fingerprint of what Plannr says of the case: if it changes, the remote parts are asked for again."""
        return _mark(revisions.visible_values(self.card), self.card.column.status)

    @property
    def seen(self) -> str:
        """A fingerprint of all that is shown here, including its place and its history."""
        newest = self.lines[0].entry.number if self.lines else 0
        return f"{self.looks}-{_mark(self.place, revisions.header(self.card.column), newest)}"

    @property
    def plannr_url(self) -> str:
        """The address of the case in Plannr, if it is configured."""
        return str(settings.PLANNR_CASE_URL).replace("{uuid}", str(self.card.case))


def _mark(*parts: object) -> str:
    return blake2s(repr(parts).encode(errors="replace"), digest_size=6).hexdigest()
