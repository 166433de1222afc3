"""Nobody sees a card, a count, a total, a name or a change of a case that Plannr does not show to them."""

import random
import re
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from kanban.board.view_state import ViewState
from kanban.live import updates
from kanban.live.updates import News
from kanban.models import Card, Connection, Entry
from kanban.sync import change_log, lookup, refresh
from tests.support.people import Person
from tests.support.team import Team, a_team


def hand_out(people: list[Person]) -> dict[str, list[str]]:
    """Every case belongs to one of them; its name says whose it is."""
    mine: dict[str, list[str]] = {person.name: [] for person in people}
    plannr = people[0].plannr
    for number, case in enumerate(plannr.state()["cases"]):
        person = people[number % len(people)]
        mine[person.name].append(case["uuid"])
        plannr.outside.edit(
            case["uuid"], name=f"case of {person.name}.", assigned_to_uuids=[str(person.connection.account)], value=100
        )
    return mine


@pytest.fixture
def twenty(db: None, make: Any, settings: Any) -> list[Person]:
    team = a_team(make(cases=100, staff=24, visibility="assigned", rate_limit=100_000), settings)
    names = ["alice", "bob", *(f"person{number}" for number in range(15, 25))]
    names += ["priya", *STAFF]
    people = [team.sign_in(name, read=False) for name in names[:20]]
    for person, name in zip(people, names, strict=False):
        person.name = name
    return people


PATHS = (
    *("/", "/changes/?since=0", "/changes/?since=1", "/record/", "/record.csv", "/columns/{status}/?all"),
    *("/cases/{other}/", "/cases/{other}/move/", "/cases/{other}/record/"),
)
STAFF = ("leah", "yusuf", "tom", "grace", "marta", "hannah", "callum", "mei")


def test_twenty_people_with_a_board_each_never_see_anothers(twenty: list[Person]) -> None:
    mine = hand_out(twenty)
    for person in twenty:
        assert refresh.refresh(person.connection)
    asked = list(product(twenty, PATHS, range(12)))
    chance = random.Random(7)
    chance.shuffle(asked)
    for person, path, turn in asked:
        other = chance.choice(mine[chance.choice([each.name for each in twenty if each is not person])])
        path = path.format(other=other, status=person.connection.columns[0].status)
        answer = person.client.get(path, headers={"HX-Request": "true"} if "changes" in path else {})
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert set(re.findall(r"case of (\w+)\.", text)) <= {person.name}, (turn, path)
        assert other not in text or answer.status_code == 404
    for person in twenty:
        page = person.open()
        assert sum(count for count, _ in person.headers(page).values()) == len(mine[person.name])


def test_a_colleagues_case_rings_no_bell_and_is_no_news(team: Team) -> None:
    team.plannr.speak(visibility="assigned")
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    number = change_log.latest(bob.connection)
    theirs = team.plannr.state()["cases"][0]["uuid"]
    team.plannr.outside.edit(theirs, assigned_to_uuids=[str(alice.connection.account)], name="For her eyes")
    refresh.refresh(alice.connection)
    assert change_log.since(alice.connection, number) == [Card.objects.get(case=theirs).case]
    assert change_log.since(bob.connection, number) == []
    text = bob.client.get(f"/changes/?since={number}", headers={"HX-Request": "true"}).content.decode()
    assert theirs not in text


