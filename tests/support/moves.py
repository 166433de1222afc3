"""Moves as the board leaves them behind, without a drop for each."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from kanban.audit import log
from kanban.models import Card, Connection, Move


def made(connection: Connection, card: Card | None = None, **fields: Any) -> Move:
    """A move that was made, with both its lines in the record."""
    card = card or connection.cards.select_related("column").first()
    assert card
    place = {"case": card.case, "title": card.title, "from_status": card.column.status, "to_status": card.column.status}
    whose = {"connection": connection, "firm": connection.firm, "who": connection.account_name}
    came = {"outcome": Move.Outcome.APPLIED, "settled_at": fields.get("at", timezone.now()), "got_position": 1}
    with transaction.atomic():
        move = Move.objects.create(intent=uuid.uuid4(), **{**place, **whose, **came, **fields})
        log.intended(move)
        log.settled(move)
    return move
