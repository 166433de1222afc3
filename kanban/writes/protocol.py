"""The one way in which anything that changes something in Plannr is sent.

    written down → looked at → objected to, or sent → believed → closed, with its line of the record
                                                 └→ no usable answer → not confirmed → settled by reading

What every kind of write is promised is told here, and only here; what a kind means by it, in a class of that kind:
- Nothing leaves before the row says that it is sent, and nothing leaves that was given up meanwhile.
- One request an intent, which it bears as its id. It is never sent again: sent later, the same request would silently
  take back what others did meanwhile.
- `sent_at` decides: before it whatever goes wrong is refused; after it only Plannr's own refusal is, and all else is
  not confirmed until a reading tells. So nothing that Plannr did can be told as refused because something broke here.
- It ends once, with its line of the record, whoever finds it out.

Between the look and the request somebody in Plannr's own screens can still slip in; Plannr has no conditional write, so
that window of one round trip can be kept small but not closed.
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
Reading = TypeVar("Reading")  # what a later reading gives
Sight = TypeVar("Sight")  # what a look before the request gives
Answer = TypeVar("Answer")
U = TypeVar("U", bound="type[Unconfirmed[Any, Any]]")

GATEWAYS = (502, 504, *range(520, 531))  # a proxy's own words, which say nothing of what Plannr is still doing


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
        """What that reading means; None: it does not tell yet. `error`: what came in place of an answer, where it is
        whoever has just sent the write that reads."""


class Operation(Unconfirmed[W, Reading], Generic[W, Reading, Sight, Answer]):
    """A write of one kind that somebody wants. Its questions are asked in the order in which they stand here."""

    case: UUID
    intent: UUID
    is_ours = False  # whether it was ours to make: not if its intent was sent before, nor if its turn never came

    @abstractmethod
    def intended(self) -> W:
        """The row that is written down before anything is asked of Plannr."""

    def unsettled(self) -> str:
        """Why an earlier write that Plannr has not confirmed forbids this one, which it might take back; or nothing."""
        return ""

    @abstractmethod
    def look(self) -> Sight:
        """What Plannr says now, in one read. Raises PlannrError; then nothing is sent."""

    @abstractmethod
    def objection(self, now: Sight) -> Verdict | None:
        """Why nothing is to be sent: it cannot be, somebody was faster, it is so already, or a rule of the firm asks
        something first."""

    @abstractmethod
    def prepare(self, now: Sight) -> dict[str, Any]:
        """The fields of the row that must be known after a crash, written in the same statement that marks it sent."""

    @abstractmethod
    def send(self) -> Answer:
        """The request. Raises PlannrError, also for an answer that cannot be believed."""

    @abstractmethod
    def confirm(self, now: Sight, answer: Answer) -> Verdict:
        """What the answer means; what Plannr says in it is what the mirror holds from here on."""

    def refusal(self, error: PlannrError) -> Verdict | None:
        """What it means that Plannr certainly refused; None: of this kind only a reading tells."""
        return refused(error.kind, error)


def submit(operation: Operation[W, Any, Any, Any]) -> W:
    """Make one write, or find out what became of it if its intent was sent before.

    Whatever goes wrong, it ends as something: never a PlannrError, and no lock left behind.
    """
    opened = journal.open_write(operation.connection, operation.case, operation.intent, operation.intended)
    operation.write, operation.is_ours = opened
    write = operation.write
    if not operation.is_ours:
        return settle(write, operation.connection)  # whoever asks again is told what can be told by now
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
    """Make a write of what is kept here and not in Plannr: nothing is sent, and it is so in the transaction in which
    the record says so."""
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
    """Find out by reading what became of a write that Plannr did not confirm, if it can be told now.

    `connection`: through which account it is read, if not the one that made it. Raises nothing: what goes wrong with
    one write keeps no other waiting.
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
    """The request brought no usable answer. If Plannr certainly refused it, that is that; else reading tells."""
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


# What several kinds mean alike


def is_final(error: PlannrError | None) -> bool:
    """Whether what came in place of an answer is Plannr's own word, so that it will not do it later."""
    if error is None:
        return False
    return error.applied is False or bool(error.status and error.status not in GATEWAYS)


def case_gone(write: Write) -> Verdict | None:
    """A list left the case out, or Plannr did not find it: only a direct answer takes it off the board."""
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
