"""Every kind of write against every way in which it can fail: each ends once, as what Plannr did, and is on record."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kanban.core.processes import HOST
from kanban.models import Bulk, ColumnChange, Edit, Entry, Move, PutBack, Write
from kanban.writes import (
    bulk,
    column_rules,
    edits,
    journal,
    lifecycle,
    moves,
    protocol,
    recovery,
    side_effects,
    statuses,
)
from kanban.writes.commands import ANONYMOUS, CreateCommand, EditCommand, MoveCommand, StatusCommand
from plannr_api.sandbox import Sandbox
from tests.support.people import Person, at_the_board
from tests.support.processes import KEY, finished

Outcome = Write.Outcome


@dataclass
class Wanted:
    """A write that is about to be made, by whoever calls `make`."""

    make: Callable[[], object]
    kind: type[Write]
    is_done: Callable[[], bool]
    method: str = "PUT"
    path: str = "/api/v1/cases/*"
    before_it: int = 0  # matching requests that come before its own

    @property
    def write(self) -> Write:
        """As the journal has it."""
        return self.kind._default_manager.order_by("pk").last() or self.kind()


def a_case(person: Person) -> str:
    return next(case for case in person.standing("Fact find") if person.case(case)["plans"])


def card_of(person: Person, case: str) -> Any:
    return person.connection.cards.select_related("column").get(case=case)


def move(person: Person) -> Wanted:
    case, status = a_case(person), person.status("Research")
    command = MoveCommand(uuid.uuid4(), uuid.UUID(status), edge="top")
    return Wanted(
        lambda: moves.move_card(person.connection, card_of(person, case), command),
        Move,
        lambda: bool(person.case(case)["status"] == status),
    )


def complete(person: Person) -> Wanted:
    """Asked for as completing: a date goes along with the place."""
    case, status = a_case(person), person.status("Completed")
    command = MoveCommand(uuid.uuid4(), uuid.UUID(status), edge="top", dated=True)
    return Wanted(
        lambda: moves.move_card(person.connection, card_of(person, case), command),
        Move,
        lambda: bool(person.case(case)["status"] == status and person.case(case)["completed_at"]),
    )


def way_back(person: Person) -> Wanted:
    case, intent = a_case(person), uuid.uuid4()
    there = MoveCommand(uuid.uuid4(), uuid.UUID(person.status("Research")), edge="top")
    made = moves.move_card(person.connection, card_of(person, case), there)
    return Wanted(
        lambda: moves.undo(person.connection, made, intent, None),
        Move,
        lambda: bool(person.case(case)["status"] == person.status("Fact find")),
    )


def item_of_many(person: Person) -> Wanted:
    """One case of several that are changed together."""
    case, item = a_case(person), {"intent": str(uuid.uuid4()), "seen_revision": ""}
    many = Bulk.objects.create(
        intent=uuid.uuid4(),
        connection=person.connection,
        maker=HOST,
        items=[item | {"case": case, "title": ""}],
        what="value",
        wanted={"value": 4_711, "names": {}},
    )
    return Wanted(
        lambda: bulk._make(many, many.items[0], {}),
        Edit,
        lambda: bool(person.case(case)["value"] == 4_711),
    )


def edit(person: Person) -> Wanted:
    case = a_case(person)
    command = EditCommand(uuid.uuid4(), "value", 4_711)
    return Wanted(
        lambda: edits.edit_case(person.connection, card_of(person, case), command),
        Edit,
        lambda: bool(person.case(case)["value"] == 4_711),
    )


def participants(person: Person) -> Wanted:
    """One more takes part: by an address of its own, which answers nothing."""
    case, *others = (each["uuid"] for each in person.plannr.state()["cases"] if each["participants"])
    here = person.case(case)["participants"]
    other = next(one for each in others for one in person.case(each)["participants"] if one not in here)
    command = EditCommand(uuid.uuid4(), "participants", sorted([*here, other]))
    return Wanted(
        lambda: edits.edit_case(person.connection, card_of(person, case), command),
        Edit,
        lambda: other in person.case(case)["participants"],
        "POST",
        "/api/v1/cases/*/participants",
    )


def leaving(person: Person) -> Wanted:
    """One of two takes part no more."""
    case = next(each["uuid"] for each in person.plannr.state()["cases"] if len(each["participants"]) > 1)
    stays, *_ = person.case(case)["participants"]
    command = EditCommand(uuid.uuid4(), "participants", [stays])
    return Wanted(
        lambda: edits.edit_case(person.connection, card_of(person, case), command),
        Edit,
        lambda: person.case(case)["participants"] == [stays],
        "DELETE",
        "/api/v1/cases/*/participants",
    )


def create(person: Person) -> Wanted:
    client = person.case(a_case(person))["participants"][0]
    command = CreateCommand(uuid.uuid4(), "Bond top-up", [client], uuid.UUID(person.status("Fact find")))
    return Wanted(
        lambda: lifecycle.create_case(person.connection, command),
        Edit,
        lambda: [each["name"] for each in person.plannr.state()["cases"]].count("Bond top-up") == 1,
        "POST",
        "/api/v1/cases",
    )


def delete(person: Person) -> Wanted:
    case = a_case(person)
    card, intent = card_of(person, case), uuid.uuid4()
    return Wanted(
        lambda: lifecycle.delete_case(person.connection, card, intent, ""),
        Edit,
        lambda: case not in [each["uuid"] for each in person.plannr.state()["cases"]],
        "DELETE",
    )


def add_status(person: Person) -> Wanted:
    command = StatusCommand(uuid.uuid4(), wanted={"name": "On hold", "colour": "#2f7dd1"})
    return Wanted(
        lambda: statuses.change(person.connection, command, ANONYMOUS),
        ColumnChange,
        lambda: "On hold" in [each["name"] for each in person.plannr.state()["statuses"]],
        "POST",
        "/api/v1/cases-status",
    )


def rename_status(person: Person) -> Wanted:
    column = person.connection.columns.get(name="Research")
    command = StatusCommand(uuid.uuid4(), column, {"name": "Due diligence"})
    return Wanted(
        lambda: statuses.change(person.connection, command, ANONYMOUS),
        ColumnChange,
        lambda: "Due diligence" in [each["name"] for each in person.plannr.state()["statuses"]],
        "PUT",
        "/api/v1/cases-status/*",
    )


def place_of_status(person: Person) -> Wanted:
    column = person.connection.columns.get(name="Research")
    command = StatusCommand(uuid.uuid4(), column, place=1)
    return Wanted(
        lambda: statuses.change(person.connection, command, ANONYMOUS),
        ColumnChange,
        lambda: min(person.plannr.state()["statuses"], key=lambda each: each["position"])["name"] == "Research",
        "PUT",
        "/api/v1/cases-status/*",
    )


def put_back(person: Person) -> Wanted:
    """A move by which Plannr takes the plans off a case, which are put back."""
    person.plannr.speak(plans="detach")
    case = a_case(person)
    plans = person.case(case)["plans"]
    return Wanted(move(person).make, PutBack, lambda: bool(person.case(case)["plans"] == plans), before_it=1)


KINDS = (
    *(move, complete, way_back, edit, item_of_many, participants, leaving, create, delete),
    *(add_status, rename_status, place_of_status, put_back),
)
of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@pytest.fixture
def person(db: None, make: Callable[..., Sandbox]) -> Person:
    return at_the_board(make(cases=20, rate_limit=100_000))


OPERATIONS = {
    move: moves.MoveCard,
    complete: moves.MoveCard,
    way_back: moves.MoveCard,
    edit: edits.EditField,
    item_of_many: edits.EditField,
    participants: edits.EditField,
    leaving: edits.EditField,
    create: lifecycle.CreateCase,
    delete: lifecycle.DeleteCase,
    add_status: statuses.ChangeStatus,
    rename_status: statuses.ChangeStatus,
    place_of_status: statuses.ChangeStatus,
    put_back: side_effects.RestoreFields,
}


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)


def settled(person: Person, wanted: Wanted) -> Write:
    """After a reading, and another one long after nobody need expect the write any more."""
    recovery.settle_all(person.connection)
    if wanted.write.outcome == Outcome.UNKNOWN:
        long_ago = timezone.now() - journal.BELIEVED - timedelta(minutes=1)
        wanted.kind._default_manager.filter(pk=wanted.write.pk).update(sent_at=long_ago)
        recovery.settle_all(person.connection)
    return wanted.write


def told_as_it_was(person: Person, wanted: Wanted, *, requests: int = 1) -> None:
    """The law: it was sent once at most, has one end, which is what Plannr did, and the record says so."""
    write = settled(person, wanted)
    sent = [entry for entry in person.plannr.ledger if entry["request_id"] == str(write.intent)]
    assert len(sent) == requests
    assert write.outcome in (Outcome.APPLIED, Outcome.REFUSED)
    assert (write.outcome == Outcome.APPLIED) == wanted.is_done()
    kinds = list(Entry.objects.filter(intent=write.intent).order_by("number").values_list("kind", flat=True))
    assert kinds[0] == "intended"
    assert [kind for kind in kinds[1:] if kind != "unknown"] == [write.outcome]
    assert kinds[-1] == write.outcome
    assert not any(each._default_manager.filter(outcome=Outcome.OPEN).exists() for each in journal.KINDS)


@of_every_kind
def test_one_that_plannr_confirms_is_applied(person: Person, kind: Callable[[Person], Wanted]) -> None:
    wanted = kind(person)
    wanted.make()
    assert wanted.write.outcome == Outcome.APPLIED
    told_as_it_was(person, wanted)


@pytest.mark.parametrize("status", [403, 422, 429])
@of_every_kind
def test_one_that_plannr_certainly_refuses_is_refused_at_once(
    person: Person, kind: Callable[[Person], Wanted], status: int
) -> None:
    wanted = kind(person)
    person.plannr.fail(wanted.method, wanted.path, status=status, skip=wanted.before_it)
    wanted.make()
    assert wanted.write.outcome == Outcome.REFUSED
    told_as_it_was(person, wanted)


MADE = ({"drop": "after"}, {"status": 500, "applied": True}, {"html": True, "applied": True})


@pytest.mark.parametrize("fault", MADE, ids=str)
@of_every_kind
def test_one_whose_answer_is_lost_is_found_by_reading(
    person: Person, kind: Callable[[Person], Wanted], fault: dict[str, Any]
) -> None:
    wanted = kind(person)
    person.plannr.fail(wanted.method, wanted.path, skip=wanted.before_it, **fault)
    wanted.make()
    assert wanted.write.outcome == Outcome.APPLIED
    told_as_it_was(person, wanted)


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"status": 502}, {"status": 500}], ids=str)
@of_every_kind
def test_one_that_may_not_have_arrived_is_never_claimed_and_never_sent_again(
    person: Person, kind: Callable[[Person], Wanted], fault: dict[str, Any]
) -> None:
    wanted = kind(person)
    person.plannr.fail(wanted.method, wanted.path, skip=wanted.before_it, **fault)
    wanted.make()
    assert wanted.write.outcome == Outcome.UNKNOWN or (fault == {"status": 500} and not wanted.is_done())
    told_as_it_was(person, wanted)


@of_every_kind
def test_one_that_plannr_makes_late_is_found_by_a_later_reading(
    person: Person, kind: Callable[[Person], Wanted]
) -> None:
    wanted = kind(person)
    person.plannr.fail(wanted.method, wanted.path, skip=wanted.before_it, late=3.0)
    wanted.make()
    assert wanted.write.outcome == Outcome.UNKNOWN
    assert wanted.write.sent_at is not None
    until(wanted.is_done)
    recovery.settle_all(person.connection)
    assert wanted.write.outcome == Outcome.APPLIED
    told_as_it_was(person, wanted)


class Stop(BaseException):
    """The process is no more: nothing of ours runs after it."""


def dies(*_: object, **__: object) -> None:
    raise Stop


@of_every_kind
def test_a_process_that_dies_after_it_has_sent_leaves_one_that_the_next_settles(
    person: Person, kind: Callable[[Person], Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = kind(person)
    with monkeypatch.context() as context:
        context.setattr(journal, "close", dies)
        with pytest.raises(Stop):
            wanted.make()
    assert wanted.write.outcome == Outcome.OPEN
    assert wanted.write.sent_at is not None
    of_a_process_that_is_gone()
    told_as_it_was(person, wanted)


def of_a_process_that_is_gone() -> None:
    """Every open row is one of a process that ran on this machine."""
    for kind in journal.KINDS:
        kind._default_manager.filter(outcome=Outcome.OPEN).update(maker=f"{HOST}/0-0")


@of_every_kind
def test_a_process_that_dies_before_it_has_sent_leaves_nothing_done(
    person: Person, kind: Callable[[Person], Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, send = kind(person), journal.mark_sent

    def dies_at(write: Write, **fields: Any) -> bool:
        return dies() or False if isinstance(write, wanted.kind) else send(write, **fields)

    with monkeypatch.context() as context:
        context.setattr(journal, "mark_sent", dies_at)
        with pytest.raises(Stop):
            wanted.make()
    assert wanted.write.outcome == Outcome.OPEN
    of_a_process_that_is_gone()
    told_as_it_was(person, wanted, requests=0)


@of_every_kind
def test_what_breaks_here_once_it_was_sent_is_never_told_as_refused(
    person: Person, kind: Callable[[Person], Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = kind(person)

    def breaks(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as context:
        context.setattr(OPERATIONS[kind], "confirm", breaks)
        wanted.make()
    assert (wanted.write.outcome, wanted.write.reason) == (Outcome.UNKNOWN, "broken")
    told_as_it_was(person, wanted)


@of_every_kind
def test_one_that_was_given_up_meanwhile_is_not_sent(
    person: Person, kind: Callable[[Person], Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took so long before the request that somebody else has let go of it."""
    wanted, send = kind(person), journal.mark_sent

    def late(write: Write, **fields: Any) -> bool:
        if isinstance(write, wanted.kind):
            journal._abandon(type(write)._default_manager.get(pk=write.pk))
        return send(write, **fields)

    with monkeypatch.context() as context:
        context.setattr(journal, "mark_sent", late)
        wanted.make()
    assert (wanted.write.outcome, wanted.write.reason) == (Outcome.REFUSED, "not_sent")
    told_as_it_was(person, wanted, requests=0)


