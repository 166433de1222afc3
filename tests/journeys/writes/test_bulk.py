"""Many cases are moved or changed by one wish: one after the other, each told of, and all taken back at once."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from kanban.core import cache, processes
from kanban.models import Bulk, Edit, Entry, FirmRules, Move
from kanban.sync import refresh
from kanban.writes import bulk as bulks
from kanban.writes import recovery
from plannr_api.sandbox import Sandbox
from tests.support.case_page import HTMX, offered
from tests.support.people import Answer, Person, at_the_board

pytestmark = pytest.mark.django_db(transaction=True)
SELECTED = re.compile(r'data-position="([^"]*)" data-seen="([^"]*)"')


@pytest.fixture
def priya(transactional_db: None, make: Callable[..., Sandbox]) -> Iterator[Person]:
    yield at_the_board(make(cases=90, rate_limit=100_000))
    for thread in threading.enumerate():
        if thread.name == "bulk":
            thread.join(10)


def posted(priya: Person, path: str, **fields: Any) -> Answer:
    answer = priya.client.post(path, fields, headers={"HX-Request": "true"})
    return Answer(answer.status_code, answer.content.decode())


def selection(priya: Person, cases: list[str]) -> list[str]:
    """What the page sends of each selected card: what was seen of it, and between whom of those that stay."""
    priya.open()
    page = priya.client.get("/").content.decode()
    said = []
    for case in cases:
        status, column = next((status, column) for status, column in priya.seen.items() if case in column)
        at, others = column.index(case), [each for each in column if each not in cases]
        above = next((each for each in reversed(column[:at]) if each in others), "")
        below = next((each for each in column[at:] if each in others), "")
        found = SELECTED.search(page, page.index(f'id="card-{case}"'))
        assert found
        position, revision = found.groups()
        said.append(".".join((case, status, position, above, below, revision)))
    return said


def move(priya: Person, cases: list[str], to: str, **where: Any) -> Bulk:
    """Have them moved; it is under way when this returns."""
    said = {"intent": uuid4(), "items": selection(priya, cases), "status": priya.status(to)} | (
        where or {"edge": "top"}
    )
    answer = posted(priya, "/bulks/", **said)
    assert answer.status == 202, answer.words
    return Bulk.objects.get(intent=said["intent"])


def asked(priya: Person, bulk: Bulk) -> Answer:
    answer = priya.client.get(f"/bulks/{bulk.intent}/", headers={"HX-Request": "true"})
    return Answer(answer.status_code, answer.content.decode())


def until(done: Callable[[], Any], patience: float = 60) -> Any:
    deadline = time.monotonic() + patience
    while not (found := done()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def ended(priya: Person, bulk: Bulk) -> Answer:
    until(lambda: Bulk.objects.get(pk=bulk.pk).end)
    return asked(priya, bulk)


def undone(priya: Person, answer: Answer) -> Bulk:
    found = re.search(r'action="(/bulks/[^"]+/undo/)".*?name="intent" value="([^"]+)"', answer.text, re.S)
    assert found
    assert posted(priya, found[1], intent=found[2]).status == 202
    return Bulk.objects.get(intent=found[2])


def left(answer: Answer) -> list[str]:
    """The cases that stay selected."""
    return re.findall(r'data-left="([^"]*)"', answer.text)[0].split()


def twenty(priya: Person) -> list[str]:
    """From three columns, nearly all beside each other."""
    return [
        *priya.standing("New enquiry")[:6],
        *priya.standing("Fact find")[1:11],
        *priya.standing("Report writing")[1:5],
    ]


def test_eighteen_are_moved_in_their_order_two_are_refused_and_all_go_back_at_once(priya: Person) -> None:
    names = ("New enquiry", "Fact find", "Report writing", "Research")
    before = {name: priya.standing(name) for name in names}
    cases = twenty(priya)
    for case in (cases[4], cases[15]):
        priya.plannr.fail("PUT", f"/api/v1/cases/{case}", status=422, times=1)
    above, below = before["Research"][:2]
    answer = ended(priya, move(priya, cases, "Research", above=above, below=below))
    made = [case for case in cases if case not in (cases[4], cases[15])]
    assert priya.standing("Research") == [above, *made, *before["Research"][1:]]
    assert answer.headline == "18 cases moved to Research, 2 refused."
    assert set(left(answer)) == {cases[4], cases[15]}
    assert answer.words.count(": Plannr refused.") == 2
    assert (
        Move.objects.count() == Entry.objects.filter(kind="intended").count() == 20
    )  # each an ordinary move, on record
    back = ended(priya, undone(priya, answer))
    assert back.headline == "18 cases moved back."
    assert "/undo/" not in back.text
    assert {name: priya.standing(name) for name in names} == before


@pytest.mark.parametrize("positions", ["shift", "store"])
@pytest.mark.parametrize("edge", ["top", "bottom"])
def test_at_an_edge_of_their_own_column_they_keep_their_order_and_go_back(
    priya: Person, positions: str, edge: str
) -> None:
    priya.plannr.speak(positions=positions)
    priya.connection.learn(positions=positions)
    column = priya.standing("Fact find")
    cases = [column[0], column[2], column[3], column[-1]]
    others = [case for case in column if case not in cases]
    answer = ended(priya, move(priya, cases, "Fact find", edge=edge))
    assert answer.headline == "4 cases moved to Fact find."
    assert priya.standing("Fact find") == (cases + others if edge == "top" else others + cases)
    shown = re.findall(r'data-case="([^"]+)"', priya.open().split(f'id="cards-{priya.status("Fact find")}"')[1])
    assert shown[: len(column)] == priya.standing("Fact find")
    if positions == "shift":
        assert ended(priya, undone(priya, answer)).headline == "3 cases moved back."  # one stood there already
        assert priya.standing("Fact find") == column


def test_a_case_that_somebody_moved_since_is_a_conflict_and_sent_nothing(priya: Person) -> None:
    cases = priya.standing("New enquiry")[:4]
    said = selection(priya, cases)
    priya.plannr.outside.move(cases[1], priya.status("Presented"), 1)
    priya.plannr.outside.edit(cases[2], value=99_900)
    intent = uuid4()
    assert (
        posted(priya, "/bulks/", intent=intent, items=said, status=priya.status("Research"), edge="top").status == 202
    )
    answer = ended(priya, Bulk.objects.get(intent=intent))
    assert answer.headline == "2 cases moved to Research, 2 refused."
    assert "Somebody in Plannr moved" in answer.words
    assert "Somebody in Plannr changed the value" in answer.words
    assert left(answer) == [cases[1], cases[2]]
    assert len(priya.puts) == 2


def test_a_way_back_leaves_alone_what_somebody_moved_since(priya: Person) -> None:
    cases = priya.standing("New enquiry")[:3]
    answer = ended(priya, move(priya, cases, "Research"))
    priya.plannr.outside.move(cases[1], priya.status("Presented"), 1)
    back = ended(priya, undone(priya, answer))
    assert back.headline == "2 cases moved back, 1 refused."
    assert Move.objects.get(case=cases[1], outcome="conflict").title in unescape(back.text)
    assert priya.case(cases[1])["status"] == priya.status("Presented")


def test_stopped_what_is_done_stays_done_and_the_rest_is_not_begun(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", delay=0.1, times=0)
    cases = twenty(priya)
    bulk = move(priya, cases, "Research")
    until(lambda: Move.objects.filter(outcome="applied").count() >= 2)
    assert "of 20" in asked(priya, bulk).words
    assert posted(priya, f"/bulks/{bulk.intent}/stop/").status == 204
    answer = ended(priya, bulk)
    made = Move.objects.filter(outcome="applied").count()
    assert 2 <= made < 20
    assert answer.headline == f"{made} cases moved to Research, {20 - made} not begun."
    assert left(answer) == cases[: 20 - made]
    assert len(priya.puts) == made
    assert ended(priya, undone(priya, answer)).headline == f"{made} cases moved back."


def test_asked_for_twice_it_is_made_once(priya: Person) -> None:
    cases = priya.standing("New enquiry")[:2]
    said = {"intent": uuid4(), "items": selection(priya, cases), "status": priya.status("Research"), "edge": "top"}
    assert [posted(priya, "/bulks/", **said).status for _ in range(2)] == [202, 202]
    ended(priya, Bulk.objects.get())
    assert len(priya.puts) == 2


def test_it_leaves_a_fifth_of_the_requests_to_people_and_goes_on_when_there_are_more(priya: Person) -> None:
    priya.plannr.speak(rate_limit=20)
    cases = twenty(priya)
    bulk = move(priya, cases, "Research")
    until(lambda: Bulk.objects.get(pk=bulk.pk).paused)
    assert "Plannr asks us to slow down" in asked(priya, bulk).words
    waiting = Move.objects.count()
    assert priya.drop(cases[0], "Presented").status == 200  # a person has what is left, and waits for nobody
    assert Move.objects.count() == waiting + 1
    priya.plannr.speak(rate_limit=100_000)
    assert priya.drop(priya.standing("Presented")[0], "Research").status in (200, 409)
    answer = ended(priya, bulk)
    assert "cases moved to Research" in answer.headline
    assert [entry for entry in priya.plannr.ledger if entry["status"] == 429] == []


def test_a_case_that_plannr_refused_for_haste_alone_is_asked_for_again_after_the_pause(priya: Person) -> None:
    cases = priya.standing("New enquiry")[:3]
    priya.plannr.fail("PUT", f"/api/v1/cases/{cases[2]}", status=429, times=1)
    bulk = move(priya, cases, "Research")
    until(lambda: Bulk.objects.get(pk=bulk.pk).paused)
    assert priya.drop(priya.standing("Fact find")[0], "Presented").status == 200  # its answer says that there is room
    assert ended(priya, bulk).headline == "3 cases moved to Research."
    assert priya.standing("Research")[:3] == cases


def test_where_plannr_cannot_be_reached_it_gives_up_soon(priya: Person) -> None:
    cases = twenty(priya)
    said = selection(priya, cases)
    priya.plannr.fail("GET", "/api/v1/cases", drop="before", times=0)
    intent = uuid4()
    posted(priya, "/bulks/", intent=intent, items=said, status=priya.status("Research"), edge="top")
    answer = ended(priya, Bulk.objects.get(intent=intent))
    assert answer.headline == "No case moved to Research, 3 refused, 17 not begun."
    assert "Plannr cannot be reached" in answer.words
    assert left(answer) == cases


def test_what_a_dead_process_had_not_begun_is_not_begun_and_told_so(priya: Person, monkeypatch: Any) -> None:
    cases = twenty(priya)
    monkeypatch.setattr(bulks, "COURTESY", 2)  # it dies between its first case and its second
    bulk = move(priya, cases, "Research")
    until(lambda: Move.objects.filter(outcome="applied").count() == 1)
    Bulk.objects.filter(pk=bulk.pk).update(maker=f"{processes.HOST}/999999-1")
    recovery._settle_once()
    assert f'data-waiting="{" ".join(cases[:19])}"' in priya.open()  # whoever opens the board again hears of it
    answer = ended(priya, bulk)
    assert answer.headline == "1 case moved to Research, 19 not begun."
    assert "The board stopped meanwhile" in answer.words
    assert left(answer) == cases[:19]
    assert "data-waiting" not in priya.open()
    assert len(priya.puts) == 1


def test_two_at_once_into_one_column_and_a_single_move_between_all_come_to_their_end(priya: Person) -> None:
    first, second = priya.standing("New enquiry"), priya.standing("Fact find")[:6]
    single = priya.standing("Presented")[0]
    pair = [move(priya, first, "Research"), move(priya, second, "Research", edge="bottom")]
    began = time.monotonic()
    assert priya.drop(single, "Research").status == 200
    assert time.monotonic() - began < 2
    for bulk in pair:
        assert ended(priya, bulk).headline == "6 cases moved to Research."
    column = priya.standing("Research")
    assert [case for case in column if case in first] == first
    assert [case for case in column if case in second] == second


def test_whoever_loses_the_right_meanwhile_has_nothing_more_moved(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", delay=0.1, times=0)
    bulk = move(priya, twenty(priya), "Research")
    until(lambda: Move.objects.filter(outcome="applied").exists())
    type(priya.connection).objects.update(can_write=False)
    until(lambda: Bulk.objects.get(pk=bulk.pk).end == Bulk.End.RIGHTS)
    assert "You may not change cases any more" in asked(priya, bulk).words
    assert posted(priya, "/bulks/", items=[str(uuid4())]).status == 403


def test_what_is_unclear_or_too_much_moves_nothing(priya: Person) -> None:
    said = selection(priya, priya.standing("New enquiry")[:1])
    status = priya.status("Research")
    for fields, sentence in (
        ({"status": status}, "No case is selected"),
        ({"items": said}, "Choose the column"),
        ({"items": ["nonsense"], "status": status}, "something unclear"),
        ({"items": [f"{uuid4()}....." for _ in range(201)], "status": status}, "At most 200 cases"),
    ):
        answer = posted(priya, "/bulks/", **fields)
        assert (answer.status, sentence in answer.words) == (422, True)
    assert not Bulk.objects.exists()
    assert priya.client.get(f"/bulks/{uuid4()}/").status_code == 404


# One field of many cases


def form(priya: Person, field: str, **query: str) -> str:
    answer = priya.client.get(f"/bulks/edit/{field}/", query, headers=HTMX)
    assert answer.status_code == 200
    return str(answer.content.decode())


def change(priya: Person, field: str, items: list[str], **said: Any) -> Bulk:
    """Have them changed, as they were seen; it is under way when this returns."""
    intent = uuid4()
    answer = posted(priya, f"/bulks/edit/{field}/", intent=intent, items=items, **said)
    assert answer.status == 202, answer.words
    return Bulk.objects.get(intent=intent)


def facts(priya: Person, cases: list[str], name: str) -> list[Any]:
    said = [priya.case(case)[name] for case in cases]
    return [sorted(each) if isinstance(each, list) else each for each in said]


def newcomer(priya: Person, cases: list[str]) -> tuple[str, str]:
    """Somebody who has none of these cases: what the form sends of them, and their name."""
    there = {person for people in facts(priya, cases, "assigned_to_uuids") for person in people}
    return next(
        (value, name) for name, value in offered(form(priya, "people")).items() if value.split()[0] not in there
    )


def test_eighteen_are_assigned_two_are_refused_and_all_go_back_at_once(priya: Person) -> None:
    cases = twenty(priya)
    for case in cases[:2]:
        priya.plannr.outside.edit(case, assigned_to_uuids=priya.case(cases[2])["assigned_to_uuids"][:1])
    assert refresh.refresh(priya.connection)
    before = facts(priya, cases, "assigned_to_uuids")
    wanted, name = newcomer(priya, cases)
    for case in (cases[4], cases[15]):
        priya.plannr.fail("PUT", f"/api/v1/cases/{case}", status=422, times=1)
    bulk = change(priya, "people", selection(priya, cases), wanted=wanted)
    assert f"Assigning 20 cases to {name} :" in " ".join(asked(priya, bulk).words.split())
    answer = ended(priya, bulk)
    assert answer.headline == f"18 cases assigned to {name}, 2 refused."
    assert answer.words.count(": Plannr refused.") == 2
    assert set(left(answer)) == {cases[4], cases[15]}
    made = [case for case in cases if case not in left(answer)]
    assert facts(priya, made, "assigned_to_uuids") == [[wanted.split()[0]]] * 18  # they replace whoever was there
    assert {(*put["body"],) for put in priya.puts} <= {("assigned_to_uuids",), ("plans", "assigned_to_uuids")}
    assert Edit.objects.count() == Entry.objects.filter(kind="intended", what="edit people").count() == 20
    back = ended(priya, undone(priya, answer))
    assert back.headline == "18 cases taken back to the assigned people of before."
    assert "/undo/" not in back.text
    assert facts(priya, cases, "assigned_to_uuids") == before
    assert set(Edit.objects.order_by("pk").values_list("before_words", flat=True)[20:]) == {name}


def test_nobody_is_assigned_only_where_that_is_said_expressly(priya: Person) -> None:
    cases = twenty(priya)[:3]
    seen, (wanted, _) = selection(priya, cases), newcomer(priya, cases)
    for said in ({}, {"nothing": "on", "wanted": wanted}):
        answer = posted(priya, "/bulks/edit/people/", items=seen, **said)
        assert (answer.status, "Assign to nobody" in answer.words) == (422, True)
    assert f'value="{wanted}" checked' in answer.text  # what was chosen is kept
    assert 'name="nothing" checked' in answer.text
    assert ended(priya, change(priya, "people", seen, nothing="on")).headline == "3 cases assigned to nobody."
    assert facts(priya, cases, "assigned_to_uuids") == [[]] * 3


def test_whoever_would_have_too_many_open_cases_is_given_no_more(priya: Person) -> None:
    FirmRules.objects.create(firm=priya.connection.firm, most_each=2)
    cases = priya.standing("New enquiry")[:4]
    for case in cases:
        priya.plannr.outside.edit(case, assigned_to_uuids=[])
    value, name = next((value, name) for name, value in offered(form(priya, "people")).items())
    for each in priya.plannr.state()["cases"]:
        kept = [person for person in each["assigned_to_uuids"] if person != value.split()[0]]
        if kept != each["assigned_to_uuids"]:
            priya.plannr.outside.edit(each["uuid"], assigned_to_uuids=kept)
    priya.connection.refresh_from_db()
    assert refresh.refresh(priya.connection)
    answer = ended(priya, change(priya, "people", selection(priya, cases), wanted=value))
    assert answer.headline == f"2 cases assigned to {name}, 2 refused."
    assert unescape(answer.words).count(f": That makes 3 of 2 open cases for {name}.") == 2
    assert left(answer) == cases[:2]


def test_a_type_is_set_and_taken_back(priya: Person) -> None:
    cases = twenty(priya)[:5]
    before = facts(priya, cases, "type")
    names = offered(form(priya, "type"))
    name, wanted = next((name, value) for name, value in names.items() if name and value.split()[0] not in before)
    seen = selection(priya, cases)
    answer = posted(priya, "/bulks/edit/type/", items=seen, wanted="", nothing="on")
    assert (answer.status, "Choose a type." in answer.words) == (422, True)
    answer = ended(priya, change(priya, "type", seen, wanted=wanted))
    assert answer.headline == f"5 cases given the type {name}."
    assert facts(priya, cases, "type") == [wanted.split()[0]] * 5
    assert ended(priya, undone(priya, answer)).headline == "5 cases taken back to the type of before."
    assert facts(priya, cases, "type") == before


def test_a_review_date_is_set_as_people_type_it_cleared_expressly_and_comes_back_to_the_minute(priya: Person) -> None:
    cases = twenty(priya)[:3]
    for case in cases:
        priya.plannr.outside.edit(case, review_at="2026-03-02T14:35:00+00:00")
    assert refresh.refresh(priya.connection)
    seen = selection(priya, cases)
    for said, sentence in (
        ({"wanted": ""}, "tick “Clear the review date”"),
        ({"wanted": "someday"}, "Type a date such as"),
        ({"wanted": "19 Nov 2027", "nothing": "on"}, "not both"),
    ):
        answer = posted(priya, "/bulks/edit/review_at/", items=seen, **said)
        assert (answer.status, sentence in answer.words) == (422, True)
        assert f'value="{said["wanted"]}"' in answer.text
    answer = ended(priya, change(priya, "review_at", seen, wanted="19 Nov 2027"))
    assert answer.headline == "3 cases given the review date 19 November 2027."
    assert {said[:16] for said in facts(priya, cases, "review_at")} == {"2027-11-19T14:35"}
    answer = ended(priya, change(priya, "review_at", selection(priya, cases), wanted="", nothing="on"))
    assert answer.headline == "3 cases cleared of the review date."
    assert facts(priya, cases, "review_at") == [None] * 3
    assert ended(priya, undone(priya, answer)).headline == "3 cases taken back to the review date of before."
    assert {said[:16] for said in facts(priya, cases, "review_at")} == {"2027-11-19T14:35"}


def test_a_case_that_somebody_edited_since_is_left_alone_there_and_back(priya: Person) -> None:
    cases = twenty(priya)[:4]
    seen, before = selection(priya, cases), facts(priya, cases, "review_at")
    priya.plannr.outside.edit(cases[1], value=99_900)
    answer = ended(priya, change(priya, "review_at", seen, wanted="19/11/2027"))
    assert answer.headline == "3 cases given the review date 19 November 2027, 1 refused."
    title = Edit.objects.get(case=cases[1]).title
    assert f"Somebody in Plannr changed the value of {title}" in unescape(answer.words)
    assert left(answer) == [cases[1]]
    assert len(priya.puts) == 3
    priya.plannr.outside.edit(cases[0], review_at="2028-01-02T09:00:00+00:00")
    priya.plannr.outside.edit(cases[2], value=99_900)  # which its way back leaves as it is
    back = ended(priya, undone(priya, answer))
    assert back.headline == "2 cases taken back to the review date of before, 1 refused."
    title = Edit.objects.filter(case=cases[0]).latest("pk").title
    assert f"Somebody in Plannr changed the review date of {title} to 2 January 2028" in unescape(back.words)
    assert facts(priya, cases, "review_at") == ["2028-01-02T09:00:00+00:00", *before[1:]]
    assert priya.case(cases[2])["value"] == 99_900


def test_a_form_that_cannot_be_filled_says_why_and_an_unknown_field_has_none(priya: Person) -> None:
    assert priya.client.get("/bulks/edit/value/", headers=HTMX).status_code == 404
    assert list(offered(form(priya, "people", q="zzz"))) == []
    cache.clear_all()
    priya.plannr.fail("GET", "/api/v1/employee", status=503, times=0)
    assert "Plannr" in form(priya, "people")
