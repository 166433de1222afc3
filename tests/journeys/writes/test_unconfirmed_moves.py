"""Refused, lost, late or half done: a move ends as one thing, the board says which, and no PUT is sent twice."""

import threading
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections as databases
from django.utils import timezone

from kanban.models import Connection, Move
from kanban.writes import journal, moves, recovery
from tests.support.people import Answer, Person


def drop_first(priya: Person, **fields: Any) -> tuple[str, Answer]:
    case = priya.standing("New enquiry")[0]
    priya.seen = {}
    return case, priya.drop(case, "Research", **fields)


def move_puts(priya: Person) -> list[dict[str, Any]]:
    return [put for put in priya.puts if "status" in put["body"]]


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ({"status": 401}, 401, "access token"),
        ({"status": 403}, 403, "does not allow"),
        ({"status": 422, "body": {"message": "Wrong for this type.", "errors": {}}}, 422, "Wrong for this type."),
        ({"status": 429, "headers": {"Retry-After": "23"}}, 429, "in 23 seconds"),
        ({"status": 500}, 502, "cannot read"),
        ({"status": 503}, 503, "cannot be reached"),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, 502, "cannot read"),
        ({"status": 409}, 422, "refused"),
    ],
)
def test_a_refused_move_leaves_the_case_and_says_why(
    priya: Person, fault: dict[str, Any], status: int, sentence: str
) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    case, answer = drop_first(priya)
    assert answer.status == status
    assert sentence in answer.words
    assert "was not moved to Research" in answer.headline
    assert "Retry" in answer.words
    assert "<script" not in answer.text
    assert Move.objects.get().outcome == Move.Outcome.REFUSED
    priya.open()
    assert priya.seen[priya.status("New enquiry")] == priya.standing("New enquiry")
    assert len(move_puts(priya)) == 1
    answer = priya.drop(case, "Research")
    assert answer.status == 200
    assert priya.case(case)["status"] == priya.status("Research")


@pytest.mark.parametrize(
    "fault", [{"status": 500, "applied": True}, {"status": 503, "applied": True}, {"drop": "after"}]
)
def test_applied_without_a_good_answer_is_found_out_by_reading(priya: Person, fault: dict[str, Any]) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    case, answer = drop_first(priya)
    assert answer.status == 200
    assert "moved to Research" in answer.headline
    assert Move.objects.get().outcome == Move.Outcome.APPLIED
    assert len(move_puts(priya)) == 1
    priya.open()
    assert case in priya.seen[priya.status("Research")]


@pytest.mark.parametrize(
    "fault",
    [
        {"truncate": 40},
        {"body": "", "applied": True, "status": 200},
        {"html": True, "applied": True},
        {"body": "{}", "applied": True, "status": 200},
    ],
)
def test_an_answer_that_cannot_be_read_is_no_success_and_no_failure_but_looked_up(
    priya: Person, fault: dict[str, Any]
) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    case, answer = drop_first(priya)
    assert answer.status == 200
    assert len(move_puts(priya)) == 1
    assert priya.case(case)["status"] == priya.status("Research")


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"delay": 3}, {"status": 502, "html": True}, {"status": 504}])
def test_no_answer_at_all_waits_and_says_so(priya: Person, fault: dict[str, Any]) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    _, answer = drop_first(priya)
    assert answer.status == 202
    assert "has not confirmed" in answer.headline
    assert Move.objects.get().outcome == Move.Outcome.UNKNOWN
    priya.open()
    assert priya.seen[priya.status("New enquiry")] == priya.standing("New enquiry")


