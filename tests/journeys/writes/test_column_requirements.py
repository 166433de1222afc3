"""What a column asks of a case that comes in: limits that may be passed when asked, and fields that go along."""

import re
import uuid
from typing import Any

import pytest

from kanban.models import Connection, Entry, FirmRules, Move
from kanban.sync import refresh
from tests.support.case_page import checked, client_of, hidden, new, offered, opened, save, sent, writes
from tests.support.column_requirements import ask, fill, form_of, lacking
from tests.support.people import Answer, Person, anyway


def full(person: Person, name: str) -> int:
    """The column may hold as many as it holds."""
    count = len(person.standing(name))
    ask(person, name, most=count)
    return count


# Limits


def test_a_full_column_is_asked_about_and_nothing_is_sent(priya: Person) -> None:
    case, count = priya.standing("Fact find")[0], full(priya, "Research")
    answer = priya.drop(case, "Research")
    assert (answer.status, priya.puts) == (409, [])
    assert answer.headline == f"That makes {count + 1} of {count} in Research."
    assert "Nothing was sent." in answer.words
    assert "Keep theirs" not in answer.words
    assert case in priya.standing("Fact find")
    assert anyway(priya, answer).status == 200
    assert case in priya.standing("Research")
    assert len(priya.puts) == 1


def test_the_choice_is_on_record(priya: Person) -> None:
    case, count = priya.standing("Fact find")[0], full(priya, "Research")
    anyway(priya, priya.drop(case, "Research"))
    asked, made = Entry.objects.filter(kind="conflict").get(), Entry.objects.filter(kind="applied").get()
    assert asked.words == f"Over the limit of {count} in Research."
    assert made.words == f"Over the limit of {count} in Research."
    page = priya.client.get(f"/cases/{case}/record/").content.decode()
    assert f"Over the limit of {count} in Research." in page


def test_what_the_mover_counted_is_on_nobodys_record(priya: Person) -> None:
    """Another who reads it may be shown fewer cases, and must not learn of the others."""
    case, count = priya.standing("Fact find")[0], full(priya, "Research")
    anyway(priya, priya.drop(case, "Research"))
    form = opened(priya, case, "people").text
    busy = next(value for value in offered(form).values() if value not in checked(form) and " Yusuf" in value)
    FirmRules.objects.create(firm=priya.connection.firm, most_each=1)
    assert save(priya, case, "people", [busy]).status == 409
    assert Entry.objects.filter(kind="conflict").count() == 2
    assert "That makes" not in " ".join(Entry.objects.values_list("words", flat=True))
    told = priya.client.get(f"/cases/{case}/record.csv").getvalue().decode()
    assert f"Over the limit of {count} in Research." in told
    assert "That makes" not in told


def test_a_limit_that_is_passed_further_meanwhile_is_asked_about_again(priya: Person) -> None:
    one, other = priya.standing("Fact find")[:2]
    count = full(priya, "Research")
    answer = priya.drop(one, "Research")
    priya.plannr.outside.move(other, priya.status("Research"), 1)
    refresh.refresh(priya.connection)
    again = anyway(priya, answer)
    assert (again.status, priya.puts) == (409, [])
    assert again.headline == f"That makes {count + 2} of {count} in Research."


def test_what_stays_in_its_column_or_is_completed_passes_no_limit(priya: Person) -> None:
    cases = priya.standing("Research")
    full(priya, "Research")
    ask(priya, "Completed", most=1)
    assert priya.drop(cases[0], "Research", above=cases[1], below=cases[2]).status == 200
    priya.open()
    assert priya.drop(cases[0], "Completed").status == 200


def test_the_answer_of_another_case_does_not_count(priya: Person) -> None:
    one, other = priya.standing("Fact find")[:2]
    full(priya, "Research")
    priya.drop(one, "Research")
    asked = Move.objects.get(case=one)
    assert priya.drop(other, "Research", asked=asked.intent).status == 409
    assert priya.puts == []


def test_undo_into_a_full_column_restores_without_asking(priya: Person) -> None:
    case = priya.standing("Fact find")[1]
    priya.drop(case, "Research")
    ask(priya, "Fact find", most=1, requires=["plans", "value", "people", "type", "review_at"])
    assert priya.undo(Move.objects.get()).status == 200
    assert priya.standing("Fact find")[1] == case


def test_somebody_with_too_many_open_cases_is_asked_about(priya: Person) -> None:
    """A case that is opened again counts for those who work on it."""
    case = next(each for each in priya.standing("Completed") if priya.case(each)["assigned_to_uuids"])
    FirmRules.objects.create(firm=priya.connection.firm, most_each=1)
    priya.open(folds=uuid.UUID(priya.status("Completed")).hex)
    answer = priya.drop(case, "Research")
    assert (answer.status, priya.puts) == (409, [])
    assert re.search(r"That makes \d+ of 1 open cases for [A-Z]", answer.headline)
    assert anyway(priya, answer).status == 200
    assert re.search(r"Over the limit of 1 open cases for [A-Z]", Entry.objects.filter(kind="applied").get().words)


