"""A new case is made once, completing is one PUT, and deleting takes the case off every board."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kanban.models import Card, Edit, Entry, Move
from kanban.sync import refresh
from kanban.writes import recovery
from tests.support.case_page import checked, client_of, hidden, new, offered, opened, sent, writes
from tests.support.people import Answer, Person, at_the_board
from tests.support.team import Team

NAME = "Review of <b>everything</b>"


@pytest.fixture
def client(priya: Person) -> str:
    return client_of(priya, priya.standing("Fact find")[0])


def named(priya: Person, name: str = NAME) -> list[dict[str, Any]]:
    return [case for case in priya.plannr.state()["cases"] if case["name"] == name]


def test_a_new_case_lands_where_plannr_puts_it(priya: Person, client: str) -> None:
    priya.open()
    form = priya.client.get("/cases/new/", {"status": priya.status("Research")}).content.decode()
    kind, someone = offered(form)["Annual review"], offered(form)["Priya Shah"]
    filled = {"value": "£1.2k", "review_at": "19/11/2027", "type": kind, "people": [someone]}
    answer = new(priya, "Research", name=NAME, participants=[client], **filled)
    assert answer.status == 200, answer.words
    assert f"was created in Research, {len(priya.standing('Research'))} of" in answer.headline
    (case,) = named(priya)
    assert case["uuid"] == priya.standing("Research")[-1]
    assert (case["value"], case["participants"], case["type"]) == (120_000, [client[:36]], kind[:36])
    assert case["review_at"].startswith("2027-11-19T09:00")
    card = Card.objects.get(case=case["uuid"])
    assert (card.name, card.clients, card.people) == (NAME, [client.partition(" ")[2]], ["Priya Shah"])
    assert f'id="card-{case["uuid"]}" class="card"' in answer.text
    ((method, body),) = writes(priya)
    assert (method, set(body)) == (
        "POST",
        {"name", "participants", "status", "value", "review_at", "type", "assigned_to_uuids"},
    )


def test_what_was_left_empty_is_not_sent(priya: Person, client: str) -> None:
    assert new(priya, "Research", name=NAME, participants=[client]).status == 200
    assert set(writes(priya)[0][1]) == {"name", "participants", "status"}


def test_the_same_intent_asked_twice_makes_one_case(priya: Person, client: str) -> None:
    intent = str(uuid.uuid4())
    for _ in range(2):
        assert new(priya, "Research", name=NAME, participants=[client], intent=intent).status == 200
    assert len(named(priya)) == len(writes(priya)) == 1


def test_without_name_and_client_nothing_is_sent_and_the_rest_is_kept(priya: Person) -> None:
    answer = new(priya, "Research", name=" ", value="lots", review_at="19 Nov")
    assert (answer.status, writes(priya)) == (422, [])
    for sentence in ("Type a name.", "Choose at least one client.", "Type an amount such as"):
        assert sentence in answer.words
    assert 'value="lots"' in answer.text
    assert 'value="19 Nov"' in answer.text


def test_what_plannr_refuses_stands_beside_its_field(priya: Person, client: str) -> None:
    answer = new(priya, "Research", name="x" * 300, participants=[client])
    assert answer.status == 422
    assert "must not be greater than 255 characters." in answer.words
    assert client in checked(answer.text)
    fields = {"status": priya.status("Research"), "name": NAME, "participants": client}
    again = sent(priya, "/cases/new/", **hidden(answer.text) | fields)
    assert (again.status, len(named(priya))) == (200, 1)


def test_clients_are_found_as_one_types(priya: Person, client: str) -> None:
    word = client.split()[-1]
    answer = priya.client.get("/cases/new/", {"q-participants": word}, headers={"HX-Request": "true"}).content.decode()
    assert client in offered(answer).values()
    assert "<form" not in answer
    page = priya.client.get("/cases/new/", {"q-participants": word, "name": "So far"}).content.decode()
    assert 'value="So far"' in page
    assert client in offered(page).values()


def test_a_creation_that_was_not_confirmed_is_found_by_reading(priya: Person, client: str) -> None:
    priya.plannr.outside.create(name=NAME, participants=[client[:36]], created_at="2026-01-01T09:00:00+00:00")
    refresh.refresh(priya.connection)
    priya.plannr.fail("POST", "/api/v1/cases", drop="after")
    answer = new(priya, "Research", name=NAME, participants=[client])
    assert answer.status == 200
    assert (len(named(priya)), len(writes(priya))) == (2, 1)
    assert Card.objects.get(case=Edit.objects.get().case).column.name == "Research"


def test_one_that_never_came_to_be_stays_unknown_for_a_minute_and_holds_its_like(priya: Person, client: str) -> None:
    priya.plannr.fail("POST", "/api/v1/cases", drop="before")
    answer = new(priya, "Research", name=NAME, participants=[client])
    assert answer.status == 202
    assert "It has not confirmed making" in answer.words
    assert f'value="{NAME.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert "has not confirmed a case of this name" in new(priya, "Research", name=NAME, participants=[client]).words
    Edit.objects.filter(outcome="unknown").update(sent_at=timezone.now() - timedelta(minutes=5))
    recovery.settle_all(priya.connection)
    assert Edit.objects.filter(reason="never_made").count() == 1
    assert (named(priya), len(writes(priya))) == ([], 1)


def test_one_that_comes_late_is_ours_and_not_somebodys_in_plannr(priya: Person, client: str) -> None:
    priya.plannr.fail("POST", "/api/v1/cases", drop="before")
    new(priya, "Research", name=NAME, participants=[client])
    uuid = priya.plannr.outside.create(name=NAME, participants=[client[:36]], status=priya.status("Research"))
    refresh.refresh(priya.connection)
    recovery.settle_all(priya.connection)
    assert str(Edit.objects.get().case) == uuid
    kinds = Entry.objects.filter(what="create").values_list("kind", flat=True)
    assert [*kinds] == ["intended", "unknown", "applied"]
    assert not Entry.objects.filter(kind="outside").exists()


def test_duplicating_prefills_the_form(priya: Person) -> None:
    case = next(each for each in priya.plannr.state()["cases"] if each["value"] and each["assigned_to_uuids"])
    form = priya.client.get("/cases/new/", {"like": case["uuid"]}).content.decode()
    assert f"£{case['value'] // 100:,}.{case['value'] % 100:02}" in form
    chosen = {value[:36] for value in checked(form)}
    assert chosen == {*case["participants"], *case["assigned_to_uuids"]}
    assert 'name="review_at" value=""' in form


# Completing and opening again


def deed(priya: Person, case: str, **fields: str) -> Answer:
    page = priya.client.get(f"/cases/{case}/").content.decode()
    form = page[page.index('class="again"') : page.index("Duplicate")]
    return priya.send(case, **hidden(form) | fields)


@pytest.mark.parametrize("completed", ["sync", "off"])
def test_completing_is_one_put_and_its_undo_restores_the_day(make: Any, db: None, completed: str) -> None:
    priya = at_the_board(make(completed=completed))
    case = priya.standing("Fact find")[0]
    priya.open()
    assert deed(priya, case).status == 200
    ((_, body),) = writes(priya)
    assert set(body) == {"status", "status_position", "completed_at"}
    assert (body["status"], body["status_position"]) == (priya.status("Completed"), 1)
    assert priya.case(case)["completed_at"]
    assert priya.undo(Move.objects.get()).status == 200
    assert priya.case(case)["completed_at"] is None
    assert priya.case(case)["status"] == priya.status("Fact find")


def test_opening_again_clears_the_day_and_its_undo_gives_it_back(priya: Person) -> None:
    case = priya.standing("Completed")[0]
    day = priya.case(case)["completed_at"]
    assert deed(priya, case, status=priya.status("Research")).status == 200
    assert priya.case(case)["completed_at"] is None
    assert priya.undo(Move.objects.get()).status == 200
    assert priya.case(case)["completed_at"] == day


# Deleting

ENDS = [
    ({"drop": "after"}, "applied"),
    ({"drop": "before"}, "unknown"),
    ({"status": 404}, "refused"),
    ({"status": 403}, "refused"),
]


def delete(priya: Person, case: str, name: str | None = None, **fields: str) -> Answer:
    """Type the name and delete; `fields`: as the form was opened before."""
    fields = fields or hidden(priya.client.get(f"/cases/{case}/delete/").content.decode())
    typed = priya.case(case)["name"] if name is None else name
    return sent(priya, f"/cases/{case}/delete/", **fields | {"name": typed})


def test_a_case_is_deleted_by_whoever_types_its_name(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    wrong = delete(priya, case, "something else")
    assert (wrong.status, writes(priya)) == (422, [])
    assert 'value="something else"' in wrong.text
    answer = delete(priya, case)
    assert answer.status == 200
    assert "was deleted in Plannr" in answer.headline
    assert writes(priya) == [("DELETE", None)]
    assert case not in priya.open()
    refresh.refresh(priya.connection)
    assert list(Entry.objects.values_list("kind", "what")) == [("intended", "delete"), ("applied", "delete")]


def test_it_is_gone_from_everybodys_board(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = next(each for each in bob.standing("Fact find") if each in alice.open() and each in bob.open())
    newest = bob.client.get("/changes/?since=0", headers={"HX-Request": "true"})
    assert newest.status_code == 200
    assert delete(alice, case).status == 200
    assert case not in bob.open()
    assert Entry.objects.filter(kind="outside").count() == 0


def test_who_may_not_delete_is_not_offered_it_and_refused(team: Team) -> None:
    bob = team.sign_in("bob")
    assert not bob.connection.can_delete
    case = bob.standing("Fact find")[0]
    assert "Delete…" not in bob.client.get(f"/cases/{case}/").content.decode()
    assert sent(bob, f"/cases/{case}/delete/", name=bob.case(case)["name"]).status == 403
    assert case in bob.standing("Fact find")


def test_somebody_edited_it_meanwhile_and_is_heard_first(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    fields = hidden(priya.client.get(f"/cases/{case}/delete/").content.decode())
    priya.plannr.outside.edit(case, value=99_900)
    answer = delete(priya, case, **fields)
    assert (answer.status, writes(priya)) == (409, [])
    assert "changed the value" in answer.words
    assert delete(priya, case, **hidden(answer.text)).status == 200


@pytest.mark.parametrize(("how", "ends"), ENDS)
def test_a_deletion_that_was_not_confirmed_is_settled_by_reading(priya: Person, how: Any, ends: str) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.fail("DELETE", "/api/v1/cases/*", **how)
    answer = delete(priya, case)
    assert Edit.objects.get().outcome == ends
    assert answer.status == {"applied": 200, "unknown": 202, "refused": 403 if how.get("status") == 403 else 503}[ends]
    assert (case in priya.open()) == (ends != "applied")
    if ends == "unknown":
        priya.plannr.outside.delete(case)
        recovery.settle_all(priya.connection)
        assert Edit.objects.get().outcome == "applied"
        assert Entry.objects.filter(kind="outside").count() == 0


def test_a_colleagues_open_field_keeps_its_case(priya: Person) -> None:
    """A case that is being looked at stays as it is: opening a field changes nothing."""
    case = priya.standing("Fact find")[0]
    before = priya.case(case)
    assert opened(priya, case, "value").status == 200
    assert priya.case(case) == before