def test_a_move_applied_late_is_noticed(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", late=3)  # not before it was read once, on any machine
    case, answer = drop_first(priya)
    assert answer.status == 202
    until = time.monotonic() + 20
    while time.monotonic() < until:
        text = priya.client.get(f"/moves/{Move.objects.get().intent}/", headers={"HX-Request": "true"})
        if text.status_code == 200:
            break
        time.sleep(0.1)
    assert text.status_code == 200
    assert priya.case(case)["status"] == priya.status("Research")
    assert len(move_puts(priya)) == 1


def test_a_move_that_is_not_confirmed_for_a_minute_is_refused(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", drop="before")
    drop_first(priya)
    Move.objects.update(sent_at=timezone.now() - timedelta(seconds=61))
    recovery.settle_all(priya.connection)
    move = Move.objects.get()
    assert (move.outcome, move.reason) == (Move.Outcome.REFUSED, "never_taken")
    text = priya.client.get(f"/moves/{move.intent}/", headers={"HX-Request": "true"}).content.decode()
    assert "never confirmed" in text


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}], ids=["made", "not made"])
def test_a_move_within_a_column_that_others_have_moved_in_since_is_told_as_what_nobody_can_know(
    priya: Person, fault: dict[str, Any]
) -> None:
    first, second, *_, last = priya.standing("Fact find")
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    priya.plannr.fail("GET", "/api/v1/cases*", skip=1, times=0, status=503)  # nor can it be looked up at once
    priya.drop(last, "Fact find", above=first, below=second)
    priya.plannr.heal()
    newcomer = priya.standing("Research")[0]
    priya.plannr.outside.move(newcomer, priya.status("Fact find"), 1)
    Move.objects.update(sent_at=timezone.now() - journal.BELIEVED - timedelta(seconds=1))
    recovery.settle_all(priya.connection)
    move = Move.objects.get()
    assert (move.outcome, move.reason, len(priya.puts)) == (Move.Outcome.CONFLICT, "reordered", 1)
    told = priya.client.get("/record/").content.decode()
    assert "The order there has changed, and Plannr never confirmed it" in told


