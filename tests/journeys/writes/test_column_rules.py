"""The page "Columns": who may come to it, what the firm asks of its columns, and what the record suggests."""

import logging
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from kanban.accounts import local_accounts
from kanban.audit import time_in_status
from kanban.models import ChangeLogEntry, Column, Entry, FirmRules, Role
from kanban.sync import change_log, refresh
from tests.support.local_accounts import OWN, PASSWORD, bob_of, signed_in
from tests.support.moves import made
from tests.support.people import Person
from tests.support.team import Team


def words(answer: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def column(person: Person, name: str) -> Column:
    return person.connection.columns.get(name=name)


def save(person: Person, name: str, **asked: Any) -> Any:
    return person.client.post(f"/columns/{column(person, name).status}/asks/", asked)


# Who


def test_where_nobody_signs_in_whoever_may_move_keeps_the_columns(priya: Person) -> None:
    assert 'href="/columns/"' in priya.open()
    assert priya.client.get("/columns/").status_code == 200
    type(priya.connection).objects.update(can_write=False)
    assert 'href="/columns/"' not in priya.open()
    assert priya.client.get("/columns/").status_code == 403


def test_with_plannrs_sign_in_it_is_for_those_who_run_the_firm(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    assert (alice.connection.role, bob.connection.role) == ("owner", "member")
    assert 'href="/columns/"' in alice.open()
    assert alice.client.get("/columns/").status_code == 200
    assert 'href="/columns/"' not in bob.open()
    for answer in (bob.client.get("/columns/"), save(bob, "Research", most=1)):
        assert answer.status_code == 403
        assert "Only those who look after this board's columns may do that" in words(answer)
    assert column(alice, "Research").most is None


def test_with_local_accounts_it_is_for_managers(db: None, plannr: Any, settings: Any, priya: Person) -> None:
    settings.SIGN_IN = "accounts"
    local_accounts.add_manager("Alice Archer", "alice", PASSWORD)
    bob_of(Role.EDITOR)
    assert signed_in("alice", PASSWORD).get("/columns/").status_code == 200
    assert signed_in("bob", OWN).get("/columns/").status_code == 403


# What is asked


def test_what_is_asked_is_kept_told_on_the_page_and_logged_with_who(
    priya: Person, caplog: pytest.LogCaptureFixture
) -> None:
    before = ChangeLogEntry.objects.count()
    with caplog.at_level(logging.INFO, logger="kanban.writes.column_rules"):
        answer = save(priya, "Research", stale_days="10", most="8", requires=["value", "plans"])
    assert answer.status_code == 303
    kept = column(priya, "Research")
    assert (kept.stale_days, kept.most, kept.requires) == (10, 8, ["value", "plans"])
    page = priya.client.get("/columns/")
    assert "Research is saved." in words(page)
    assert re.search(r'name="most" [^>]*value="8"', page.content.decode())
    assert "Research is saved." not in words(priya.client.get("/columns/"))
    assert f"account {priya.connection.account}" in caplog.text
    assert list(ChangeLogEntry.objects.values_list("case", flat=True))[before:] == [None]  # every board is drawn anew


def test_nothing_asked_is_an_empty_field(priya: Person) -> None:
    save(priya, "Research", stale_days="10", most="8", requires=["value"])
    save(priya, "Research", stale_days="", most="")
    kept = column(priya, "Research")
    assert (kept.stale_days, kept.most, kept.requires) == (None, None, [])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"stale_days": "soon"}, "Type a whole number of days from 1 to 730, or leave it empty."),
        ({"stale_days": "0"}, "Type a whole number of days from 1 to 730, or leave it empty."),
        ({"most": "100000"}, "Type a whole number of cases from 1 to 9,999, or leave it empty."),
        ({"most": "8.5"}, "Type a whole number of cases from 1 to 9,999, or leave it empty."),
        ({"requires": "luck"}, "A column cannot ask for that. Choose from the list."),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_is_kept(
    priya: Person, asked: dict[str, str], sentence: str
) -> None:
    answer = save(priya, "Research", **{"stale_days": "7", "most": "8", **asked})
    assert answer.status_code == 422
    assert words(answer).count(sentence) == 1
    for value in ({"stale_days": "7", "most": "8"} | asked).values():
        assert value == "luck" or f'value="{value}"' in answer.content.decode()
    assert column(priya, "Research").most is None


