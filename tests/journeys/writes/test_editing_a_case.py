"""Changing one field of a case: only that field is sent, once, and what Plannr answers is what is shown."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from kanban.models import Card, Edit, Entry
from kanban.sync import refresh
from kanban.writes import recovery
from plannr_api.sandbox import Sandbox
from tests.support.case_page import checked, hidden, offered, opened, save, sent, writes
from tests.support.cases import a_case
from tests.support.people import Answer, Person, at_the_board
from tests.support.team import Team

DIALECTS = [
    {},
    {"wrap_single": "data", "money": "int", "put_relations": "loaded"},
    {"relation_keys": "null", "type_list": "404", "collections": "object"},
]


@pytest.fixture(params=DIALECTS, ids=lambda spoken: "-".join(spoken.values()) or "as documented")
def spoken(request: pytest.FixtureRequest, db: None, make: Callable[..., Sandbox]) -> Person:
    return at_the_board(make(cases=30, **request.param))


def card(case: str) -> Card:
    return Card.objects.get(case=case)


def test_every_field_is_sent_alone_and_read_back(spoken: Person) -> None:
    case = a_case(spoken)
    before = spoken.case(case)
    asked: list[tuple[str, Any, str, Any]] = [
        ("name", " Pension <b>review</b> ", "name", "Pension <b>review</b>"),
        ("value", "£1.2k", "value", 120_000),
        ("value", "", "value", None),
        ("review_at", "19 November 2027", "review_at", None),
        ("review_at", "", "review_at", None),
        ("completed_at", "2026-03-02", "completed_at", "2026-03-02T09:00:00+00:00"),
    ]
    for field, typed, name, value in asked:
        answer = save(spoken, case, field, typed)
        assert answer.status == 200, answer.words
        body = writes(spoken)[-1][1]
        assert list(body) == [name]
        assert body[name] == value or (value is None and typed), body
    assert len(writes(spoken)) == len(asked)
    for field, name in (("people", "assigned_to_uuids"), ("groups", "group_uuids"), ("type", "type")):
        form = opened(spoken, case, field).text
        *_, (word, choice) = [each for each in offered(form).items() if each[1] and each[1] not in checked(form)]
        assert save(spoken, case, field, [choice]).status == 200
        assert writes(spoken)[-1][1] == {name: [choice[:36]] if field != "type" else choice[:36]}
        assert word in opened(spoken, case, field, fact="").text
        shown = getattr(card(case), "type_name" if field == "type" else field)
        assert shown == ([word] if field != "type" else word)
    kept = ("plans", "participants", "status", "status_position")
    assert {name: spoken.case(case)[name] for name in kept} == {name: before[name] for name in kept}


def test_a_list_is_cleared_by_choosing_nothing(priya: Person) -> None:
    case = a_case(priya)
    for field, name in (("people", "assigned_to_uuids"), ("groups", "group_uuids"), ("plans", "plans")):
        save(priya, case, field, [])
        assert priya.case(case)[name] == []
    assert [list(body.values()) for _, body in writes(priya)][-1] == [[]]
    assert card(case).people == []


def test_plans_are_those_of_the_clients(priya: Person) -> None:
    case = a_case(priya)
    form = opened(priya, case, "plans").text
    theirs = {
        plan
        for each in priya.plannr.state()["cases"]
        for plan in each["plans"] or ()
        if set(each["participants"]) & set(priya.case(case)["participants"])
    }
    assert {value[:36] for value in offered(form).values()} == theirs
    assert {value[:36] for value in checked(form)} == set(priya.case(case)["plans"])


def test_who_takes_part_goes_by_its_own_address_and_a_client_stays(priya: Person) -> None:
    case, other = a_case(priya), priya.case(priya.standing("Research")[0])["participants"][0]
    name = next(each["name"] for each in _accounts(priya) if each["uuid"] == other)
    found = offered(opened(priya, case, "participants", q=name.split()[-1]).text)
    assert other in {value[:36] for value in found.values()}
    before = priya.case(case)["participants"]
    fields = hidden(opened(priya, case, "participants").text)
    assert save(priya, case, "participants", [f"{other} {name}"], **fields).status == 200
    assert writes(priya) == [("POST", {"participants": [other]}), ("DELETE", {"participants": sorted(before)})]
    assert card(case).clients == [name]
    empty = save(priya, case, "participants", [])
    assert (empty.status, len(writes(priya))) == (422, 2)
    assert "Choose at least one client." in empty.words


def _accounts(priya: Person) -> list[dict[str, Any]]:
    from kanban.accounts import clients

    found = clients.client_for(priya.connection).cases.list().cases
    return [{"uuid": str(each.uuid), "name": each.display_name} for case in found for each in case.participants or ()]


def test_untouched_sends_nothing_and_says_so(priya: Person) -> None:
    case = a_case(priya)
    pounds = f"{priya.case(case)['value'] / 100:.2f}"
    for field, typed in (("value", pounds), ("name", priya.case(case)["name"])):
        answer = save(priya, case, field, typed)
        assert (answer.status, Edit.objects.count()) == (200, 0)
        assert "Nothing was changed" in answer.headline
    day = datetime.fromisoformat(priya.case(case)["review_at"]).strftime("%d/%m/%Y")
    assert "Nothing was sent" in save(priya, case, "review_at", day).headline
    assert writes(priya) == []


def test_an_edited_date_keeps_its_time_of_day(priya: Person) -> None:
    case = a_case(priya)
    priya.plannr.outside.edit(case, review_at="2026-07-01T14:30:00+01:00")
    assert save(priya, case, "review_at", "19/11/2026").status == 200
    assert writes(priya)[-1][1] == {"review_at": "2026-11-19T14:30:00+00:00"}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("value", "-5", "Type an amount such as 1,250 or £1.2k."),
        ("value", "1.234", "Type an amount such as 1,250 or £1.2k."),
        ("review_at", "soon <b>", "Type a date such as 19/11/2026 or 19 Nov."),
        ("name", "   ", "Type a name."),
    ],
)
def test_what_cannot_be_understood_is_kept_beside_what_is_wrong(
    priya: Person, field: str, typed: str, sentence: str
) -> None:
    case = a_case(priya)
    answer = save(priya, case, field, typed)
    assert (answer.status, writes(priya), Edit.objects.count()) == (422, [], 0)
    assert sentence in answer.words
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_plannr_says_of_the_field_stands_beside_what_was_typed(priya: Person) -> None:
    case = a_case(priya)
    long = "x" * 300
    answer = save(priya, case, "name", long)
    assert answer.status == 422
    assert "must not be greater than 255 characters." in answer.words
    assert f'value="{long}"' in answer.text
    assert card(case).name == priya.case(case)["name"] != long
    again = save(priya, case, "name", "Short", **hidden(answer.text))
    assert (again.status, priya.case(case)["name"]) == (200, "Short")


@pytest.mark.parametrize(("status", "says"), [(403, "does not allow"), (429, "slow down"), (401, "access token")])
def test_what_plannr_refuses_is_said_and_nothing_is_lost(priya: Person, status: int, says: str) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.fail("PUT", status=status)
    answer = save(priya, case, "value", "£1.2k", **fields)
    assert (answer.status, Edit.objects.get().outcome) == (status, "refused")
    assert says in answer.words
    assert 'value="£1.2k"' in answer.text
    assert priya.case(case)["value"] != 120_000


def test_a_case_that_has_gone_meanwhile_leaves_the_board(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.outside.delete(case)
    answer = save(priya, case, "value", "1", **fields)
    assert (answer.status, writes(priya)) == (404, [])
    assert case not in priya.open()


# Somebody else meanwhile


def test_only_a_change_of_this_very_field_is_asked_about(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.outside.edit(case, name="Renamed", review_at="2027-03-01T09:00:00+00:00")
    assert save(priya, case, "value", "1,000", **fields).status == 200
    assert (priya.case(case)["name"], priya.case(case)["value"]) == ("Renamed", 100_000)


def test_a_change_in_plannr_is_asked_about_and_can_be_overruled(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.outside.edit(case, value=99_900)
    answer = save(priya, case, "value", "£1.2k", **fields)
    assert (answer.status, writes(priya)) == (409, [])
    assert "Somebody in Plannr changed the value of" in answer.words
    assert "to £999.00" in answer.words
    assert "Keep theirs" in answer.words
    assert 'value="£1.2k"' in answer.text
    assert "£999" in opened(priya, case, "value", fact="").text  # keep theirs
    assert save(priya, case, "value", "£1.2k", **hidden(answer.text)).status == 200  # save anyway
    assert priya.case(case)["value"] == 120_000


def test_two_people_edit_one_case_and_the_second_is_told_of_the_first(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = next(each for each in bob.standing("Fact find") if alice.connection.cards.filter(case=each).exists())
    fields = hidden(opened(bob, case, "name").text)
    assert save(alice, case, "name", "By Alice").status == 200
    answer = save(bob, case, "name", "By Bob", **fields)
    assert answer.status == 409
    alices = alice.connection.account_name
    assert f"{alices} changed the name of" in answer.words
    assert save(bob, case, "name", "By Bob", **hidden(answer.text)).status == 200
    assert save(alice, case, "value", "7").status == 200  # another field is no conflict
    assert [entry.who for entry in Entry.objects.filter(kind="applied")][:2] == [alices, bob.connection.account_name]


def test_a_drop_after_a_colleagues_edit_names_the_colleague(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = bob.standing("Fact find")[0]
    bob.open()
    assert save(alice, case, "value", "123").status == 200
    answer = bob.drop(case, "Research")
    assert answer.status == 409
    assert f"{alice.connection.account_name} changed the value of" in answer.headline


# Not confirmed


@pytest.mark.parametrize(("applied", "ends"), [(True, "applied"), (False, "unknown")])
def test_a_lost_answer_is_settled_by_reading_and_never_sent_again(priya: Person, applied: bool, ends: str) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.fail("PUT", drop="after" if applied else "before")
    answer = save(priya, case, "value", "£1.2k", **fields)
    assert Edit.objects.get().outcome == ends
    assert answer.status == (200 if applied else 202)
    puts = len(priya.puts)
    if not applied:
        assert 'value="£1.2k"' in answer.text
        assert 'hx-trigger="every 3s"' in answer.text
        poll = f"/edits/{Edit.objects.get().intent}/"
        assert priya.client.get(poll, headers={"HX-Request": "true"}).status_code == 204
        assert "has not confirmed" in save(priya, case, "value", "7").words  # another value waits for the first
        Edit.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
        told = priya.client.get(poll, headers={"HX-Request": "true"}).content.decode()
        assert "never confirmed" in told
        assert 'value="£1,200.00"' in told
    assert len(priya.puts) == puts
    assert priya.case(case)["value"] == (120_000 if applied else priya.case(case)["value"])


def test_an_edit_that_comes_late_is_found_and_is_no_change_of_somebody_else(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    priya.plannr.fail("PUT", delay=3)
    assert save(priya, case, "value", "£1.2k", **fields).status == 202
    deadline = time.monotonic() + 20
    while priya.case(case)["value"] != 120_000:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    refresh.refresh(priya.connection)
    recovery.settle_all(priya.connection)
    assert Edit.objects.get().outcome == "applied"
    assert [entry.kind for entry in Entry.objects.all()] == ["intended", "unknown", "applied"]


def test_an_answer_that_changed_nothing_is_no_success(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    same = {"uuid": case, "name": "x", "value": {"amount": priya.case(case)["value"], "currency": "GBP"}}
    priya.plannr.fail("PUT", status=200, body=same)
    answer = save(priya, case, "value", "7", **fields)
    assert "left the case as it was" in answer.words
    assert answer.status >= 400


def test_the_same_intent_twice_is_one_edit(priya: Person) -> None:
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    for _ in range(2):
        assert save(priya, case, "value", "£1.2k", **fields).status == 200
    assert len(writes(priya)) == Edit.objects.count() == 1


def test_an_edit_of_a_process_that_died_is_settled_at_the_next_start(priya: Person) -> None:
    cases = [case["uuid"] for case in priya.plannr.state()["cases"][:2]]
    long_ago = timezone.now() - timedelta(minutes=5)
    for case, sent_at in zip(cases, (None, long_ago), strict=True):
        priya.plannr.outside.edit(case, value=100)
        Edit.objects.create(
            intent=uuid.uuid4(), connection=priya.connection, firm=priya.connection.firm, case=uuid.UUID(case),
            title="A case", field="value", before=5, wanted=100, at=long_ago, sent_at=sent_at,
        )  # fmt: skip
    recovery.settle_all(priya.connection)
    unsent, sent = (Edit.objects.get(case=case) for case in cases)
    assert (unsent.outcome, unsent.reason) == ("refused", "not_sent")
    assert sent.outcome == "applied"
    assert writes(priya) == []


def test_an_open_move_holds_the_case_for_an_edit_and_the_other_way_round(priya: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr("kanban.writes.journal.PATIENCE", 0.1)
    case = priya.standing("Fact find")[0]
    fields = hidden(opened(priya, case, "value").text)
    from kanban.core import processes

    held = Edit.objects.create(
        intent=uuid.uuid4(), connection=priya.connection, firm=priya.connection.firm, case=uuid.UUID(case),
        title="A case", field="name", maker=processes.worker_id(),
    )  # fmt: skip
    assert priya.drop(case, "Research").status == 503
    assert save(priya, case, "value", "7", **fields).status == 503
    assert writes(priya) == []
    held.delete()
    assert save(priya, case, "value", "7", **fields | {"intent": str(uuid.uuid4())}).status == 200


# What else Plannr changes


def test_plans_that_plannr_takes_off_by_an_edit_are_put_back_and_it_is_said(
    db: None, make: Callable[..., Sandbox]
) -> None:
    priya = at_the_board(make(cases=30, plans="detach"))
    case = a_case(priya)
    plans = priya.case(case)["plans"]
    answer = save(priya, case, "value", "7")
    assert answer.status == 200
    assert "we put that back" in answer.words
    assert (priya.case(case)["plans"], priya.case(case)["value"]) == (plans, 700)
    assert save(priya, case, "value", "8").status == 200  # from now on they go along
    assert writes(priya)[-1][1] == {"plans": plans, "value": 800}


# The record


def test_an_edit_is_on_record_from_what_to_what_and_not_as_a_change_in_plannr(priya: Person) -> None:
    case = a_case(priya)
    priya.plannr.outside.edit(case, value=125_000)
    refresh.refresh(priya.connection)
    assert save(priya, case, "value", "1500").status == 200
    assert save(priya, case, "people", []).status == 200
    refresh.refresh(priya.connection)
    told = " ".join(Answer(200, priya.client.get("/record/").content.decode()).words.split())
    assert f"changed the value of {card(case).title} from £1,250.00 to £1,500.00" in told
    assert "to nothing" in told
    assert list(Entry.objects.filter(what__startswith="edit").values_list("kind", flat=True)).count("outside") == 1
    call_command("verify_record")
    table = b"".join(priya.client.get("/record.csv")).decode()
    assert "edit value" in table
    assert "£1,500.00" in table


# Without script, and who may


def test_without_script_an_edit_is_a_page_and_a_way_back(priya: Person) -> None:
    case = a_case(priya)
    page = priya.client.get(f"/cases/{case}/edit/value/").content.decode()
    fields = hidden(page)
    wrong = sent(priya, f"/cases/{case}/edit/value/", htmx=False, **fields | {"wanted": "lots"})
    assert (wrong.status, 'value="lots"' in wrong.text) == (422, True)
    answer = priya.client.post(f"/cases/{case}/edit/value/", fields | {"wanted": "7"})
    assert answer.status_code == 303
    assert "is now £7.00" in priya.client.get(answer["Location"].partition("#")[0]).content.decode()
    listed = priya.client.get(f"/cases/{case}/edit/people/").content.decode()
    assert len(offered(listed)) > 5
    narrowed = priya.client.get(f"/cases/{case}/edit/people/", {"q": "Priya"}).content.decode()
    assert "Priya Shah" in offered(narrowed)
    assert len(offered(narrowed)) < len(offered(listed))


def test_who_only_looks_has_nothing_to_edit_with(team: Team) -> None:
    val = team.sign_in("val")
    case = val.standing("Fact find")[0]
    page = val.client.get(f"/cases/{case}/").content.decode()
    assert 'id="fact-value"' in page
    assert f"/cases/{case}/edit/" not in page
    assert "Delete" not in page
    assert save(val, case, "value", "7", intent=uuid.uuid4()).status == 403
    assert writes_of(val, "val") == []


def writes_of(person: Person, name: str) -> list[Any]:
    return [
        entry
        for entry in person.plannr.ledger
        if entry["method"] != "GET" and entry.get("person") == name and "oauth" not in entry["path"]
    ]


def test_a_session_that_ended_sends_nothing(team: Team) -> None:
    alice = team.sign_in("alice")
    case = alice.standing("Fact find")[0]
    fields = hidden(opened(alice, case, "value").text)
    before = alice.case(case)["value"]
    alice.client = Client()
    answer = save(alice, case, "value", "7", **fields)
    assert answer.status == 401
    assert "fact-value" not in answer.text  # the form that is on the page stays as it is
    assert alice.case(case)["value"] == before


def test_when_plannr_cannot_be_asked_the_row_says_so_and_the_page_still_shows_the_case(priya: Person) -> None:
    case = a_case(priya)
    priya.plannr.fail("GET", "/api/v1/cases", status=503, times=0)
    answer = opened(priya, case, "people")
    assert answer.status == 503
    assert "cannot be reached" in answer.words
    page = priya.client.get(f"/cases/{case}/")
    assert page.status_code == 200
    assert card(case).people[0] in page.content.decode()


def test_a_field_that_does_not_exist_is_not_found(priya: Person) -> None:
    assert opened(priya, a_case(priya), "status").status == 404


def test_another_value_under_the_same_intent_is_another_edit(priya: Person) -> None:
    """Somebody whose answer was lost typed something else before they sent it again."""
    case = a_case(priya)
    fields = hidden(opened(priya, case, "value").text)
    assert save(priya, case, "value", "7", **fields).status == 200
    answer = save(priya, case, "value", "8", **fields)
    assert answer.status == 409  # their own change came between, and they are told so
    assert "You, at another window, changed the value" in answer.words
    assert priya.case(case)["value"] == 700


def test_a_change_of_participants_that_is_made_by_half_says_so(priya: Person) -> None:
    case, other = a_case(priya), priya.case(priya.standing("Research")[0])["participants"][0]
    before = priya.case(case)["participants"]
    assert other not in before
    priya.plannr.fail("DELETE", "/api/v1/cases/*/participants", status=422)
    answer = save(priya, case, "participants", [f"{other} Somebody"])
    assert "Plannr made only a part of the change." in answer.words
    assert (answer.status, Edit.objects.get().reason) == (503, "half")
    assert set(priya.case(case)["participants"]) == {*before, other}
    assert len(card(case).clients) == len(before) + 1


def test_text_that_no_database_takes_does_no_harm(priya: Person) -> None:
    case = a_case(priya)
    assert save(priya, case, "name", "Half \ud800".encode("utf-8", "surrogatepass")).status in (200, 422)
    choice = next(iter(offered(opened(priya, case, "people").text).values()))
    assert save(priya, case, "people", [choice + "\0"]).status == 400
