"""Every change of the state, as data. The same changes in the same order give the same state."""

from collections.abc import Callable

from .positions import numbered, place, renumber
from .records import Access, Firm, Json, State, person_of


def apply(state: State, change: Json) -> None:
    """Apply a change to a firm, the first unless it names another by number, or to the access."""
    if (make := _TO_A_FIRM.get(change["do"])) is not None:
        make(state.firms[change.get("firm", 0)], change)
    else:
        _TO_ACCESS[change["do"]](state.access, change)


def _update(firm: Firm, change: Json) -> None:
    case = firm.cases[change["case"]]
    _place(firm, case, change)
    case.update(change["fields"])
    case["updated_at"] = change["at"]


def _create(firm: Firm, change: Json) -> None:
    case = dict(change["record"])
    firm.cases[case["uuid"]] = case
    _place(firm, case, change)


def _place(firm: Firm, case: Json, change: Json) -> None:
    if (spot := change.get("place")) is not None:
        place(firm.cases.values(), case, spot["status"], spot["position"], spot["how"])


def _delete(firm: Firm, change: Json) -> None:
    case = firm.cases.pop(change["case"])
    firm.tasks = {uuid: each for uuid, each in firm.tasks.items() if each["taskable"] != case["uuid"]}
    firm.notes = {uuid: each for uuid, each in firm.notes.items() if each["notable"] != case["uuid"]}
    if change["how"] == "shift":
        renumber(numbered(firm.cases.values(), case["status"]))


def _status(firm: Firm, change: Json) -> None:
    """Create or change a status; a position moves it among the others."""
    status = firm.statuses.setdefault(change["status"], {"uuid": change["status"]})
    status.update(change["fields"])
    status["updated_at"] = change["at"]
    if (position := change.get("position")) is not None:
        _reorder(firm, status, position)


def _reorder(firm: Firm, status: Json, position: int) -> None:
    others = [other for other in firm.statuses.values() if other is not status]
    others.sort(key=lambda other: other["position"])
    others.insert(position - 1, status)
    for number, each in enumerate(others, 1):
        each["position"] = number


def _drop_status(firm: Firm, change: Json) -> None:
    """Remove the status; its cases stay, with no status and their old numbers."""
    del firm.statuses[change["status"]]
    for case in firm.cases.values():
        if case["status"] == change["status"]:
            case["status"] = None


def _subscription(firm: Firm, change: Json) -> None:
    found = firm.subscriptions.setdefault(change["subscription"], {"uuid": change["subscription"]})
    found.update(change["fields"])
    found["updated_at"] = change["at"]


def _drop_subscription(firm: Firm, change: Json) -> None:
    del firm.subscriptions[change["subscription"]]


def _called(firm: Firm, change: Json) -> None:
    """The subscription may have been removed by the time the call was made."""
    if (found := firm.subscriptions.get(change["subscription"])) is not None:
        found["last_outgoing_webhook_call_at"] = change["at"]


def _rights(firm: Firm, change: Json) -> None:
    for login in firm.logins:
        if person_of(login) == change["person"]:
            login["has_write_permission"] = change["write"]


def _client(access: Access, change: Json) -> None:
    access.clients[change["client"]["client_id"]] = change["client"]


def _code(access: Access, change: Json) -> None:
    access.codes[change["code"]] = change["record"]


def _issue(access: Access, change: Json) -> None:
    """Add new tokens. The code is used up; the tokens they replace become invalid."""
    access.codes[change["code"]]["used"] = True
    _kill(access, lambda key, record: key in change["instead_of"])
    access.tokens |= change["tokens"]
    access.refreshes |= change["refreshes"]


def _revoke(access: Access, change: Json) -> None:
    """Invalidate all tokens of a person, or all that began with one code."""
    name = "person" if "person" in change else "code"
    _kill(access, lambda key, record: record.get(name) == change[name])


def _kill(access: Access, chosen: Callable[[str, Json], bool]) -> None:
    for records in (access.codes, access.tokens, access.refreshes):
        for key, record in records.items():
            record["dead"] = record["dead"] or chosen(key, record)


def _expire(access: Access, change: Json) -> None:
    for record in access.tokens.values():
        if record["person"] == change["person"]:
            record["until"] = min(record["until"], change["at"])


def _leave(access: Access, change: Json) -> None:
    access.left.append(change["person"])
    _revoke(access, change)


def _come_back(access: Access, change: Json) -> None:
    access.left = [person for person in access.left if person != change["person"]]


_TO_A_FIRM: dict[str, Callable[[Firm, Json], None]] = {
    "update": _update,
    "create": _create,
    "delete": _delete,
    "status": _status,
    "drop_status": _drop_status,
    "subscription": _subscription,
    "drop_subscription": _drop_subscription,
    "called": _called,
    "rights": _rights,
}
_TO_ACCESS: dict[str, Callable[[Access, Json], None]] = {
    "client": _client,
    "code": _code,
    "issue": _issue,
    "revoke": _revoke,
    "expire": _expire,
    "leave": _leave,
    "come_back": _come_back,
}
