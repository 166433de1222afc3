"""Dropping a card: one PUT with the place and nothing else, and the board shows what Plannr answered.

Every promise here holds in every dialect that Plannr might speak where its documentation is silent.
"""

import time
import uuid
from collections.abc import Callable
from itertools import product

import pytest

from kanban.models import Move
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.people import Person, at_the_board

# Every habit with numbers meets every habit with plans, and both meet each way of wrapping; whatever else an account
# may do is spread over these, so that each kind of move meets each of them. The first row is the documentation's own.
POSITIONS, WRAPS, PLANS = ("shift", "store", "clamp", "ignore"), ("bare", "data"), ("keep", "detach")
OTHERS: list[dict[str, str]] = [
    {},
    {"relation_keys": "null"},
    {"put_relations": "loaded"},
    {"money": "int"},
    {"collections": "object"},
    {"status_list": "404", "type_list": "404"},
    {"completed": "off"},
    {},
]
PAIRS = product(range(len(POSITIONS)), range(len(PLANS)))
DIALECTS = [
    {"positions": POSITIONS[one], "wrap_single": WRAPS[(one + two) % 2], "plans": PLANS[two]} | other
    for (one, two), other in zip(PAIRS, OTHERS, strict=True)
]


@pytest.fixture(params=DIALECTS, ids=lambda spoken: "-".join(spoken.values()))
def priya(request: pytest.FixtureRequest, db: None, make: Callable[..., Sandbox]) -> Person:
    """Priya at her board, once in each dialect."""
    return at_the_board(make(cases=70, **request.param))


def keeps_numbers(priya: Person) -> bool:
    return priya.plannr.world.dialects["positions"] == "ignore"


def body_of(priya: Person) -> dict[str, object]:
    """The one move that was sent, without the plans that some accounts need sent along or put back."""
    moves = [put["body"] for put in priya.puts if "status" in put["body"]]
    assert len(moves) == 1
    return {name: value for name, value in moves[0].items() if name != "plans"}


def the_page_agrees_with_plannr(priya: Person) -> None:
    """Now, and after everything was read again."""
    for reread in (False, True):
        if reread:
            assert refresh.refresh(priya.connection)
        priya.open()
        for name in ("New enquiry", "Fact find", "Research", "Report writing", "Presented", "Awaiting provider"):
            assert priya.seen[priya.status(name)] == priya.standing(name), name


def test_between_two_cards_of_another_column(priya: Person) -> None:
    case = priya.standing("New enquiry")[1]
    above, below = priya.standing("Research")[:2]
    answer = priya.drop(case, "Research", above=above, below=below)
    assert answer.status == 200
    assert body_of(priya) == {"status": priya.status("Research"), "status_position": 2}
    assert f'&gt; #card-{above}"' in answer.text or keeps_numbers(priya)
    the_page_agrees_with_plannr(priya)


def test_to_the_top_of_another_column(priya: Person) -> None:
    case, first = priya.standing("New enquiry")[0], priya.standing("Research")[0]
    priya.drop(case, "Research", below=first)
    assert body_of(priya) == {"status": priya.status("Research"), "status_position": 1}
    the_page_agrees_with_plannr(priya)


def test_to_the_end_of_another_column(priya: Person) -> None:
    case, there = priya.standing("New enquiry")[0], priya.standing("Research")
    numbered = [other for other in there if priya.case(other)["status_position"] is not None]
    priya.drop(case, "Research", above=numbered[-1])
    assert body_of(priya) == {"status": priya.status("Research"), "status_position": len(numbered) + 1}
    the_page_agrees_with_plannr(priya)


def test_down_within_its_column(priya: Person) -> None:
    there = priya.standing("Fact find")
    answer = priya.drop(there[0], "Fact find", above=there[2], below=there[3])
    assert body_of(priya) == {"status": priya.status("Fact find"), "status_position": 3}
    assert answer.status == (502 if keeps_numbers(priya) else 200) or answer.status == 503
    the_page_agrees_with_plannr(priya)


def test_up_within_its_column(priya: Person) -> None:
    there = priya.standing("Fact find")
    priya.drop(there[3], "Fact find", above=there[0], below=there[1])
    assert body_of(priya) == {"status": priya.status("Fact find"), "status_position": 2}
    the_page_agrees_with_plannr(priya)


def test_many_moves_in_a_row_keep_page_and_plannr_alike(priya: Person) -> None:
    spoken = priya.plannr.world.dialects
    if spoken["plans"] != "keep":
        pytest.skip("the order of many moves hangs on how numbers are kept, and on nothing else")
    for down in (True, False, True):
        if spoken["positions"] != "shift":
            time.sleep(1.01)  # two changes within one second have no order on the wire
        there = priya.standing("Fact find")
        priya.seen = {}
        case, above, below = (there[0], there[2], there[3]) if down else (there[2], None, there[0])
        priya.drop(case, "Fact find", above=above, below=below)
        there = priya.standing("Research")
        priya.seen = {}
        priya.drop(priya.standing("Fact find")[4], "Research", above=there[0], below=there[1])
    the_page_agrees_with_plannr(priya)


