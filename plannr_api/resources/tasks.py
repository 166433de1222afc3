"""Tasks of a case (documented list)."""

from __future__ import annotations

from datetime import datetime

from plannr_api.arguments import Id, identifier
from plannr_api.models import Account, Thing, in_utc
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/task"


class TaskStatus(Thing, frozen=True, kw_only=True):
    """A stage of a task (documented); `colour` is raw text, as on a case's status."""

    name: str = ""
    colour: str | None = None
    is_type_completed: bool = False
    is_archived: bool = False
    is_not_started: bool = False


class Task(Thing, frozen=True, kw_only=True):
    """Something to do for a case. `priority`: highest, high, medium, low (documented).

    `due_at` is documented as a date: midnight in London, given in UTC like every moment, so show it in London's time.
    That the keys are called `completed_at` and `assigned_to` is inferred from the words beside them.
    """

    name: str = ""
    description: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    completed_at: datetime | None = None
    status: TaskStatus | None = None
    assigned_to: list[Account] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def __post_init__(self) -> None:
        in_utc(self, "due_at", "completed_at", "created_at", "updated_at")

    @property
    def done(self) -> bool:
        """Completed, by its date or by its status; whether Plannr always gives both is unknown."""
        return self.completed_at is not None or bool(self.status and self.status.is_type_completed)


class Tasks:
    """`plannr.tasks`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_case(self, uuid: Id) -> list[Task]:
        """Every task of a case that the account may see, oldest first; no subtasks (documented default).

        Raises PlannrError. Members see those of their groups only (documented): an empty list need not mean no tasks.
        """
        params = {"filter[taskable_type]": "case", "filter[taskable_uuid]": identifier(uuid), "sort": "created_at"}
        return everything(self._session, PATH, Task, params)