def test_publishing_leaves_alone_what_the_firm_asks(priya: Person) -> None:
    save(priya, "Research", stale_days="10", most="8", requires=["value"])
    priya.plannr.outside.edit_status(priya.status("Research"), name="Researching")
    assert refresh.refresh(priya.connection)
    assert column(priya, "Researching").most == 8


def test_everybody_has_a_limit_and_the_page_says_who_is_over_it(priya: Person) -> None:
    assert priya.client.post("/columns/", {"act": "each", "most_each": "2"}).status_code == 303
    assert FirmRules.objects.get().most_each == 2
    page = words(priya.client.get("/columns/"))
    busiest = re.search(r"Open cases now: (.+?) (\d+)/2 over the limit", page)
    assert busiest
    open_cases = priya.connection.cards.filter(column__completed=False, people__icontains=busiest.group(1))
    assert int(busiest.group(2)) == open_cases.count()
    assert priya.client.post("/columns/", {"act": "each", "most_each": "none"}).status_code == 422
    priya.client.post("/columns/", {"act": "each", "most_each": ""})
    assert FirmRules.objects.get().most_each is None


# On the board


def test_the_header_and_the_strip_say_what_is_over_its_limit(priya: Person) -> None:
    count = len(priya.standing("Research"))
    save(priya, "Research", most=count - 1)
    page = priya.open()
    header = re.search(rf'<header id="header-{priya.status("Research")}".*?</header>', page, re.S)
    assert header
    said = " ".join(re.sub(r"<[^>]+>", "", header.group(0)).split())
    assert f"{count}/{count - 1}" in said
    assert "1 over limit" in said
    strip = re.search(r'<section id="strip".*?</section>', page, re.S)
    assert strip
    assert re.search(r"<b>1</b> over limit", strip.group(0))


def test_the_strip_leads_to_the_stale_cases_and_back(priya: Person) -> None:
    priya.connection.cards.update(since=timezone.now() - timedelta(days=20))
    save(priya, "Research", stale_days=10)
    stale, page = len(priya.standing("Research")), priya.open()
    assert f'<a href="/?stale=1" data-lens><b>{stale}</b> stale</a>' in page
    narrowed = priya.client.get("/?stale=1").content.decode()
    assert f'<a href="/?view=all" data-lens aria-current="true"><b>{stale}</b> stale</a>' in narrowed
    assert len(re.findall(r'<li id="card-', narrowed)) == stale


# What the record suggests


def stayed(person: Person, name: str, days: list[int]) -> None:
    """So many cases came to a column and left it after so many days, by a move here or one in Plannr."""
    here, there = person.status(name), person.status("Presented")
    cards = list(person.connection.cards.select_related("column").order_by("case"))
    began = timezone.now().replace(hour=12) - timedelta(days=400)  # on the same days in summer and in winter
    for number, (card, length) in enumerate(zip(cards, days, strict=False)):
        made(person.connection, card, got_status=here, to_status=here, at=began, settled_at=began)
        left = began + timedelta(days=length)
        if number % 2:
            made(person.connection, card, got_status=there, to_status=there, at=left, settled_at=left)
        else:
            moved_in_plannr(person, card, column(person, "Presented"), left)


def moved_in_plannr(person: Person, card: Any, to: Column, at: Any) -> None:
    from kanban.audit import log

    line = log.Outside(person.connection.firm, card.case, card.title, "moved", at, at, card.column, to)
    log.outside([line])


def test_of_twenty_stays_the_eighty_fifth_percentile_is_suggested_and_taken_by_one_click(priya: Person) -> None:
    stayed(priya, "Research", list(range(1, 21)))
    page = words(priya.client.get("/columns/"))
    assert "Of 20 stays on record 85 % were over within 17 days." in page
    assert save(priya, "Research", act="take").status_code == 303
    assert column(priya, "Research").stale_days == 17
    assert "Research: a case is stale after 17 days." in words(priya.client.get("/columns/"))


def test_the_suggestion_leaves_the_other_rules_alone(priya: Person) -> None:
    save(priya, "Research", most=8, requires=["value"])
    stayed(priya, "Research", [5] * 20)
    save(priya, "Research", act="take")
    kept = column(priya, "Research")
    assert (kept.stale_days, kept.most, kept.requires) == (5, 8, ["value"])


