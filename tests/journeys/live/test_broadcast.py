"""A stream carries the very answer that its page would get if it asked, and nothing that it would not get."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connections as databases
from django.utils import timezone

from kanban.board.view_state import FoldedColumns, ViewState
from kanban.core import db
from kanban.live import broadcast, presence, streams, updates
from kanban.live import watcher as bell
from kanban.models import Connection, Session, Visibility
from kanban.sync import change_log, refresh
from tests.support.people import Person
from tests.support.processes import wait_until
from tests.support.team import Team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_silences(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(streams, "HEARTBEAT", 1.0)
    monkeypatch.setattr(bell, "LOOK_AFTER", 0.1)
    yield
    for stream in streams.listening():
        stream.close()
    if watcher := bell._watcher:
        change_log.wake_event.set()  # it need not wait until it looks again
        watcher.join(5)


class Page:
    """An open board's end of a stream."""

    def __init__(self, person: Person, search: str | None = "", folds: str = "", lanes: str = "") -> None:
        if folds:
            person.client.cookies["folds"] = folds
        said = {} if search is None else {"page": search, "lanes": lanes}
        self._stream = iter(person.client.get(f"/stream/?{urlencode(said)}", headers={"Accept": "text/event-stream"}))
        self.person, self.search = person, search or ""
        self.number = int(re.findall(rb'"change": (\d+)', next(self._stream))[0])

    def hears(self) -> bytes:
        return next(self._stream)

    def news(self) -> dict[str, Any]:
        """What was carried, but for the time alone."""
        while (told := self.told()).get("pulse"):
            pass
        return told

    def time(self) -> dict[str, Any]:
        told = self.told()
        assert told["pulse"]
        return told

    def told(self) -> dict[str, Any]:
        """At the latest after some seconds of silence."""
        heard = next((each for each in (self.hears() for _ in range(8)) if each != b":\n\n"), b"").decode()
        found = re.fullmatch(r"id: (\d+)\nevent: news\ndata: (.*)\n\n", heard)
        assert found, heard
        told: dict[str, Any] = json.loads(found[2])
        assert told["change"] == int(found[1])
        return told

    def rung(self) -> int:
        """The number alone."""
        heard = self.hears().decode()
        found = re.fullmatch(r"id: (\d+)\ndata: (\d+)\n\n", heard)
        assert found, heard
        return int(found[2])

    def answer(self, since: int) -> str:
        """What it is told if it asks."""
        address = f"http://testserver/?{self.search}"
        headers = {"HX-Request": "true", "HX-Current-URL": address}
        text: str = self.person.client.get(f"/changes/?since={since}", headers=headers).content.decode()
        return text


def place(person: Person, *cases: str) -> None:
    """Something is different about these cases."""
    change_log.record_change(person.connection, [UUID(case) for case in cases])


@pytest.mark.parametrize("search", ["", "q=annual", "sort=-value", "mine=1"])
def test_what_is_carried_is_what_an_answer_would_be(priya: Person, search: str) -> None:
    page = Page(priya, search)
    moved, edited = priya.standing("New enquiry")[0], priya.standing("Fact find")[0]
    priya.plannr.outside.move(moved, priya.status("Research"), 1)
    priya.plannr.outside.edit(edited, name="Edited: annual")
    refresh.refresh(priya.connection)
    told = page.news()
    assert told["from"] == page.number
    assert told["change"] == change_log.latest(priya.connection)
    assert told["html"] + presence.rendered([]) == page.answer(page.number)
    assert moved in told["html"]
    assert edited in told["html"]


