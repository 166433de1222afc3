"""Nothing but the place of a case may change when it is moved, whatever Plannr does where its documentation is silent.

Each account is watched for two habits that Plannr does not document: what a PUT without `plans` does to the plans, and
whether the cards around a moved one are renumbered. Until an account's habit is known one small read after a move finds
it out; then it is remembered. PLANNR_DIALECT sets it from the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from kanban import connections, copies, mirror
from kanban.models import Connection, Move
from plannr_api import UNSET, Case, Money, PlannrError, Status

WATCHED = {
    "plans": "plans",
    "assigned_to_uuids": "assigned people",
    "group_uuids": "groups",
    "value": "value",
    "review_at": "review date",
    "completed_at": "completion date",
}


class Extra(TypedDict, total=False):
    plans: list[UUID]
    completed_at: datetime | None


def positions(connection: Connection) -> str:
    """ "shift": Plannr renumbers the cards around a moved one; "store": it does not; "": not known yet."""
    return _habit(connection, "positions")


def sent_along(connection: Connection, case: Case, to_status: UUID) -> Extra:
    """What this account needs in the body of a move beside the place; for most, nothing."""
    extra: Extra = {}
    if _habit(connection, "plans") == "send" and case.plans is not None:
        extra["plans"] = [plan.uuid for plan in case.plans]
    if _habit(connection, "completed") == "send":
        done = connection.columns.filter(status=to_status, completed=True).exists()
        if done != _in_completed(case):
            extra["completed_at"] = timezone.now() if done else None
    return extra


def watch(
    connection: Connection, move: Move, before: Case, answer: Case, now: Mapping[UUID, Case]
) -> dict[UUID, Case] | None:
    """Look once more, but only for what is not known yet of this account, and remember what it shows.

    None: it was needed and could not be had.
    """
    above = now.get(move.above) if move.above else None
    numbers = above and not positions(connection) and _went_down(before, answer, above)
    plans = before.plans and answer.plans is None and not _habit(connection, "plans")
    if not (numbers or plans):
        return {}
    try:
        after = mirror.look_up(connection, {before.uuid, *([above.uuid] if above else [])})
    except PlannrError:
        return None
    if numbers and above and above.uuid in after:
        shifted = after[above.uuid].status_position != above.status_position
        connection.learn(positions="shift" if shifted else "store")
    case = after.get(before.uuid)
    if plans and case and _of(case, "plans") == _of(before, "plans"):
        connection.learn(plans="keep")
    return after


def altered(before: Case, after: Case) -> list[str]:
    """The fields beside the place that differ, of those that both answers speak of."""
    crossed = _in_completed(before) != _in_completed(after)
    return [
        field
        for field in WATCHED
        if not (field == "completed_at" and crossed)
        and _of(before, field) is not UNSAID
        and _of(after, field) is not UNSAID
        and _of(before, field) != _of(after, field)
    ]


def put_back(connection: Connection, before: Case, fields: list[str]) -> bool:
    """Undo what Plannr changed beside the place, and look whether it is undone."""
    if "plans" in fields:
        connection.learn(plans="send")
    try:
        as_it_was = {field: _body(before, field) for field in fields}
        connections.client_for(connection).cases.update(before.uuid, **as_it_was)
        still = altered(before, mirror.look_up(connection, [before.uuid])[before.uuid])
    except (PlannrError, KeyError):
        return False
    return not set(still) & set(fields)


UNSAID = object()


def _of(case: Case, field: str) -> object:
    """A field in a form that can be compared; UNSAID where Plannr's answer left it out."""
    value = getattr(case, field)
    if field == "plans":
        return UNSAID if value is None else {plan.uuid for plan in value}
    if field in ("assigned_to_uuids", "group_uuids"):
        return UNSAID if value is None else set(value)
    if value is UNSET:
        return UNSAID
    return (value.amount, value.currency) if isinstance(value, Money) else value


def _body(case: Case, field: str) -> Any:
    value = getattr(case, field)
    if field == "plans":
        return [plan.uuid for plan in value]
    return value.amount if isinstance(value, Money) else value


def _habit(connection: Connection, name: str) -> str:
    return str(settings.PLANNR_DIALECT.get(name) or connection.learned.get(name, ""))


def _in_completed(case: Case) -> bool:
    return isinstance(case.status, Status) and case.status.is_type_completed


def _went_down(before: Case, answer: Case, above: Case) -> bool:
    """Within one status, past its new neighbour: the one move whose order depends on whether Plannr renumbers."""
    own, its = before.status_position, above.status_position
    same = copies.status_of(before) == copies.status_of(answer) == copies.status_of(above)
    return same and isinstance(own, int) and isinstance(its, int) and own < its
