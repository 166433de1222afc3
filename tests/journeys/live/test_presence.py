"""Colleagues who have the board open are named to each other, and nobody else is."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kanban.core import cache
from kanban.live import presence
from kanban.models import Presence
from tests.support.people import Person
from tests.support.team import Team


@pytest.fixture(autouse=True)
def nobody_is_remembered() -> Iterator[None]:
    presence._here.clear()
    cache.clear_all()
    return


def here(person: Person, *, path: str = "/changes/?since=0") -> list[str]:
    presence._here.clear()  # two seconds later
    text = person.client.get(path).content.decode()
    found = re.search(r'<p id="present".*?</p>', text, re.S)
    assert found
    named = re.search(r"Also here: (.*?)</span>", found[0], re.S)
    assert bool(named) != (" hidden>" in found[0])
    return [html.unescape(name) for name in re.findall("<bdi>(.*?)</bdi>", named[1])] if named else []


def test_colleagues_are_named_to_each_other_on_the_page_and_in_the_news(team: Team) -> None:
    alice, val = team.sign_in("alice"), team.sign_in("val")
    assert here(alice) == []
    assert here(val, path="/") == [alice.connection.account_name]
    assert here(alice) == [val.connection.account_name]


def test_whoever_has_two_browsers_is_named_once_and_never_to_themselves(team: Team) -> None:
    alice, again, val = team.sign_in("alice"), team.sign_in("alice"), team.sign_in("val")
    assert here(alice) == []
    assert here(again) == []
    assert here(val) == [alice.connection.account_name]


def test_nobody_of_another_firm_is_named(team: Team) -> None:
    alice, charlie = team.sign_in("alice"), team.sign_in("charlie")
    assert alice.connection.firm != charlie.connection.firm
    here(alice)
    assert here(charlie) == []
    assert here(alice) == []


def test_whoever_has_not_asked_for_a_minute_has_gone(team: Team) -> None:
    alice, val = team.sign_in("alice"), team.sign_in("val")
    here(alice)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=60))
    assert here(val) == []


def test_a_name_is_text_and_a_long_list_is_counted(team: Team) -> None:
    alice, val = team.sign_in("alice"), team.sign_in("val")
    for number in range(20):
        who = f"<b>{number:02}</b>"
        Presence.objects.create(session=f"x{number}-x", connection=val.connection, who=who, seen_at=timezone.now())
    assert len(here(alice)) == 12
    text = alice.client.get("/").content.decode()
    assert " and 8 more" in text
    assert ">+15</i>" in text
    assert "<b>00" not in text


def test_being_here_is_written_down_every_ten_seconds_only(team: Team) -> None:
    alice = team.sign_in("alice")
    here(alice)
    seen = Presence.objects.get().seen_at
    alice.connection.refresh_from_db()
    looked = alice.connection.seen_at
    here(alice)
    alice.connection.refresh_from_db()
    assert (Presence.objects.get().seen_at, alice.connection.seen_at) == (seen, looked)
    cache.clear_all()
    type(alice.connection).objects.update(seen_at=timezone.now() - timedelta(seconds=11))
    here(alice)
    alice.connection.refresh_from_db()
    assert Presence.objects.get().seen_at > seen
    assert looked
    assert alice.connection.seen_at
    assert alice.connection.seen_at > looked


def test_where_nobody_signs_in_nobody_is_named_but_the_board_knows_it_is_looked_at(priya: Person) -> None:
    assert here(priya) == []
    assert not Presence.objects.exists()
    priya.connection.refresh_from_db()
    assert priya.connection.seen_at


def test_a_page_knows_its_seat_and_another_sign_in_has_another(team: Team, settings: Any) -> None:
    alice, again = team.sign_in("alice"), team.sign_in("alice")
    seats = [re.findall(r'data-seat="(\w{40})"', each.client.get("/").content.decode()) for each in (alice, again)]
    assert len(seats[0]) == len(seats[1]) == 1
    assert seats[0] != seats[1]
    assert alice.client.session.session_key not in seats[0][0]
