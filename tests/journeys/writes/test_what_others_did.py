"""What others did meanwhile stays, what Plannr left unsaid is not taken for empty, and nobody is told more than we
know."""

import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kanban.models import Card, Edit, Move
from kanban.sync import refresh
from kanban.writes import recovery
from plannr_api.sandbox import Sandbox
from tests.support.case_page import HTMX, hidden, offered, opened, save, writes
from tests.support.cases import a_case, with_plans
from tests.support.column_requirements import ask, fill, form_of, lacking
from tests.support.people import Person, at_the_board
from tests.support.team import Team


def late_move(priya: Person, case: str) -> None:
    """Plannr makes it after we have stopped waiting, and nobody has read since."""
    priya.plannr.fail("PUT", "/api/v1/cases/*", late=3)
    assert priya.drop(case, "Research").status == 202
    deadline = time.monotonic() + 20
    while priya.case(case)["status"] != priya.status("Research"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


# Settled by a later reading


def test_what_was_changed_here_before_a_late_move_is_settled_stays(priya: Person) -> None:
    case = with_plans(priya)
    late_move(priya, case)
    assert save(priya, case, "value", "7").status == 200
    assert save(priya, case, "plans", []).status == 200
    sent = len(priya.puts)
    recovery.settle_all(priya.connection)
    move = Move.objects.get()
    assert (move.outcome, move.altered) == ("applied", "")
    assert (priya.case(case)["value"], priya.case(case)["plans"], len(priya.puts)) == (700, [], sent)


def test_what_was_changed_in_plannr_before_a_late_move_is_settled_stays(priya: Person) -> None:
    case = with_plans(priya)
    late_move(priya, case)
    priya.plannr.outside.edit(case, value=77_700, plans=[])
    refresh.refresh(priya.connection)
    recovery.settle_all(priya.connection)
    move = Move.objects.get()
    assert (move.outcome, len(priya.puts)) == ("applied", 1)
    assert (priya.case(case)["value"], priya.case(case)["plans"]) == (77_700, [])
    assert (move.altered, move.put_back) == ("plans", False)  # the value is on record; of the plans only this is known


def test_what_was_changed_before_a_late_edit_is_settled_stays(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "name").text)
    priya.plannr.fail("PUT", drop="before")
    assert save(priya, case, "name", "Renamed", **fields).status == 202
    priya.plannr.outside.edit(case, name="Renamed", review_at=None, plans=[])
    recovery.settle_all(priya.connection)
    edit = Edit.objects.get()
    assert (edit.outcome, len(priya.puts), priya.case(case)["plans"]) == ("applied", 1, [])
    assert (edit.altered, edit.put_back) == ("plans", False)


def test_right_after_a_lost_answer_only_what_nobody_else_changed_is_put_back(
    db: None, make: Callable[..., Sandbox]
) -> None:
    priya = at_the_board(make(plans="detach"))
    case = with_plans(priya)
    plans = priya.case(case)["plans"]
    priya.plannr.fail("PUT", "/api/v1/cases/*", status=500, applied=True)
    priya.plannr.outside.edit(case, value=77_700, when=("PUT", "/api/v1/cases/*"))
    answer = priya.drop(case, "Research")
    assert "Plannr also changed its plans; we put that back." in answer.words
    assert (priya.case(case)["plans"], priya.case(case)["value"]) == (plans, 77_700)
    assert priya.puts[1]["body"] == {"plans": plans}


# A move and an edit of one field, of which one is not confirmed


