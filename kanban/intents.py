"""What somebody wants, written down before a byte leaves for Plannr. The journal is also the lock.

A row that is open holds its case and the column it goes to, in whatever process it runs: the database refuses a second.
Rejected: locks in memory, which two processes do not share and a crash forgets.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from socket import gethostname
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kanban import record
from kanban.forms import Wish
from kanban.models import Card, Connection, Move, Person

Outcome = Move.Outcome

PATIENCE = 10.0  # seconds that a move waits for its turn before it is refused
DEAD = timedelta(seconds=60 + 4 * settings.PLANNR_TIMEOUT)  # all that a move may ask and wait; then it has died
HOST = gethostname()[:50]
with suppress(OSError):  # two machines may bear one name, and a restarted one is another
    HOST += "." + Path("/proc/sys/kernel/random/boot_id").read_text()[:8]


@dataclass(frozen=True)
class By:
    """Who wants it. Nobody in particular where nobody signs in: then it is whoever the token belongs to."""

    person: Person | None = None
    undoes: Move | None = None

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else ""


NOBODY = By()


def begin(connection: Connection, card: Card, wish: Wish, by: By) -> tuple[Move, bool]:
    """Write the intent down. Its row is also the lock: one open move per case and per column, in any process.

    Returns it, and whether it is ours to make: not if this intent was sent before, nor if its turn never came.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > deadline
        known = Move.objects.filter(intent=wish.intent).first()
        if known and (known.connection_id, known.case) != (connection.pk, card.case):
            return _refused(known, "taken"), False
        if known and (known.outcome != Outcome.OPEN or late):
            return known, False
        if not known:
            above, below = _neighbours(connection, card, wish)  # now, not before the wait: the column has moved on
            move = Move(
                intent=wish.intent,
                connection=connection,
                person=by.person,
                who=by.name if settings.SIGN_IN == "accounts" else connection.account_name,
                undoes=by.undoes,
                maker=me(),
                firm=connection.firm,
                case=card.case,
                title=card.title,
                from_status=wish.seen_status or card.column.status,
                from_position=wish.seen_position,
                from_above=wish.seen_above,
                from_below=wish.seen_below,
                to_status=wish.status,
                above=above,
                below=below,
            )
            if late:
                move.outcome, move.reason, move.settled_at = Outcome.REFUSED, "busy", timezone.now()
            if _written(move):
                return move, not late
            if late:
                return _refused(move, "busy"), False
            bury_the_dead(connection)
        time.sleep(0.03)


def _refused(move: Move, reason: str) -> Move:
    """An answer to somebody whose wish could not even be written down. Of another's move it tells no more than that."""
    told = {"title": move.title} if reason != "taken" else {"title": "The case"}
    return Move(
        intent=move.intent,
        firm=move.firm,
        case=move.case,
        to_status=move.to_status,
        from_status=move.from_status,
        outcome=Outcome.REFUSED,
        reason=reason,
        **told,
    )


def _written(move: Move) -> bool:
    try:
        with transaction.atomic():
            move.save(force_insert=True)
            record.intended(move)
            if move.outcome != Outcome.OPEN:
                record.settled(move)
    except IntegrityError:
        return False
    return True


def _neighbours(connection: Connection, card: Card, wish: Wish) -> tuple[UUID | None, UUID | None]:
    """Between whom the card is wanted. An edge or a number is resolved on the whole column, not on what was drawn."""
    if not wish.edge and not wish.number:
        return wish.above, wish.below
    others = connection.cards.filter(column__status=wish.status).exclude(pk=card.pk).in_order()
    if wish.edge == "top":
        return None, others.values_list("case", flat=True).first()
    if wish.edge == "bottom":
        return others.values_list("case", flat=True).last(), None
    number = (wish.number or 1) - 1
    beside = list(others.values_list("case", flat=True)[max(0, number - 1) : number + 1])
    if number == 0:
        return None, beside[0] if beside else None
    if not beside:
        return others.values_list("case", flat=True).last(), None
    return beside[0], beside[1] if len(beside) > 1 else None


def bury_the_dead(connection: Connection) -> None:
    """Let go of what a process that is gone left behind: at once if it ran on this machine, else after all that a move
    may take."""
    for move in Move.objects.filter(firm=connection.firm, outcome=Outcome.OPEN):
        if died(move):
            _abandon(move)


def _abandon(move: Move) -> None:
    """Its process died. If the PUT had not left, nothing happened; if it had, only reading can tell."""
    outcome, reason = (Outcome.UNKNOWN, "slow") if move.sent_at else (Outcome.REFUSED, "not_sent")
    said = {"outcome": outcome, "reason": reason, "settled_at": None if move.sent_at else timezone.now()}
    with transaction.atomic():
        if Move.objects.filter(pk=move.pk, outcome=Outcome.OPEN).update(**said):
            move.refresh_from_db()
            record.settled(move)


def died(move: Move) -> bool:
    """Whether the process that was making this move is no more."""
    return is_gone(move.maker, move.at)


def is_gone(maker: str, heard_at: datetime) -> bool:
    """Whether a process is no more: this machine knows of its own, of another's and of a lost thread time tells."""
    host, _, process = maker.rpartition("/")
    if host == HOST and process != me().rpartition("/")[2]:
        return not _runs(process)
    return heard_at < timezone.now() - DEAD


@lru_cache(maxsize=1)
def _me(pid: int) -> str:
    return f"{HOST}/{pid}-{_began(pid)}"


def me() -> str:
    """This process, so that another can tell later whether it still runs; a number alone is soon another's."""
    return _me(os.getpid())


def _runs(process: str) -> bool:
    pid, _, began = process.partition("-")
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return _began(int(pid)) == began


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine did; nothing where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