def test_one_read_serves_all_who_look_and_a_new_case_is_asked_for_as_each(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    Connection.objects.update(seen_at=Connection.objects.get(pk=alice.connection.pk).own_at)
    before, number = len(team.plannr.ledger), change_log.latest(bob.connection)
    moved = alice.standing("Fact find")[0]
    team.plannr.outside.move(moved, alice.status("Research"), 1)
    made = team.plannr.outside.create(name="Made in Plannr", status=alice.status("Research"))
    gone = alice.standing("Presented")[0]
    team.plannr.outside.delete(gone)
    refresh.refresh(alice.connection)
    asked = [(entry["person"], "filter" in entry["query"]) for entry in team.plannr.ledger[before:]]
    assert ("bob", False) not in asked
    assert asked.count(("bob", True)) == 1
    assert {str(case) for case in change_log.since(bob.connection, number) or []} == {moved, made, gone}
    page = bob.open()
    assert made in page
    assert gone not in page
    assert bob.seen[bob.status("Research")].index(moved) >= 0
    fresh = Connection.objects.get(pk=bob.connection.pk)
    assert fresh.as_of == Connection.objects.get(pk=alice.connection.pk).as_of


def test_a_case_given_to_somebody_else_leaves_the_board_at_once(team: Team) -> None:
    team.plannr.speak(visibility="assigned")
    alice, bob = team.sign_in("alice", read=False), team.sign_in("bob", read=False)
    case = alice.standing("Fact find")[0]
    both = [str(alice.connection.account), str(bob.connection.account)]
    team.plannr.outside.edit(case, assigned_to_uuids=both)
    for person in (alice, bob):
        refresh.refresh(person.connection)
    number = change_log.latest(bob.connection)
    assert case in bob.open()
    Connection.objects.update(seen_at=Connection.objects.get(pk=alice.connection.pk).own_at)
    team.plannr.outside.edit(case, assigned_to_uuids=both[:1])
    refresh.refresh(alice.connection)
    assert case not in bob.open()
    assert [str(each) for each in change_log.since(bob.connection, number) or []] == [case]
    assert case in alice.open()


def test_nobody_reads_for_those_who_do_not_look(team: Team) -> None:
    alice, _ = team.sign_in("alice"), team.sign_in("bob")
    Connection.objects.update(seen_at=None)
    before = len(team.plannr.ledger)
    team.plannr.outside.create(name="Made in Plannr", status=alice.status("Research"))
    refresh.refresh(alice.connection)
    assert {entry["person"] for entry in team.plannr.ledger[before:]} == {"alice"}


def test_what_happened_in_plannr_is_on_record_and_nobodys(team: Team) -> None:
    alice = team.sign_in("alice")
    case = alice.standing("Fact find")[0]
    team.plannr.outside.move(case, alice.status("Research"), 1)
    team.plannr.outside.edit(case, value=123_400)
    made = team.plannr.outside.create(name="Made in Plannr", status=alice.status("Research"))
    gone = alice.standing("Presented")[0]
    team.plannr.outside.delete(gone)
    refresh.refresh(alice.connection)
    entries = {(str(entry.case), entry.what): entry for entry in Entry.objects.filter(kind=Entry.Kind.OUTSIDE)}
    assert set(entries) == {(case, "moved"), (case, "edited"), (made, "created"), (gone, "gone")}
    for entry in entries.values():
        assert (entry.who, entry.account, entry.intent) == ("", None, None)
        assert entry.since is not None
        assert entry.since < entry.at
    assert (entries[case, "moved"].from_name, entries[case, "moved"].to_name) == ("Fact find", "Research")
    assert entries[case, "edited"].words == "value"


def test_ones_own_move_is_not_taken_for_one_in_plannr(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    alice.open()
    alice.drop(alice.standing("Fact find")[0], "Research")
    for person in (alice, bob):
        refresh.refresh(person.connection)
    assert not Entry.objects.filter(kind=Entry.Kind.OUTSIDE).exists()


def test_what_was_drawn_while_eyes_changed_is_shared_with_nobody(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.plannr.speak(visibility="assigned")
    alice, bob = team.sign_in("alice", read=False), team.sign_in("bob", read=False)
    shared, hers = alice.standing("Fact find")[0], alice.standing("Research")[0]
    both = [str(alice.connection.account), str(bob.connection.account)]
    team.plannr.outside.edit(shared, assigned_to_uuids=both, value=200)
    for person in (alice, bob):
        refresh.refresh(person.connection)
    number = change_log.latest(bob.connection)
    team.plannr.outside.edit(shared, name="Edited")
    refresh.refresh(alice.connection)
    drawn = updates.Board.of

    def shown_one_more_meanwhile(*told: Any, **how: Any) -> Any:
        monkeypatch.setattr(updates.Board, "of", drawn)
        team.plannr.outside.edit(hers, assigned_to_uuids=both[:1], value=100_000)
        lookup.fetch_cases(alice.connection, [Card.objects.get(case=shared).case, UUID(hers)])
        return drawn(*told, **how)

    monkeypatch.setattr(updates.Board, "of", shown_one_more_meanwhile)
    for person in (alice, bob):
        person.connection.refresh_from_db()
    for_alice, for_bob = (News.of(person.connection, ViewState(), can_move=True) for person in (alice, bob))
    for_alice.since(number)  # both had asked at one moment; hers was drawn first
    text = for_bob.since(number) or ""
    assert bob.headers(text)[bob.status("Research")] == (0, 0)
    assert bob.headers(text)[bob.status("Fact find")] == (1, 200)
