"""Nothing but what was asked for may change when a case is moved or edited, whatever Plannr leaves undocumented.

Each account is watched for two habits that Plannr does not document: what a PUT without `plans` does to the plans, and
whether the cards around a moved one are renumbered. Until an account's habit is known one small read after a move finds
it out; then it is remembered. PLANNR_DIALECT sets it from the start.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from kanban.accounts import clients
from kanban.cases.fields import CASE_FIELDS
from kanban.core.db import first_with
from kanban.models import Connection, Edit, Entry, Move, Write
from kanban.sync import lookup
from kanban.writes import column_rules
from kanban.writes.positions import Cases, position_in
from plannr_api import UNSET, Case, CaseType, Money, PlannrError, Status

PROTECTED_FIELDS = {
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


def extra_fields(connection: Connection, case: Case, move: Move) -> Extra:
    """What this account needs in the body of a move beside the place, and what the column asked for; for most,
    nothing."""
    extra = plan_fields(connection, case)
    if move.dated or _habit(connection, "completed") == "send":
        done = column_rules.completes(connection, move.to_status)
        if done != _in_completed(case):
            extra["completed_at"] = _completion(move) if done else None
    given: Extra = {name: _body(value, name) for name, value in move.also.items()}  # type: ignore[assignment]
    return extra | given


def plan_fields(connection: Connection, case: Case) -> Extra:
    """The plans as they are, for an account that takes them off where a PUT leaves them out."""
    if _habit(connection, "plans") == "send" and case.plans is not None:
        return {"plans": [plan.uuid for plan in case.plans]}
    return {}


def _completion(move: Move) -> datetime:
    """Now; of a way back to where it was completed, when it was."""
    was = move.undoes.kept.get("completed_at") if move.undoes else None
    return datetime.fromisoformat(was) if was else timezone.now()


def unsure(write: Write) -> set[str]:
    """What a write that Plannr has not confirmed may still change: that would not be Plannr's own doing."""
    if not in_doubt(write.firm, write.case):
        return set()
    return _set_by_others(write, Q(outcome=Write.Outcome.UNKNOWN))


def in_doubt(firm: UUID, case: UUID) -> bool:
    """Whether Plannr has left any write of this case unconfirmed."""
    return first_with((Move, Edit), firm=firm, case=case, outcome=Write.Outcome.UNKNOWN) is not None


def set_by(move: Move) -> set[str]:
    """What a move may change beside the place."""
    return {*move.also, *(("completed_at",) if move.dated else ())}


def _set_by_others(write: Write, which: Q) -> set[str]:
    edits, moves = _others(write, which)
    fields = edits.values_list("field", flat=True)
    return {CASE_FIELDS[field].body for field in fields if field in CASE_FIELDS}.union(*map(set_by, moves))


def _others(write: Write, which: Q) -> tuple[QuerySet[Edit], QuerySet[Move]]:
    of_case = which & Q(firm=write.firm, case=write.case) & ~Q(intent=write.intent)
    return Edit.objects.filter(of_case, what=Edit.What.EDIT), Move.objects.filter(of_case).only("also", "dated")


def _since(write: Write) -> Q:
    """Other writes that may have been applied after this was sent."""
    late = Q(settled_at__gte=write.sent_at) | Q(settled_at=None)
    return late & Q(sent_at__isnull=False) & ~Q(outcome=Write.Outcome.REFUSED)


def _edited_outside(write: Write) -> set[str]:
    """What somebody has changed in Plannr since this was sent, as far as the record knows."""
    lines = Entry.objects.filter(firm=write.firm, case=write.case, kind=Entry.Kind.OUTSIDE, what="edited")
    words = lines.filter(at__gte=write.sent_at).values_list("words", flat=True)
    named = {name for each in words for name in each.split(", ")}
    return {fact.body for fact in CASE_FIELDS.values() if fact.mirrored in named}


