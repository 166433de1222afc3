"""The record of the moves that were made before there was a record, and the triggers that keep it as it is."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations

from kanban.audit import append_only, hash_chain, log


def write_the_moves_of_before(apps: Any, schema_editor: Any) -> None:
    """Those with an outcome, oldest first, one line each. Nobody signed in then, so nobody's name is written."""
    Entry, Head = apps.get_model("kanban", "Entry"), apps.get_model("kanban", "Head")
    if Head.objects.exists():  # written already, before a way back to here
        return
    head, lines = Head(pk=1), hash_chain.linked(_lines(apps), 0, "")
    while some := list(islice(lines, 500)):
        Entry.objects.bulk_create(Entry(**line) for line in some)
        head.number, head.hash = some[-1]["number"], some[-1]["hash"]
    head.save()


def _lines(apps: Any) -> Iterator[hash_chain.Line]:
    Move, Column = apps.get_model("kanban", "Move"), apps.get_model("kanban", "Column")
    names = {(firm, status): name for firm, status, name in Column.objects.values_list("firm", "status", "name")}
    moves = Move.objects.exclude(outcome="open").select_related("connection").order_by("at", "pk")
    for move in moves.iterator(chunk_size=500):
        yield {
            "at": move.settled_at or move.at,
            "kind": move.outcome,
            "firm": move.firm,
            "account": move.connection.account,
            "account_name": move.connection.account_name,
            "intent": move.intent,
            "case": move.case,
            "title": move.title,
            "what": "move",
            "from_status": move.from_status,
            "from_name": names.get((move.firm, move.from_status), ""),
            "from_position": move.from_position,
            "to_status": move.to_status,
            "to_name": names.get((move.firm, move.to_status), ""),
            "asked_position": move.asked_position,
            "got_status": move.got_status,
            "got_position": move.got_position,
            "reason": move.reason,
            "words": log.outcome_in_words(move),
        }


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    append_only.install(schema_editor.connection)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kanban", "0002_a_board_for_a_team")]

    operations = [
        migrations.RunPython(write_the_moves_of_before, migrations.RunPython.noop),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