def test_into_an_empty_column(priya: Person) -> None:
    if priya.plannr.world.dialects["status_list"] == "404":
        pytest.skip("an account without a list of statuses has no empty columns")
    status = priya.plannr.outside.add_status("Parked", "#445566")
    refresh.refresh(priya.connection)
    case = priya.standing("New enquiry")[0]
    priya.drop(case, "Parked")
    assert body_of(priya) == {"status": status, "status_position": 1}
    priya.open()
    assert priya.seen[status] == [case]


def test_nothing_but_its_place_changes(priya: Person) -> None:
    case = next(c for c in priya.standing("Fact find") if priya.case(c)["plans"])
    kept = ("name", "type", "value", "review_at", "completed_at", "plans", "assigned_to_uuids", "group_uuids")
    before = {name: priya.case(case)[name] for name in kept}
    answer = priya.drop(case, "Research")
    after = priya.case(case)
    assert {name: after[name] for name in kept} == before
    assert ("put that back" in answer.words) == (priya.plannr.world.dialects["plans"] == "detach")


def test_an_account_that_drops_plans_is_sent_them_along_from_then_on(priya: Person) -> None:
    first, second = [c for c in priya.standing("Fact find") if priya.case(c)["plans"]][:2]
    plans = priya.case(second)["plans"]
    priya.drop(first, "Research")
    priya.seen = {}
    priya.drop(second, "Research")
    if priya.plannr.world.dialects["plans"] == "detach":
        assert priya.puts[-1]["body"]["plans"] == plans
    else:
        assert "plans" not in priya.puts[-1]["body"]
    assert priya.case(second)["plans"] == plans


def test_once_an_account_is_known_a_move_takes_two_requests(priya: Person) -> None:
    there = priya.standing("Fact find")
    with_plans = next(c for c in there if priya.case(c)["plans"])
    priya.drop(with_plans, "Research")  # what does it do to plans?
    there = priya.standing("Fact find")
    priya.seen = {}
    priya.drop(there[0], "Fact find", above=there[2], below=there[3])  # and to the numbers of others?
    for target in ("Research", "Presented"):
        before = len(priya.plannr.ledger)
        priya.seen = {}
        priya.drop(priya.standing("Fact find")[1], target)
        assert [entry["method"] for entry in priya.plannr.ledger[before:]] == ["GET", "PUT"]


def test_the_same_intent_twice_is_one_move(priya: Person) -> None:
    case, intent = priya.standing("New enquiry")[0], uuid.uuid4()
    first = priya.drop(case, "Research", intent=intent)
    again = priya.drop(case, "Research", intent=intent)
    assert first.status == again.status
    assert len(body_of(priya)) == 2
    assert Move.objects.count() == 1


def test_moved_by_somebody_meanwhile_nothing_is_sent_until_she_chooses(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.open()
    position = priya.positions[case]
    priya.plannr.outside.move(case, priya.status("Presented"), 1)
    answer = priya.drop(case, "Research", seen_position=position)
    assert answer.status == 409
    assert "moved" in answer.headline
    assert "Presented" in answer.headline
    assert priya.puts == []
    assert priya.case(case)["status"] == priya.status("Presented")
    priya.open()
    assert case in priya.seen[priya.status("Presented")]
    answer = priya.drop(case, "Research")
    assert answer.status == 200
    the_page_agrees_with_plannr(priya)


def test_reordered_by_somebody_meanwhile_is_a_conflict_too(priya: Person) -> None:
    if keeps_numbers(priya):
        pytest.skip("in this dialect nobody can reorder")
    there = priya.standing("Fact find")
    priya.open()
    position = priya.positions[there[0]]
    priya.plannr.outside.move(there[0], priya.status("Fact find"), 4)
    answer = priya.drop(there[0], "Research", seen_position=position)
    assert answer.status == 409
    assert priya.puts == []


def test_pushed_along_by_others_is_no_conflict(priya: Person) -> None:
    there = priya.standing("Fact find")
    priya.open()
    positions = priya.positions
    priya.plannr.outside.move(priya.standing("New enquiry")[0], priya.status("Fact find"), 1)
    answer = priya.drop(there[2], "Research", seen_position=positions[there[2]])
    assert answer.status == 200
    refresh.refresh(priya.connection)
    the_page_agrees_with_plannr(priya)
