"""When a case is moved or edited only what was asked for may change, whatever Plannr does undocumented.

Each account is watched for two habits that Plannr does not document: what a PUT without `plans` does to the plans, and
whether the cards around a moved one are renumbered. Until an account's habit is known, one small read after a move
finds it out, and it is stored. PLANNR_DIALECT sets it from the start.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Q, QuerySet

from kanban.accounts import clients
from kanban.cases.fields import CASE_FIELDS
from kanban.core.db import exists, first_with
from kanban.models import Connection, Edit, Entry, Move, PutBack, Write
from kanban.sync import lookup
from kanban.writes import column_rules, journal, protocol
from kanban.writes.commands import Actor
from kanban.writes.journal import Verdict, applied, refused, unknown
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


def positions(connection: Connection) -> str:
    """Returns "shift": Plannr renumbers the cards around a moved one; "store": it does not; "": not known yet."""
    return habit(connection, "positions")


def plan_fields(connection: Connection, case: Case) -> dict[str, Any]:
    """The plans as they are, for an account that removes them where a PUT leaves them out."""
    if habit(connection, "plans") == "send" and case.plans is not None:
        return {"plans": [plan.uuid for plan in case.plans]}
    return {}


def carried(connection: Connection) -> set[str]:
    """What is sent with every write of an account that removes what a PUT leaves out."""
    return {"plans"} if habit(connection, "plans") == "send" else set()


def unsure(write: Write) -> set[str]:
    """The fields that another, unconfirmed write may still change: such a change is not Plannr's own."""
    if not in_doubt(write.firm, write.case):
        return set()
    return _set_by_others(write, Q(outcome=Write.Outcome.UNKNOWN))


def in_doubt(firm: UUID, case: UUID) -> bool:
    """Whether Plannr has left any write of this case unconfirmed."""
    return first_with((Move, Edit, PutBack), firm=firm, case=case, outcome=Write.Outcome.UNKNOWN) is not None


def set_by(move: Move) -> set[str]:
    """What a move may change besides the place."""
    return {*move.also, *(("completed_at",) if move.dated else ())}


def unsettled_put_backs(connection: Connection, write: Write, fields: set[str]) -> list[Write]:
    """Put-backs of these fields that are unconfirmed even after another look: they may still be applied late."""
    waiting = PutBack.objects.filter(firm=write.firm, case=write.case, outcome=Write.Outcome.UNKNOWN)
    settled = [protocol.settle(each, connection) for each in waiting if fields & each.wanted.keys()]
    return [each for each in settled if each.outcome == Write.Outcome.UNKNOWN]


def _set_by_others(write: Write, which: Q) -> set[str]:
    edits, moves, put_backs = _others(write, which)
    fields = edits.values_list("field", flat=True)
    edited = {CASE_FIELDS[field].body for field in fields if field in CASE_FIELDS}
    return edited.union(*map(set_by, moves), *put_backs.values_list("wanted", flat=True))


def _others(write: Write, which: Q) -> tuple[QuerySet[Edit], QuerySet[Move], QuerySet[PutBack]]:
    of_case = which & Q(firm=write.firm, case=write.case) & ~Q(intent=write.intent)
    edits = Edit.objects.filter(of_case, what=Edit.What.EDIT)
    moves = Move.objects.filter(of_case).only("also", "dated")
    return edits, moves, PutBack.objects.filter(of_case).exclude(after=write.intent)


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
    """What must not change, in a form that can be stored and compared. What Plannr did not say is left out."""
    return {name: value for name, value in _snapshot(case).items() if name not in but}


