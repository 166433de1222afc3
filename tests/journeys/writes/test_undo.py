"""For a while a move can be taken back: by a new move, checked like any other."""

import uuid

import pytest

from kanban.models import Move
from kanban.sync import refresh
from tests.support.people import Person


def moved(priya: Person, to: str = "Research") -> tuple[str, Move]:
    """A case from the middle of a column, dropped on another; and its move."""
    case = priya.standing("Fact find")[1]
    assert priya.drop(case, to, below=priya.standing(to)[0]).status == 200
    return case, Move.objects.get(case=case)


def test_it_stands_again_between_those_it_stood_between(priya: Person) -> None:
    before = {name: priya.standing(name) for name in ("Fact find", "Research")}
    _, move = moved(priya)
    answer = priya.undo(move)
    assert (answer.status, len(priya.puts)) == (200, 2)
    assert "moved back to Fact find" in answer.headline
    assert {name: priya.standing(name) for name in before} == before
    assert Move.objects.get(undoes=move).outcome == Move.Outcome.APPLIED


def test_a_move_offers_its_undo_and_an_undo_offers_none(priya: Person) -> None:
    case = priya.standing("Fact find")[1]
    answer = priya.drop(case, "Research")
    move = Move.objects.get()
    assert f'action="/moves/{move.intent}/undo/"' in answer.text
    assert "/undo/" not in priya.undo(move).text


def test_asked_twice_it_is_undone_once(priya: Person) -> None:
    _, move = moved(priya)
    intent = str(uuid.uuid4())
    answers = [priya.undo(move, intent=intent) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert len(priya.puts) == 2


@pytest.mark.parametrize("to", ["New enquiry", "Research"])
def test_it_is_refused_plainly_if_somebody_moved_the_case_since(priya: Person, to: str) -> None:
    case, move = moved(priya)
    priya.plannr.outside.move(case, priya.status(to), len(priya.standing(to)))
    answer = priya.undo(move)
    assert (answer.status, len(priya.puts)) == (409, 1)
    assert "was not moved back to Fact find" in answer.words
    assert "Move anyway" not in answer.text
    assert case in priya.standing(to)


def test_it_is_refused_if_the_case_was_edited_since(priya: Person) -> None:
    case, move = moved(priya)
    priya.plannr.outside.edit(case, value=123_456)
    answer = priya.undo(move)
    assert (answer.status, len(priya.puts)) == (409, 1)
    assert "changed the value" in answer.headline


def test_a_case_that_has_gone_cannot_be_moved_back(priya: Person) -> None:
    case, move = moved(priya)
    priya.plannr.outside.delete(case)
    refresh.refresh(priya.connection)
    assert priya.undo(move).status == 404
    assert len(priya.puts) == 1


def test_only_what_was_made_can_be_undone(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.fail("PUT", status=422)
    assert priya.drop(case, "Research").status == 422
    assert priya.undo(Move.objects.get()).status == 404
    assert priya.client.post(f"/moves/{uuid.uuid4()}/undo/").status_code == 404
