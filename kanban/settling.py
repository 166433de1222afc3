"""Finding out by reading what became of every write that Plannr did not confirm."""

from __future__ import annotations

from kanban import creating, deleting, edited, intents, moved
from kanban.models import Connection, Edit, Move

KINDS = {Edit.What.EDIT: edited.settle, Edit.What.CREATE: creating.settle, Edit.What.DELETE: deleting.settle}


def settle(connection: Connection, edit: Edit) -> Edit:
    """Of one edit, creation or deletion."""
    return KINDS[Edit.What(edit.what)](connection, edit)


def settle_all(connection: Connection) -> None:
    """Settle what was left open or unconfirmed, by a crash or because nobody was looking any more."""
    intents.bury_the_dead(connection)
    for move in connection.moves.filter(outcome=Move.Outcome.UNKNOWN):
        moved.settle(connection, move)
    for edit in connection.edits.filter(outcome=Edit.Outcome.UNKNOWN):
        if edit.reason != "untold" or connection.cards.filter(case=edit.case).exists():  # it may be shown again
            settle(connection, edit)
