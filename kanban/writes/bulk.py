"""Many cases at once: one request, carried out in the background, one case after the other.

Each item is an ordinary move, or an ordinary edit of one field, through the person's own connection: checked, sent at
most once, on record. So nothing holds a web thread, a transaction or a lock for longer than one case takes. The items
are made from the last to the first, and each move places its case right above the one moved before it: that keeps
their order, whether or not Plannr renumbers.

What a process that died had not begun is not begun later: an hour later nobody may want it any more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from kanban.accounts import clients
from kanban.accounts.permissions import rights_of
from kanban.cases.fields import CASE_FIELDS
from kanban.core import db, processes, threads
from kanban.models import Bulk, Card, Connection, Edit, Move, Person, Write
from kanban.writes import edits, journal, moves
from kanban.writes.commands import Actor, BulkEdit, BulkMove, EditCommand, MoveCommand
from plannr_api import PlannrError

log = logging.getLogger(__name__)

End = Bulk.End
Item = dict[str, Any]  # intent, case, title, target of a move, what was seen, and `reason` if it could not be begun
Run = tuple[str, str | None, str | None]

COURTESY = 0.05  # seconds between two cases: longer than journal.open_write waits, so that other writes get their turn
RETENTION = timedelta(days=1)  # for undoing it; what it moved stays in the record
PAUSE = 0.5  # seconds between two checks whether Plannr has requests to spare
TRIES = 5  # how often a case is tried that Plannr refuses only because of too many requests
AWAY = ("unreachable", "slow", "unauthorised")  # after so many of these in a row nothing more is begun
PATIENCE = 3
SEEN = ("status", "position", "above", "below", "revision")


def begin(connection: Connection, person: Person | None, move: BulkMove) -> Bulk:
    """Write the request down and start it. Asked for twice it is made once."""
    cases = [seen.case for seen in move.items]
    above, below = move.above, move.below
    if move.edge:
        above, below = _at_edge(connection, move.status, move.edge, cases)
    titles = _titles(connection, cases)
    where = {"status": move.status, "above": above, "below": below}
    items = [_item(where | seen.fields, titles[seen.case]) for seen in move.items]
    return _begin(connection, person, move.intent, items=items, to_status=move.status)


def begin_edit(connection: Connection, person: Person | None, edit: BulkEdit) -> Bulk:
    """The same for one field of each case. Of what was seen of a case only its revision matters."""
    titles = _titles(connection, [seen.case for seen in edit.items])
    items = [_item({"case": seen.case, "seen_revision": seen.revision}, titles[seen.case]) for seen in edit.items]
    wanted = {"value": edit.wanted, "names": edit.names}
    return _begin(connection, person, edit.intent, items=items, what=edit.field, wanted=wanted)


def undo(bulk: Bulk, intent: UUID) -> Bulk:
    """Undo all that it did, by a bulk of undoing writes, each checked like any other."""
    made = {str(write.intent): write for write in done(bulk)}
    if bulk.what != Bulk.MOVE:
        items = [_item({"case": edit.case, "undoes": edit.pk}, edit.title) for edit in made.values()]
        return _begin(bulk.connection, bulk.person, intent, items=items, undoes=bulk, what=bulk.what)
    stayed = [item for item in bulk.items if item["intent"] not in made]
    items = [_way_back(bulk, item, made[item["intent"]], stayed) for item in bulk.items if item["intent"] in made]
    return _begin(bulk.connection, bulk.person, intent, items=items, undoes=bulk)


def done(bulk: Bulk) -> Iterable[Any]:
    """Those of its writes that can be undone."""
    return bulk.writes.filter(outcome=Write.Outcome.APPLIED, sent_at__isnull=False)


def unreported(connection: Connection, person: Person | None) -> Iterable[Bulk]:
    """Those of this person that run, or whose end has not been shown to them."""
    mine = Bulk.objects.filter(connection=connection, person=person, told=False, at__gt=timezone.now() - RETENTION)
    return mine.select_related("connection").order_by("at")


def stop(bulk: Bulk) -> None:
    """What is done stays done, the current case is finished, the others are not begun."""
    Bulk.objects.filter(pk=bulk.pk, end="").update(stopping=True)


def settle(bulk: Bulk) -> Bulk:
    """End a bulk whose process has died; the write that it was making ends as any other does."""
    if not bulk.end and processes.has_exited(bulk.maker, bulk.beat_at):
        _end(bulk, End.DIED)
        journal.abandon_orphaned(bulk.connection)
        bulk.refresh_from_db(fields=["end"])
    return bulk


def settle_all() -> None:
    for bulk in Bulk.objects.filter(end="").select_related("connection"):
        settle(bulk)


def _begin(connection: Connection, person: Person | None, intent: UUID, **what: Any) -> Bulk:
    new = {"connection": connection, "person": person, "maker": processes.worker_id(), **what}
    bulk, ours = Bulk.objects.get_or_create(intent=intent, defaults=new)
    if ours:
        Bulk.objects.filter(connection=connection, at__lt=timezone.now() - RETENTION).exclude(end="").delete()
        threads.run_in_background("bulk", _work, bulk.pk)
    return bulk


def _at_edge(connection: Connection, status: UUID, edge: str, cases: list[UUID]) -> tuple[UUID | None, UUID | None]:
    """The neighbours at that edge, without the cases that are to be moved themselves."""
    others = connection.cards.filter(column__status=status).exclude(case__in=cases).in_order()
    if edge == "top":
        return None, others.values_list("case", flat=True).first()
    return others.values_list("case", flat=True).last(), None


def _titles(connection: Connection, cases: list[UUID]) -> dict[UUID, str]:
    known = {card.case: card.title for card in connection.cards.filter(case__in=cases)}
    return {case: known.get(case, "A case that has gone") for case in cases}


def _item(fields: dict[str, Any], title: str) -> Item:
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}
    return {"intent": str(uuid4()), "title": title} | plain


def _way_back(bulk: Bulk, item: Item, move: Move, stayed: list[Item]) -> Item:
    """Back between its old neighbours, as seen by somebody who saw it where the bulk put it."""
    above, below = _stood_between(bulk.items, item, stayed)
    where = {"status": move.from_status, "above": above, "below": below}
    seen = (move.got_status, move.got_position, item["above"], item["below"], move.revision)
    fields = where | {f"seen_{name}": value for name, value in zip(SEEN, seen, strict=True)}
    return _item(fields | {"case": move.case, "undoes": move.pk}, move.title)


def _stood_between(items: list[Item], item: Item, stayed: list[Item]) -> tuple[str | None, str | None]:
    """The nearest cases that are not moved back as well; one that the bulk failed to move counts too."""
    home = ("seen_status", "seen_above", "seen_below")
    beside = [each for each in items if all(each[name] == item[name] for name in home)]
    at = beside.index(item)
    above = next((each["case"] for each in reversed(beside[:at]) if each in stayed), item["seen_above"])
    below = next((each["case"] for each in beside[at:] if each in stayed), item["seen_below"])
    return above, below


# In a thread of its own


def _work(pk: int) -> None:
    end = End.DIED
    try:
        end = _go_through(Bulk.objects.select_related("connection", "person").get(pk=pk))
    except Exception:
        log.exception("a bulk went wrong")
    finally:
        _end(Bulk(pk=pk), end)


def _end(bulk: Bulk, end: str) -> None:
    Bulk.objects.filter(pk=bulk.pk, end="").update(end=end, paused=False)


def _go_through(bulk: Bulk) -> End:
    placed: dict[Run, str] = {}
    troubles = 0
    for item in reversed(bulk.items):
        write = None
        for _ in range(TRIES):
            if end := _wait_for_turn(bulk):
                return end
            write = _make(bulk, item, placed)
            if write is None or write.reason != "rate_limited":
                break
            _ask_once_more(bulk, item)
        troubles = troubles + 1 if write and write.reason in AWAY else 0
        if troubles == PATIENCE:
            return End.AWAY
        db.release_connection()
        time.sleep(COURTESY)
    return End.THROUGH


def _wait_for_turn(bulk: Bulk) -> End | None:
    """Wait until Plannr has requests to spare. Returns why nothing more may be begun, if so."""
    while True:
        now = Bulk.objects.defer("items").select_related("connection", "person").filter(pk=bulk.pk).first()
        if now is None or now.end:
            return End(now.end) if now else End.DIED
        if now.stopping:
            return End.STOPPED
        if not _may(now):
            return End.RIGHTS
        spare = _plannr_has_some_to_spare(now.connection)
        Bulk.objects.filter(pk=bulk.pk, end="").update(beat_at=timezone.now(), paused=not spare)
        if spare:
            return None
        db.release_connection()
        time.sleep(PAUSE)


def _may(bulk: Bulk) -> bool:
    """Rights may end while it runs: nothing more is done for somebody who was disabled or lost the right."""
    person, connection = bulk.person, bulk.connection
    active = person is None or person.is_active
    return active and rights_of(person, connection).can_move


def _plannr_has_some_to_spare(connection: Connection) -> bool:
    try:
        return clients.client_for(connection).rate.spare()
    except PlannrError:  # nobody has this account any more: the write itself will say so
        return True


def _make(bulk: Bulk, item: Item, placed: dict[Run, str]) -> Write | None:
    """One case: an ordinary write. None: there is no such case."""
    card = bulk.connection.cards.select_related("column").filter(case=item["case"]).first()
    if card is None:
        _not_begun(bulk, item, "not_found")
        return None
    write = _move(bulk, item, card, placed) if bulk.what == Bulk.MOVE else _edit(bulk, item, card)
    if write.pk is None:
        _not_begun(bulk, item, write.reason)
    return write


def _edit(bulk: Bulk, item: Item, card: Card) -> Edit:
    """An undo restores what the field was before, as seen by somebody who saw what the bulk made of it."""
    intent = UUID(item["intent"])
    undoes = Edit.objects.filter(pk=item["undoes"]).first() if "undoes" in item else None
    if undoes is None:
        wanted, seen = bulk.wanted, item["seen_revision"]
        change = EditCommand(intent, bulk.what, wanted["value"], names=wanted["names"], revision=seen)
    elif undoes.reason == "otherwise":  # Plannr made something else of it, so only the revision was seen
        change = EditCommand(intent, bulk.what, undoes.before, revision=undoes.revision, undoes=undoes)
    else:
        seen = CASE_FIELDS[bulk.what].mark(undoes.wanted)
        change = EditCommand(intent, bulk.what, undoes.before, seen, undoes=undoes)
    return edits.edit_case(bulk.connection, card, change, Actor(bulk.person))


def _move(bulk: Bulk, item: Item, card: Card, placed: dict[Run, str]) -> Move:
    run = (item["status"], item["above"], item["below"])
    undoes = Move.objects.filter(pk=item["undoes"]).first() if item.get("undoes") else None
    by = Actor(bulk.person, undoes=undoes)
    move = moves.move_card(bulk.connection, card, _command(item, placed.get(run, item["below"])), by)
    if move.outcome == Move.Outcome.APPLIED:
        placed[run] = item["case"]
    return move


def _command(item: Item, below: str | None) -> MoveCommand:
    values: dict[str, Any] = {f"seen_{name}": item[f"seen_{name}"] for name in SEEN}
    values |= {"intent": item["intent"], "status": item["status"], "above": item["above"], "below": below}
    plain = ("seen_position", "seen_revision")
    fields: dict[str, Any] = {
        name: value if name in plain or value is None else UUID(value) for name, value in values.items()
    }
    return MoveCommand(**fields)


def _not_begun(bulk: Bulk, item: Item, reason: str) -> None:
    item["reason"] = reason
    bulk.save(update_fields=["items"])


def _ask_once_more(bulk: Bulk, item: Item) -> None:
    """Plannr refused it only because of too many requests. A new attempt is a new intent."""
    item["intent"] = str(uuid4())
    bulk.save(update_fields=["items"])