@of_every_kind
def test_the_same_intent_again_is_told_what_became_of_it(person: Person, kind: Callable[[Person], Wanted]) -> None:
    wanted = kind(person)
    wanted.make()
    rows = wanted.kind._default_manager.count()
    again = wanted.make()
    assert wanted.kind._default_manager.count() == rows
    assert isinstance(again, Write)
    assert again.outcome == Outcome.APPLIED
    told_as_it_was(person, wanted)


def test_every_kind_that_the_journal_has_is_tried_here() -> None:
    assert {kind.__name__ for kind in journal.KINDS} == {"PutBack", "Move", "Edit", "ColumnChange"}
    assert set(protocol._KINDS) == {"move", "edit", "create", "delete", "add", "change", "put back"}


# What is kept here


def test_what_the_firm_asks_of_a_column_is_so_together_with_its_line_of_the_record(person: Person) -> None:
    column, intent = person.connection.columns.get(name="Research"), uuid.uuid4()
    made = column_rules.ask_of_column(person.connection, column, {"stale_days": 10}, ANONYMOUS, intent)
    assert (made.outcome, made.sent_at) == (Outcome.APPLIED, None)
    line = Entry.objects.get(intent=intent, kind="applied")
    assert (line.what, line.title) == ("column rule", "Research")
    assert line.to_name == "stale after 10 days"
    assert not [entry for entry in person.plannr.ledger if entry["request_id"] == str(intent)]