def test_a_column_that_this_browser_folded_is_folded_in_what_it_is_sent(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    folded = Page(priya, folds=FoldedColumns(frozenset({UUID(priya.status("Fact find"))})).write())
    place(priya, case)
    assert 'class="card"' not in folded.news()["html"]


def test_a_page_that_does_not_say_how_it_looks_is_rung(priya: Person) -> None:
    page = Page(priya, None)
    place(priya, priya.standing("Fact find")[0])
    assert page.rung() == change_log.latest(priya.connection)


def test_news_go_on_from_where_the_last_ended(priya: Person) -> None:
    page, cases = Page(priya), priya.standing("Fact find")
    place(priya, cases[0])
    first = page.news()
    place(priya, cases[1])
    second = page.news()
    assert second["from"] == first["change"]
    assert f'id="card-{cases[0]}" class="card"' not in second["html"]


def test_whoever_is_slow_gets_all_that_is_new_at_once(priya: Person) -> None:
    page, cases = Page(priya), priya.standing("Fact find")
    for case in cases[:3]:
        place(priya, case)
        settled(priya)
    told = page.news()
    assert told["from"] == page.number
    assert all(f'id="card-{case}" class="card"' in told["html"] for case in cases[:3])


def settled(person: Person) -> None:
    """Until the watcher has told each stream of that firm what there is to tell, whether it was taken or not."""
    newest = change_log.latest(person.connection)
    theirs = [stream for stream in streams.listening() if stream.firm == person.connection.firm]
    wait_until(lambda: all(each.after >= newest and not each.due for each in theirs), "all has been told")


# Whose it is


def test_accounts_that_see_other_cases_are_sent_other_news(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    hidden, shown = alice.standing("Fact find")[:2]
    Visibility.objects.filter(card__case=hidden, account=bob.connection.account).delete()
    bob.connection.bump_visibility_version()
    Connection.objects.update(as_of=alice.connection.as_of)
    hers, bobs = Page(alice), Page(bob)
    place(alice, hidden, shown)
    told = bobs.news()["html"]
    assert shown in told
    assert hidden not in told
    assert hidden in hers.news()["html"]


def test_those_who_see_the_same_are_drawn_for_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    Connection.objects.update(as_of=alice.connection.as_of)
    asked, since = [], updates.News.since
    monkeypatch.setattr(updates.News, "since", lambda *said: asked.append(said) or since(*said))
    pages = [Page(alice), Page(bob), Page(alice)]
    place(alice, alice.standing("Fact find")[0])
    assert len({page.news()["html"] for page in pages}) == 1
    assert len(asked) == 1


def test_another_firm_hears_nothing(team: Team) -> None:
    alice, charlie = team.sign_in("alice"), team.sign_in("charlie")
    theirs = Page(charlie)
    place(alice, alice.standing("Fact find")[0])
    assert theirs.hears() == b":\n\n"


def test_what_concerns_one_account_alone_rings_there_and_until_that_is_heard_nothing_is_carried(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    one, other = alice.standing("Fact find")[:2]
    hers, bobs = Page(alice), Page(bob)
    change_log.record_change(bob.connection, [UUID(one)], own=True)
    settled(alice)
    place(alice, other)
    assert f'id="card-{one}" class="card"' not in hers.news()["html"]
    settled(alice)
    assert bobs.rung() == change_log.latest(bob.connection)
    place(alice, other)
    assert bobs.news()["change"] == change_log.latest(bob.connection)


def test_whoever_may_not_move_any_more_is_sent_cards_without_a_form(team: Team) -> None:
    alice = team.sign_in("alice")
    page, case = Page(alice), alice.standing("Fact find")[0]
    place(alice, case)
    assert "data-seen" in page.news()["html"]
    Connection.objects.update(can_write=False)
    place(alice, case)
    told = page.news()["html"]
    assert f'id="card-{case}" class="card"' in told
    assert "data-seen" not in told


def test_what_is_sent_holds_no_token(priya: Person) -> None:
    page = Page(priya)
    place(priya, priya.standing("Fact find")[0])
    assert "csrf" not in page.news()["html"]


@pytest.mark.parametrize("end", ["session", "account"])
def test_whose_session_or_account_has_gone_is_sent_nothing_more(team: Team, end: str) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    bobs = Page(bob)
    if end == "session":
        Session.objects.filter(pk=bob.client.session.session_key).delete()
    else:
        Connection.objects.filter(pk=bob.connection.pk).update(person=None)
    place(alice, alice.standing("Fact find")[0])
    assert bobs.hears() == b"event: ended\ndata: \n\n"


# The time


def test_a_page_is_told_the_time_and_who_is_here_though_it_does_not_ask(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    for each in (alice, bob):
        each.open()
    presence._here.clear()  # two seconds later
    page = Page(alice)
    told = page.time()
    assert told["from"] <= page.number <= told["change"]
    assert told["html"] == page.answer(page.number)
    assert bob.connection.account_name in told["html"]


def test_a_page_that_cannot_be_understood_keeps_nobody_else_from_being_told_the_time(priya: Person) -> None:
    priya.open()
    odd, page = Page(priya, "&" * 1500), Page(priya)
    assert page.time()["change"] == odd.number


def test_for_a_page_that_does_not_ask_the_mirror_is_kept_fresh(priya: Person, settings: Any) -> None:
    settings.REFRESH_SECONDS = 0.5
    priya.open()
    page, case = Page(priya), priya.standing("Fact find")[0]
    priya.plannr.outside.edit(case, name="Edited in Plannr")
    assert "Edited in Plannr" in page.news()["html"]


def test_where_nobody_has_looked_for_a_minute_nothing_is_said_and_nothing_is_read(priya: Person, settings: Any) -> None:
    priya.open()
    Connection.objects.update(seen_at=timezone.now() - timedelta(seconds=60))
    settings.REFRESH_SECONDS = 0.1
    asked = len(priya.plannr.ledger)
    page = Page(priya)
    assert [page.hears(), page.hears()] == [b":\n\n"] * 2
    assert len(priya.plannr.ledger) == asked


def test_news_that_have_not_been_taken_are_not_lost_to_the_time(priya: Person) -> None:
    page, case = Page(priya), priya.standing("Fact find")[0]
    place(priya, case)
    settled(priya)
    (stream,) = streams.listening()
    stream.send_time(stream.after, b"the time")
    assert case in page.news()["html"]


def test_what_is_drawn_as_of_a_change_holds_nothing_of_the_next(priya: Person) -> None:
    case = priya.standing("Fact find")[0]

    def stands_in() -> tuple[int, str]:
        return change_log.latest(priya.connection), priya.connection.cards.get(case=case).column.name

    def move() -> None:
        priya.plannr.outside.move(case, priya.status("Research"), 1)
        refresh.refresh(priya.connection)
        databases.close_all()

    with db.snapshot_read(), ThreadPoolExecutor() as elsewhere:
        before = stands_in()
        elsewhere.submit(move).result()
        assert stands_in() == before
        assert updates.News.of(priya.connection, ViewState(), can_move=True).change == before[0]
    assert stands_in()[0] > before[0]
    assert (before[1], stands_in()[1]) == ("Fact find", "Research")


# When they have to ask


def test_a_new_column_is_asked_for(priya: Person) -> None:
    page = Page(priya)
    priya.plannr.outside.add_status("Parked", "#445566")
    refresh.refresh(priya.connection)
    assert page.rung() == change_log.latest(priya.connection)


def test_a_lane_that_the_page_does_not_have_is_asked_for(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    drawn = re.findall(r'data-drawn="([^"]+)"', priya.client.get("/?lanes=person").content.decode())[0]
    knows, knows_not = Page(priya, "lanes=person", lanes=drawn), Page(priya, "lanes=person", lanes="others")
    place(priya, case)
    assert case in knows.news()["html"]
    assert knows_not.rung() == change_log.latest(priya.connection)


def test_what_is_too_large_is_asked_for(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "LARGEST", 1000)
    page = Page(priya)
    place(priya, priya.standing("Fact find")[0])
    assert page.rung() == change_log.latest(priya.connection)


@pytest.mark.parametrize("why", ["never read", "away", "a one-time password"])
def test_what_an_answer_would_refuse_is_asked_for(team: Team, why: str) -> None:
    alice = team.sign_in("alice")
    page, case = Page(alice), alice.standing("Fact find")[0]
    if why == "never read":
        Connection.objects.update(as_of=None)
    elif why == "away":
        team.plannr.stop()
        Connection.objects.update(checked_at=None)
    else:
        alice_signed_in = Connection.objects.get(pk=alice.connection.pk).person
        assert alice_signed_in
        alice_signed_in.must_change = True
        alice_signed_in.save()
    place(alice, case)
    assert page.rung() == change_log.latest(alice.connection)


def test_what_cannot_be_drawn_is_asked_for_and_told_to_whoever_looks_after_the_server(
    priya: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = Page(priya)
    monkeypatch.setattr(updates.News, "since", lambda *_: 1 / 0)
    place(priya, priya.standing("Fact find")[0])
    assert page.rung() == change_log.latest(priya.connection)
    assert "news could not be drawn" in caplog.text
