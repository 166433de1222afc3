"""The one way in which anything that changes something in Plannr is sent.

    written down → looked at → objected to, or sent → confirmed → closed, with its line of the record
                                                 └→ no usable answer → unconfirmed → settled by reading

What holds for every kind of write is written here, and only here; what it means for one kind, in that kind's class:
- Nothing is sent before its row says so, and nothing is sent that was abandoned meanwhile.
- One request for each intent, with the intent as its id. It is never sent again: sent later, the same request would
  silently undo what others did meanwhile.
- `sent_at` decides: before it every failure means refused; after it only Plannr's own refusal does, and all else is
  unconfirmed until a reading settles it. So nothing that Plannr did is called refused because something broke here.
- It ends once, with its line of the record, whoever finds out.

Between the look and the request somebody in Plannr's own screens can still make a change. Plannr has no conditional
write, so this window of one round trip can be small but not closed.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.models import Connection, Edit, Write
from kanban.sync import absorb
from kanban.writes import journal
from kanban.writes.journal import Verdict, applied, refused, unknown
from plannr_api import NotFound, PlannrError

log = logging.getLogger(__name__)
Outcome = Write.Outcome

W = TypeVar("W", bound=Write)
Reading = TypeVar("Reading")  # what a later reading returns
Sight = TypeVar("Sight")  # what a look before the request returns
Answer = TypeVar("Answer")
U = TypeVar("U", bound="type[Unconfirmed[Any, Any]]")

GATEWAYS = (502, 504, *range(520, 531))  # answers of a proxy, which do not show what Plannr is still doing


class Unconfirmed(ABC, Generic[W, Reading]):
    """A write of one kind that Plannr has not confirmed: how it is read, and what a reading means."""

    write: W

    def __init__(self, write: W, connection: Connection) -> None:
        self.write, self.connection = write, connection

    @abstractmethod
    def read(self) -> Reading:
        """What Plannr says now. Raises PlannrError."""

    @abstractmethod
    def resolve(self, reading: Reading, error: PlannrError | None = None) -> Verdict | None:
        """What that reading means; None: it does not show it yet. `error`: what came instead of an answer, if the
        reading follows the request at once."""


class Operation(Unconfirmed[W, Reading], Generic[W, Reading, Sight, Answer]):
    """A write of one kind that somebody wants. Its methods are called in the order in which they stand here."""

    case: UUID
    intent: UUID
    is_ours = False  # whether we are to make it: not if its intent was sent before, nor if its turn never came

    @abstractmethod
    def intended(self) -> W:
        """The row that is written down before anything is asked of Plannr."""

    def unsettled(self) -> str:
        """Why an unconfirmed earlier write forbids this one, which it might undo; or nothing."""
        return ""

    @abstractmethod
    def look(self) -> Sight:
        """What Plannr says now, in one read. Raises PlannrError; then nothing is sent."""

    @abstractmethod
    def objection(self, now: Sight) -> Verdict | None:
        """Why nothing is to be sent: it is impossible, somebody was faster, it is so already, or a rule of the firm
        asks something first."""

    @abstractmethod
    def prepare(self, now: Sight) -> dict[str, Any]:
        """The fields of the row that must be known after a crash, written in the same statement that marks it sent."""

    @abstractmethod
    def send(self) -> Answer:
        """The request. Raises PlannrError, also for an answer that cannot be believed."""

    @abstractmethod
    def confirm(self, now: Sight, answer: Answer) -> Verdict:
        """What the answer means. The mirror holds from here on what Plannr says in it."""

    def refusal(self, error: PlannrError) -> Verdict | None:
        """What it means that Plannr certainly refused; None: for this kind only a reading shows it."""
        return refused(error.kind, error)


def submit(operation: Operation[W, Any, Any, Any]) -> W:
    """Make one write, or find out what became of it if its intent was sent before.

    Whatever goes wrong, it gets an outcome: no PlannrError is raised, and no lock is left behind.
    """
    opened = journal.open_write(operation.connection, operation.case, operation.intent, operation.intended)
    operation.write, operation.is_ours = opened
    write = operation.write
    if not operation.is_ours:
        return settle(write, operation.connection)  # whoever asks again gets what is known by now
    try:
        _carry_out(operation)
    except PlannrError as error:
        journal.close(write, (unknown if write.sent_at else refused)(error.kind, error))
    except Exception:
        log.exception("%s %s went wrong", write.kind, write.intent)
        journal.close(write, unknown("broken") if write.sent_at else refused("not_sent"))
    return write


def apply_here(
    connection: Connection, case: UUID, intent: UUID, intended: Callable[[], W], effect: Callable[[], None]
) -> W:
    """Make a write of what is stored here and not in Plannr: nothing is sent, and the change and its line of the record
    are one transaction."""
    write, is_ours = journal.open_write(connection, case, intent, intended)
    if not is_ours:
        return write
    try:
        journal.close(write, applied(effect=effect))
    except Exception:
        log.exception("%s %s went wrong", write.kind, write.intent)
        journal.close(write, refused("not_sent"))
    return write


def settle(write: W, connection: Connection | None = None) -> W:
    """Find out by reading what became of a write that Plannr did not confirm, if that can be known now.

    `connection`: through which account it is read, if not the one that made it. Raises nothing: a failure with one
    write must not hold up the others.
    """
    if write.outcome != Outcome.UNKNOWN:
        return write
    try:
        _read(_KINDS[write.kind](write, connection or write.connection))
    except Exception:
        log.exception("%s %s could not be settled", write.kind, write.intent)
        write.refresh_from_db()
    return write


def settles(*kinds: str) -> Callable[[U], U]:
    """Marks the class that settles writes of these kinds."""

    def register(unconfirmed: U) -> U:
        _KINDS.update(dict.fromkeys(kinds, unconfirmed))
        return unconfirmed

    return register


_KINDS: dict[str, type[Unconfirmed[Any, Any]]] = {}


def _carry_out(operation: Operation[Any, Any, Any, Any]) -> None:
    write = operation.write
    if reason := operation.unsettled():
        return journal.close(write, refused(reason))
    now = operation.look()
    if objection := operation.objection(now):
        return journal.close(write, objection)
    if not journal.mark_sent(write, **operation.prepare(now)):
        return None
    try:
        answer = operation.send()
    except PlannrError as error:
        return _unanswered(operation, error)
    return journal.close(write, operation.confirm(now, answer))


def _unanswered(operation: Operation[Any, Any, Any, Any], error: PlannrError) -> None:
    """The request brought no usable answer. If Plannr certainly refused it, close it; else a reading settles it."""
    if error.applied is False and (verdict := operation.refusal(error)):
        return journal.close(operation.write, verdict)
    log.warning("%s %s not confirmed: %s", operation.write.kind, operation.write.intent, type(error).__name__)
    journal.close(operation.write, unknown(error.kind, error))
    return _read(operation, error)


def _read(unconfirmed: Unconfirmed[Any, Any], error: PlannrError | None = None) -> None:
    try:
        reading = unconfirmed.read()
    except PlannrError:
        return  # it cannot be read now, and stays as it is
    if verdict := unconfirmed.resolve(reading, error):
        journal.close(unconfirmed.write, verdict)


# What several kinds share


def is_final(error: PlannrError | None) -> bool:
    """Whether what came instead of an answer is from Plannr itself, so that it will not apply the write later."""
    if error is None:
        return False
    return error.applied is False or bool(error.status and error.status not in GATEWAYS)


def case_gone(write: Write) -> Verdict | None:
    """A list left the case out, or Plannr did not find it. Only a read of the case itself takes it off the board."""
    waits = write.outcome == Outcome.UNKNOWN
    try:
        case = clients.client_for(write.connection).cases.get(write.case)
    except NotFound as error:
        absorb.remove_case(write.connection, write.case)
        if waits and isinstance(write, Edit):  # it may be what hid the case
            return unknown("untold", error)
        return refused("not_found", error)
    except PlannrError as error:
        return None if waits else refused(error.kind, error)
    absorb.absorb(write.connection, case, heard_at=timezone.now())
    return None if waits else refused("rejected")