def _snapshot(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {"done": is_in_completed(case)}
    if case.plans is not None:
        found["plans"] = sorted(str(plan.uuid) for plan in case.plans)
    for field in ("assigned_to_uuids", "group_uuids"):
        if (uuids := getattr(case, field)) is not None:
            found[field] = sorted(map(str, uuids))
    for field in ("review_at", "completed_at"):
        if (moment := getattr(case, field)) is not UNSET:
            found[field] = moment.isoformat() if moment else None
    if case.value is not UNSET:
        found["value"] = [case.value.amount, case.value.currency] if isinstance(case.value, Money) else None
    return found


def changed_fields(before: dict[str, Any], case: Case) -> list[str]:
    """The protected fields that differ from the snapshot, among those that both have."""
    now = _snapshot(case)
    crossed = before.get("done") != now["done"]
    fields = [field for field in PROTECTED_FIELDS if field in before and field in now and before[field] != now[field]]
    return [field for field in fields if not (field == "completed_at" and crossed)]


def probe_habits(connection: Connection, move: Move, answer: Case, now: Cases) -> dict[UUID, Case] | None:
    """Read once more, but only for what is not known yet of this account, and store what it shows.

    None: the plans had to be read and could not be.
    """
    above = now.get(move.above) if move.above else None
    renumbers = above and not positions(connection) and _went_down(move, now[move.case], above)
    plans = plans_unsaid(connection, move, answer)
    if not (renumbers or plans or _names_unsaid(move, answer)):
        return {}
    try:
        after = lookup.fetch_cases(connection, {move.case, *([above.uuid] if above else [])})
    except PlannrError:
        return None if plans else {}
    if renumbers and above and above.uuid in after:
        shifted = after[above.uuid].status_position != above.status_position
        connection.learn(positions="shift" if shifted else "store")
    if plans and move.case in after:
        learn_plans(connection, move, after[move.case])
    return after


def plans_unsaid(connection: Connection, write: Write, answer: Case) -> bool:
    """Whether one more read is needed to know that the plans are as they were."""
    return bool(write.kept.get("plans")) and answer.plans is None and not habit(connection, "plans")


def learn_plans(connection: Connection, write: Write, after: Case) -> None:
    """Store that this account keeps plans that a PUT leaves out, if it did."""
    if snapshot(after).get("plans") == write.kept["plans"]:
        connection.learn(plans="keep")


def restore(connection: Connection, write: Write, case: Case) -> None:
    """If Plannr changed more than was asked, put it back and store on the write what it was; and, for a move, which of
    the fields sent with it Plannr did not take."""
    if isinstance(write, Move):
        column_rules.record_untaken(write, case)
    fields = changed_fields(write.kept, case)
    if fields:
        write.altered = " and ".join(PROTECTED_FIELDS[field] for field in fields)
        write.put_back = _put_back(connection, write, fields)


def restore_after_reading(connection: Connection, write: Write, case: Case, *, at_once: bool = False) -> None:
    """The same where there was no answer, only a reading. What others may have changed since is left alone. Without
    `at_once`, when the reading does not follow the request, nothing is put back: who changed it cannot be known.
    """
    since = _since(write)
    theirs = _set_by_others(write, since) | _edited_outside(write)
    if isinstance(write, Move):
        column_rules.record_untaken(write, case, but=theirs)
    fields = [field for field in changed_fields(write.kept, case) if field not in theirs]
    if fields:
        write.altered = " and ".join(PROTECTED_FIELDS[field] for field in fields)
        write.put_back = at_once and _is_latest(write, since) and _put_back(connection, write, fields)


def _is_latest(write: Write, since: Q) -> bool:
    return not any(others.exists() for others in _others(write, since))


def _put_back(connection: Connection, write: Write, fields: list[str]) -> bool:
    """By a separate write. The plans are always sent with it: an account that drops them would do so again."""
    if "plans" in fields:
        connection.learn(plans="send")
    back = {field for field in {*fields, *({"plans"} & write.kept.keys())} if not _foreign(write.kept[field])}
    if not back:
        return False
    wanted = {field: write.kept[field] for field in sorted(back)}
    made = protocol.submit(RestoreFields(connection, write, fields, wanted))
    return made.outcome == Write.Outcome.APPLIED


@protocol.settles("put back")
class UnconfirmedPutBack(protocol.Unconfirmed[PutBack, Case | None]):
    """What a reading says of a put-back: all is as it was, or not yet."""

    def read(self) -> Case | None:
        return lookup.fetch_cases(self.connection, [self.write.case]).get(self.write.case)

    def resolve(self, case: Case | None, error: PlannrError | None = None) -> Verdict | None:
        if case is None:
            return protocol.case_gone(self.write)
        now, before = _snapshot(case), self.write.kept
        known = [field for field in self.write.changed if field in now]
        if any(now[field] != before[field] for field in known):
            if error and protocol.is_final(error):
                return refused(error.kind, error)
            return refused("never_taken_edit") if journal.given_up(self.write) else None
        if len(known) < len(self.write.changed):
            return unknown("untold") if journal.given_up(self.write) else None
        return applied(effect=self._mark_put_back)

    def _mark_put_back(self) -> None:
        """Mark it on the write that made it necessary, also where it is confirmed later."""
        for kind in (Move, Edit):
            kind._default_manager.filter(intent=self.write.after).update(put_back=True)


class RestoreFields(UnconfirmedPutBack, protocol.Operation[PutBack, Case | None, None, Case]):
    """The fields that Plannr changed by a write, as they were before it."""

    def __init__(self, connection: Connection, made: Write, fields: list[str], wanted: dict[str, Any]) -> None:
        self.connection, self.made, self.fields, self.wanted = connection, made, fields, wanted
        self.case, self.intent = made.case, uuid5(made.intent, "put back")  # made once, whoever finds it necessary

    def intended(self) -> PutBack:
        made = self.made
        return PutBack(
            **journal.author_fields(self.connection, Actor(made.person), self.intent),
            case=made.case,
            title=made.title,
            after=made.intent,
            wanted=self.wanted,
            changed=self.fields,
            called=made.altered,
            kept=made.kept,
        )

    def look(self) -> None:
        """Nothing: what is to be put back has just been read."""

    def objection(self, now: None) -> Verdict | None:
        """After a lost answer the write no longer holds its case: a change made in between is not undone."""
        holds = exists(type(self.made), id=self.made.pk, outcome=Write.Outcome.OPEN)
        return None if holds or _is_latest(self.made, _since(self.made)) else refused("overtaken")

    def prepare(self, now: None) -> dict[str, Any]:
        return {}

    def send(self) -> Case:
        body = {field: as_sent(value, field) for field, value in self.wanted.items()}
        return clients.client_for(self.connection).cases.update(self.case, **body, request_id=str(self.intent))

    def confirm(self, now: None, answer: Case) -> Verdict:
        """The answer may leave out what was put back, so only a reading confirms it. A list without the case shows
        nothing."""
        case = self.read()
        return unknown("unsaid") if case is None else self.resolve(case) or refused("not_taken_edit")


def _foreign(value: Any) -> bool:
    """Whether it is money in another currency, which a PUT of plain pennies would turn into pounds."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], int) and value[1] != "GBP"


def as_sent(value: Any, field: str) -> Any:
    if field == "value":
        return value[0] if isinstance(value, list) else value
    return datetime.fromisoformat(value) if field.endswith("_at") and value else value


def _names_unsaid(move: Move, answer: Case) -> bool:
    """Whether one more read is needed to know the names of the case's new type or people."""
    named = {"type": isinstance(answer.type, CaseType), "assigned_to_uuids": answer.assigned_to is not None}
    return any(field in move.also and not is_named for field, is_named in named.items())


def habit(connection: Connection, name: str) -> str:
    """What is known of this account: from PLANNR_DIALECT, or learnt."""
    return str(settings.PLANNR_DIALECT.get(name) or connection.learned.get(name, ""))


def is_in_completed(case: Case) -> bool:
    return isinstance(case.status, Status) and case.status.is_type_completed


def _went_down(move: Move, before: Case, above: Case) -> bool:
    """Whether it passed its new neighbour within one status: only then the order depends on Plannr's renumbering."""
    own, its = position_in(move.to_status, before), position_in(move.to_status, above)
    return own is not None and its is not None and own < its