def test_of_nineteen_stays_nothing_is_suggested(priya: Person) -> None:
    stayed(priya, "Research", [5] * 19)
    assert "stays on record" not in words(priya.client.get("/columns/"))
    assert save(priya, "Research", act="take").status_code == 409
    assert column(priya, "Research").stale_days is None


def test_a_move_within_a_column_or_one_that_was_refused_ends_no_stay(priya: Person) -> None:
    stayed(priya, "Research", [5] * 20)
    card = priya.connection.cards.select_related("column").order_by("case")[0]
    here = priya.status("Research")
    came = Entry.objects.filter(case=card.case).order_by("number")[1].at
    assert came
    made(priya.connection, card, got_status=here, to_status=here)
    made(priya.connection, card, outcome="refused", to_status=priya.status("Fact find"))
    assert time_in_status.suggestions(priya.connection)[column(priya, "Research").status].stays == 20


@pytest.mark.parametrize(("days", "suggested"), [([1], 1), (list(range(1, 101)), 85), ([3] * 84 + [90] * 16, 90)])
def test_the_percentile_is_the_least_number_that_so_many_did_not_pass(days: list[int], suggested: int) -> None:
    assert time_in_status.percentile(days) == suggested


# A column that Plannr lists no more


def emptied(person: Person, name: str) -> str:
    """Without cases, Plannr lists this status no more; as it is while its list cannot be had."""
    status = person.status(name)
    for case in person.standing(name):
        person.plannr.outside.move(case, person.status("Fact find"))
    person.plannr.fail("GET", "/api/v1/cases-status", status=404)
    assert refresh.refresh(person.connection)
    return status


def test_what_the_firm_asks_of_a_column_outlives_its_absence(priya: Person) -> None:
    save(priya, "Research", most=8, stale_days=12, requires=["value"])
    status = emptied(priya, "Research")
    assert column(priya, "Research").vanished
    assert refresh.refresh(priya.connection)
    assert f'id="column-{status}"' in priya.open()
    kept = column(priya, "Research")
    assert (kept.most, kept.stale_days, kept.requires) == (8, 12, ["value"])


@pytest.mark.parametrize("asked", [{"most": 8}, {"stale_days": 12}, {"requires": ["value"]}])
def test_an_empty_column_that_plannr_lists_no_more_is_not_drawn(priya: Person, asked: dict[str, Any]) -> None:
    save(priya, "Research", **asked)
    status = emptied(priya, "Research")
    assert Column.objects.filter(status=status).exists()
    for page in ("/?view=all", "/?lanes=person", "/?lanes=review", "/columns/", "/cases/new/", "/print/?view=all"):
        assert status not in priya.client.get(page).content.decode(), page


def test_one_of_which_nothing_is_asked_goes(priya: Person) -> None:
    status = emptied(priya, "Research")
    assert not Column.objects.filter(status=status).exists()


def redrawn(person: Person, since: int) -> str:
    """The whole board, if that is what an open page is sent."""
    news = person.client.get("/changes/", {"since": since}, headers={"HX-Request": "true"}).content.decode()
    assert '<kanban-board id="board"' in news
    return news


def test_a_vanished_column_goes_from_open_boards_with_its_last_case(priya: Person) -> None:
    save(priya, "Research", most=8)
    first, *others = priya.standing("Research")
    for case in others:
        priya.plannr.outside.move(case, priya.status("Fact find"))
    refresh.refresh(priya.connection)
    Column.objects.filter(name="Research").update(vanished=True)
    assert "Research" in priya.open()
    seen = change_log.latest(priya.connection)
    assert priya.drop(first, "Fact find").status == 200
    assert f'id="column-{priya.status("Research")}"' not in redrawn(priya, seen)


def test_so_it_does_when_the_last_case_leaves_it_in_plannr(priya: Person) -> None:
    cases = priya.standing("Research")
    priya.plannr.outside.delete_status(priya.status("Research"))
    refresh.refresh(priya.connection)
    [vanished] = [str(each.status) for each in priya.connection.columns if each.vanished]
    assert f'id="column-{vanished}"' in priya.open()
    seen = change_log.latest(priya.connection)
    for case in cases:
        priya.plannr.outside.move(case, priya.status("Fact find"))
    refresh.refresh(priya.connection)
    assert f'id="column-{vanished}"' not in redrawn(priya, seen)
