"""Changing the statuses in Plannr: what that means to the protocol.

A firm's statuses are changed one at a time, as one place may move all others. The board shows the answer at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kanban.accounts import clients
from kanban.cases import mapping, revisions
from kanban.core.throttle import allow
from kanban.models import NO_CASE, ColumnChange, Connection
from kanban.sync import change_log, publish
from kanban.writes import journal, protocol
from kanban.writes.commands import Actor, StatusCommand
from kanban.writes.journal import Verdict, applied, refused, unknown
from plannr_api import NotFound, PlannrError, Status

log = logging.getLogger(__name__)
What = ColumnChange.What
TWICE = 2.0  # seconds in which a second request for the same is a double click


def change(connection: Connection, command: StatusCommand, by: Actor) -> ColumnChange:
    """Add a status, or change one; or find out what became of that if this intent was already sent. It always ends as
    something."""
    made = protocol.submit(ChangeStatus(connection, command, by))
    who = f"person {made.person_id}" if made.person_id else f"account {connection.account}"
    log.info("firm %s: status %s asked for by %s: %s", connection.firm, made.status or "new", who, made.outcome)
    return made


@protocol.settles("add", "change")
class UnconfirmedStatus(protocol.Unconfirmed[ColumnChange, list[Status]]):
    """What Plannr's list says of a status that was to be added or changed: done, or not yet."""

    def read(self) -> list[Status]:
        return clients.client_for(self.connection).statuses.list()

    def resolve(self, listed: list[Status], error: PlannrError | None = None) -> Verdict | None:
        _write(self.connection, listed)
        if any(self._is_so(each) for each in listed):
            return applied()
        self.write.is_missing = True
        if journal.given_up(self.write):
            return refused("never_taken_status")
        return unknown(error.kind, error) if error else None

    def _is_so(self, status: Status) -> bool:
        """Whether this is what was asked for. Colours are compared as the board shows them."""
        now = {"name": status.name, "position": status.position, "colour": mapping.hex_colour(status.colour)}
        wanted = self.write.wanted
        as_drawn = {name: mapping.hex_colour(value) if name == "colour" else value for name, value in wanted.items()}
        is_this = self.write.status in (None, status.uuid)
        return is_this and all(now[name] == value for name, value in as_drawn.items())


class ChangeStatus(UnconfirmedStatus, protocol.Operation[ColumnChange, list[Status], list[Status] | None, Status]):
    """One status that somebody wants to add or to change."""

    case = NO_CASE

    def __init__(self, connection: Connection, command: StatusCommand, by: Actor) -> None:
        self.connection, self.command, self.by = connection, command, by
        self.intent = command.intent

    def intended(self) -> ColumnChange:
        column, wanted = self.command.column, dict(self.command.wanted)
        before_words, wanted_words = self._in_words()
        return ColumnChange(
            **journal.author_fields(self.connection, self.by, self.intent),
            what=What.CHANGE if column else What.ADD,
            case=NO_CASE,
            title=column.name if column else self.command.wanted["name"],
            status=column.status if column else None,
            wanted=wanted,
            before_words=before_words,
            wanted_words=wanted_words,
        )

    def _in_words(self) -> tuple[str, str]:
        """How it was and how it is wanted, as far as known here. The exact place comes from Plannr's list later."""
        column, wanted = self.command.column, self.command.wanted
        if self.command.moves:
            known = list(self.connection.columns.filter(vanished=False).values_list("status", flat=True))
            at = known.index(column.status) if column and column.status in known else 0
            return _places(at, self._to(at, len(known)))
        return _in_words({name: getattr(column, name) for name in wanted}) if column else "", _in_words(wanted)

    def _to(self, at: int, count: int) -> int:
        return min(max(0, self.command.to(at)), count - 1)

    def unsettled(self) -> str:
        """An unconfirmed change of the same status, new name, or of any place may still be applied, and would then
        repeat or undo this one. Where Plannr has no list nothing can confirm it; then it forbids only while it may be
        applied."""
        waiting = ColumnChange.objects.filter(firm=self.connection.firm, outcome=ColumnChange.Outcome.UNKNOWN)
        settled = [protocol.settle(earlier, self.connection) for earlier in waiting if not journal.given_up(earlier)]
        in_doubt = any(each.outcome == ColumnChange.Outcome.UNKNOWN and self._meets(each) for each in settled)
        return "unsettled_status" if in_doubt else ""

    def _meets(self, earlier: ColumnChange) -> bool:
        if earlier.status is None or self.command.column is None:
            return earlier.status is None and self.command.column is None and _same(earlier.title, self.write.title)
        both_place = self.command.moves and "position" in earlier.wanted
        return earlier.status == self.command.column.status or both_place

    def look(self) -> list[Status] | None:
        """Plannr's list, where the change depends on it: a name must be new, and a place is counted in it. Where Plannr
        has no list, the known columns."""
        if self.command.column and not self.command.moves:
            return None
        try:
            return self.read()
        except NotFound:
            known = self.connection.columns.filter(vanished=False)
            return [Status(uuid=each.status, name=each.name, position=None) for each in known]

    def objection(self, listed: list[Status] | None) -> Verdict | None:
        if listed is None:
            return None
        if self.command.column is None:
            return self._added_already(listed)
        at = next((number for number, each in enumerate(listed) if each.uuid == self.write.status), None)
        if at is None:
            return refused("not_listed")
        to = self._to(at, len(listed))
        self.write.wanted = {"position": listed[to].position or to + 1}
        self.write.before_words, self.write.wanted_words = _places(at, to)
        return applied("already") if to == at else None

    def prepare(self, _: list[Status] | None) -> dict[str, Any]:
        return {name: getattr(self.write, name) for name in ("wanted", "before_words", "wanted_words")}

    def send(self) -> Status:
        statuses, wanted, key = clients.client_for(self.connection).statuses, self.write.wanted, str(self.intent)
        if self.write.status is None:
            return statuses.create(**wanted, request_id=key)
        return statuses.update(self.write.status, **wanted, request_id=key)

    def confirm(self, _: list[Status] | None, answer: Status) -> Verdict:
        """The whole list is read, as one place may move all others; where there is none, this one status is taken."""
        self.write.status = answer.uuid
        try:
            _write(self.connection, self.read())
        except PlannrError:
            _write_one(self.connection, answer)
        return applied()

    def _added_already(self, listed: list[Status]) -> Verdict | None:
        name = self.command.wanted["name"]
        if any(_same(each.name, name) for each in listed):
            return refused("name_taken")
        return None if allow(TWICE, "status", self.connection.firm, name) else refused("sent_twice")


@transaction.atomic
def _write(connection: Connection, listed: list[Status]) -> None:
    connection.locked()
    if publish.write_columns(connection, listed, ()):
        change_log.record_change(connection, [], columns=True)


@transaction.atomic
def _write_one(connection: Connection, answer: Status) -> None:
    connection.locked()
    known = connection.columns.filter(status=answer.uuid).first()
    place = known.place if known else connection.columns.count()
    column = mapping.column_from(connection, answer, place, vanished=False)
    if known:
        column.pk = known.pk
        column.save(update_fields=revisions.PLANNRS)
    else:
        column.save()
    change_log.record_change(connection, [], columns=True)


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()


def _in_words(fields: Mapping[str, Any]) -> str:
    """As the record says it: "Due diligence, colour #123456"."""
    return ", ".join(value if name == "name" else f"{name} {value or 'none'}" for name, value in fields.items())


def _places(at: int, to: int) -> tuple[str, str]:
    return f"place {at + 1}", f"place {to + 1}"
