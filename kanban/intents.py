"""What somebody wants, written down before a byte leaves for Plannr. The journal is also the lock.

A row that is open holds its case and the column it goes to, in whatever process it runs: the database refuses a second.
Rejected: locks in memory, which two processes do not share and a crash forgets.
"""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kanban.forms import Wish
from kanban.models import Card, Connection, Move

Outcome = Move.Outcome

PATIENCE = 10.0  # seconds that a move waits for its turn before it is refused
DEAD = timedelta(seconds=60 + 4 * settings.PLANNR_TIMEOUT)  # all that a move may ask and wait; then it has died


def begin(connection: Connection, card: Card, wish: Wish) -> tuple[Move, bool]:
    """Write the intent down. Its row is also the lock: one open move per case and per column, in any process.

    Returns it, and whether it is ours to make: not if this intent was sent before, nor if its turn never came.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > deadline
        known = connection.moves.filter(intent=wish.intent).first()
        if known and (known.outcome != Outcome.OPEN or late):
            return known, False
        if not known:
            above, below = _neighbours(connection, card, wish)  # now, not before the wait: the column has moved on
            move = Move(
                intent=wish.intent,
                connection=connection,
                firm=connection.firm,
                case=card.case,
                title=card.title,
                from_status=wish.seen_status or card.column.status,
                from_position=wish.seen_position,
                to_status=wish.status,
                above=above,
                below=below,
            )
            if late:
                move.outcome, move.reason, move.settled_at = Outcome.REFUSED, "busy", timezone.now()
            if _written(move):
                return move, not late
            bury_the_dead(connection)
        time.sleep(0.03)


def _written(move: Move) -> bool:
    try:
        with transaction.atomic():
            move.save(force_insert=True)
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
    for move in Move.objects.filter(firm=connection.firm, outcome=Outcome.OPEN, at__lt=timezone.now() - DEAD):
        _abandon(move)


def _abandon(move: Move) -> None:
    """Its process died. If the PUT had not left, nothing happened; if it had, only reading can tell."""
    outcome, reason = (Outcome.UNKNOWN, "slow") if move.sent_at else (Outcome.REFUSED, "not_sent")
    Move.objects.filter(pk=move.pk, outcome=Outcome.OPEN).update(
        outcome=outcome, reason=reason, settled_at=timezone.now() if outcome == Outcome.REFUSED else None
    )
