"""Each under their own name: signing in with Plannr, tokens sealed and exchanged once, and the end of a session."""

import json
import re
import time
import uuid
from datetime import timedelta
from threading import Barrier, Thread
from threading import enumerate as enumerate_threads
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session as Unused  # noqa: F401 - its table must not be ours
from django.db import connections as databases
from django.test import Client
from django.utils import timezone

from kanban.accounts import clients, tokens
from kanban.core import encryption
from kanban.models import Connection, Grant, Move, Person, Session
from kanban.writes import moves
from tests.support.connections import disconnect_all
from tests.support.team import Team


def tokens_of(team: Team) -> list[str]:
    return [json.dumps(entry["body"]) for entry in team.plannr.ledger if entry["path"] == "/oauth/token"]


def until_read() -> None:
    """Whatever is being read behind the page's back has been read."""
    for thread in enumerate_threads():
        if thread.name in ("mirror", "checks"):
            thread.join(10)


def test_the_door_leads_to_plannr_with_state_and_pkce(team: Team) -> None:
    answer = Client().get("/sign-in/")
    asked = dict(parse_qsl(urlsplit(answer["Location"]).query))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{team.plannr.url}/oauth/authorize?")
    assert asked["redirect_uri"] == "http://testserver/sign-in/back/"
    assert len(asked["state"]) >= 20
    assert (len(asked["code_challenge"]), asked["code_challenge_method"]) == (43, "S256")


def test_who_signs_in_sees_the_board_under_their_own_name(team: Team) -> None:
    bob = team.sign_in("bob")
    page = bob.open()
    assert "Bob Bailey" in page
    assert 'class="card"' in page
    case = bob.standing("Fact find")[0]
    assert bob.drop(case, "Research").status == 200
    assert bob.puts[0]["person"] == "bob"
    assert Move.objects.get().who == "Bob Bailey"


@pytest.mark.parametrize("path", ["/", "/changes/?since=0", f"/cases/{uuid.UUID(int=7)}/", "/record/", "/accounts/"])
def test_nobody_gets_in_without_signing_in(team: Team, path: str) -> None:
    team.sign_in("alice")
    stranger = Client()
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")
    behind = stranger.get(path, headers={"HX-Request": "true"})
    assert (behind.status_code, 'class="card"' in behind.content.decode()) == (401, False)


def test_after_signing_in_one_is_where_one_wanted_to_go(team: Team) -> None:
    client = Client()
    asked = dict(parse_qsl(urlsplit(client.get("/sign-in/?next=/record/")["Location"]).query))
    assert client.get(team.sent_back(asked | {"person": "alice"}))["Location"] == "/record/"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        " //x",
    ],
)
def test_nobody_is_sent_elsewhere(team: Team, wanted: str) -> None:
    client = Client()
    asked = dict(parse_qsl(urlsplit(client.get("/sign-in/", {"next": wanted})["Location"]).query))
    assert client.get(team.sent_back(asked | {"person": "alice"}))["Location"] == "/"


# What somebody might send instead of coming back from Plannr


def test_a_state_that_was_not_ours_sends_nothing_to_plannr(team: Team) -> None:
    client, other = Client(), Client()
    asked = dict(parse_qsl(urlsplit(other.get("/sign-in/")["Location"]).query))
    client.get("/sign-in/")
    answer = client.get(team.sent_back(asked | {"person": "alice"}))
    assert answer.status_code == 403
    assert "another browser" in answer.content.decode()
    assert tokens_of(team) == []
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(team: Team) -> None:
    client = Client()
    asked = dict(parse_qsl(urlsplit(client.get("/sign-in/")["Location"]).query))
    back = team.sent_back(asked | {"person": "alice"})
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 403


def test_saying_no_is_respected(team: Team) -> None:
    client = Client()
    asked = dict(parse_qsl(urlsplit(client.get("/sign-in/")["Location"]).query))
    answer = client.get(team.sent_back(asked | {"decision": "deny"}))
    assert answer.status_code == 403
    assert "did not let the board in" in answer.content.decode()


def test_a_client_of_the_firm_cannot_come_in(team: Team) -> None:
    answer = team.at_the_door("client", Client())
    assert answer.status_code == 403
    assert "no staff account" in answer.content.decode()


def test_while_plannr_is_down_the_door_says_so(team: Team) -> None:
    team.plannr.fail("POST", "/oauth/token", status=503)
    answer = team.at_the_door("alice", Client())
    assert answer.status_code == 403
    assert "Plannr cannot be reached" in answer.content.decode()


