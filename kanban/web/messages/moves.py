"""What a person reads about a move, a part of a case, and a board that is not fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from kanban.cases import requirements
from kanban.core.text import in_words
from kanban.models import Connection, Edit, Entry, Move, Write
from kanban.web.messages.reasons import PART_PROBLEMS, PROBLEMS, REASONS


@dataclass(frozen=True)
class Notice:
    """A sentence to the user. Parts of it come from Plannr, so it is text and never markup."""

    kind: str  # success, failure, conflict or waiting: decides colour, role and whether it goes away by itself
    headline: str
    words: str = ""  # what Plannr itself said
    advice: str = ""
    move: Move | None = None
    edit: Edit | None = None

    @property
    def write(self) -> Write | None:
        return self.move or self.edit

    @property
    def can_undo(self) -> bool:
        """Only a move that was sent, and not an undo, or undoing would have no end."""
        move = self.move
        return self.kind == "success" and bool(move and move.sent_at and not move.undoes_id)

    @property
    def can_force(self) -> bool:
        """Whether the person may say "move it anyway". An undo cannot be forced: others have moved the case since."""
        return self.kind == "conflict" and bool(self.move and not self.move.undoes_id)

    @property
    def can_fill(self) -> bool:
        """Whether the person can give what the column asks for."""
        return self.kind == "conflict" and bool(self.move and self.move.reason == "requires")

    @property
    def keep(self) -> str:
        """The label of the button that sends nothing: after a change of others, or for a rule of the firm."""
        return "Keep" if self.move and self.move.reason in ("limit", "requires") else "Keep theirs"

    @property
    def can_retry(self) -> bool:
        return self.kind in ("failure", "waiting") and self.move is not None and self.move.reason != "not_found"


def of(move: Move, connection: Connection, *, place: tuple[int, int] | None = None) -> Notice:
    """What became of a move. `place`: where the card stands now, "2 of 7"."""
    names = dict(connection.columns.values_list("status", "name"))
    wanted = names.get(move.to_status, "a column that no longer exists")
    if move.outcome == Move.Outcome.APPLIED:
        return Notice("success", *_applied(move, names, place), move=move)
    if move.outcome == Move.Outcome.CONFLICT:
        return Notice("conflict", *_conflict(move, names, wanted), move=move)
    if move.outcome == Move.Outcome.REFUSED:
        why, next_step = REASONS.get(move.reason) or PROBLEMS.get(move.reason) or PROBLEMS["broken"]
        if move.retry_after:
            next_step = f"Try again in {max(1, round(move.retry_after))} seconds."
        next_step = f"{next_step} {aside(move)}".strip()
        back = "back " if move.undoes_id else ""
        return Notice("failure", f"{move.title} was not moved {back}to {wanted}. {why}", move.words, next_step, move)
    why = PROBLEMS.get(move.reason, PROBLEMS["slow"])[0]
    headline = f"{why} It has not confirmed moving {move.title} to {wanted}."
    return Notice("waiting", headline, advice="The card stands where Plannr last had it. We keep asking.", move=move)


def _applied(move: Move, names: dict[UUID, str], place: tuple[int, int] | None) -> tuple[str, str, str]:
    where = names.get(move.got_status or move.to_status, "another status")
    at = f", {place[0]} of {place[1]}" if place else ""
    headline = f"{move.title} moved {'back ' if move.undoes_id else ''}to {where}{at}."
    advice = {
        "already": "It already stood there; nothing was sent.",
        "elsewhere": "Plannr put it somewhere else than asked, and here it stands.",
        "unnumbered": "The cards there have no place in Plannr, so it stands before them.",
        "neighbours_left": "The cards beside it had moved on, so it went to the end.",
    }.get(move.reason, "")
    return headline, "", f"{advice} {aside(move)}".strip()


def aside(move: Write) -> str:
    """What else happened to the case; nearly always nothing."""
    if isinstance(move, Move) and move.untaken:
        return f"Plannr did not take {move.untaken}. Please look at the case."
    if not move.altered:
        return ""
    if move.put_back is None:
        return f"We could not look afterwards whether its {move.altered} are as they were. Please check the case."
    if move.put_back:
        return f"Plannr also changed its {move.altered}; we put that back. Please check the case."
    if move.is_being_put_back:
        also = f"Plannr also changed its {move.altered}"
        return f"{also} and has not confirmed that we put that back. Please check the case."
    return f"Plannr also changed its {move.altered} and we could not put that back. Please mend the case in Plannr."


def _conflict(move: Move, names: dict[UUID, str], wanted: str) -> tuple[str, str, str]:
    """Who changed what, and when; and what was therefore not done."""
    if move.reason == "requires":
        lacks = in_words([requirements.REQUIREMENTS[name] for name in move.asked["needs"]])
        also = " ".join(filter(None, ["Nothing was sent.", requirements.passed(move.asked.get("limits", ()))]))
        return f"{wanted} asks for {lacks}.", "", f"{move.title} has none yet. {also}"
    if move.reason == "limit":
        return (
            requirements.passed(move.asked.get("limits", ())),
            "",
            f"You dropped {move.title} on {wanted}. Nothing was sent.",
        )
    sent = "Plannr never confirmed that." if move.sent_at else "Nothing was sent."
    not_done = f"It was not moved back to {wanted}." if move.undoes_id else f"You dropped it on {wanted}. {sent}"
    return _meanwhile(move, names.get(move.got_status or move.to_status, "another status")), "", not_done


def _meanwhile(move: Move, where: str) -> str:
    within = move.got_status == move.from_status
    if move.reason == "edited":
        return edited(move, move.edited)
    if move.reason == "reordered":
        return f"The order around {move.title} in {where} has changed, so nothing tells whether the move was made."
    if move.rival and move.rival.settled_at:
        when = ago((timezone.now() - move.rival.settled_at).total_seconds())
        return f"{_rival(move, move.rival)} moved {move.title} {'within' if within else 'to'} {where} {when} ago."
    if within and not move.sent_at:
        return f"The order around {move.title} in {where} has changed since you saw it."
    return f"Somebody in Plannr moved {move.title} {'within' if within else 'to'} {where}{between(move, 'moved')}."


def edited(write: Write, what: str) -> str:
    """Who changed what of the case since it was seen, and when."""
    if edit := _edit_of(write):
        when = ago((timezone.now() - (edit.settled_at or edit.at)).total_seconds())
        return f"{_rival(write, edit)} changed the {what} of {write.title} {when} ago."
    return f"Somebody in Plannr changed the {what} of {write.title}{between(write, 'edited')}."


def _edit_of(write: Write) -> Edit | None:
    """The edit on this board that left the case as it was found, if there is one."""
    edits = Edit.objects.filter(firm=write.firm, case=write.case, outcome=Edit.Outcome.APPLIED)
    return edits.filter(revision=write.revision, sent_at__isnull=False).first() if write.revision else None


def _rival(write: Write, rival: Write) -> str:
    own = rival.connection_id == write.connection_id and rival.person_id == write.person_id
    if own and isinstance(rival, Edit):
        return "You"
    return "You, at another window," if own else rival.who or rival.connection.account_name


def between(move: Write, what: str) -> str:
    """When it happened, as closely as two readings show."""
    seen = Entry.objects.filter(firm=move.firm, case=move.case, kind=Entry.Kind.OUTSIDE, what=what).last()
    if seen is None or seen.since is None or timezone.now() - seen.at > timedelta(hours=1):
        return ""
    since, until = (timezone.localtime(moment).strftime("%H:%M:%S") for moment in (seen.since, seen.at))
    return f" between {since} and {until}"


def ago(seconds: float) -> str:
    """How long ago, in short: 40 s, 3 min, 2 h."""
    steps = ((3600, "h"), (60, "min"), (1, "s"))
    size, unit = next((step for step in steps if seconds >= step[0]), (1, "s"))
    return f"{max(1, int(seconds // size))} {unit}"


def of_part(title: str, problem: str) -> Notice:
    """Why a part of an opened case cannot be shown. `problem`: a key of PROBLEMS."""
    why, next_step = PART_PROBLEMS.get(problem) or PROBLEMS.get(problem, PROBLEMS["broken"])
    return Notice("failure", f"{title} cannot be shown. {why}", advice=next_step)


def of_problem(connection: Connection) -> Notice | None:
    """Why the board is not as fresh as it should be, if it is not."""
    if not connection.problem:
        return None
    why, next_step = PROBLEMS.get(connection.problem, PROBLEMS["broken"])
    since = timezone.localtime(connection.as_of).strftime("%H:%M:%S on %-d %B") if connection.as_of else ""
    headline = f"{why} You see the board as of {since}." if since else why
    return Notice("failure", headline, advice=next_step)
