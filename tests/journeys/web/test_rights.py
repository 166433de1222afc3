"""Who may use what: every URL that there is, for everybody that there is."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kanban.models import Move
from tests.support.people import Person
from tests.support.team import Team

FOR_VIEWERS, FOR_EDITORS, FOR_MANAGERS = "viewer", "editor", "manager"
METHODS = ("get", "post", "put")


def urls(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in found:
        if isinstance(each, URLResolver):
            yield from urls(each.url_patterns)
        else:
            yield each


PATTERNS = {str(each.name): each for each in urls(get_resolver().url_patterns)}


def path_to(name: str, alice: Person) -> str:
    """An address of that name about something that Alice sees: a case, a status or a move of hers."""
    case = alice.standing("Fact find")[0]
    of_hers = {
        "case": case,
        "status": alice.status("Fact find"),
        "intent": str(Move.objects.get().intent),
        "pk": 1,
        "field": "value",
        "path": "x" * 43,
    }
    wanted = PATTERNS[name].pattern.converters  # type: ignore[attr-defined]
    return reverse(name, kwargs={each: of_hers[each] for each in wanted})


def said(answer: Any) -> str:
    if not answer.streaming:
        return str(answer.content.decode())
    if "csv" in answer["Content-Type"]:
        return b"".join(answer).decode()
    request_finished.disconnect(close_old_connections)  # as the test client does where it reads to the end
    answer.close()
    request_finished.connect(close_old_connections)
    return ""


@pytest.fixture
def alice(team: Team) -> Person:
    """She owns the firm, and has moved a case."""
    alice = team.sign_in("alice")
    alice.open()
    assert alice.drop(alice.standing("Fact find")[1], "Research").status == 200
    return alice


def of_whom(who: str) -> list[str]:
    return [name for name, pattern in PATTERNS.items() if getattr(pattern.callback, "who", "") == who]


def test_a_stranger_gets_nothing(alice: Person, subtests: pytest.Subtests) -> None:
    for name, method in product(PATTERNS, METHODS):
        with subtests.test(name, method=method):
            answer = getattr(Client(), method)(path_to(name, alice), headers={"Accept": "text/html"})
            assert answer.status_code in (
                (200, 204, 302, 303, 401, 403, 404, 405, 422) if name in of_whom("anyone") else (302, 401, 403, 404)
            )
            assert_nothing_of(alice, said(answer))


def test_another_firm_finds_nothing_there(alice: Person, team: Team, subtests: pytest.Subtests) -> None:
    team.sign_in("charlie")
    before = len(alice.plannr.ledger)
    for name, method in product(PATTERNS, METHODS):
        with subtests.test(name, method=method):
            charlie = team.sign_in("charlie", read=False)  # anew, as one of these addresses signs her out
            answer = getattr(charlie.client, method)(path_to(name, alice), headers={"HX-Request": "true"})
            assert_nothing_of(alice, said(answer))
            if {"case", "status", "intent"} & PATTERNS[name].pattern.converters.keys():  # type: ignore[attr-defined]
                assert answer.status_code in (403, 404, 405)
    asked = [
        entry for entry in alice.plannr.ledger[before:] if entry["method"] != "GET" and "oauth" not in entry["path"]
    ]
    assert asked == []


def test_who_only_looks_is_refused_where_things_are_done(alice: Person, team: Team, subtests: pytest.Subtests) -> None:
    val = team.sign_in("val")
    puts = len(alice.puts)
    for name in of_whom(FOR_EDITORS):
        with subtests.test(name):
            for method in METHODS:
                asked = getattr(val.client, method)(path_to(name, alice), headers={"HX-Request": "true"})
                assert asked.status_code in (403, 405)
            assert val.client.post(path_to(name, alice)).status_code in (403, 405)
            assert len(alice.puts) == puts
    assert val.open()  # and is still signed in


def test_only_managers_look_after_people(alice: Person, team: Team, subtests: pytest.Subtests) -> None:
    for person in (alice, team.sign_in("bob"), team.sign_in("val")):
        for name in of_whom(FOR_MANAGERS):
            with subtests.test(name):
                assert person.client.get(path_to(name, alice)).status_code in (403, 404)


def test_who_only_looks_sees_no_way_to_move_anything(alice: Person, team: Team) -> None:
    val = team.sign_in("val")
    page = val.open()
    case = val.standing("Fact find")[0]
    assert 'class="card"' in page
    assert "Only looking" in page
    for text in (page, val.client.get(f"/cases/{case}/").content.decode()):
        assert "data-seen" not in text
        assert "card-menu" not in text
        assert "/move/" not in text
    news = val.client.get("/changes/?since=0", headers={"HX-Request": "true"}).content.decode()
    assert "data-seen" not in news


def test_a_right_that_plannr_takes_away_is_gone_within_moments(alice: Person, team: Team) -> None:
    from kanban.accounts import access_checks

    bob = team.sign_in("bob")
    bob.open()
    team.plannr.rights("bob", write=False)
    access_checks.check_access(bob.connection)
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 403
    assert "data-seen" not in bob.open()
    team.plannr.rights("bob", write=True)
    access_checks.check_access(bob.connection)
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 200


def test_nobody_undoes_a_colleagues_move(alice: Person, team: Team) -> None:
    bob = team.sign_in("bob")
    assert bob.undo(Move.objects.get()).status == 404
    assert bob.client.get(f"/moves/{Move.objects.get().intent}/").status_code == 404


def assert_nothing_of(alice: Person, text: str) -> None:
    """Not a uuid of a case, not a client, not a case's name of Alice's firm."""
    firm = alice.plannr.state()
    for case in firm["cases"]:
        assert f'card-{case["uuid"]}" class' not in text
        assert case["name"] not in text
    assert "£" not in text or "Charlie" in text or "Harbour" in text