def test_what_cannot_be_kept_is_refused_and_changes_nothing(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    column = person.connection.columns.get(name="Research")

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(column_rules.change_log, "record_change", breaks)
    made = column_rules.ask_of_column(person.connection, column, {"stale_days": 10}, ANONYMOUS, uuid.uuid4())
    assert (made.outcome, made.reason) == (Outcome.REFUSED, "not_sent")
    column.refresh_from_db()
    assert column.stale_days is None
    assert Entry.objects.get(intent=made.intent, kind="refused").to_name == "stale after 10 days"


# After a restart


def test_a_server_that_has_only_just_begun_knows_how_every_kind_is_settled() -> None:
    """What settles leftovers runs before the first request, by which the pages are loaded."""
    asked = "from kanban.writes import recovery, protocol; print(*sorted(protocol._KINDS), sep=',')"
    said = finished("shell", "-v0", "-c", asked, SECRET_KEY=KEY)
    assert said.stdout.strip() == "add,change,create,delete,edit,move,put back", said.stderr


def test_one_that_is_sent_just_when_it_is_given_up_is_never_refused(person: Person) -> None:
    wanted = move(person)
    wanted.make()
    Move.objects.update(outcome=Outcome.OPEN, sent_at=None)
    seen = wanted.write
    Move.objects.update(sent_at=timezone.now())
    journal._abandon(seen)
    assert wanted.write.outcome == Outcome.OPEN


@pytest.mark.parametrize("kind", [add_status, rename_status])
def test_a_change_of_statuses_waits_until_an_earlier_one_is_settled(
    person: Person, kind: Callable[[Person], Wanted]
) -> None:
    first, again = kind(person), kind(person)
    person.plannr.fail(first.method, first.path, drop="before")
    first.make()
    again.make()
    assert (again.write.outcome, again.write.reason) == (Outcome.REFUSED, "unsettled_status")
    assert again.write.sent_at is None
