"""What somebody wants, as the writes take it: who wants it, of which case, what they saw, and under which id.

The forms make these from what a browser sent; nothing here knows of pages, and nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import field as having
from typing import Any
from uuid import UUID

from kanban.cases.fields import CASE_FIELDS, CaseField
from kanban.models import Column, Edit, Move, Person


@dataclass(frozen=True)
class Actor:
    """Who wants it. Nobody in particular where nobody signs in: then it is whoever the token belongs to."""

    person: Person | None = None
    undoes: Move | None = None

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else ""


ANONYMOUS = Actor()


@dataclass(frozen=True)
class MoveCommand:
    """One intended move, as the person saw the board when they made it."""

    intent: UUID
    status: UUID
    above: UUID | None = None
    below: UUID | None = None
    edge: str = ""  # "top" or "bottom" of the column, when no neighbour is named
    ordinal: int | None = None  # or: the n-th place of the column, from 1
    seen_status: UUID | None = None
    seen_position: int | None = None
    seen_above: UUID | None = None  # the cards above and below it when it was picked up
    seen_below: UUID | None = None
    seen_revision: str = ""  # revisions.revision of what was seen
    asked: UUID | None = None  # the move at which the firm's rules asked something, which this one answers
    also: dict[str, Any] = field(default_factory=dict)  # what the case lacked, as Plannr wants it written
    dated: bool = False  # by "Complete" or "Reopen": the completion date is sent too

    @property
    def seen_neighbours(self) -> set[UUID]:
        return {case for case in (self.seen_above, self.seen_below) if case}


def way_back(move: Move, intent: UUID) -> MoveCommand:
    """Back between its old neighbours, as seen by somebody who saw it where the move put it."""
    return MoveCommand(
        intent=intent,
        status=move.from_status,
        above=move.from_above,
        below=move.from_below,
        seen_status=move.got_status,
        seen_position=move.got_position,
        seen_above=move.above,
        seen_below=move.below,
        seen_revision=move.revision,
        dated=move.dated,
    )


@dataclass(frozen=True)
class EditCommand:
    """One field as somebody wants it. They saw the field as `seen` says, or the card as `revision` says.

    Of a date only the day is wanted: its time stays as it was. An undo restores the exact moment, and is asked nothing.
    """

    intent: UUID
    field: str
    wanted: Any
    seen: str = ""  # CaseField.mark of what they saw
    names: Mapping[str, str] = having(default_factory=dict)  # of the uuids that they chose
    asked: UUID | None = None  # the edit at which they were asked about a limit and said yes
    revision: str = ""  # revisions.revision, where they saw only the card
    undoes: Edit | None = None

    @property
    def fact(self) -> CaseField:
        return CASE_FIELDS[self.field]


@dataclass(frozen=True)
class CreateCommand:
    """A case that somebody wants, with only what they filled in."""

    intent: UUID
    name: str
    participants: list[str]
    status: UUID
    fields: dict[str, Any] = field(default_factory=dict)  # type, value, review_at (a day), assigned_to_uuids …
    asked: UUID | None = None  # the creation at which they were asked about a limit and said yes

    @property
    def wanted(self) -> dict[str, Any]:
        return {"name": self.name, "participants": self.participants, **self.fields}


@dataclass(frozen=True)
class StatusCommand:
    """A status that somebody wants in Plannr: a new one, or one that is to have another name, colour or place."""

    intent: UUID
    column: Column | None = None  # of that status; none: a new one
    wanted: Mapping[str, str] = having(default_factory=dict)  # name, colour: only what would change
    place: int | None = None  # the n-th of all statuses, from 1
    step: int = 0  # or: so many places down

    @property
    def moves(self) -> bool:
        return self.place is not None or self.step != 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.wanted and not self.moves

    def to(self, at: int) -> int:
        """The wanted index, from 0, of a status that is now at `at`; it may be out of range."""
        return at + self.step if self.place is None else self.place - 1


@dataclass(frozen=True)
class Seen:
    """One selected card, as the person saw it when they asked."""

    case: UUID
    status: UUID | None = None
    position: int | None = None
    above: UUID | None = None  # the nearest that are not selected themselves
    below: UUID | None = None
    revision: str = ""

    @classmethod
    def read(cls, text: str) -> Seen:
        """ "case.status.position.above.below.revision", as the board's script writes it. Raises ValueError."""
        case, status, position, above, below, revision = text.split(".")
        uuids = [UUID(part) if part else None for part in (status, above, below)]
        return cls(UUID(case), uuids[0], int(position) if position else None, uuids[1], uuids[2], revision[:16])

    @property
    def fields(self) -> dict[str, Any]:
        """As JSON holds it, under the names of a MoveCommand."""
        fields = asdict(self)
        case = fields.pop("case")
        return {"case": str(case)} | {
            f"seen_{name}": str(value) if isinstance(value, UUID) else value for name, value in fields.items()
        }


@dataclass(frozen=True)
class BulkMove:
    """Many cases wanted between two others, or at an edge of a column. They are in the board's order: from the top of
    the first column to the end of the last."""

    intent: UUID
    items: list[Seen]
    status: UUID
    above: UUID | None = None
    below: UUID | None = None
    edge: str = ""  # "top" or "bottom", when no neighbour is named


@dataclass(frozen=True)
class BulkEdit:
    """One value of one field, wanted for each of these cases."""

    intent: UUID
    items: list[Seen]
    field: str
    wanted: Any
    names: Mapping[str, str] = having(default_factory=dict)  # of the uuids that they chose
