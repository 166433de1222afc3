"""What a person reads when something happened: every sentence of the board, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from kanban.models import Connection, Move
from plannr_api import (
    BrokenAnswer,
    Forbidden,
    NotFound,
    PlannrError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unreachable,
)

# What went wrong with Plannr → (why, what to do next): for a refused move, and for a board that grows old.
PROBLEMS = {
    "unreachable": ("Plannr cannot be reached.", "Try again in a moment."),
    "slow": ("Plannr did not answer in time.", "Try again in a moment."),
    "rate_limited": ("Plannr asks us to slow down.", "Try again in a minute."),
    "unauthorised": (
        "Plannr does not accept this board's access token.",
        "Ask whoever runs the board for a new one.",
    ),
    "forbidden": ("Plannr does not allow this account to do that.", "Ask your Plannr administrator for the right."),
    "not_found": ("Plannr has no such case any more, or does not show it to you.", "It was taken off the board."),
    "rejected": ("Plannr refused.", "Read its reason, then try again or choose another place."),
    "broken": ("Plannr answered with something that the board cannot read.", "Try again in a moment."),
    "several_accounts": (
        "This token belongs to several accounts.",
        "Set PLANNR_ACCOUNT_UUID to one of them: manage.py check_plannr lists them.",
    ),
}

# What else can become of a move.
REASONS = {
    "busy": ("Other moves into this column are still under way.", "Try again in a moment."),
    "vanished": ("That status no longer exists in Plannr.", "Choose another column."),
    "not_taken": ("Plannr accepted the move but left the case where it was.", "Try again, or move it in Plannr."),
    "not_sent": ("The board stopped before anything was sent to Plannr.", "Try again."),
    "never_taken": ("Plannr never confirmed the move. A minute later the case stands where you see it.", "Try again."),
    "unsettled": (
        "Plannr has not confirmed the move before this one, and might still make it.",
        "That is settled within a minute. Then try again.",
    ),
    "repeated": ("It was asked for again before Plannr confirmed it.", "See the later move."),
}

_KINDS: tuple[tuple[type[PlannrError], str], ...] = (
    (RateLimited, "rate_limited"),
    (Unauthorised, "unauthorised"),
    (NotFound, "not_found"),
    (Forbidden, "forbidden"),
    (Rejected, "rejected"),
    (BrokenAnswer, "broken"),
    (Unreachable, "unreachable"),
)


def problem_of(error: PlannrError) -> str:
    """The key in PROBLEMS of what the client met."""
    if isinstance(error, Unreachable) and error.slow:
        return "slow"
    return next((key for kind, key in _KINDS if isinstance(error, kind)), "broken")


@dataclass(frozen=True)
class Notice:
    """A sentence to the user. Parts of it come from Plannr, so it is text and never markup."""

    kind: str  # success, failure, conflict or waiting: decides colour, role and whether it goes away by itself
    headline: str
    words: str = ""  # what Plannr itself said
    advice: str = ""
    move: Move | None = None

    @property
    def can_retry(self) -> bool:
        return self.kind in ("failure", "waiting") and self.move is not None and self.move.reason != "not_found"


def of(move: Move, connection: Connection, *, place: tuple[int, int] | None = None) -> Notice:
    """What became of a move. `place`: where the card stands now, "2 of 7"."""
    names = {column.status: column.name for column in connection.columns}
    wanted = names.get(move.to_status, "a column that no longer exists")
    if move.outcome == Move.Outcome.APPLIED:
        return Notice("success", *_applied(move, names, place), move=move)
    if move.outcome == Move.Outcome.CONFLICT:
        return Notice("conflict", *_conflict(move, names, wanted), move=move)
    if move.outcome == Move.Outcome.REFUSED:
        why, next_step = REASONS.get(move.reason) or PROBLEMS.get(move.reason) or PROBLEMS["broken"]
        if move.retry_after:
            next_step = f"Try again in {max(1, round(move.retry_after))} seconds."
        next_step = f"{next_step} {_aside(move)}".strip()
        return Notice("failure", f"{move.title} was not moved to {wanted}. {why}", move.words, next_step, move)
    why = PROBLEMS.get(move.reason, PROBLEMS["slow"])[0]
    headline = f"{why} It has not confirmed moving {move.title} to {wanted}."
    return Notice("waiting", headline, advice="The card stands where Plannr last had it. We keep asking.", move=move)


def _applied(move: Move, names: dict[UUID, str], place: tuple[int, int] | None) -> tuple[str, str, str]:
    where = names.get(move.got_status or move.to_status, "another status")
    at = f", {place[0]} of {place[1]}" if place else ""
    headline = f"{move.title} moved to {where}{at}."
    advice = {
        "already": "It already stood there; nothing was sent.",
        "elsewhere": "Plannr put it somewhere else than asked, and here it stands.",
        "unnumbered": "The cards there have no place in Plannr, so it stands before them.",
        "neighbours_left": "The cards beside it had moved on, so it went to the end.",
    }.get(move.reason, "")
    return headline, "", f"{advice} {_aside(move)}".strip()


def _aside(move: Move) -> str:
    """What else happened to the case: nothing, nearly always."""
    if not move.altered:
        return ""
    if move.put_back is None:
        return f"We could not look afterwards whether its {move.altered} are as they were. Please check the case."
    if move.put_back:
        return f"Plannr also changed its {move.altered}; we put that back. Please check the case."
    return f"Plannr also changed its {move.altered} and we could not put that back. Please mend the case in Plannr."


def _conflict(move: Move, names: dict[UUID, str], wanted: str) -> tuple[str, str, str]:
    where = names.get(move.got_status or move.to_status, "another status")
    within = "within" if move.got_status == move.from_status else "to"
    who, when = "Somebody in Plannr", ""
    if move.rival and move.rival.settled_at:
        own = move.rival.connection_id == move.connection_id
        who = "Somebody at another window of yours" if own else move.rival.connection.account_name
        when = f" {ago((timezone.now() - move.rival.settled_at).total_seconds())} ago"
    dropped = f"You dropped it on {wanted}."
    if move.sent_at:
        return f"{who} moved {move.title} {within} {where}{when}.", "", f"{dropped} Plannr never confirmed that."
    if within == "within" and not move.rival:
        headline = f"The order around {move.title} in {where} has changed since you saw it."
        return headline, "", f"{dropped} Nothing was sent."
    return f"{who} moved {move.title} {within} {where}{when}.", "", f"{dropped} Nothing was sent."


def ago(seconds: float) -> str:
    """ "40 s", "3 min", "2 h": how long since, as short as it can be said."""
    steps = ((3600, "h"), (60, "min"), (1, "s"))
    size, unit = next((step for step in steps if seconds >= step[0]), (1, "s"))
    return f"{max(1, int(seconds // size))} {unit}"


def of_problem(connection: Connection) -> Notice | None:
    """Why the board is not as fresh as it should be, if it is not."""
    if not connection.problem:
        return None
    why, next_step = PROBLEMS.get(connection.problem, PROBLEMS["broken"])
    since = timezone.localtime(connection.as_of).strftime("%H:%M:%S on %-d %B") if connection.as_of else ""
    headline = f"{why} You see the board as of {since}." if since else why
    return Notice("failure", headline, advice=next_step)
