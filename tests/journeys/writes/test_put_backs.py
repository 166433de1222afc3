"""What Plannr changed unasked is put back by a write of its own: it is told as done only where that was read, and
whoever writes next takes nothing of it away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from kanban.models import Entry, Move, PutBack, Write
from kanban.sync import refresh
from kanban.writes import journal, protocol, recovery
from kanban.writes.journal import applied
from kanban.writes.side_effects import RestoreFields, UnconfirmedPutBack
from plannr_api import Case, Plan, Status
from plannr_api.sandbox import Sandbox
from tests.support.case_page import save
from tests.support.cases import with_plans
from tests.support.people import Person, at_the_board

Outcome = Write.Outcome
A, B = UUID(int=1), UUID(int=2)
DAY = datetime(2026, 3, 29, 12, tzinfo=UTC)
OPEN = Status(uuid=UUID(int=3), name="Research")
KEPT = {"done": False, "plans": [str(A)], "completed_at": DAY.isoformat()}


@pytest.fixture
def detaching(db: None, make: Callable[..., Sandbox]) -> Person:
    """Plannr takes the plans off a case where a PUT leaves them out."""
    return at_the_board(make(cases=20, plans="detach"))


def lost_put_back(person: Person, case: str, **fault: Any) -> PutBack:
    """The board moves a case, Plannr takes its plans off, and the request that puts them back brings no answer."""
    person.plannr.fail("PUT", "/api/v1/cases/*", skip=1, **fault)
    person.drop(case, "Research")
    return PutBack.objects.get()


# What a reading means


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ({"plans": [Plan(uuid=A)], "completed_at": DAY}, Outcome.APPLIED),
        ({"plans": [], "completed_at": DAY}, Outcome.REFUSED),  # it was never made
        ({"plans": [Plan(uuid=B)], "completed_at": DAY}, Outcome.REFUSED),  # somebody made something else of it
        ({"plans": [Plan(uuid=A)], "completed_at": None}, Outcome.REFUSED),
        ({"plans": None, "completed_at": DAY}, Outcome.UNKNOWN),  # this reading does not speak of the plans
    ],
)
def test_a_put_back_is_told_as_a_reading_long_after_it_shows_it(case: dict[str, Any], outcome: Outcome) -> None:
    sent = timezone.now() - journal.BELIEVED - timedelta(minutes=1)
    write = PutBack(kept=KEPT, changed=["plans", "completed_at"], sent_at=sent, outcome=Outcome.UNKNOWN)
    verdict = UnconfirmedPutBack(write, None).resolve(Case(uuid=A, status=OPEN, **case))  # type: ignore[arg-type]
    assert verdict is not None
    assert verdict.outcome == outcome


def test_until_then_a_reading_that_does_not_speak_of_it_tells_nothing() -> None:
    write = PutBack(kept=KEPT, changed=["plans"], sent_at=timezone.now(), outcome=Outcome.UNKNOWN)
    assert UnconfirmedPutBack(write, None).resolve(Case(uuid=A, status=OPEN, plans=None)) is None  # type: ignore[arg-type]


# What the write that made it necessary tells


def test_whoever_ends_that_write_later_does_not_unsay_that_it_was_put_back(detaching: Person) -> None:
    detaching.drop(with_plans(detaching), "Research")
    Move.objects.update(outcome=Outcome.UNKNOWN, settled_at=None)
    stale = Move.objects.get()
    stale.put_back = False
    journal.close(stale, applied())
    assert Move.objects.get().put_back is True


def test_one_that_is_found_to_be_made_later_is_told_by_the_move_too(detaching: Person) -> None:
    case = with_plans(detaching)
    plans = detaching.case(case)["plans"]
    put_back = lost_put_back(detaching, case, drop="before")
    move = Move.objects.get()
    assert (put_back.outcome, move.put_back, move.is_being_put_back) == (Outcome.UNKNOWN, False, True)
    detaching.plannr.outside.edit(case, plans=plans)  # as if the lost request had come after all
    recovery.settle_all(detaching.connection)
    move.refresh_from_db()
    assert (PutBack.objects.get().outcome, move.put_back, move.is_being_put_back) == (Outcome.APPLIED, True, False)


def test_a_colleagues_write_that_came_in_between_is_not_undone(detaching: Person) -> None:
    """Between the look at a move whose answer was lost and what that look makes necessary, nobody holds the case."""
    case = with_plans(detaching)
    detaching.plannr.fail("PUT", "/api/v1/cases/*", drop="before")
    detaching.drop(case, "Research")
    lost = Move.objects.get()
    assert detaching.drop(case, "Research", edge="bottom").status == 200
    sent = len(detaching.puts)
    made = protocol.submit(RestoreFields(detaching.connection, lost, ["plans"], {"plans": []}))
    assert (made.outcome, made.reason, made.sent_at) == (Outcome.REFUSED, "overtaken", None)
    assert len(detaching.puts) == sent


def test_a_list_that_leaves_the_case_out_tells_nothing_of_what_plannr_has_just_confirmed(detaching: Person) -> None:
    case, hooks = with_plans(detaching), detaching.plannr.world.hooks
    put = {"method": "PUT", "path": "/api/v1/cases/*"}
    hooks.add(put, lambda: hooks.add(put, lambda: detaching.plannr.outside.delete(case)))  # right after the second
    detaching.drop(case, "Research")
    put_back = PutBack.objects.get()
    assert len(detaching.puts) == 2
    assert (put_back.outcome, put_back.reason) == (Outcome.UNKNOWN, "unsaid")


# What comes meanwhile


@pytest.mark.parametrize("write", ["move", "edit"])
def test_while_one_of_the_plans_is_not_confirmed_no_other_write_carries_them(detaching: Person, write: str) -> None:
    """This account takes off what is left out, so whatever is sent next says which plans there are, and would say that
    there are none."""
    case = with_plans(detaching)
    assert lost_put_back(detaching, case, drop="before").outcome == Outcome.UNKNOWN
    sent = len(detaching.puts)
    answer = detaching.drop(case, "Presented") if write == "move" else save(detaching, case, "value", "7")
    assert "has not confirmed a change of this case" in answer.words
    assert len(detaching.puts) == sent


def test_what_the_board_is_putting_back_is_not_recorded_as_somebodys_edit_in_plannr(
    db: None, make: Callable[..., Sandbox]
) -> None:
    person = at_the_board(make(cases=20))
    case = person.standing("Fact find")[0]
    row = {"connection": person.connection, "firm": person.connection.firm, "case": case, "title": "A case"}
    PutBack.objects.create(
        **row, intent=uuid4(), after=uuid4(), wanted={"value": 700}, changed=["value"], sent_at=timezone.now()
    )
    person.plannr.outside.edit(case, value=700, name="Renamed")
    refresh.refresh(person.connection)
    edited = Entry.objects.get(kind="outside", what="edited")
    assert edited.words == "name"


def test_what_goes_wrong_with_one_keeps_no_other_waiting(detaching: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(UnconfirmedPutBack, "resolve", breaks)
    case = with_plans(detaching)
    lost_put_back(detaching, case, drop="after")
    detaching.plannr.fail("PUT", "/api/v1/cases/*", drop="before")
    detaching.drop(detaching.standing("Fact find")[0], "Presented")
    Move.objects.filter(outcome=Outcome.UNKNOWN).update(sent_at=timezone.now() - journal.BELIEVED)
    recovery.settle_all(detaching.connection)
    assert not Move.objects.filter(outcome=Outcome.UNKNOWN).exists()
    assert protocol.settle(PutBack.objects.get()).outcome == Outcome.UNKNOWN
