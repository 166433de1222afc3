"""The records of the firms and of who has access: plain dicts by uuid."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Records = dict[str, Json]


@dataclass
class Firm:
    """One firm. `firm.cases` and `firm["cases"]` are the same dict of cases by uuid."""

    firm: Json
    logins: list[Json] = field(default_factory=list)
    accounts: Records = field(default_factory=dict)
    statuses: Records = field(default_factory=dict)
    types: Records = field(default_factory=dict)
    groups: Records = field(default_factory=dict)
    tags: Records = field(default_factory=dict)
    custom_fields: Records = field(default_factory=dict)
    plans: Records = field(default_factory=dict)
    cases: Records = field(default_factory=dict)
    subscriptions: Records = field(default_factory=dict)  # to webhooks
    contacts: Records = field(default_factory=dict)  # telephone numbers and e-mail addresses
    task_statuses: Records = field(default_factory=dict)
    tasks: Records = field(default_factory=dict)
    notes: Records = field(default_factory=dict)
    number: int = 0

    def __getitem__(self, name: str) -> Any:
        return vars(self)[name]

    def logins_of(self, token: str) -> list[Json]:
        return [login for login in self.logins if token in login["tokens"]]


@dataclass
class Access:
    """Access besides personal tokens: OAuth clients by id; codes, access and refresh tokens by their text."""

    clients: Records = field(default_factory=dict)
    codes: Records = field(default_factory=dict)
    tokens: Records = field(default_factory=dict)
    refreshes: Records = field(default_factory=dict)
    left: list[str] = field(default_factory=list)  # people who have left


@dataclass
class State:
    """All that is stored across restarts. A sandbox is usually about the first firm."""

    firms: list[Firm]
    access: Access = field(default_factory=Access)

    def logins(self) -> Iterator[Json]:
        return (login for firm in self.firms for login in firm.logins)

    def logins_of(self, person: str) -> list[Json]:
        return [login for login in self.logins() if person_of(login) == person]

    def firm_of(self, login: Json) -> Firm:
        return next(firm for firm in self.firms if login["account"] in firm.accounts)

    def person_with(self, token: str) -> str:
        """Whose token it is, even if it is no longer valid; empty when nobody ever had it."""
        if (oauth := self.access.tokens.get(token)) is not None:
            return str(oauth["person"])
        return next((person_of(login) for login in self.logins() if token in login["tokens"]), "")


def person_of(login: Json) -> str:
    """The name a person has on the switchboard: what follows `sandbox-` in the personal token."""
    return str(login["tokens"][0]).removeprefix("sandbox-")


# What the request log and the state report say about a case; dates as Plannr shows them.
WATCHED = (
    "status",
    "status_position",
    "plans",
    "assigned_to_uuids",
    "group_uuids",
    "value",
    "review_at",
    "completed_at",
)


def blank_case(uuid: str, moment: str) -> Json:
    """A case of which nothing is known yet; it has every key of a stored case."""
    start = {"uuid": uuid, "created_at": moment, "updated_at": moment, "name": ""}
    empty = dict.fromkeys(
        ("status", "status_position", "type", "review_at", "completed_at", "value", "task_board_uuid")
    )
    lists: Json = {key: [] for key in ("assigned_to_uuids", "group_uuids", "participants", "plans", "tags")}
    return start | empty | lists | {"custom_fields": {}}
