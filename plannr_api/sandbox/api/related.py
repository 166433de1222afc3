"""What belongs to a case: its tasks and notes, and the contact details of its people.

The lists, their filters and most keys are documented; that a note's text is `contents`, and that a task always
has `assigned_to` is inferred. A contact detail's accounts are documented as one, and assumed to be a list.
"""

from collections.abc import Callable

from ..protocol import serializers
from ..protocol.errors import no_route, not_found
from ..protocol.http import Answer, Request
from ..state.records import Firm, Json
from ..world import World
from . import cases, filters
from .filters import Filter, Test
from .listings import Listing, listed

_DATES = ("created_at", "updated_at")


def _in_status(flag: Callable[[Json], bool]) -> Filter:
    """`true` asks for tasks whose status has the flag, anything else for the others."""

    def make(text: str, firm: Firm) -> Test:
        wanted = text.lower() in {"true", "1"}
        return lambda task: flag(firm.task_statuses[task["status"]]) == wanted

    return make


TASKS = Listing(
    "tasks",
    serializers.task,
    "created_at",
    {
        "name": filters.part_of("name"),
        "taskable_type": filters.one_of("taskable_type"),
        "taskable_uuid": filters.one_of("taskable"),
        "priority": filters.one_of("priority"),
        "assigned_to_uuids": filters.any_of("assigned_to_uuids"),
        "status_uuid": filters.one_of("status"),
        "due_before": filters.dated("due_before", "due_at", False),
        "due_after": filters.dated("due_after", "due_at", True),
        "has_due_date": filters.present("due_at", True),
        "open_tasks": _in_status(lambda status: not (status["is_type_completed"] or status["is_archived"])),
        "completed_status": _in_status(lambda status: bool(status["is_type_completed"])),
        "archived_status": _in_status(lambda status: bool(status["is_archived"])),
        "not_started_status": _in_status(lambda status: bool(status["is_not_started"])),
    },
    (*_DATES, "name", "priority", "due_at"),
    always={
        "status": lambda task, firm, dialects: serializers.task_status(firm.task_statuses[task["status"]]),
        "assigned_to": lambda task, firm, dialects: serializers.accounts(task["assigned_to_uuids"], firm, dialects),
    },
    includes={
        "author": lambda task, firm, dialects: serializers.account(firm.accounts[task["author"]]),
        "completed_by": lambda task, firm, dialects: (
            serializers.account(firm.accounts[task["completed_by"]]) if task["completed_by"] else None
        ),
    },
)
NOTES = Listing(
    "notes",
    serializers.note,
    "created_at",
    {
        "uuid": filters.one_of("uuid"),
        "type": filters.one_of("type"),
        "date_from": filters.dated("date_from", "created_at", True),
        "date_to": filters.dated("date_to", "created_at", False),
        "contents": filters.part_of("contents"),
    },
    (*_DATES, "type"),
    always={"account": lambda note, firm, dialects: serializers.account(firm.accounts[note["account"]])},
    includes={"tags": lambda note, firm, dialects: [], "mentionedAccounts": lambda note, firm, dialects: []},
)
CONTACTS = Listing(
    "contacts",
    serializers.contact,
    "created_at",
    {"uuid": filters.one_of("uuid"), "account_uuids": filters.any_of("accounts")},
    (*_DATES, "name", "value"),
    includes={
        "accounts": lambda contact, firm, dialects: serializers.accounts(contact["accounts"], firm, dialects),
        "primary_accounts": lambda contact, firm, dialects: serializers.accounts(
            contact["accounts"] if contact["primary"] else [], firm, dialects
        ),
    },
)
_NOTABLE = ("account", "board_task", "case", "conversation", "illustration")


def tasks(world: World, request: Request) -> Answer:
    """The tasks of the cases that this account sees."""
    sees, firm = cases.visibility(world, request), request.firm
    found = [task for task in firm.tasks.values() if sees is None or sees(firm.cases[task["taskable"]])]
    return listed(world, request, TASKS, found)


def notes(world: World, request: Request, kind: str, uuid: str) -> Answer:
    if kind not in _NOTABLE:
        raise no_route(request.path)
    notable = cases.find(world, request, uuid) if kind == "case" else _account(request.firm, kind, uuid)
    found = [note for note in request.firm.notes.values() if note["notable"] == notable["uuid"]]
    return listed(world, request, NOTES, found)


def _account(firm: Firm, kind: str, uuid: str) -> Json:
    """Accounts may have notes but have none here; the other kinds do not exist here."""
    if kind != "account" or uuid.lower() not in firm.accounts:
        raise not_found(kind.title(), uuid)
    return firm.accounts[uuid.lower()]


def contacts(world: World, request: Request) -> Answer:
    return listed(world, request, CONTACTS, list(request.firm.contacts.values()))
