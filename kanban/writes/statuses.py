"""The statuses themselves, changed in Plannr: sent once, believed as answered, and on the board at once.

What Plannr did not confirm is settled by reading its list, never by sending again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from kanban.accounts import clients
from kanban.cases import mapping, revisions
from kanban.core.throttle import allow
from kanban.models import Column, Connection
from kanban.sync import change_log, publish
from kanban.writes.journal import words_of
from plannr_api import NotFound, PlannrError, Status

log = logging.getLogger(__name__)

TWICE = 2.0  # seconds in which the same once more is a double click


class StatusError(Exception):
    """It was not done, or nobody knows. `code`: a key of reasons.of_status; `problem`: the kind of what Plannr
    answered; `words`: what it said itself; `name`: of the status."""

    def __init__(self, code: str, *, problem: str = "", words: str = "", name: str = "") -> None:
        super().__init__(code)
        self.code, self.problem, self.words, self.name = code, problem, words, name


def add(connection: Connection, name: str, colour: str, by: str) -> None:
    """A new status, after all others."""
    if any(_same(each.name, name) for each in _listed(connection)):
        raise StatusError("name_taken", name=name)
    if not allow(TWICE, "status", connection.firm, name):
        raise StatusError("sent_twice")
    log.info("status %r of firm %s: asked for by %s", name, connection.firm, by)
    client = clients.client_for(connection)
    _send(connection, lambda: client.statuses.create(name, colour=colour), {"name": name, "colour": colour})


def change(connection: Connection, column: Column, by: str, **wanted: Any) -> None:
    """Another name, colour or position. The completed status may refuse all but its position: then Plannr says so."""
    log.info("status %s of firm %s: %s asked for by %s", column.status, connection.firm, ", ".join(wanted), by)
    client = clients.client_for(connection)
    _send(connection, lambda: client.statuses.update(column.status, **wanted), {"uuid": column.status, **wanted})


def position(connection: Connection, column: Column, *, place: int | None = None, step: int = 0) -> int | None:
    """The position that puts a column at that place from 1, or so many steps on, counted from Plannr's list as it is
    now; None where it stands there already."""
    listed = _listed(connection)
    at = next((number for number, each in enumerate(listed) if each.uuid == column.status), None)
    if at is None:
        raise StatusError("not_listed")
    to = min(max(0, at + step if place is None else place - 1), len(listed) - 1)
    return None if to == at else listed[to].position or to + 1


def _send(connection: Connection, ask: Callable[[], Status], wanted: dict[str, Any]) -> None:
    try:
        answer = ask()
    except PlannrError as error:
        return _failed(connection, error, wanted)
    return _absorb(connection, answer)


def _failed(connection: Connection, error: PlannrError, wanted: dict[str, Any]) -> None:
    """If Plannr certainly refused it, that is that; else its list tells."""
    if error.applied is False:
        code = "gone" if isinstance(error, NotFound) else "refused"
        raise StatusError(code, problem=error.kind, words=words_of(error))
    try:
        listed = clients.client_for(connection).statuses.list()
    except PlannrError:
        raise StatusError("unconfirmed", problem=error.kind) from None
    _write(connection, listed)
    if not any(_is(each, wanted) for each in listed):
        raise StatusError("not_there", problem=error.kind)


def _is(status: Status, wanted: dict[str, Any]) -> bool:
    """Whether this is what was asked for. Colours are compared as they are drawn."""
    now = {"uuid": status.uuid, "name": status.name, "position": status.position}
    now["colour"] = mapping.hex_colour(status.colour)
    return all(
        now[name] == (mapping.hex_colour(value) if name == "colour" else value) for name, value in wanted.items()
    )


def _absorb(connection: Connection, answer: Status) -> None:
    """What Plannr says now is what the board shows: the whole list, as one place may move all others; where there is
    none, this one status."""
    try:
        listed = clients.client_for(connection).statuses.list()
    except PlannrError:
        return _write_one(connection, answer)
    return _write(connection, listed)


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


def _listed(connection: Connection) -> list[Status]:
    """Plannr's list now; where it has none, the columns that are known."""
    try:
        return clients.client_for(connection).statuses.list()
    except NotFound:
        known = connection.columns.filter(vanished=False)
        return [Status(uuid=each.status, name=each.name, position=None) for each in known]
    except PlannrError as error:
        raise StatusError("not_asked", problem=error.kind) from None


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()