# What a case needs


def test_what_the_case_lacks_is_asked_for_and_sent_with_the_move_in_one(priya: Person) -> None:
    case = lacking(priya, value=None, review_at=None)
    ask(priya, "Research", requires=["value", "review_at", "type"])
    answer = priya.drop(case, "Research")
    assert (answer.status, priya.puts) == (409, [])
    assert answer.headline == "Research asks for a value and a review date."
    form = form_of(priya, answer)
    assert 'name="value"' in form
    assert "need-type" not in form  # that it has
    assert fill(priya, case, form, value="1250.50", review_at="2027-03-01").status == 200
    [put] = priya.puts
    assert put["body"].keys() == {"status", "status_position", "value", "review_at"}
    assert (put["body"]["value"], put["body"]["review_at"]) == (125_050, "2027-03-01T09:00:00+00:00")
    now = priya.case(case)
    assert (now["status"], now["value"]) == (priya.status("Research"), 125_050)


def test_the_record_says_what_was_set_with_the_move(priya: Person) -> None:
    case = lacking(priya, value=None, review_at=None)
    ask(priya, "Research", requires=["value", "review_at"])
    fill(priya, case, form_of(priya, priya.drop(case, "Research")), value="1250", review_at="2027-03-01")
    made = Entry.objects.filter(kind="applied").get()
    assert made.words == "With it: value £1,250.00, review date 1 March 2027."
    assert not Entry.objects.filter(case=case, kind="outside", number__gt=made.number).exists()


def test_what_is_left_empty_is_said_beside_it_and_what_was_typed_is_kept(priya: Person) -> None:
    case = lacking(priya, value=None, review_at=None)
    ask(priya, "Research", requires=["value", "review_at"])
    answer = fill(priya, case, form_of(priya, priya.drop(case, "Research")), value="lots", review_at="2027-03-01")
    assert (answer.status, priya.puts) == (422, [])
    assert "Type an amount such as" in answer.words
    assert 'value="lots"' in answer.text
    assert 'value="2027-03-01"' in answer.text
    answer = fill(priya, case, answer.text, value="", review_at="2027-03-01")
    assert (answer.status, priya.puts) == (422, [])
    assert fill(priya, case, answer.text, value="12", review_at="2027-03-01").status == 200


def test_somebody_a_type_and_a_plan_are_chosen_from_what_plannr_lists(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["plans"])
    priya.plannr.outside.edit(case, assigned_to_uuids=[], type=None)
    refresh.refresh(priya.connection)
    priya.open()
    ask(priya, "Research", requires=["people", "type", "plans"])
    form = form_of(priya, priya.drop(case, "Research"))
    people, types = (re.search(rf'id="need-{name}".*?</select>', form, re.S) for name in ("people", "type"))
    assert people
    assert types
    somebody, name = re.findall(r'<option value="([^"]{36})">([^<]+)<', people.group(0))[0]
    kind = re.findall(r'<option value="([^"]{36})"', types.group(0))[0]
    assert fill(priya, case, form, people=somebody, type=kind).status == 200
    now = priya.case(case)
    assert (now["assigned_to_uuids"], now["type"], len(priya.puts)) == ([somebody], kind, 1)
    assert name in priya.connection.cards.get(case=case).people
    assert re.match(rf"With it: type .+, assigned people {name}\.", Entry.objects.filter(kind="applied").get().words)
    assert not Entry.objects.filter(case=case, kind="outside", words__contains="people", at__gt=made_at(case)).exists()


def made_at(case: str) -> Any:
    return Move.objects.filter(case=case, outcome="applied").get().at


def test_a_plan_of_the_clients_other_cases_can_be_chosen(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["plans"])
    [plan, *_] = priya.case(case)["plans"]
    twin = priya.plannr.outside.create(
        name="Twin", participants=priya.case(case)["participants"], status=priya.status("Fact find"), plans=[]
    )
    refresh.refresh(priya.connection)
    priya.open()
    ask(priya, "Research", requires=["plans"])
    form = form_of(priya, priya.drop(twin, "Research"))
    assert plan in form
    assert fill(priya, twin, form, plans=plan).status == 200
    assert priya.case(twin)["plans"] == [plan]


def test_nothing_else_may_change_when_fields_go_along(priya: Person) -> None:
    """Plannr alters the plans by the same request: they are put back, and the value stays as it was given."""
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["plans"])
    plans = priya.case(case)["plans"]
    priya.plannr.outside.edit(case, value=None)
    refresh.refresh(priya.connection)
    priya.open()
    priya.plannr.speak(plans="detach")
    ask(priya, "Research", requires=["value"])
    answer = fill(priya, case, form_of(priya, priya.drop(case, "Research")), value="10")
    assert "Plannr also changed its plans; we put that back." in answer.words
    assert (priya.case(case)["plans"], priya.case(case)["value"]) == (plans, 1000)