def test_what_an_unconfirmed_move_sets_is_not_wiped_by_an_edit(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    form = form_of(priya, priya.drop(case, "Research"))
    review = hidden(opened(priya, case, "review_at").text)
    priya.plannr.fail("PUT", drop="before")
    assert fill(priya, case, form, value="10").status == 202
    priya.plannr.outside.edit(case, value=1000, when=("GET", "/api/v1/cases*"))  # what is late, after the edit's look
    assert save(priya, case, "review_at", "19/11/2027", **review).status == 200
    assert priya.case(case)["value"] == 1000
    assert (Edit.objects.get().altered, len(priya.puts)) == ("", 2)


def test_the_day_that_an_unconfirmed_move_completes_a_case_is_not_wiped_by_an_edit(priya: Person) -> None:
    case = a_case(priya)
    name, day = (hidden(opened(priya, case, field).text) for field in ("name", "completed_at"))
    priya.plannr.fail("PUT", drop="before")
    assert priya.drop(case, "Completed", dated="on").status == 202
    assert "has not confirmed" in save(priya, case, "completed_at", "19/11/2026", **day).words
    assert len(priya.puts) == 1
    done = "2026-11-20T09:00:00+00:00"
    priya.plannr.outside.edit(case, completed_at=done, when=("GET", "/api/v1/cases*"))
    assert save(priya, case, "name", "Renamed", **name).status == 200
    assert priya.case(case)["completed_at"] == done
    assert Edit.objects.filter(field="name").get().altered == ""


def test_an_edit_of_what_an_unconfirmed_move_sets_waits(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    form = form_of(priya, priya.drop(case, "Research"))
    priya.plannr.fail("PUT", drop="before")
    assert fill(priya, case, form, value="10").status == 202
    assert "has not confirmed" in save(priya, case, "value", "20").words
    assert (Edit.objects.get().reason, len(priya.puts)) == ("unsettled_edit", 1)


def test_a_move_that_sets_what_an_unconfirmed_edit_changes_waits(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    form = form_of(priya, priya.drop(case, "Research"))
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.fail("PUT", drop="before")
    assert save(priya, case, "value", "20", **fields).status == 202
    answer = fill(priya, case, form, value="10")
    assert "has not confirmed a change of this case" in answer.headline
    assert len(priya.puts) == 1


# Hidden by one's own change


def handed_over(team: Team) -> tuple[Person, str, dict[str, Any]]:
    """Bob, a case that only he sees, and the form by which he gives it to somebody else."""
    team.plannr.speak(visibility="assigned")
    bob = team.sign_in("bob", read=False)
    case = bob.standing("Fact find")[0]
    team.plannr.outside.edit(case, assigned_to_uuids=[str(bob.connection.account)])
    refresh.refresh(bob.connection)
    form = opened(bob, case, "people").text
    other = next(value for value in offered(form).values() if value[:36] != str(bob.connection.account))
    return bob, case, hidden(form) | {"wanted": [other]}


def test_an_edit_that_hides_the_case_from_its_maker_was_made(team: Team) -> None:
    bob, case, fields = handed_over(team)
    answer = save(bob, case, "people", fields.pop("wanted"), **fields)
    assert (answer.status, Edit.objects.get().outcome, Edit.objects.get().reason) == (200, "applied", "hidden")
    assert "It is not shown to you any more." in answer.words
    assert not bob.connection.cards.filter(case=case).exists()


def test_an_unconfirmed_edit_of_a_case_that_is_shown_no_more_cannot_be_told(team: Team) -> None:
    bob, case, fields = handed_over(team)
    team.plannr.fail("PUT", drop="after")
    answer = save(bob, case, "people", fields.pop("wanted"), **fields)
    edit = Edit.objects.get()
    assert (answer.status, edit.outcome, edit.reason) == (404, "unknown", "untold")
    assert "It cannot be told whether" in answer.words
    assert "every 3s" not in answer.text
    assert case not in bob.open()
    poll = bob.client.get(f"/edits/{edit.intent}/", headers=HTMX)
    assert "It cannot be told whether" in poll.content.decode()
    sent = len(team.plannr.ledger)
    recovery.settle_all(bob.connection)
    assert len(team.plannr.ledger) == sent  # nobody asks for ever
    team.plannr.outside.edit(case, assigned_to_uuids=[str(bob.connection.account)])
    refresh.refresh(bob.connection)
    Edit.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    recovery.settle_all(bob.connection)
    assert Edit.objects.get().reason == "never_taken_edit"  # shown again, it is told by reading


# What Plannr leaves unsaid


def unsaid(priya: Person, case: str, field: str, **fault: Any) -> None:
    """From now on the list, asked for this case, leaves the field out."""
    asked = urllib.request.Request(f"{priya.plannr.url}/api/v1/cases?include=plans&filter[uuid]={case}")
    asked.add_header("Authorization", f"Bearer {priya.plannr.token}")
    asked.add_header("X-PLANNR-ACCOUNT-UUID", priya.plannr.account)
    with urllib.request.urlopen(asked) as answer:
        body = json.load(answer)
    del body["data"][0][field]
    priya.plannr.fail("GET", "/api/v1/cases", status=200, body=body, times=0, **fault)


def test_a_value_that_plannr_leaves_unsaid_is_cleared_all_the_same(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    unsaid(priya, case, "value")
    priya.plannr.fail("GET", f"/api/v1/cases/{case}", status=503, times=1)
    answer = save(priya, case, "value", "", **fields)
    assert [body for _, body in writes(priya)] == [{"value": None}]
    assert (answer.status, priya.case(case)["value"], Edit.objects.get().reason) == (200, None, "")


def test_what_is_left_unsaid_afterwards_is_read_once_more_and_else_not_confirmed(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    body = {"uuid": case, "name": "x"}
    unsaid(priya, case, "value", skip=1)
    priya.plannr.fail("PUT", status=200, body=body)
    assert save(priya, case, "value", "", **fields).status >= 400  # the case by itself says that it is as it was
    assert Edit.objects.get().reason == "not_taken_edit"
    priya.plannr.fail("PUT", status=200, body=body)
    priya.plannr.fail("GET", f"/api/v1/cases/{case}", status=503, times=0)
    answer = save(priya, case, "value", "", **fields | {"intent": str(uuid.uuid4())})
    edit = Edit.objects.first()
    assert edit
    assert (answer.status, edit.outcome, edit.reason) == (202, "unknown", "unsaid")
    assert "Plannr does not say what it is now." in answer.words
    Edit.objects.filter(pk=edit.pk).update(sent_at=timezone.now() - timedelta(minutes=5))
    recovery.settle_all(priya.connection)
    edit.refresh_from_db()
    assert (edit.outcome, edit.reason) == ("unknown", "untold")


def test_the_plans_go_along_also_where_the_list_leaves_the_value_unsaid(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make(plans="detach"))
    priya.connection.learn(plans="send")
    case = with_plans(priya)
    plans = priya.case(case)["plans"]
    fields = hidden(opened(priya, case, "value").text)
    unsaid(priya, case, "value")
    assert save(priya, case, "value", "7", **fields).status == 200
    assert (priya.case(case)["plans"], priya.case(case)["value"]) == (plans, 700)
    assert len(priya.puts) == 1


# Words and wishes


def test_two_people_of_one_name_are_two_wishes(priya: Person) -> None:
    case = a_case(priya)
    form = opened(priya, case, "people").text
    one, other = [
        value[:36] for value in offered(form).values() if value[:36] not in priya.case(case)["assigned_to_uuids"]
    ][:2]
    priya.plannr.fail("PUT", drop="before")
    assert save(priya, case, "people", [f"{one} Sam Jones"], **hidden(form)).status == 202
    waits = save(priya, case, "people", [f"{other} Sam Jones"], **hidden(form) | {"intent": str(uuid.uuid4())})
    assert "has not confirmed" in waits.words
    assert sorted(Edit.objects.values_list("outcome", "reason")) == [
        ("refused", "unsettled_edit"),
        ("unknown", "unreachable"),
    ]
    again = save(priya, case, "people", [f"{one} Sam Jones"], **hidden(form) | {"intent": str(uuid.uuid4())})
    assert (again.status, priya.case(case)["assigned_to_uuids"]) == (200, [one])
    assert Edit.objects.filter(reason="repeated").count() == 1


def test_another_of_the_same_name_under_the_same_intent_is_another_edit(priya: Person) -> None:
    case = a_case(priya)
    form = opened(priya, case, "people").text
    one, other = [
        value[:36] for value in offered(form).values() if value[:36] not in priya.case(case)["assigned_to_uuids"]
    ][:2]
    assert save(priya, case, "people", [f"{one} Sam Jones"], **hidden(form)).status == 200
    assert save(priya, case, "people", [f"{other} Sam Jones"], **hidden(form)).status == 409
    assert Edit.objects.count() == 2


# Half, and another currency


def test_a_half_made_change_of_participants_is_not_called_unmade_when_nobody_can_look(priya: Person) -> None:
    case, other = a_case(priya), priya.case(priya.standing("Research")[0])["participants"][0]
    fields = hidden(opened(priya, case, "participants").text)
    priya.plannr.fail("DELETE", "/api/v1/cases/*/participants", status=422)
    priya.plannr.fail("GET", "/api/v1/cases", status=503, skip=1, times=0)
    answer = save(priya, case, "participants", [f"{other} Somebody"], **fields)
    assert (answer.status, Edit.objects.get().outcome) == (202, "unknown")
    assert "was not changed" not in answer.words
    priya.plannr.heal()
    Edit.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    recovery.settle_all(priya.connection)
    assert Edit.objects.get().reason == "half"


def test_a_value_in_another_currency_is_shown_so_and_not_edited(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.outside.edit(case, value={"amount": "4000", "currency": "EUR"})
    refresh.refresh(priya.connection)
    form = opened(priya, case, "value")
    assert form.status == 422
    assert "This value is in EUR. Change it in Plannr." in form.words
    assert "EUR 40" in form.words
    assert 'name="wanted"' not in form.text
    answer = save(priya, case, "value", "50", **fields)
    assert (answer.status, writes(priya)) == (422, [])
    assert "This value is in EUR." in answer.words
    assert (Edit.objects.get().reason, Edit.objects.get().before_words) == ("currency", "EUR 40.00")


def test_a_value_in_another_currency_is_never_put_back_as_pounds(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make())
    case = with_plans(priya)
    priya.plannr.outside.edit(case, value={"amount": "4000", "currency": "EUR"})
    refresh.refresh(priya.connection)
    priya.open()
    priya.plannr.outside.edit(case, value=5, when=("GET", "/api/v1/cases*"))
    answer = priya.drop(case, "Research")
    assert "Plannr also changed its value and we could not put that back." in answer.words
    assert (priya.case(case)["value"], Card.objects.get(case=case).value) == (5, 5)
