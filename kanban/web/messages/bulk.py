"""What a person reads about a bulk: how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kanban.cases.fields import CASE_FIELDS
from kanban.models import Bulk, Edit, Move, Write
from kanban.web.messages import edits as edit_messages
from kanban.web.messages import moves as move_messages
from kanban.web.messages import reasons

SHOWN = 5  # cases that are named with their reason; the others are counted, and stay selected

Outcome = Write.Outcome
End = Bulk.End
WHY_NOT_BEGUN = {
    End.STOPPED: "You stopped it: what was done stays done.",
    End.DIED: "The board stopped meanwhile; what was done stays done.",
    End.RIGHTS: "You may not change cases any more.",
    End.AWAY: "Plannr cannot be reached at the moment.",
}


@dataclass(frozen=True)
class Line:
    """Why one case was not changed. Parts of it come from Plannr, so it is text and never markup."""

    said: str
    words: str = ""  # what Plannr itself said


@dataclass(frozen=True)
class BulkAction:
    """What is done to the cases, in words: "Moving 3 cases to Research", "3 cases moved to Research"."""

    doing: str
    done: str
    whereto: str

    @classmethod
    def of(cls, bulk: Bulk) -> BulkAction:
        if bulk.what == Bulk.MOVE:
            return cls("Moving", "moved", "back" if bulk.undoes_id else _column(bulk))
        fact = CASE_FIELDS[bulk.what]
        if bulk.undoes_id:
            return cls("Taking", "taken", f"back to the {fact.called} of before")
        value, words = bulk.wanted["value"], fact.words(bulk.wanted["value"], bulk.wanted["names"])
        if fact.name == "people":
            return cls("Assigning", "assigned", f"to {words if value else 'nobody'}")
        if not value:
            return cls("Clearing", "cleared", f"of the {fact.called}")
        return cls("Giving", "given", f"the {fact.called} {words}")


def _column(bulk: Bulk) -> str:
    column = bulk.connection.columns.filter(status=bulk.to_status).first() if bulk.to_status else None
    return f"to {column.name if column else 'a column that no longer exists'}"


@dataclass(frozen=True)
class BulkReport:
    bulk: Bulk
    deed: BulkAction
    writes: dict[str, Move | Edit] = field(default_factory=dict)

    @classmethod
    def of(cls, bulk: Bulk) -> BulkReport:
        known = bulk.writes.select_related("connection", "rival__connection")
        return cls(bulk, BulkAction.of(bulk), {str(write.intent): write for write in known})

    # While it runs

    @property
    def total(self) -> int:
        return len(self.bulk.items)

    @property
    def waiting(self) -> list[str]:
        """The cases that are not done yet."""
        return [item["case"] for item in self.bulk.items if self._outcome(item) in ("", Outcome.OPEN)]

    @property
    def done(self) -> int:
        return self.total - len(self.waiting)

    @property
    def aside(self) -> str:
        if self.bulk.stopping:
            return "Stopping after this case."
        return "Plannr asks us to slow down, so this waits a moment." if self.bulk.paused else ""

    # How it ended

    @property
    def headline(self) -> str:
        made = self._count(Outcome.APPLIED)
        done = f"{self.deed.done} {self.deed.whereto}"
        parts = [f"{made} case{'' if made == 1 else 's'} {done}" if made else f"No case {done}"]
        refused, unknown, left = len(self._refused), self._unconfirmed, len(self._not_begun)
        parts += [f"{refused} refused"] if refused else []
        parts += [f"{unknown} not confirmed by Plannr yet"] if unknown else []
        parts += [f"{left} not begun"] if left else []
        return f"{', '.join(parts)}."

    @property
    def lines(self) -> list[Line]:
        return [self._line(item) for item in self._refused[:SHOWN]]

    @property
    def advice(self) -> str:
        more = len(self._refused) - SHOWN
        return " ".join(
            [
                *([f"And {more} more."] if more > 0 else []),
                *([WHY_NOT_BEGUN.get(End(self.bulk.end), "")] if self._not_begun else []),
                *(["We keep asking what became of those not confirmed."] if self._unconfirmed else []),
                *(
                    [f"What was not {self.deed.done} is still selected."]
                    if self.left and not self.bulk.undoes_id
                    else []
                ),
            ]
        ).strip()

    @property
    def left(self) -> list[str]:
        """The cases that stay selected."""
        ended = (Outcome.APPLIED, Outcome.UNKNOWN, Outcome.OPEN)
        return [item["case"] for item in self.bulk.items if self._outcome(item) not in ended]

    @property
    def kind(self) -> str:
        made = self._count(Outcome.APPLIED)
        return "success" if made == self.total else "conflict" if made else "failure"

    @property
    def can_undo(self) -> bool:
        sent = any(write.sent_at and write.outcome == Outcome.APPLIED for write in self.writes.values())
        return sent and not self.bulk.undoes_id

    def _outcome(self, item: dict[str, Any]) -> str:
        """The outcome of one case; empty while it has not been begun."""
        write = self.writes.get(item["intent"])
        return str(write.outcome) if write else Outcome.REFUSED if item.get("reason") else ""

    def _count(self, outcome: str) -> int:
        return sum(self._outcome(item) == outcome for item in self.bulk.items)

    @property
    def _unconfirmed(self) -> int:
        return self._count(Outcome.UNKNOWN) + self._count(Outcome.OPEN)

    @property
    def _refused(self) -> list[dict[str, Any]]:
        """Conflicts count as refused: the change can be made again, on the case by itself."""
        return [item for item in self.bulk.items if self._outcome(item) in (Outcome.REFUSED, Outcome.CONFLICT)]

    @property
    def _not_begun(self) -> list[dict[str, Any]]:
        return [item for item in self.bulk.items if not self._outcome(item)]

    def _line(self, item: dict[str, Any]) -> Line:
        write = self.writes.get(item["intent"])
        if write and write.outcome == Outcome.CONFLICT:
            sentence = self._contested(write)
            return Line(
                sentence if item["title"] in sentence else f"{item['title']}: {sentence}"
            )  # the sentence of a limit names no case
        reason = write.reason if write else item["reason"]
        why = (reasons.REASONS | reasons.PROBLEMS).get(reason, reasons.PROBLEMS["broken"])[0]
        return Line(f"{item['title']}: {why}", write.words if write else "")

    def _contested(self, write: Move | Edit) -> str:
        if isinstance(write, Edit):
            return edit_messages.theirs(write)
        return move_messages.of(write, self.bulk.connection).headline
