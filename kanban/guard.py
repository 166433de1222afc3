"""Nothing but the place of a case may change when it is moved, whatever Plannr does where its documentation is silent.

Each account is watched for two habits that Plannr does not document: what a PUT without `plans` does to the plans, and
whether the cards around a moved one are renumbered. Until an account's habit is known one small read after a move finds
it out; then it is remembered. PLANNR_DIALECT sets it from the start.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from kanban import connections, mirror, rules
from kanban.models import Connection, Move
from kanban.standing import Cases, number_in
from plannr_api import UNSET, Case, CaseType, Money, PlannrError, Status

WATCHED = {
    "plans": "plans",
    "assigned_to_uuids": "assigned people",
    "group_uuids": "groups",
    "value": "value",
    "review_at": "review date",
    "completed_at": "completion date",
}


class Extra(TypedDict, total=False):
    plans: list[UUID] | list[str]
    completed_at: datetime | None
    value: int
    review_at: datetime
    type: str
    assigned_to_uuids: list[str]


def positions(connection: Connection) -> str:
    """ "shift": Plannr renumbers the cards around a moved one; "store": it does not; "": not known yet."""
    return _habit(connection, "positions")


def sent_along(connection: Connection, move: Move, case: Case) -> Extra:
    """What this account needs in the body of a move beside the place, and what the column asked for; for most,
    nothing."""
    extra: Extra = {}
    if _habit(connection, "plans") == "send" and case.plans is not None:
        extra["plans"] = [plan.uuid for plan in case.plans]
    if _habit(connection, "completed") == "send":
        done = connection.columns.filter(status=move.to_status, completed=True).exists()
        if done != _in_completed(case):
            extra["completed_at"] = timezone.now() if done else None
    given: Extra = {name: _body(value, name) for name, value in move.also.items()}  # type: ignore[assignment]
    return extra | given


def kept(case: Case, but: Container[str] = ()) -> dict[str, Any]:
    """What must not change, in a form that can be written down and compared. What Plannr left unsaid is left out, and
    so is what is meant to change."""
    said: dict[str, Any] = {"done": _in_completed(case)}
    if case.plans is not None:
        said["plans"] = sorted(str(plan.uuid) for plan in case.plans)
    for field in ("assigned_to_uuids", "group_uuids"):
        if (uuids := getattr(case, field)) is not None:
            said[field] = sorted(map(str, uuids))
    for field in ("review_at", "completed_at"):
        if (moment := getattr(case, field)) is not UNSET:
            said[field] = moment.isoformat() if moment else None
    if case.value is not UNSET:
        said["value"] = [case.value.amount, case.value.currency] if isinstance(case.value, Money) else None
    return {field: value for field, value in said.items() if field not in but}


def altered(before: dict[str, Any], case: Case) -> list[str]:
    """The watched fields that differ from what was kept, of those that both speak of."""
    now = kept(case)
    crossed = before.get("done") != now["done"]
    fields = [field for field in WATCHED if field in before and field in now and before[field] != now[field]]
    return [field for field in fields if not (field == "completed_at" and crossed)]


def watch(connection: Connection, move: Move, answer: Case, now: Cases) -> dict[UUID, Case] | None:
    """Look once more, but only for what is not known yet of this account, and remember what it shows.

    None: its plans could not be looked at, though they should have been.
    """
    above = now.get(move.above) if move.above else None
    numbers = above and not positions(connection) and _went_down(move, now[move.case], above)
    plans = bool(move.kept.get("plans")) and answer.plans is None and not _habit(connection, "plans")
    if not (numbers or plans or _names_unsaid(move, answer)):
        return {}
    try:
        after = mirror.look_up(connection, {move.case, *([above.uuid] if above else [])})
    except PlannrError:
        return None if plans else {}
    if numbers and above and above.uuid in after:
        shifted = after[above.uuid].status_position != above.status_position
        connection.learn(positions="shift" if shifted else "store")
    if plans and move.case in after and kept(after[move.case]).get("plans") == move.kept["plans"]:
        connection.learn(plans="keep")
    return after


def mend(connection: Connection, move: Move, case: Case) -> None:
    """If Plannr changed more than the place, put it back and note on the move what it was; and what of the fields that
    went along it did not take."""
    move.untaken = rules.untaken(move, case)
    fields = altered(move.kept, case)
    if fields:
        move.altered = " and ".join(WATCHED[field] for field in fields)
        move.put_back = _put_back(connection, move, fields)


def _put_back(connection: Connection, move: Move, fields: list[str]) -> bool:
    """The plans go along whatever is put back: an account that drops them would do so again."""
    if "plans" in fields:
        connection.learn(plans="send")
    as_it_was = {field: _body(move.kept[field], field) for field in {*fields, *({"plans"} & move.kept.keys())}}
    try:
        connections.client_for(connection).cases.update(move.case, **as_it_was)
        return not altered(move.kept, mirror.look_up(connection, [move.case])[move.case])
    except (PlannrError, KeyError):
        return False


def _body(value: Any, field: str) -> Any:
    if field == "value":
        return value[0] if isinstance(value, list) else value
    return datetime.fromisoformat(value) if field.endswith("_at") and value else value


def _names_unsaid(move: Move, answer: Case) -> bool:
    """Whether it takes one more look to know what the case's new type or people are called."""
    said = {"type": isinstance(answer.type, CaseType), "assigned_to_uuids": answer.assigned_to is not None}
    return any(field in move.also and not known for field, known in said.items())


def _habit(connection: Connection, name: str) -> str:
    return str(settings.PLANNR_DIALECT.get(name) or connection.learned.get(name, ""))


def _in_completed(case: Case) -> bool:
    return isinstance(case.status, Status) and case.status.is_type_completed


def _went_down(move: Move, before: Case, above: Case) -> bool:
    """Within one status, past its new neighbour: the one move whose order depends on whether Plannr renumbers."""
    own, its = number_in(move.to_status, before), number_in(move.to_status, above)
    return own is not None and its is not None and own < its