def snapshot(case: Case, but: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """What must not change, in a form that can be written down and compared. What Plannr left unsaid is left out."""
    return {name: value for name, value in _snapshot(case).items() if name not in but}


def _snapshot(case: Case) -> dict[str, Any]:
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
    return said


def changed_fields(before: dict[str, Any], case: Case) -> list[str]:
    """The watched fields that differ from what was kept, of those that both speak of."""
    now = _snapshot(case)
    crossed = before.get("done") != now["done"]
    fields = [field for field in PROTECTED_FIELDS if field in before and field in now and before[field] != now[field]]
    return [field for field in fields if not (field == "completed_at" and crossed)]


def probe_habits(connection: Connection, move: Move, answer: Case, now: Cases) -> dict[UUID, Case] | None:
    """Look once more, but only for what is not known yet of this account, and remember what it shows.

    None: its plans could not be looked at, though they should have been.
    """
    above = now.get(move.above) if move.above else None
    numbers = above and not positions(connection) and _went_down(move, now[move.case], above)
    plans = plans_unsaid(connection, move, answer)
    if not (numbers or plans or _names_unsaid(move, answer)):
        return {}
    try:
        after = lookup.fetch_cases(connection, {move.case, *([above.uuid] if above else [])})
    except PlannrError:
        return None if plans else {}
    if numbers and above and above.uuid in after:
        shifted = after[above.uuid].status_position != above.status_position
        connection.learn(positions="shift" if shifted else "store")
    if plans and move.case in after:
        note_plans(connection, move, after[move.case])
    return after


def plans_unsaid(connection: Connection, write: Write, answer: Case) -> bool:
    """Whether it takes one more look to know that the plans are as they were."""
    return bool(write.kept.get("plans")) and answer.plans is None and not _habit(connection, "plans")


def note_plans(connection: Connection, write: Write, after: Case) -> None:
    """Remember that this account keeps plans which a PUT leaves out, if it did."""
    if snapshot(after).get("plans") == write.kept["plans"]:
        connection.learn(plans="keep")


def restore(connection: Connection, write: Write, case: Case) -> None:
    """If Plannr changed more than was asked, put it back and note on the write what it was; and what of the fields that
    went along with a move it did not take."""
    if isinstance(write, Move):
        column_rules.note_taken(write, case)
    fields = changed_fields(write.kept, case)
    if fields:
        write.altered = " and ".join(PROTECTED_FIELDS[field] for field in fields)
        write.put_back = _put_back(connection, write, fields)


def note_read(connection: Connection, write: Write, case: Case, *, at_once: bool = False) -> None:
    """The same where there was no answer, only a reading. What others may have changed since is theirs and no harm; and
    later than `at_once`, by whoever has just sent it, nothing is put back: nobody can tell any more whose doing it was.
    """
    since = _since(write)
    theirs = _set_by_others(write, since) | _edited_outside(write)
    if isinstance(write, Move):
        column_rules.note_taken(write, case, but=theirs)
    fields = [field for field in changed_fields(write.kept, case) if field not in theirs]
    if fields:
        write.altered = " and ".join(PROTECTED_FIELDS[field] for field in fields)
        write.put_back = at_once and _is_latest(write, since) and _put_back(connection, write, fields)


def _is_latest(write: Write, since: Q) -> bool:
    return not any(others.exists() for others in _others(write, since))


def _put_back(connection: Connection, write: Write, fields: list[str]) -> bool:
    """The plans go along whatever is put back: an account that drops them would do so again."""
    if "plans" in fields:
        connection.learn(plans="send")
    back = {field for field in {*fields, *({"plans"} & write.kept.keys())} if not _foreign(write.kept[field])}
    as_it_was = {field: _body(write.kept[field], field) for field in back}
    if not as_it_was:
        return False
    try:
        clients.client_for(connection).cases.update(write.case, **as_it_was)
        return not set(fields) & set(
            changed_fields(write.kept, lookup.fetch_cases(connection, [write.case])[write.case])
        )
    except (PlannrError, KeyError):
        return False


def _foreign(value: Any) -> bool:
    """Whether it is money that a PUT, which takes only pennies, would turn into pounds."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], int) and value[1] != "GBP"


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
    own, its = position_in(move.to_status, before), position_in(move.to_status, above)
    return own is not None and its is not None and own < its
