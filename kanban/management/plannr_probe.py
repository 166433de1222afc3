"""What only a write can show of how Plannr behaves, tried on one scratch case that is put back afterwards.

Every try is a PUT of a status and a place, like a move on the board, and then a read of the case and of the cases
around it. Nothing else is written, but Plannr's own rules may renumber other cases of the two or three statuses
meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from kanban.management import plannr_report
from kanban.writes import side_effects
from plannr_api import UNSET, Case, CaseFilters, Money, Plannr, PlannrError, Rejected, Status

BEYOND = 50  # places past the end, to see whether such a number is kept
PAUSES = (0.0, 0.0, 1.0, 2.0)  # seconds before each try to put the case back
RESTORED = ("status", "status_position", *side_effects.PROTECTED_FIELDS)

Places = dict[UUID, tuple[UUID, int]]


class Unsuitable(Exception):
    """This case cannot be used. The message is a sentence."""


@dataclass
class Findings:
    """What was seen, in sentences; what to set, as in PLANNR_DIALECT; and how the case was left."""

    before: str
    seen: list[str] = field(default_factory=list)
    dialect: dict[str, str] = field(default_factory=dict)
    problem: PlannrError | None = None  # it broke off
    stopped: bool = False  # somebody pressed Ctrl-C
    not_restored: list[str] = field(default_factory=list)


def run(plannr: Plannr, uuid: UUID) -> Findings:
    """Try it all, and put the case back whatever happened. Raises Unsuitable, or PlannrError, before any write."""
    before = _suitable(plannr, uuid)
    statuses = plannr_report.columns(plannr)
    findings = Findings(before=_describe(before))
    try:
        trial = _Trial(plannr, before, statuses, findings)
        trial.plans_and_places()
        trial.completion()
    except PlannrError as error:
        findings.problem = error
    except KeyboardInterrupt:
        findings.stopped = True
    finally:
        findings.not_restored = _put_back(plannr, before)
    return findings


def _describe(case: Case) -> str:
    """Where a case stands, for somebody who may have to put it back by hand."""
    status = case.status.name if isinstance(case.status, Status) else "no status"
    plans = ", ".join(str(plan.uuid) for plan in case.plans or []) or "none"
    done = case.completed_at.isoformat() if isinstance(case.completed_at, datetime) else "none"
    return f"It stood in {status} at place {case.status_position}, plans: {plans}, completion date: {done}."


def _suitable(plannr: Plannr, uuid: UUID) -> Case:
    case = _look(plannr, uuid)
    if not isinstance(case.status, Status) or not isinstance(case.status_position, int):
        raise Unsuitable("The scratch case needs a status and a place in it, or it could not be put back.")
    return case


def _look(plannr: Plannr, uuid: UUID) -> Case:
    read = plannr.cases.list(filters=CaseFilters(uuid=[uuid]))
    found = next((case for case in read.cases if case.uuid == uuid), None)
    if found is None:
        raise Unsuitable("Plannr shows this account no such case.")
    return found


class _Trial:
    def __init__(self, plannr: Plannr, before: Case, statuses: Sequence[Status], findings: Findings) -> None:
        self.plannr, self.before, self.findings = plannr, before, findings
        self.uuid = before.uuid
        self.home = before.status.uuid if isinstance(before.status, Status) else before.uuid
        self.open = [status.uuid for status in statuses if not status.is_type_completed]
        self.completed = next((status.uuid for status in statuses if status.is_type_completed), None)
        self.status = self._busiest(self._places())

    def _places(self) -> Places:
        """Where every other case of the firm stands."""
        cases = self.plannr.cases.list(include=("status",)).cases
        return {
            case.uuid: (case.status.uuid, case.status_position)
            for case in cases
            if isinstance(case.status, Status) and isinstance(case.status_position, int) and case.uuid != self.uuid
        }

    def _busiest(self, places: Places) -> UUID | None:
        """The other open status with the most cases, where most can be seen."""
        standing = [status for status, _ in places.values()]
        others = [status for status in self.open if status != self.home and status in standing]
        return max(others, key=standing.count, default=None)

    def _move(self, status: UUID, place: int, **more: Any) -> Case:
        self.plannr.cases.move(self.uuid, status, place, **more)
        return _look(self.plannr, self.uuid)

    def plans_and_places(self) -> None:
        """Into another status at the top, then to its bottom; neither PUT mentions plans."""
        if self.status is None:
            self.findings.seen.append("Places could not be tried: there is no other open status with a case in it.")
            at = self.before.status_position
            self._plans(self._move(self.home, at if isinstance(at, int) else 1))
            return
        first = self._places()
        top = self._move(self.status, 1)
        self._plans(top)
        second = self._places()
        bottom = self._to_the_bottom(self.status, len(_in(second, self.status)))
        self._positions(top, bottom, _shift(first, second, self.status), _shift(second, self._places(), self.status))

    def _to_the_bottom(self, status: UUID, others: int) -> Case:
        try:
            return self._move(status, others + BEYOND)
        except Rejected:
            self.findings.seen.append("A place beyond the end of a status is refused.")
            return self._move(status, others + 1)

    def _plans(self, after: Case) -> None:
        if not self.before.plans:
            self.findings.seen.append("What becomes of plans could not be tried: this case has none that Plannr says.")
        elif after.plans is not None and _fact(after, "plans") == _fact(self.before, "plans"):
            self.findings.seen.append("A move that does not speak of plans keeps them.")
            self.findings.dialect["plans"] = "keep"
        else:
            self.findings.seen.append("A move that does not speak of plans takes them off the case: send them along.")
            self.findings.dialect["plans"] = "send"

    def _positions(self, top: Case, bottom: Case, made_room: bool, closed_up: bool) -> None:
        sentence = {
            (True, True): "The cases around a moved one are renumbered.",
            (True, False): "The cases below a moved one make room, but the gap it leaves is not closed.",
            (False, True): "The gap that a moved case leaves is closed, but no room is made where it goes.",
            (False, False): "The cases around a moved one keep their numbers.",
        }[made_room, closed_up]
        self.findings.seen.append(f"{sentence} {self._own_place(top, bottom)}".strip())
        self.findings.dialect["positions"] = "shift" if closed_up else "store"

    def _own_place(self, top: Case, bottom: Case) -> str:
        if top.status_position is UNSET:
            return "Plannr does not say the place of a moved case."
        if top.status_position != 1:
            return "The place asked for was passed over: a case that changes its status goes to the end."
        if bottom.status_position == 1:
            return "The place asked for was passed over within a status."
        others = len(_in(self._places(), self.status))
        beyond = bottom.status_position == others + BEYOND
        return f"A place beyond the end is {'kept as sent' if beyond else 'taken for the last one'}."

    def completion(self) -> None:
        """Into the completed status without a date, and out of it with one; neither PUT mentions the date."""
        outside = self.status or (self.home if self.home != self.completed else None)
        if self.completed is None or outside is None:
            self.findings.seen.append("Completing could not be tried: it takes a completed status and an open one.")
            return
        last = len(_in(self._places(), self.completed)) + 1
        if _look(self.plannr, self.uuid).completed_at is not None:
            self._move(outside, 1, completed_at=None)
        entered = self._move(self.completed, last)
        if entered.completed_at is UNSET:
            self.findings.seen.append("Plannr does not say when a case was completed.")
            return
        if entered.completed_at is None:
            self._move(self.completed, last, completed_at=timezone.now())
        left = self._move(outside, 1)
        sets, clears = entered.completed_at is not None, left.completed_at is None
        self.findings.seen.append(
            f"Entering the completed status {'sets' if sets else 'does not set'} the completion date, "
            f"and leaving it {'clears' if clears else 'does not clear'} it."
        )
        self.findings.dialect["completed"] = "sync" if sets and clears else "send"


def _in(places: Places, status: UUID | None) -> dict[UUID, int]:
    return {uuid: place for uuid, (where, place) in places.items() if where == status}


def _shift(earlier: Places, later: Places, status: UUID) -> bool:
    """Whether at least half of a status's cases were renumbered; a colleague's move meanwhile changes fewer."""
    numbers, now = _in(earlier, status), _in(later, status)
    both = numbers.keys() & now.keys()
    return sum(numbers[uuid] != now[uuid] for uuid in both) * 2 >= len(both) > 0


def _put_back(plannr: Plannr, before: Case) -> list[str]:
    """Put status, place, plans, date and all else back as they were. Returns what could not be restored, in words."""
    wrong = list(RESTORED)
    for tried, pause in enumerate(PAUSES):
        time.sleep(pause)
        with suppress(PlannrError, Unsuitable):
            wrong = _differences(before, _look(plannr, before.uuid))
            if not wrong:
                break
            if tried + 1 < len(PAUSES):
                _restore(plannr, before, [name for name in wrong if tried or name != "completed_at"])
    return [name.removesuffix("_uuids").replace("_", " ") for name in wrong]


def _restore(plannr: Plannr, before: Case, wrong: Sequence[str]) -> None:
    """The completion date is not sent at first: Plannr may set it by itself, and may refuse null."""
    fields = {*wrong, "status", "status_position"} | ({"plans"} if before.plans is not None else set())
    plannr.cases.update(before.uuid, **{name: _body(before, name) for name in fields})


def _differences(before: Case, now: Case) -> list[str]:
    """The fields that differ, among those that both answers have."""
    pairs = {name: (_fact(before, name), _fact(now, name)) for name in RESTORED}
    return [name for name, (was, is_now) in pairs.items() if UNSET not in (was, is_now) and was != is_now]


def _fact(case: Case, name: str) -> Any:
    """A field in a form that can be compared; UNSET where Plannr did not say it."""
    value = getattr(case, name)
    if isinstance(value, list):
        return {each.uuid if name == "plans" else each for each in value}
    if name in ("plans", "assigned_to_uuids", "group_uuids"):
        return UNSET
    return _body(case, name) if isinstance(value, Status | Money) else value


def _body(case: Case, name: str) -> Any:
    """A field as a PUT takes it."""
    value = getattr(case, name)
    if isinstance(value, Status):
        return value.uuid
    if name == "plans":
        return [plan.uuid for plan in value]
    return value.amount if isinstance(value, Money) else value
