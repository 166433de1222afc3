"""What a person reads of many cases at once: how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kanban import notices
from kanban.models import Bulk, Move

SHOWN = 5  # cases that are named with their reason; the others are counted, and stay selected

Outcome = Move.Outcome
End = Bulk.End
WHY_NOT_BEGUN = {
    End.STOPPED: "You stopped it: what was done stays done.",
    End.DIED: "The board stopped meanwhile; what was done stays done.",
    End.RIGHTS: "You may not move cases any more.",
    End.AWAY: "Plannr cannot be reached at the moment.",
}


@dataclass(frozen=True)
class Line:
    """Why one case was not moved. Parts of it come from Plannr, so it is text and never markup."""

    said: str
    words: str = ""  # what Plannr itself said


@dataclass(frozen=True)
class Telling:
    bulk: Bulk
    where: str  # "to Research", or "back"
    moves: dict[str, Move] = field(default_factory=dict)

    @classmethod
    def of(cls, bulk: Bulk) -> Telling:
        column = bulk.connection.columns.filter(status=bulk.to_status).first() if bulk.to_status else None
        where = "back" if bulk.undoes_id else f"to {column.name if column else 'a column that no longer exists'}"
        known = Move.objects.filter(connection=bulk.connection_id, intent__in=bulk.intents)
        return cls(bulk, where, {str(move.intent): move for move in known.select_related("connection", "rival")})

    # While it runs

    @property
    def total(self) -> int:
        return len(self.bulk.items)

    @property
    def waiting(self) -> list[str]:
        """The cases that it is not done with."""
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
        parts = [f"{made} case{'' if made == 1 else 's'} moved {self.where}" if made else f"No case moved {self.where}"]
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
                *(["What was not moved is still selected."] if self.left and not self.bulk.undoes_id else []),
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
        sent = any(move.sent_at and move.outcome == Outcome.APPLIED for move in self.moves.values())
        return sent and not self.bulk.undoes_id

    def _outcome(self, item: dict[str, Any]) -> str:
        """Of a case; nothing while it has not been begun."""
        move = self.moves.get(item["intent"])
        return str(move.outcome) if move else Outcome.REFUSED if item.get("reason") else ""

    def _count(self, outcome: str) -> int:
        return sum(self._outcome(item) == outcome for item in self.bulk.items)

    @property
    def _unconfirmed(self) -> int:
        return self._count(Outcome.UNKNOWN) + self._count(Outcome.OPEN)

    @property
    def _refused(self) -> list[dict[str, Any]]:
        """A conflict is not asked about here: the case can be moved again, by itself."""
        return [item for item in self.bulk.items if self._outcome(item) in (Outcome.REFUSED, Outcome.CONFLICT)]

    @property
    def _not_begun(self) -> list[dict[str, Any]]:
        return [item for item in self.bulk.items if not self._outcome(item)]

    def _line(self, item: dict[str, Any]) -> Line:
        move = self.moves.get(item["intent"])
        if move and move.outcome == Outcome.CONFLICT:
            return Line(notices.of(move, self.bulk.connection).headline)
        reason = move.reason if move else item["reason"]
        why = (notices.REASONS | notices.PROBLEMS).get(reason, notices.PROBLEMS["broken"])[0]
        return Line(f"{item['title']}: {why}", move.words if move else "")
