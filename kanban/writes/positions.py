"""Where cases stand by Plannr's positions, and which position puts one of them between two others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from kanban.cases import mapping, revisions
from kanban.cases.fields import CASE_FIELDS
from kanban.models import Card, Connection, Edit, Entry, Move, Write
from kanban.writes.commands import MoveCommand
from plannr_api import Case

Cases = Mapping[UUID, Case]


def status_and_position(case: Case) -> tuple[UUID, int | None]:
    """Status and position, as Plannr gives them."""
    position = case.status_position
    return mapping.status_of(case), position if isinstance(position, int) else None


def position_in(status: UUID, case: Case | None) -> int | None:
    """The case's position if it stands in this status and has one."""
    its_status, position = status_and_position(case) if case else (None, None)
    return position if its_status == status else None


def moved_meanwhile(command: MoveCommand, move: Move, now: Cases) -> bool:
    """Has the card been moved since this person saw it?

    Its position alone does not show it: Plannr may renumber a card when others come and go. So within one status it has
    moved only if it no longer stands between the neighbours it was seen between. If it has passed only one of them,
    that neighbour may have moved instead: this counts only when the move sets the order of the same column.
    """
    status, position = status_and_position(now[move.case])
    if status != move.from_status:
        return True
    if position is None or command.seen_position is None or position == command.seen_position:
        return False
    above = position_in(status, now.get(command.seen_above)) if command.seen_above else None
    below = position_in(status, now.get(command.seen_below)) if command.seen_below else None
    passed = [above > position] if above is not None else []
    passed += [below < position] if below is not None else []
    return any(passed) if status == command.status else bool(passed) and all(passed)


def edited_meanwhile(connection: Connection, write: Write, seen: str, before: Card) -> str:
    """What of the case was edited since this person saw it, in words; nothing if it still looks the same.

    `seen`: the revision that they saw. `before`: the card before Plannr was asked. If they saw exactly that, we know
    what is different.
    """
    card = connection.cards.filter(case=write.case).first() if seen else None
    if card is None or revisions.revision(card) == seen:
        return ""
    if revisions.revision(before) == seen:
        return " and ".join(revisions.edited(before, card))
    made = Edit.objects.filter(firm=write.firm, case=write.case, outcome=Edit.Outcome.APPLIED)
    if ours := made.filter(revision=revisions.revision(card), field__in=CASE_FIELDS).first():
        return CASE_FIELDS[ours.field].called
    entry = Entry.objects.filter(firm=write.firm, case=write.case, kind=Entry.Kind.OUTSIDE, what="edited").last()
    return entry.words.replace(", ", " and ") if entry else "details"


@dataclass(frozen=True)
class TargetPosition:
    """A position that can be asked for."""

    position: int
    reason: str = ""  # why it is not where it was wanted: a code that messages.moves words
    tied: bool = False  # neighbours share a position, so that none lies between them


def target_position(connection: Connection, move: Move, now: Cases, *, renumbers: bool) -> TargetPosition:
    """The position that puts the case between its neighbours, computed from what Plannr says at this moment.

    `renumbers`: Plannr closes the gap that the case leaves, so when it moves down every case it passes moves up by one.
    """
    own = position_in(move.to_status, now[move.case]) if renumbers else None
    above, below = _positions_beside(move, now)
    if above is not None:
        down = own is not None and own < above
        return TargetPosition(max(1, above if down else above + 1), tied=below is not None and below <= above)
    if below is not None:
        down = own is not None and own < below
        return TargetPosition(max(1, below - 1 if down else below))
    others = connection.cards.filter(column__status=move.to_status).exclude(case=move.case)
    wanted = [now[case] for case in (move.above, move.below) if case and case in now]
    if any(mapping.status_of(case) == move.to_status for case in wanted):
        return TargetPosition((others.aggregate(last=Max("position"))["last"] or 0) + 1, "unnumbered")
    if move.undoes_id and not move.above:
        return TargetPosition(1)  # nobody stood above it
    if (move.above or move.below) and (count := others.count()):
        return TargetPosition(count + 1, "neighbours_left")
    return TargetPosition(1)


def stands_there(move: Move, wanted: TargetPosition, now: Cases) -> bool:
    """Whether the case is already where it is wanted, and no neighbour shares its position."""
    return status_and_position(now[move.case]) == (
        move.to_status,
        wanted.position,
    ) and wanted.position not in _positions_beside(move, now)


def confirmed_neighbours(move: Move, wanted: TargetPosition, now: Cases) -> dict[str, UUID]:
    """A neighbour of a case that got exactly the position asked for; none where positions do not show it."""
    above, below = _positions_beside(move, now)
    if move.above and above is not None and not wanted.tied:
        return {"above": move.above}
    return {"below": move.below} if move.below and below is not None and not wanted.tied else {}


def _positions_beside(move: Move, now: Cases) -> tuple[int | None, int | None]:
    above = position_in(move.to_status, now.get(move.above)) if move.above else None
    below = position_in(move.to_status, now.get(move.below)) if move.below else None
    return above, below


# In the mirror


def resolve_neighbours(connection: Connection, card: Card, command: MoveCommand) -> tuple[UUID | None, UUID | None]:
    """Between which cards it is wanted. An edge or an ordinal is resolved in the whole column, not in what was
    shown."""
    if not command.edge and not command.ordinal:
        return command.above, command.below
    column = connection.columns.filter(status=command.status).first()
    others = (connection.cards.of(column) if column else connection.cards.none()).exclude(pk=card.pk).in_order()
    if command.edge == "top":
        return None, others.values_list("case", flat=True).first()
    if command.edge == "bottom":
        return others.values_list("case", flat=True).last(), None
    at = (command.ordinal or 1) - 1
    beside = list(others.values_list("case", flat=True)[max(0, at - 1) : at + 1])
    if at == 0:
        return None, beside[0] if beside else None
    if not beside:
        return others.values_list("case", flat=True).last(), None
    return beside[0], beside[1] if len(beside) > 1 else None


def neighbours_of(connection: Connection, card: Card) -> tuple[UUID | None, UUID | None]:
    """Its neighbours among all cases of its column, including those that the lens hides."""
    column = connection.cards.of(card.column)
    above, below = column.before(card).in_order(), column.after(card).in_order()
    return above.values_list("case", flat=True).last(), below.values_list("case", flat=True).first()
