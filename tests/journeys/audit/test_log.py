"""The record: who wanted what, what Plannr answered, and what happened in Plannr itself, as pages tell it."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kanban.audit import log
from kanban.models import Card, Entry, Move, Visibility
from kanban.models import Person as Somebody
from kanban.sync import refresh
from tests.support.moves import made
from tests.support.people import Person
from tests.support.team import Team

LINE = re.compile(r'<li id="line-.*?</li>', re.S)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)).replace(" ,", ",")


def lines(page: str) -> list[str]:
    return [said(line) for line in LINE.findall(page)]


def look(priya: Person, address: str = "/record/", **asked: object) -> str:
    return priya.client.get(address, asked).content.decode()


def test_a_move_is_recorded_when_it_is_wanted_and_when_plannr_has_answered(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    assert priya.drop(case, "Research").status == 200
    move, (wanted, came) = Move.objects.get(), Entry.objects.all()
    assert (wanted.kind, came.kind) == ("intended", "applied")
    assert wanted.at == move.at < came.at
    for entry in (wanted, came):
        assert (str(entry.case), entry.title, entry.intent) == (case, move.title, move.intent)
        assert (entry.account, entry.account_name) == (priya.connection.account, priya.connection.account_name)
        assert (entry.from_name, entry.to_name) == ("Fact find", "Research")
        assert str(entry.intent) in [put["request_id"] for put in priya.puts]
    assert (came.asked_position, came.got_position) == (move.asked_position, priya.case(case)["status_position"])


def test_everybody_moves_under_their_own_name_and_account(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = next(case for case in alice.standing("Fact find") if bob.connection.cards.filter(case=case).exists())
    assert alice.drop(case, "Research").status == 200
    assert alice.undo(Move.objects.get()).status == 200
    assert bob.drop(case, "Presented").status == 200
    last = Entry.objects.values_list("person", "account", "kind").last()
    assert last == (bob.connection.person.name, bob.connection.account, "applied")
    names = [person.connection.person.full_name for person in (bob, alice, alice)]
    told = lines(look(team.sign_in("val")))  # who may look, may read the record
    for line, name, verb in zip(told, names, ("moved", "moved back", "moved"), strict=True):
        assert f"{name} {verb} {Card.objects.get(case=case).title} from" in line
    assert lines(look(team.sign_in("charlie"))) == []  # of another firm


def test_a_refusal_is_recorded_with_plannrs_own_words(priya: Person) -> None:
    priya.plannr.fail("PUT", status=422, body={"message": "This case is locked."})
    priya.drop(priya.standing("Fact find")[0], "Research")
    (line,) = lines(look(priya))
    assert "asked to move" in line
    assert "Plannr refused. This case is locked." in line
    assert line.count("refused") == 2  # in the sentence, and as the outcome


def test_a_move_that_nobody_confirmed_gets_its_second_line_once_it_is_settled(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.fail("PUT", status=502, applied=False)
    priya.drop(case, "Research")
    Move.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    priya.client.get(f"/moves/{Move.objects.get().intent}/", headers={"HX-Request": "true"})
    assert list(Entry.objects.values_list("kind", flat=True)) == ["intended", "unknown", "refused"]
    assert len(lines(look(priya))) == 1


def test_what_happened_in_plannr_bears_nobodys_name(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.outside.move(case, priya.status("Research"), 1)
    priya.plannr.outside.edit(case, value=99_00)
    assert refresh.refresh(priya.connection)
    edited, moved = lines(look(priya))
    entry = Entry.objects.get(what="moved")
    since, at = (timezone.localtime(moment).strftime("%H:%M:%S") for moment in (entry.since, entry.at))
    assert "Somebody moved" in moved
    assert f"from Fact find to Research, in Plannr, between {since} and {at}" in moved
    assert ": value, in Plannr, between" in edited
    assert priya.connection.account_name not in said(moved + edited)
    assert (entry.who, entry.person, entry.account, entry.intent) == ("", "", None, None)


def test_a_case_has_a_page_of_its_own(priya: Person) -> None:
    mine, other = priya.standing("Fact find")[:2]
    for case in (mine, other):
        assert priya.drop(case, "Research").status == 200
    page = look(priya, f"/cases/{mine}/record/")
    assert len(lines(page)) == 1
    assert "moved it from Fact find to Research, place" in said(page)
    assert f'href="/cases/{mine}/record.csv"' in page


def test_a_line_says_when_and_under_which_account_and_offers_the_request(priya: Person) -> None:
    move = made(priya.connection, who="Alice", at=datetime(2026, 7, 1, 22, 59, 58, tzinfo=UTC))
    page = look(priya)
    assert 'datetime="2026-07-01T22:59:58Z"><span class="visually-hidden">1 July 2026, </span>23:59:58<' in page
    assert "Wednesday 1 July 2026" in page
    assert f"Alice as {priya.connection.account_name}" in said(page)
    assert f"<code>{move.intent}</code>" in page


def test_text_of_the_api_stays_text(priya: Person) -> None:
    made(priya.connection, title="<img src=x>", words='<b hx-put="/">', outcome="refused", reason="rejected")
    page = look(priya)
    assert "<img" not in page
    assert "<b " not in page
    assert "&lt;img src=x&gt;" in page


def test_only_cases_that_plannr_shows_to_this_account_now_are_told_of(priya: Person) -> None:
    hidden, shown = priya.connection.cards.select_related("column")[:2]
    made(priya.connection, hidden, who="Nobody Else", title="Secret affair")
    made(priya.connection, shown)
    Visibility.objects.filter(card=hidden).delete()
    Visibility.objects.create(account=uuid.uuid4(), card=hidden)  # a colleague's
    for address in ("/record/", "/record.csv", "/record/?person=Nobody+Else", "/record.csv?person=Nobody+Else"):
        answer = priya.client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        assert (b"Secret affair" in text, str(hidden.case).encode() in text) == (False, False)
        assert (b">Nobody Else</option>" in text) == ("person" in address)  # only as it was typed
    for address in (f"/cases/{hidden.case}/record/", f"/cases/{hidden.case}/record.csv"):
        assert priya.client.get(address).status_code == 404


def test_it_can_be_narrowed_by_person_days_and_outcome(priya: Person) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    made(priya.connection, who="Alice", at=noon)
    made(priya.connection, who="Bob", at=noon.replace(hour=23, minute=30))  # in London it is the 2nd of July
    made(priya.connection, who="Bob", at=noon + timedelta(days=2), outcome="refused", reason="busy")

    def told(**asked: str) -> list[str]:
        return [re.findall("Alice|Bob", line)[0] for line in lines(look(priya, **asked))]

    assert told() == ["Bob", "Bob", "Alice"]
    assert told(person="Alice") == ["Alice"]
    assert told(outcome="refused") == ["Bob"]
    assert told(**{"from": "2026-07-02"}) == ["Bob", "Bob"]
    assert told(**{"from": "02/07/2026", "to": "2026-07-02"}) == ["Bob"]
    assert told(to="2026-07-01") == ["Alice"]
    assert told(person="Alice", outcome="refused") == []


def test_two_people_of_one_name_are_told_apart(priya: Person) -> None:
    people = [Somebody.objects.create(name=name, full_name="Sam Jones") for name in ("sam", "samuel")]
    for person in people:
        made(priya.connection, person=person, who=person.full_name)
    page = look(priya, person="samuel")
    assert len(lines(page)) == 1
    assert ">Sam Jones (sam)</option>" in page
    assert "selected>Sam Jones (samuel)</option>" in page


def test_a_change_in_plannr_belongs_to_every_day_on_which_it_may_have_happened(priya: Person) -> None:
    card = priya.connection.cards.select_related("column")[0]
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    change = log.Outside(priya.connection.firm, card.case, "", "edited", at - timedelta(days=2), at, words="value")
    log.outside([change])
    days = ("2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03")
    asked = [look(priya, **{"from": day, "to": day}) for day in days]
    assert [len(lines(page)) for page in asked] == [0, 1, 1, 1]
    assert "between 1 Nov 09:00:00 and 09:00:00" in said(asked[-1])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"from": "soon"}, "Type a date such as"),
        ({"to": "99999999-01-01"}, "Type a date such as"),
        ({"to": "9999-12-31"}, "The year is one from 2000 to 2100."),
        ({"from": "2026-07-02", "to": "2026-07-01"}, "The last day is before the first."),
        ({"outcome": "<b>"}, "There is no such outcome"),
        ({"person": "Noboddy"}, "Nobody of that name is in what you can see."),
        ({"before": "-1"}, "There is no such page of the record."),
    ],
)
def test_a_filter_that_cannot_be_understood_says_why_and_keeps_what_was_typed(
    priya: Person, asked: dict[str, str], sentence: str
) -> None:
    made(priya.connection)
    answer = priya.client.get("/record/", asked)
    page = answer.content.decode()
    assert (answer.status_code, lines(page)) == (422, [])
    assert sentence in page
    typed = asked[list(asked)[-1]].replace("<b>", "&lt;b&gt;")
    assert f'value="{typed}"' in page or "before" in asked
    assert priya.client.get("/record.csv", asked).status_code == 422


def test_older_lines_are_found_page_by_page_whatever_is_added_meanwhile(priya: Person) -> None:
    moves = [made(priya.connection) for _ in range(105)]
    first = look(priya)
    made(priya.connection)
    (older,) = re.findall(r'href="\?(before=\d+)" rel="next"', first)
    second = priya.client.get(f"/record/?{older}").content.decode()
    shown = re.findall(r"<code>(.*?)</code>", first + second)
    assert shown == [str(move.intent) for move in reversed(moves)]
    assert 'rel="next"' not in second


@pytest.mark.parametrize("address", ["/record/", "/record/?person=Alice&from=2026-01-01&outcome=applied"])
def test_a_page_asks_the_database_the_same_few_questions_however_long_the_record_is(
    priya: Person, address: str
) -> None:
    counts = []
    for number in (1, 20):
        for _ in range(number):
            made(priya.connection, who="Alice")
        with CaptureQueriesContext(database) as asked:
            assert priya.client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4