def test_a_session_id_from_before_is_not_kept(team: Team) -> None:
    client = Client()
    client.get("/sign-in/")
    before = client.session.session_key
    team.at_the_door("alice", client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


# Several accounts


def test_somebody_of_two_firms_chooses_and_can_change(team: Team) -> None:
    client = Client()
    assert team.at_the_door("daniel", client)["Location"] == "/accounts/"
    assert client.get("/")["Location"] == "/accounts/"
    page = client.get("/accounts/").content.decode()
    choices = re.findall(r'name="account" value="([^"]+)"', page)
    assert len(choices) == 2
    seen = []
    for account in choices:
        assert client.post("/accounts/", {"account": account}).status_code == 303
        seen.append(Connection.objects.get(pk=client.session["connection"]).firm_name)
    assert len(set(seen)) == 2


def test_an_account_chosen_at_plannr_is_taken(team: Team) -> None:
    of_daniel = [login["account"] for login in team.plannr.firm.logins if "sandbox-daniel" in login["tokens"]]
    daniel = team.sign_in("daniel", account=of_daniel[0])
    assert str(daniel.connection.account) == of_daniel[0]


def test_nobody_takes_an_account_that_is_not_theirs(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    assert bob.client.post("/accounts/", {"account": str(alice.connection.account)}).status_code == 404
    assert bob.client.session["connection"] == bob.connection.pk
    session = bob.client.session
    session["connection"] = alice.connection.pk  # and were it forged, it is nobody's but hers
    session.save()
    assert bob.client.get("/")["Location"] == "/accounts/"


# Tokens


def test_tokens_lie_sealed_and_open_only_for_their_own(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    one, other = Grant.objects.order_by("pk")
    assert "sandbox" not in one.sealed
    Grant.objects.filter(pk=other.pk).update(sealed=one.sealed)
    assert bob.client.get("/").status_code == 200
    with pytest.raises(Exception, match="token"):
        clients.client_for(bob.connection).logins.list()
    assert bob.client.get("/").status_code == 302  # signed out, as nothing can be done for him
    assert alice.client.get("/").status_code == 200


def test_keys_are_exchanged_without_a_sign_out(team: Team, settings: Any) -> None:
    alice = team.sign_in("alice")
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *settings.TOKEN_KEYS]
    tokens.seal_anew()
    settings.TOKEN_KEYS = [new]
    assert clients.client_for(alice.connection).logins.list()
    assert encryption.decrypt(Grant.objects.get().sealed, f"person {alice.connection.person_id}")["access"]


def test_a_token_that_has_run_out_is_exchanged_in_the_middle_of_a_move(team: Team) -> None:
    bob = team.sign_in("bob")
    bob.open()
    team.plannr.expire_access("bob")
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 200
    assert sum("refresh_token" in said for said in tokens_of(team)) == 1
    assert len([put for put in bob.puts if put["applied"]]) == 1


def test_a_token_is_exchanged_before_it_runs_out(team: Team) -> None:
    bob = team.sign_in("bob")
    Grant.objects.update(good_until=timezone.now() + timedelta(seconds=5))
    assert clients.client_for(bob.connection).logins.list()
    assert sum("refresh_token" in said for said in tokens_of(team)) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_exchange_it_once(team: Team) -> None:
    alice = team.sign_in("alice")
    team.plannr.expire_access("alice")
    barrier, faults = Barrier(20), []

    def ask() -> None:
        try:
            barrier.wait()
            clients.client_for(alice.connection).logins.list()
        except Exception as error:
            faults.append(error)
        finally:
            databases.close_all()

    threads = [Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sum("refresh_token" in said for said in tokens_of(team)) == 1


def test_who_is_refused_is_signed_out_alone(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    bob.open()
    team.plannr.leave("bob")
    answer = bob.drop(bob.standing("Fact find")[0], "Research")
    assert answer.status == 401
    assert bob.puts == []
    assert bob.client.get("/")["Location"].startswith("/sign-in/")
    assert alice.client.get("/").status_code == 200
    assert not Grant.objects.filter(person__connections=bob.connection).exists()


def test_a_hiccup_of_plannr_signs_nobody_out(team: Team) -> None:
    bob = team.sign_in("bob")
    bob.open()
    team.plannr.expire_access("bob")
    team.plannr.fail("POST", "/oauth/token", status=502)
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 503
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 200


# Sessions


def test_without_a_hand_the_session_ends_and_polling_does_not_count(team: Team, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 0.01
    alice = team.sign_in("alice")
    ends = Session.objects.get().expire_date
    alice.client.get("/changes/?since=0", headers={"HX-Request": "true"})
    assert Session.objects.get().expire_date == ends
    alice.client.post("/stay/")
    assert Session.objects.get().expire_date >= ends


def test_a_session_is_never_longer_than_the_firm_allows(team: Team, settings: Any) -> None:
    alice = team.sign_in("alice")
    session = alice.client.session
    session["began"] = (timezone.now() - timedelta(hours=7, minutes=50)).isoformat()
    session.save()
    answer = alice.client.get("/")
    assert 500 < int(answer["X-Session-Ends"]) <= 600
    session = alice.client.session
    session["began"] = (timezone.now() - timedelta(hours=9)).isoformat()
    session.save()
    alice.client.get("/")
    assert alice.client.get("/").status_code == 302


def test_signing_out_ends_it_at_once(team: Team) -> None:
    alice = team.sign_in("alice")
    assert alice.client.get("/sign-out/").status_code == 405
    answer = alice.client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/?out")
    assert not Session.objects.filter(person__isnull=False).exists()
    assert alice.client.get("/").status_code == 302
    assert "You are signed out" in alice.client.get("/sign-in/?out").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_visible_long_ago_is_not_shown_before_plannr_is_asked(team: Team) -> None:
    alice = team.sign_in("alice")
    Connection.objects.update(own_at=timezone.now() - timedelta(hours=2))
    again = team.sign_in("alice", read=False)
    page = again.client.get("/").content.decode()
    until_read()
    assert 'class="card"' not in page
    assert "Reading your cases" in page
    assert Person.objects.count() == 1
    assert alice.connection.pk == again.connection.pk
    assert 'class="card"' in again.open()


@pytest.mark.django_db(transaction=True)
def test_a_leaver_who_comes_back_after_a_while_sees_nothing_more(team: Team) -> None:
    bob = team.sign_in("bob")
    case = bob.standing("Fact find")[0]
    team.plannr.leave("bob")
    for path in (f"/cases/{case}/", "/record/", "/record.csv", "/"):
        Connection.objects.update(checked_at=timezone.now() - timedelta(minutes=20))
        answer = bob.client.get(path)
        until_read()
        assert (answer.status_code, 'class="card"' in answer.content.decode()) in ((401, False), (302, False)), path
    assert not Session.objects.filter(person__connections__account=bob.connection.account).exists()


@pytest.mark.django_db(transaction=True)
def test_a_slow_plannr_keeps_nobody_waiting_who_is_here(team: Team, settings: Any) -> None:
    bob = team.sign_in("bob")
    bob.open()
    settings.PLANNR_TIMEOUT = 5
    disconnect_all()
    held = team.plannr.gate("GET", "/api/v1/logins")
    Connection.objects.update(checked_at=timezone.now() - timedelta(seconds=25))  # so it is time to ask again
    asked = time.monotonic()
    page = bob.client.get("/").content.decode()
    waited = time.monotonic() - asked
    team.plannr.release(held)
    until_read()
    assert 'class="card"' in page
    assert waited < 1.8  # who was away is waited for two seconds


def test_a_session_that_ends_while_a_move_is_made_does_not_hide_its_answer(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = team.sign_in("bob")
    bob.open()
    session = bob.client.session
    session["began"] = (timezone.now() - timedelta(minutes=5)).isoformat()
    session.set_expiry(60)  # so that this very request writes it down
    session.save()
    made = moves.move_card

    def made_meanwhile(*told: Any) -> Move:
        move = made(*told)
        Session.objects.all().delete()
        return move

    monkeypatch.setattr(moves, "move_card", made_meanwhile)
    answer = bob.drop(bob.standing("Fact find")[0], "Research", seen_position="")
    assert (answer.status, "moved to Research" in answer.headline) == (200, True)


def test_who_loses_the_account_is_told_so_and_not_sent_in_circles(team: Team) -> None:
    bob = team.sign_in("bob")
    bob.open()
    Connection.objects.update(person=None)
    answer = bob.client.put(f"/cases/{bob.seen[bob.status('Research')][0]}/move/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Signed-Out"]) == (401, "1")
    assert "signed out" in answer.content.decode()


def test_changing_the_account_disarms_the_pages_of_the_other(team: Team) -> None:
    client = Client(enforce_csrf_checks=True)
    team.at_the_door("daniel", client)
    page = client.get("/accounts/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    one, other = re.findall(r'name="account" value="([^"]+)"', page)
    assert client.post("/accounts/", {"account": one, "csrfmiddlewaretoken": token}).status_code == 303
    assert client.post("/accounts/", {"account": other, "csrfmiddlewaretoken": token}).status_code == 403
