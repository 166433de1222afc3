"""What the sandbox remembers of a firm: plain dicts by uuid."""

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

    def __getitem__(self, name: str) -> Any:
        return vars(self)[name]

    def logins_of(self, token: str) -> list[Json]:
        return [login for login in self.logins if token in login["tokens"]]


# What the ledger and the state report say about a case; dates in wire form.
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
    """A case of which nothing is known yet; it has every key that a case is kept with."""
    start = {"uuid": uuid, "created_at": moment, "updated_at": moment, "name": ""}
    empty = dict.fromkeys(
        ("status", "status_position", "type", "review_at", "completed_at", "value", "task_board_uuid")
    )
    lists: Json = {key: [] for key in ("assigned_to_uuids", "group_uuids", "participants", "plans", "tags")}
    return start | empty | lists | {"custom_fields": {}}