def test_a_crash_between_intent_and_answer_is_settled_by_reading(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    long_ago = timezone.now() - timedelta(minutes=5)
    common = {
        "connection": priya.connection,
        "firm": priya.connection.firm,
        "title": "A case",
        "from_status": uuid.UUID(priya.status("New enquiry")),
        "at": long_ago,
    }
    unsent = Move.objects.create(
        intent=uuid.uuid4(), case=uuid.UUID(case), to_status=uuid.UUID(priya.status("Presented")), **common
    )
    sent = Move.objects.create(
        intent=uuid.uuid4(),
        case=uuid.UUID(priya.standing("Fact find")[0]),
        to_status=uuid.UUID(priya.status("Research")),
        sent_at=long_ago,
        asked_position=1,
        **common | {"from_status": uuid.UUID(priya.status("Fact find"))},
    )
    recovery.settle_all(priya.connection)
    unsent.refresh_from_db()
    sent.refresh_from_db()
    assert (unsent.outcome, unsent.reason) == (Move.Outcome.REFUSED, "not_sent")
    assert (sent.outcome, sent.reason) == (Move.Outcome.REFUSED, "never_taken")
    assert priya.puts == []


def test_a_move_left_open_by_a_crash_does_not_block_the_next(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    Move.objects.create(
        intent=uuid.uuid4(),
        connection=priya.connection,
        firm=priya.connection.firm,
        case=uuid.UUID(case),
        title="A case",
        from_status=uuid.UUID(priya.status("New enquiry")),
        to_status=uuid.UUID(priya.status("Research")),
        at=timezone.now() - timedelta(minutes=5),
    )
    assert priya.drop(case, "Research").status == 200


def test_when_plannr_cannot_even_be_asked_nothing_is_sent(priya: Person) -> None:
    priya.open()
    priya.plannr.fail("GET", "/api/v1/cases", status=503, times=0)
    _, answer = drop_first(priya)
    assert answer.status == 503
    assert priya.puts == []


def test_when_plannr_is_gone_altogether_the_card_stays_and_the_sentence_says_so(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    to = priya.status("Research")
    priya.open()
    priya.plannr.stop()
    answer = priya.send(case, intent=uuid.uuid4(), status=to)
    assert answer.status == 503
    assert "cannot be reached" in answer.headline


def test_a_case_deleted_between_looking_and_moving_leaves_the_board(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.open()
    priya.plannr.outside.delete(case, when=("GET", "/api/v1/cases*"))
    answer = priya.drop(case, "Research")
    assert answer.status == 404
    assert "Retry" not in answer.words
    assert case not in priya.open()


def test_a_case_deleted_before_leaves_the_board_too(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.open()
    priya.plannr.outside.delete(case)
    assert priya.drop(case, "Research").status == 404
    assert priya.puts == []
    assert case not in priya.open()


def test_a_status_deleted_meanwhile_is_refused_and_said(priya: Person) -> None:
    case, status = priya.standing("New enquiry")[0], priya.status("Presented")
    priya.open()
    priya.plannr.outside.delete_status(status)
    answer = priya.send(case, intent=uuid.uuid4(), status=status)
    assert answer.status == 422
    assert "was not moved" in answer.headline


def test_if_plannr_puts_it_elsewhere_it_is_shown_there_and_said(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    elsewhere = {"uuid": case, "name": "x", "status": {"uuid": priya.status("Presented"), "name": "Presented"}}
    priya.plannr.fail("PUT", "/api/v1/cases/*", status=200, body=elsewhere | {"status_position": 1})
    answer = priya.drop(case, "Research")
    assert "moved to Presented" in answer.headline
    assert "somewhere else" in answer.words


def test_an_answer_that_changes_nothing_is_no_success(priya: Person) -> None:
    case = priya.standing("New enquiry")[1]
    here = {"uuid": priya.status("New enquiry"), "name": "New enquiry"}
    body = {"uuid": case, "name": "x", "status": here, "status_position": priya.case(case)["status_position"]}
    priya.plannr.fail("PUT", "/api/v1/cases/*", status=200, body=body)
    answer = priya.drop(case, "Research")
    assert answer.status >= 400
    assert "left the case where it was" in answer.headline


def test_neighbours_that_left_meanwhile_send_the_card_to_the_end_and_it_is_said(priya: Person) -> None:
    case, above = priya.standing("New enquiry")[0], priya.standing("Research")[0]
    priya.open()
    priya.plannr.outside.move(above, priya.status("Presented"), 1)
    answer = priya.drop(case, "Research", above=above)
    assert answer.status == 200
    assert "went to the end" in answer.words


def test_the_other_neighbour_is_enough(priya: Person) -> None:
    case, (above, below) = priya.standing("New enquiry")[0], priya.standing("Research")[:2]
    priya.open()
    priya.plannr.outside.move(above, priya.status("Presented"), 1)
    priya.drop(case, "Research", above=above, below=below)
    there = priya.standing("Research")
    assert there.index(case) == there.index(below) - 1


@pytest.mark.django_db(transaction=True)
def test_twenty_times_the_same_intent_at_once_is_one_put(priya: Person) -> None:
    case, intent = priya.standing("New enquiry")[0], uuid.uuid4()
    priya.open()
    priya.plannr.fail("PUT", "/api/v1/cases/*", delay=0.2)
    outcomes = at_once(priya, [(case, priya.status("Research"), intent)] * 20)
    assert outcomes == ["applied"] * 20
    assert len(move_puts(priya)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_card_at_once_do_not_overwrite_each_other(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.open()
    priya.plannr.fail("PUT", "/api/v1/cases/*", delay=0.2, times=2)
    wishes = [(case, priya.status(name), uuid.uuid4()) for name in ("Research", "Presented")]
    assert sorted(at_once(priya, wishes)) == ["applied", "conflict"]
    assert len(move_puts(priya)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_cards_into_one_column_at_once_all_arrive(priya: Person) -> None:
    cases = priya.standing("Fact find")[:6]
    priya.open()
    outcomes = at_once(priya, [(case, priya.status("Research"), uuid.uuid4()) for case in cases])
    assert outcomes == ["applied"] * len(cases)
    assert set(cases) <= set(priya.standing("Research"))
    assert len(move_puts(priya)) == len(cases)


def at_once(priya: Person, wishes: list[tuple[str, str, uuid.UUID]]) -> list[str]:
    """Several drops in as many threads, started together; how each ended."""
    from kanban.writes.commands import MoveCommand

    outcomes: list[str] = []
    start = threading.Barrier(len(wishes))

    def drop(case: str, status: str, intent: uuid.UUID) -> None:
        connection = Connection.objects.get()
        card = connection.cards.select_related("column").get(case=case)
        seen = card.column.status
        start.wait()
        wish = MoveCommand(intent=intent, status=uuid.UUID(status), seen_status=seen)
        outcomes.append(moves.move_card(connection, card, wish).outcome)
        databases.close_all()

    threads = [threading.Thread(target=drop, args=wish) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_what_plannr_says_of_a_single_field_is_shown(priya: Person) -> None:
    errors = {"status": ["The selected status is invalid."]}
    body = {"message": "The given data was invalid.", "errors": errors}
    priya.plannr.fail("PUT", "/api/v1/cases/*", status=422, body=body)
    assert "The selected status is invalid." in drop_first(priya)[1].words
