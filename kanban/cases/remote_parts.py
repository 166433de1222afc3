"""What only Plannr knows of a case: asked for when somebody opens it, shown to them, and not stored.

Each part is a request of its own, so that one can fail without the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from django.core import signing

from kanban.accounts.clients import client_for
from kanban.models import Card, Connection
from plannr_api import Account, Case, Contact, Plannr, PlannrError, RateLimited, Task

T = TypeVar("T")
SALT = "kanban.parts"  # open pages hold what was signed with it
MOST = 50  # people of one case whose contact details are asked for
NEVER = datetime.max.replace(tzinfo=UTC)
TITLES = {
    "details": "Plans and further fields",
    "contacts": "E-mail and telephone",
    "tasks": "Tasks",
    "notes": "Notes",
}


@dataclass(frozen=True)
class Part:
    """The result of asking for one: what was found, or why nothing was."""

    name: str
    found: object = None
    problem: str = ""  # a key of reasons.PROBLEMS
    gone: bool = False  # the case itself no longer exists

    @property
    def title(self) -> str:
        return TITLES[self.name]


@dataclass(frozen=True)
class Details:
    """The case as Plannr has it now. Its card in the mirror has been updated from it."""

    case: Case
    clients: list[Account]
    whose: str  # the clients whose contacts may be asked for; signed, so that nobody else's can be


@dataclass(frozen=True)
class Tasks:
    tasks: list[Task]

    @property
    def done(self) -> int:
        return sum(task.done for task in self.tasks)


def details(connection: Connection, card: Card, look: Callable[[], Case]) -> Part:
    """`look` reads the case and updates the mirror from it. It raises PlannrError."""

    def read(plannr: Plannr) -> Details:
        case = look()
        clients = _clients(case)
        return Details(case, clients, _signer(connection, card).sign_object([str(each.uuid) for each in clients]))

    part = _asked(connection, "details", read)
    return Part("details", problem=part.problem, gone=True) if part.problem == "not_found" else part


def contacts(connection: Connection, card: Card, whose: str) -> Part:
    """E-mail and telephone of the clients whom `Details.whose` names. Raises signing.BadSignature for others."""
    uuids = [UUID(each) for each in _signer(connection, card).unsign_object(whose)]

    def read(plannr: Plannr) -> list[tuple[UUID, Contact]]:
        return list(plannr.accounts.contacts(uuids).items())

    return _asked(connection, "contacts", read)


def tasks(connection: Connection, card: Card) -> Part:
    """Tasks still to be done first, the most urgent on top."""

    def read(plannr: Plannr) -> Tasks:
        found = plannr.tasks.of_case(card.case)
        return Tasks(sorted(found, key=lambda task: (task.done, task.due_at or NEVER)))

    return _asked(connection, "tasks", read)


def notes(connection: Connection, card: Card) -> Part:
    return _asked(connection, "notes", lambda plannr: plannr.notes.of_case(card.case))


def everything(connection: Connection, card: Card, look: Callable[[], Case]) -> dict[str, Part]:
    """All parts at once, for a page that cannot ask for them by itself."""
    first = details(connection, card, look)
    found = {"details": first, "tasks": tasks(connection, card), "notes": notes(connection, card)}
    if isinstance(first.found, Details):
        found["contacts"] = contacts(connection, card, first.found.whose)
    return found


def _asked(connection: Connection, name: str, read: Callable[[Plannr], T]) -> Part:
    """A person asks, so they may use the last request of a minute; but not while Plannr wants a pause."""
    try:
        plannr = client_for(connection)
        if not plannr.rate.spare(reserve=0):
            raise RateLimited
        return Part(name, read(plannr))
    except PlannrError as error:
        return Part(name, problem=error.kind)


def _clients(case: Case) -> list[Account]:
    """Everybody whom the case is for; of a couple, each person and the joint account."""
    accounts: Iterable[Account] = case.participants or ()
    clients = [account for account in accounts if account.type != "employee"]
    return (clients or list(accounts))[:MOST]


def _signer(connection: Connection, card: Card) -> signing.Signer:
    return signing.Signer(salt=f"{SALT} {connection.account} {card.case}")