def test_retry_after_a_refusal_sends_the_same_fields_and_asks_nothing(priya: Person) -> None:
    case = lacking(priya, value=None)
    full(priya, "Research")
    ask(priya, "Research", requires=["value"])
    form = form_of(priya, priya.drop(case, "Research"))
    assert "That makes " in form
    priya.plannr.fail("PUT", status=422, body={"message": "No."})
    refused = fill(priya, case, form, value="10")
    assert refused.status == 422
    assert anyway(priya, refused).status == 200
    assert [put["body"]["value"] for put in priya.puts] == [1000, 1000]
    assert Entry.objects.filter(kind="applied").get().words.startswith("Over the limit of ")


def test_a_move_with_fields_that_plannr_does_not_confirm_is_settled_by_reading(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    form = form_of(priya, priya.drop(case, "Research"))
    priya.plannr.fail("PUT", drop="after")
    fill(priya, case, form, value="10")
    assert len(priya.puts) == 1
    assert Move.objects.filter(outcome="applied").get().also == {"value": 1000}
    assert not Entry.objects.filter(case=case, kind="outside", what="edited", at__gt=made_at(case)).exists()


def test_fields_that_the_case_has_are_never_overwritten(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["value"])
    priya.open()
    assert priya.drop(case, "Research", value="1", review_at="2030-01-01").status == 200
    assert priya.puts[0]["body"].keys() <= {"status", "status_position", "review_at"}
    assert "value" not in priya.puts[0]["body"]


def test_without_script_the_same_question_is_a_page(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    sent = {"intent": uuid.uuid4(), "status": priya.status("Research"), "edge": "top"}
    answer = priya.client.post(f"/cases/{case}/move/", sent)
    assert answer.status_code == 303
    page = priya.client.get(answer["Location"].partition("#")[0]).content.decode()
    form = form_of(priya, Answer(200, page), htmx=False)
    assert "<!doctype html>" in form
    wrong = priya.send(case, method="post", htmx=False, **hidden_of(form) | {"value": ""})
    assert wrong.status == 422
    assert "Type an amount such as" in wrong.words
    assert priya.send(case, method="post", htmx=False, **hidden_of(wrong.text) | {"value": "5"}).status == 303
    assert priya.case(case)["value"] == 500


def hidden_of(form: str) -> dict[str, str]:
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_the_question_is_nobody_elses(priya: Person) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=["value"])
    priya.drop(case, "Research")
    Move.objects.update(connection=Connection.objects.create(account=uuid.uuid4(), firm=priya.connection.firm))
    assert priya.client.get(f"/moves/{Move.objects.get().intent}/needs/").status_code == 404


@pytest.mark.parametrize("columns", [["value"], []], ids=["asked", "not asked"])
def test_only_a_column_that_asks_for_it_is_guarded(priya: Person, columns: list[str]) -> None:
    case = lacking(priya, value=None)
    ask(priya, "Research", requires=columns)
    assert priya.drop(case, "Research").status == (409 if columns else 200)


# By an edit


def test_an_assignment_that_passes_somebodys_limit_is_asked_about_and_recorded(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if len(priya.case(each)["assigned_to_uuids"]) == 1)
    form = opened(priya, case, "people").text
    taken = set(checked(form))
    busy = next(value for value in offered(form).values() if value not in taken and " Yusuf" in value)
    FirmRules.objects.create(firm=priya.connection.firm, most_each=1)
    answer = save(priya, case, "people", [*taken, busy])
    assert (answer.status, priya.puts) == (409, [])
    assert re.search(r"That makes \d+ of 1 open cases for Yusuf", answer.words)
    assert "Keep theirs" not in answer.words
    asked = re.search(r'name="asked" value="([^"]+)"', answer.text)
    assert asked
    assert save(priya, case, "people", [*taken, busy], asked=asked.group(1)).status == 200
    assert busy[:36] in priya.case(case)["assigned_to_uuids"]
    assert re.search(r"Over the limit of 1 open cases for Yusuf", Entry.objects.filter(kind="applied").get().words)


def test_taking_somebody_off_passes_no_limit(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["assigned_to_uuids"])
    FirmRules.objects.create(firm=priya.connection.firm, most_each=1)
    assert save(priya, case, "people", []).status == 200


# A new case


def anyway_new(person: Person, answer: Answer, column: str, **fields: Any) -> Answer:
    """Send the form once more as it was answered, with what the boxes and lines of it hold."""
    return sent(person, "/cases/new/", **hidden(answer.text) | {"status": person.status(column)} | fields)


def test_a_new_case_in_a_full_column_is_asked_about_with_the_form_as_typed(priya: Person) -> None:
    client, count = client_of(priya, priya.standing("Fact find")[0]), full(priya, "Research")
    typed = {"name": "One more", "participants": [client], "value": "£1.2k"}
    answer = new(priya, "Research", **typed)
    assert (answer.status, writes(priya)) == (409, [])
    assert f"That makes {count + 1} of {count} in Research. Create anyway?" in answer.words
    assert 'value="One more"' in answer.text
    assert 'value="£1.2k"' in answer.text
    assert client in checked(answer.text)
    assert anyway_new(priya, answer, "Research", **typed).status == 200
    assert len(priya.standing("Research")) == count + 1
    asked, made = Entry.objects.get(kind="conflict"), Entry.objects.get(kind="applied")
    assert (asked.what, asked.words, made.words) == ("create", *[f"Over the limit of {count} in Research."] * 2)


def test_without_script_a_new_case_is_asked_about_on_its_page(priya: Person) -> None:
    client, count = client_of(priya, priya.standing("Fact find")[0]), full(priya, "Research")
    typed = {"name": "One more", "participants": [client], "status": priya.status("Research")}
    answer = sent(priya, "/cases/new/", htmx=False, **typed)
    assert (answer.status, writes(priya)) == (409, [])
    assert "<title>" in answer.text
    assert "Create anyway?" in answer.words
    assert sent(priya, "/cases/new/", htmx=False, **typed | hidden(answer.text)).status == 303
    assert len(priya.standing("Research")) == count + 1


def test_a_duplicate_into_a_full_column_is_asked_about(priya: Person) -> None:
    case, count = priya.standing("Research")[0], full(priya, "Research")
    form = priya.client.get("/cases/new/", {"like": case}).content.decode()
    typed = {"name": "A copy", "participants": [client_of(priya, case)], "status": priya.status("Research")}
    answer = sent(priya, "/cases/new/", **hidden(form) | typed)
    assert answer.status == 409
    assert f"That makes {count + 1} of {count} in Research." in answer.words


def test_an_answer_for_one_column_is_none_for_another(priya: Person) -> None:
    client = client_of(priya, priya.standing("Fact find")[0])
    full(priya, "Fact find")
    ask(priya, "Research", most=1)
    typed = {"name": "One more", "participants": [client]}
    answer = new(priya, "Fact find", **typed)
    assert len(priya.standing("Fact find")) >= len(priya.standing("Research"))
    elsewhere = anyway_new(priya, answer, "Research", **typed)
    assert (elsewhere.status, writes(priya)) == (409, [])
    assert "of 1 in Research. Create anyway?" in elsewhere.words


def test_a_new_case_for_somebody_with_too_many_is_asked_about(priya: Person) -> None:
    client = client_of(priya, priya.standing("Fact find")[0])
    form = priya.client.get("/cases/new/", {"status": priya.status("Research")}).content.decode()
    busy = next(value for value in offered(form).values() if " Yusuf" in value)
    FirmRules.objects.create(firm=priya.connection.firm, most_each=1)
    typed = {"name": "One more", "participants": [client], "people": [busy]}
    answer = new(priya, "Research", **typed)
    assert (answer.status, writes(priya)) == (409, [])
    assert re.search(r"That makes \d+ of 1 open cases for Yusuf .*Create anyway", answer.words)
    assert anyway_new(priya, answer, "Research", **typed).status == 200


def test_what_its_column_asks_of_a_new_case_is_said_at_the_field(priya: Person) -> None:
    client = client_of(priya, priya.standing("Fact find")[0])
    ask(priya, "Research", requires=["value", "review_at", "type", "people"])
    answer = new(priya, "Research", name="One more", participants=[client], value="0")
    assert (answer.status, writes(priya)) == (422, [])
    for field, sentence in [
        ("review_at", "Research asks for a review date. Type a date such as"),
        ("type", "Research asks for a type. Choose a type."),
        ("people", "Research asks for somebody assigned. Choose somebody."),
    ]:
        assert re.search(rf'id="{field}-{field}-wrong"[^>]*>\s*<p><bdi>{re.escape(sentence)}', answer.text), field
    assert "asks for a value" not in answer.words  # £0 is one
    assert new(priya, "Fact find", name="One more", participants=[client]).status == 200


def test_a_new_case_begins_elsewhere_than_where_a_plan_is_asked_for(priya: Person) -> None:
    client = client_of(priya, priya.standing("Fact find")[0])
    ask(priya, "Research", requires=["plans"])
    answer = new(priya, "Research", name="One more", participants=[client])
    assert (answer.status, writes(priya)) == (422, [])
    assert "Research asks for a plan. Begin the case in another column" in answer.words
