"""Cases: the work itself. GET, POST and PUT are documented; DELETE is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct, UnsetType

from plannr_api.arguments import ABSENT, Id, Moment, identifier, identifiers, written
from plannr_api.decoding.envelope import Page
from plannr_api.decoding.raw_list import Fetched
from plannr_api.errors import BrokenAnswer
from plannr_api.models import Case, CaseList
from plannr_api.resources.paging import pages
from plannr_api.session import Session

PATH = "/api/v1/cases"
ALL_INCLUDES = (
    "participants",
    "participants_count",
    "type",
    "status",
    "tags",
    "plans",
    "custom_fields",
    "groups",
    "assigned_to",
)
"""Every relation a list may include (documented, 2026)."""


class CaseFilters(Struct, frozen=True, kw_only=True):
    """What to list (documented names). None = do not filter; an empty list of uuids = nothing matches, nothing is sent.

    Uuids in `status` and names or uuids in `tags` are assumed; whether the dates are inclusive is unknown.
    Keep `uuid` to a few hundred: it travels in the URL.
    """

    uuid: Sequence[Id] | None = None
    completed: bool | None = None
    in_progress: bool | None = None
    type: Sequence[Id] | None = None
    status: Sequence[Id] | None = None
    tags: Sequence[str] | None = None
    plan_uuid: Sequence[Id] | None = None
    account_uuids: Sequence[Id] | None = None
    circle_uuids: Sequence[Id] | None = None
    employee_account_uuids: Sequence[Id] | None = None
    completed_after: date | None = None
    completed_before: date | None = None
    review_at_after: date | None = None
    review_at_before: date | None = None

    def params(self) -> dict[str, str]:
        """The query parameters, `filter[...]`."""
        chosen = {name: getattr(self, name) for name in self.__struct_fields__}
        return {f"filter[{name}]": _filter(name, value) for name, value in chosen.items() if value is not None}


class Cases:
    """`plannr.cases`. Every call raises PlannrError; a uuid that is none raises ValueError before anything is sent."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        include: Sequence[str] = ALL_INCLUDES,
        filters: CaseFilters | None = None,
        sort: str = "created_at",
        per_page: int = 500,
    ) -> CaseList:
        """Every case of every page, each once (the newest `updated_at` wins), and those that could not be read."""
        return self.fetch(include, filters, sort, per_page).understood()

    def fetch(
        self,
        include: Sequence[str] = ALL_INCLUDES,
        filters: CaseFilters | None = None,
        sort: str = "created_at",
        per_page: int = 500,
    ) -> Fetched:
        """The same, not parsed yet: a caller that has seen the same bytes before need not parse them.

        A page that fails fails the list. If Plannr's count changes from one page to another, cases may have slipped
        past: everything is read again, twice at most, and then BrokenAnswer.
        """
        chosen = filters.params() if filters else {}
        if "" in chosen.values():
            return Fetched([Page([], total=0)])
        params = {"include": ",".join(include), "sort": sort, **chosen}
        for _ in range(3):
            read = list(pages(self._session, PATH, params, per_page))
            totals = {page.total for page in read} - {None}
            if len(totals) < 2:
                return Fetched(read)
        raise BrokenAnswer("Plannr's list of cases kept changing while it was read.", status=200)

    def get(self, uuid: Id) -> Case:
        """One case. No `include` is documented here, so relations may be missing."""
        case = self._session.read_one(_at(uuid), Case)
        return _same(case, uuid, applied=False)

    def create(
        self,
        *,
        name: str,
        participants: Iterable[Id],
        status: Id | UnsetType = ABSENT,
        assigned_to_uuids: Iterable[Id] | UnsetType = ABSENT,
        group_uuids: Iterable[Id] | UnsetType = ABSENT,
        review_at: Moment | UnsetType | None = ABSENT,
        type: Id | UnsetType | None = ABSENT,
        value: int | UnsetType | None = ABSENT,
        plans: Iterable[Id] | UnsetType | None = ABSENT,
        request_id: str | None = None,
    ) -> Case:
        """A new case; at least one participant must be a client (documented). value is in pennies."""
        body = {
            "name": name,
            "participants": participants,
            "status": status,
            "assigned_to_uuids": assigned_to_uuids,
            "group_uuids": group_uuids,
            "review_at": review_at,
            "type": type,
            "value": value,
            "plans": plans,
        }
        return self._session.write("POST", PATH, Case, written(body), request_id)

    def update(
        self,
        uuid: Id,
        *,
        name: str | UnsetType = ABSENT,
        status: Id | UnsetType = ABSENT,
        status_position: int | UnsetType = ABSENT,
        assigned_to_uuids: Iterable[Id] | UnsetType = ABSENT,
        group_uuids: Iterable[Id] | UnsetType = ABSENT,
        review_at: Moment | UnsetType | None = ABSENT,
        type: Id | UnsetType | None = ABSENT,
        value: int | UnsetType | None = ABSENT,
        completed_at: Moment | UnsetType | None = ABSENT,
        plans: Iterable[Id] | UnsetType | None = ABSENT,
        request_id: str | None = None,
    ) -> Case:
        """Change what is given and nothing else; sent once, never repeated. value is in pennies.

        Lists replace what was there (assumed). plans=None takes all plans off the case (documented); that leaving
        plans out keeps them is assumed. Null for review_at, type, value, completed_at clears it (assumed).
        """
        body = {
            "name": name,
            "status": status,
            "status_position": status_position,
            "assigned_to_uuids": assigned_to_uuids,
            "group_uuids": group_uuids,
            "review_at": review_at,
            "type": type,
            "value": value,
            "completed_at": completed_at,
            "plans": plans,
        }
        case = self._session.write("PUT", _at(uuid), Case, written(body), request_id)
        return _same(case, uuid, applied=None)

    def move(
        self,
        uuid: Id,
        status: Id,
        position: int,
        *,
        plans: Iterable[Id] | UnsetType | None = ABSENT,
        completed_at: Moment | UnsetType | None = ABSENT,
        request_id: str | None = None,
    ) -> Case:
        """Put a case at a place (from 1) in a status: one PUT of exactly these two, and of what else is given.

        What happens to its neighbours' positions is documented nowhere. request_id goes along as `X-Request-Id`.
        """
        return self.update(
            uuid,
            status=status,
            status_position=position,
            plans=plans,
            completed_at=completed_at,
            request_id=request_id,
        )

    def add_participants(self, uuid: Id, accounts: Iterable[Id], *, request_id: str | None = None) -> None:
        """Add accounts of the firm to a case (route documented, answer assumed)."""
        self._session.do("POST", f"{_at(uuid)}/participants", {"participants": identifiers(accounts)}, request_id)

    def remove_participants(self, uuid: Id, accounts: Iterable[Id], *, request_id: str | None = None) -> None:
        """Take accounts off a case; at least one client must stay (documented)."""
        self._session.do("DELETE", f"{_at(uuid)}/participants", {"participants": identifiers(accounts)}, request_id)

    def delete(self, uuid: Id, *, request_id: str | None = None) -> None:
        """Delete a case. That this route exists is assumed: NotFound may mean that it does not."""
        self._session.do("DELETE", _at(uuid), request_id=request_id)


def _at(uuid: Id) -> str:
    return f"{PATH}/{identifier(uuid)}"


def _filter(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    values = value if isinstance(value, Sequence) else ()
    return ",".join(values if name == "tags" else identifiers(values))


def _same(case: Case, uuid: Id, applied: bool | None) -> Case:
    if case.uuid != UUID(identifier(uuid)):
        raise BrokenAnswer("Plannr answered with another case.", status=200, applied=applied)
    return case
