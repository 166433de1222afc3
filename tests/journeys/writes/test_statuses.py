"""The statuses themselves, changed in Plannr from the page "Columns": sent once, and on the board at once."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from kanban.core import cache
from kanban.models import Column, Entry
from kanban.sync import refresh
from kanban.writes import journal
from plannr_api.sandbox import Sandbox
from tests.support.people import Person, at_the_board
from tests.support.team import Team


def words(answer: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def order(person: Person) -> list[str]:
    """As Plannr has it."""
    statuses = sorted(person.plannr.state()["statuses"], key=lambda each: each["position"])
    return [each["name"] for each in statuses]


def drawn(person: Person) -> list[str]:
    return list(person.connection.columns.filter(vanished=False).values_list("name", flat=True))


def change(person: Person, name: str, /, **said: Any) -> Any:
    return person.client.post(f"/columns/{person.status(name)}/status/", said)


def add(person: Person, name: str, colour: str = "#2f7dd1") -> Any:
    return person.client.post("/columns/", {"act": "add", "name": name, "colour": colour})


def writes(person: Person) -> list[dict[str, Any]]:
    return [entry for entry in person.plannr.ledger if entry["method"] in ("POST", "PUT")]


def test_a_status_is_added_and_is_a_column_at_once(priya: Person) -> None:
    assert add(priya, "On hold").status_code == 303
    assert order(priya)[-1] == "On hold"
    assert drawn(priya) == order(priya)
    assert "On hold is a status in Plannr now, and a column here." in words(priya.client.get("/columns/"))
    assert "On hold" in priya.open()


def test_a_status_is_renamed_and_coloured_by_one_request_with_only_what_differs(priya: Person) -> None:
    colour = priya.connection.columns.get(name="Research").colour
    assert change(priya, "Research", act="look", name="Due diligence", colour=colour).status_code == 303
    assert [each["body"] for each in writes(priya)] == [{"name": "Due diligence"}]
    assert drawn(priya) == order(priya)
    change(priya, "Due diligence", act="look", name="Due diligence", colour="#123456")
    assert writes(priya)[-1]["body"] == {"colour": "#123456"}
    assert priya.connection.columns.get(name="Due diligence").colour == "#123456"


def test_what_the_firm_asks_of_a_column_outlives_its_new_name(priya: Person) -> None:
    Column.objects.filter(name="Research").update(most=8)
    change(priya, "Research", act="look", name="Due diligence", colour="#123456")
    assert priya.connection.columns.get(name="Due diligence").most == 8


@pytest.mark.parametrize(
    ("said", "place"), [({"act": "up"}, 1), ({"act": "down"}, 3), ({"act": "place", "position": "5"}, 4)]
)
def test_a_status_is_put_elsewhere_by_steps_and_by_a_number(priya: Person, said: dict[str, str], place: int) -> None:
    before = order(priya)
    assert change(priya, "Research", **said).status_code == 303
    expected = [name for name in before if name != "Research"]
    expected.insert(place, "Research")
    assert order(priya) == expected
    assert drawn(priya) == expected
    assert len(writes(priya)) == 1


def test_the_first_is_not_put_before_itself(priya: Person) -> None:
    change(priya, order(priya)[0], act="up")
    assert writes(priya) == []


def test_the_completed_status_keeps_its_name_and_plannrs_words_are_shown(priya: Person) -> None:
    answer = change(priya, "Completed", act="look", name="Done", colour="#123456")
    assert answer.status_code == 409
    assert "Nothing was changed. Plannr refused." in words(answer)
    assert "A completed status may only change its position." in words(answer)
    assert 'value="Done"' in answer.content.decode()
    assert change(priya, "Completed", act="up").status_code == 303
    assert order(priya)[-2] == "Completed"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"act": "look", "name": " ", "colour": "#123456"}, "Give the status a name."),
        ({"act": "look", "name": "x" * 256, "colour": "#123456"}, "The name is longer than 255 characters."),
        ({"act": "look", "name": "Fine", "colour": "red;}"}, "A colour is # and six digits or letters a to f"),
        ({"act": "place", "position": "first"}, "The place is a whole number from 1 to 500."),
        ({"act": "place", "position": "0"}, "The place is a whole number from 1 to 500."),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_sent(priya: Person, said: dict[str, str], sentence: str) -> None:
    answer = change(priya, "Research", **said)
    assert (answer.status_code, writes(priya)) == (422, [])
    assert sentence in words(answer)


def test_a_name_that_there_is_already_is_not_added_again(priya: Person) -> None:
    answer = add(priya, " fact  FIND ")
    assert (answer.status_code, writes(priya)) == (409, [])
    assert "There is a status called fact FIND already." in words(answer)


def test_a_double_click_adds_once(priya: Person) -> None:
    add(priya, "On hold")
    add(priya, "On hold")
    assert order(priya).count("On hold") == 1


# What Plannr does not confirm


def test_an_addition_whose_answer_is_lost_is_found_by_reading(priya: Person) -> None:
    priya.plannr.fail("POST", "/api/v1/cases-status", drop="after")
    assert add(priya, "On hold").status_code == 303
    assert drawn(priya)[-1] == "On hold"
    assert len(writes(priya)) == 1


def test_an_addition_that_never_arrived_is_said_and_not_sent_again(priya: Person) -> None:
    priya.plannr.fail("POST", "/api/v1/cases-status", drop="before")
    answer = add(priya, "On hold")
    assert answer.status_code == 409
    assert "It has not confirmed the change." in words(answer)
    assert 'value="On hold"' in answer.content.decode()
    assert len(writes(priya)) == 1
    assert "On hold" not in order(priya)


def test_a_change_whose_answer_is_lost_is_found_by_reading(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases-status/*", drop="after")
    assert change(priya, "Research", act="place", position="5").status_code == 303
    assert drawn(priya) == order(priya)
    assert order(priya)[4] == "Research"


def test_while_plannr_cannot_be_reached_nothing_is_claimed(priya: Person) -> None:
    priya.plannr.fail("*", "/api/v1/cases-status*", times=0, status=503)
    answer = change(priya, "Research", act="up")
    assert answer.status_code == 409
    assert "Nothing was sent. Plannr cannot be reached." in words(answer)


def test_without_a_list_of_statuses_the_answer_alone_is_believed(db: None, make: Any) -> None:
    priya = at_the_board(make(status_list="404"))
    change(priya, "Research", act="look", name="Due diligence", colour="#123456")
    assert "Due diligence" in drawn(priya)
    cache.clear_all()
    assert refresh.refresh(priya.connection)
    assert "Due diligence" in drawn(priya)


def test_an_account_that_may_only_read_is_refused_by_plannr(priya: Person, plannr: Sandbox) -> None:
    plannr.rights("priya", write=False)
    answer = change(priya, "Research", act="up")
    assert answer.status_code == 409
    assert "Plannr does not allow this account to do that." in words(answer)


# The record


def test_changes_of_the_columns_are_on_record_from_what_to_what_for_everybody(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    colour = alice.connection.columns.get(name="Research").colour
    add(alice, "On hold")
    change(alice, "Research", act="look", name="Due diligence", colour=colour)
    change(alice, "Due diligence", act="down")
    alice.client.post(f"/columns/{alice.status('Due diligence')}/asks/", {"stale_days": "10", "most": "8"})
    alice.client.post("/columns/", {"act": "each", "most_each": "9"})
    for person in (alice, bob):
        told = words(person.client.get("/record/"))
        assert "added the status On hold" in told
        assert "changed the status Research from Research to Due diligence" in told
        assert "changed the status Due diligence from place 3 to place 4" in told
        assert "what is asked of Due diligence from nothing to stale after 10 days, at most 8 cases" in told
        assert "what is asked of everybody from nothing to at most 9 open cases each" in told
    lines = Entry.objects.filter(what="change status", title="Due diligence")
    assert list(lines.values_list("kind", "from_name", "to_name").order_by("number")) == [
        ("intended", "place 3", "place 4"),
        ("applied", "place 3", "place 4"),
    ]
    call_command("verify_record")


def test_the_same_form_sent_twice_is_one_change_and_another_wish_from_it_another(priya: Person) -> None:
    form = {"act": "place", "position": "5", "intent": str(uuid4())}
    change(priya, "Research", **form)
    change(priya, "Research", **form)
    assert len(writes(priya)) == 1
    change(priya, "Research", **form | {"position": "2"})
    assert len(writes(priya)) == 2
    assert order(priya)[1] == "Research"


def test_a_wish_that_was_done_and_changed_again_since_is_not_told_as_done(priya: Person) -> None:
    """Back to a form that was sent before, and the same once more: it is one intent, and long ago."""
    address, form = f"/columns/{priya.status('Research')}/asks/", {"intent": str(uuid4())}
    for days in ("10", "20"):
        assert priya.client.post(address, form | {"stale_days": days}).status_code == 303
    answer = priya.client.post(address, form | {"stale_days": "10"})
    assert answer.status_code == 409
    assert "That was done before, and has been changed again since." in words(answer)
    assert priya.connection.columns.get(name="Research").stale_days == 20
    assert 'value="20"' in answer.content.decode()
    priya.client.post(address, form | {"stale_days": "10", "intent": str(uuid4())})
    assert priya.client.post(address, form | {"stale_days": "10"}).status_code == 303


def test_what_everybody_was_to_be_asked_is_kept_when_it_has_to_wait(
    priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PATIENCE", -1.0)
    answer = priya.client.post("/columns/", {"act": "each", "most_each": "9"})
    assert answer.status_code == 409
    assert "Another change of the columns is still under way." in words(answer)
    assert 'value="9"' in answer.content.decode()
