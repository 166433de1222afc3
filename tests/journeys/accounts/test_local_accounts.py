"""One token for a small team: local accounts, what each may do, and how often a password may be guessed."""

import io
import logging
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core.management import call_command
from django.test import Client

from kanban.accounts import connections, local_accounts, lockout
from kanban.models import Person, Role, Session
from kanban.sync import refresh
from kanban.web.messages import reasons
from plannr_api.sandbox import Sandbox
from tests.support.local_accounts import OWN, PASSWORD, bob_of, signed_in, try_in
from tests.support.people import Person as AtTheBoard

WRONG = "that name and that password do not fit together"


@pytest.fixture(autouse=True)
def accounts(db: None, plannr: Sandbox, settings: Any) -> None:
    """As in .env: SIGN_IN=accounts, with a mirror that has been read."""
    settings.SIGN_IN, settings.AXES_ENABLED = "accounts", True
    assert refresh.refresh(connections.current())


@pytest.fixture
def alice() -> Client:
    """A manager, signed in."""
    local_accounts.add_manager("Alice Archer", "alice", PASSWORD)
    return signed_in("alice", PASSWORD)


def one_time(answer: Any) -> str:
    return re.findall(r'class="one-time">([^<]+)<', answer.content.decode())[0]


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# A whole life


def test_a_manager_lets_bob_in_who_moves_a_card_and_is_shown_out(
    plannr: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    call_command("add_manager", "alice", "--full-name", "Alice Archer")
    alice = signed_in("alice", PASSWORD)
    added = alice.post("/people/", {"full_name": "Bob Bailey", "name": "Bob", "role": "editor"})
    first = one_time(added)

    bob = Client()
    assert try_in(bob, "BOB ", first)["Location"] == "/password/"
    changed = bob.post("/password/", {"old_password": first, "new_password1": OWN, "new_password2": OWN})
    assert (changed.status_code, changed["Location"]) == (303, "/password/")
    assert "Your password is changed" in text(bob.get("/password/"))
    assert try_in(Client(), "bob", first).status_code == 422

    board = AtTheBoard(bob, plannr, connections.current())
    page = board.open()
    assert "Bob Bailey" in page
    assert board.drop(board.standing("Fact find")[0], "Research").status == 200

    person, session = Person.objects.get(name="bob"), bob.session.session_key
    shown_out = alice.post(f"/people/{person.pk}/", {"act": "disable"}, follow=True)
    assert "Bob Bailey is disabled and signed out everywhere." in text(shown_out)
    assert not Session.objects.filter(session_key=session).exists()
    assert bob.get("/")["Location"].startswith("/sign-in/")
    assert try_in(Client(), "bob", OWN).status_code == 422

    alice.post(f"/people/{person.pk}/", {"act": "enable"})
    assert try_in(Client(), "bob", OWN).status_code == 303


def test_with_a_one_time_password_there_is_nothing_but_changing_it(alice: Client) -> None:
    first = one_time(alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "editor"}))
    bob = signed_in("bob", first)
    assert (bob.get("/").status_code, bob.get("/")["Location"]) == (302, "/password/")
    assert bob.get("/people/")["Location"] == "/password/"
    behind = bob.get("/changes/?since=0", headers={"HX-Request": "true"})
    assert behind.status_code == 403
    assert 'class="card"' not in behind.content.decode()
    assert bob.get("/password/").status_code == 200
    assert bob.post("/sign-out/").status_code == 303


def test_a_one_time_password_cannot_be_kept(alice: Client) -> None:
    first = one_time(alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "editor"}))
    bob = signed_in("bob", first)
    answer = bob.post("/password/", {"old_password": first, "new_password1": first, "new_password2": first})
    assert answer.status_code == 422
    assert "Choose another" in text(answer)
    assert Person.objects.get(name="bob").must_change


def test_a_one_time_password_is_shown_once_and_lies_nowhere(alice: Client) -> None:
    answer = alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "editor"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    password = one_time(answer)
    assert password not in alice.get("/people/").content.decode()
    assert password not in str(alice.session.items())
    assert password not in Person.objects.get(name="bob").password
    assert alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "editor"}).status_code == 422


def test_a_new_one_time_password_ends_the_old_one_and_its_sessions(alice: Client) -> None:
    person = bob_of()
    bob = signed_in("bob", OWN)
    new = one_time(alice.post(f"/people/{person.pk}/", {"act": "password"}))
    assert not Session.objects.filter(person=person).exists()
    assert bob.get("/")["Location"].startswith("/sign-in/")
    assert try_in(Client(), "bob", OWN).status_code == 422
    assert try_in(Client(), "bob", new)["Location"] == "/password/"


def test_changing_ones_password_keeps_this_session_and_ends_the_others(alice: Client) -> None:
    bob_of()
    here, there = signed_in("bob", OWN), signed_in("bob", OWN)
    key = here.session.session_key
    said = {"old_password": OWN, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert here.post("/password/", said).status_code == 303
    assert Session.objects.filter(person__name="bob").count() == 1
    assert here.get("/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/").status_code == 302


def test_a_manager_who_disables_while_the_password_is_changed_wins(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = bob_of()
    bob = signed_in("bob", OWN)
    set_password = Person.set_password

    def meanwhile(self: Person, raw: str) -> None:
        Person.objects.filter(pk=person.pk).update(is_active=False)
        set_password(self, raw)

    monkeypatch.setattr(Person, "set_password", meanwhile)
    bob.post("/password/", {"old_password": OWN, "new_password1": PASSWORD, "new_password2": PASSWORD})
    assert not Person.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short-pass1", "too short"),
        ("x" * 129 + "1", "at most 128"),
        ("password1234", "too common"),
        ("bob-bailey-11", "too similar"),
        (OWN, "Choose another"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(new: str, why: str) -> None:
    bob_of()
    bob = signed_in("bob", OWN)
    answer = bob.post("/password/", {"old_password": OWN, "new_password1": new, "new_password2": new})
    assert answer.status_code == 422
    assert why in text(answer)
    assert new not in answer.content.decode()
    assert try_in(Client(), "bob", OWN).status_code == 303


def test_changing_a_password_takes_the_old_one_and_the_same_new_one_twice() -> None:
    bob_of()
    bob = signed_in("bob", OWN)
    answer = bob.post("/password/", {"old_password": "no", "new_password1": PASSWORD, "new_password2": PASSWORD})
    assert (answer.status_code, "not the password" in text(answer)) == (422, True)
    answer = bob.post("/password/", {"old_password": OWN, "new_password1": PASSWORD, "new_password2": PASSWORD + "x"})
    assert (answer.status_code, "differ" in text(answer)) == (422, True)


# Roles


def test_a_viewer_looks_and_moves_nothing(alice: Client, plannr: Sandbox) -> None:
    bob_of(Role.VIEWER)
    bob = AtTheBoard(signed_in("bob", OWN), plannr, connections.current())
    assert 'class="card"' in bob.open()
    assert bob.drop(bob.standing("Fact find")[0], "Research").status == 403
    assert bob.puts == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_a_manager_looks_after_people(role: Role) -> None:
    bob = bob_of(role)
    client = signed_in("bob", OWN)
    for path in ("/people/", f"/people/{bob.pk}/"):
        assert client.get(path).status_code == 403
        said = {"act": "role", "role": "manager", "full_name": "X", "name": "x"}
        assert client.post(path, said).status_code == 403
    assert list(Person.objects.values_list("name", "role")) == [("bob", role)]


def test_a_role_changes_from_one_request_to_the_next(alice: Client) -> None:
    person = bob_of(Role.VIEWER)
    bob = signed_in("bob", OWN)
    answer = alice.post(f"/people/{person.pk}/", {"act": "role", "role": "manager"}, follow=True)
    assert "Bob Bailey is now a manager." in text(answer)
    assert "Bob Bailey is now" not in text(alice.get("/people/"))
    assert bob.get("/people/").status_code == 200
    alice.post(f"/people/{person.pk}/", {"act": "role", "role": "viewer"})
    assert bob.get("/people/").status_code == 403


@pytest.mark.parametrize("said", [{"act": "disable"}, {"act": "role", "role": "viewer"}, {"act": "password"}])
def test_nobody_shuts_themselves_out(alice: Client, said: dict[str, str]) -> None:
    bob_of(Role.MANAGER)
    answer = alice.post(f"/people/{Person.objects.get(name='alice').pk}/", said)
    assert answer.status_code == 409
    assert alice.get("/people/").status_code == 200
    assert local_accounts.managers().count() == 2


@pytest.mark.parametrize(
    "end", [local_accounts.disable, lambda who, by: local_accounts.change_role(who, Role.VIEWER, by=by)]
)
def test_the_last_manager_stays_one(alice: Client, end: Callable[..., None]) -> None:
    last, bob = Person.objects.get(name="alice"), bob_of(Role.MANAGER)
    Person.objects.filter(pk=bob.pk).update(is_active=False)  # in the moment before he pressed the button
    with pytest.raises(local_accounts.AccountError) as refused:
        end(last, by=bob)
    assert "last manager" in reasons.of_account(refused.value)
    assert list(local_accounts.managers()) == [last]


def test_of_two_managers_who_end_each_other_one_stays(alice: Client) -> None:
    one, other = Person.objects.get(name="alice"), bob_of(Role.MANAGER)
    third = bob_of(Role.MANAGER, "carol")
    local_accounts.disable(other, by=one)
    with pytest.raises(local_accounts.AccountError) as refused:
        local_accounts.change_role(third, Role.VIEWER, by=other)
    assert "no manager any more" in reasons.of_account(refused.value)


def test_who_came_from_plannr_has_no_account_here(alice: Client) -> None:
    person = Person(name="5f3b7a7e-0000-4000-8000-000000000000", full_name="Pat from Plannr", role=Role.MANAGER)
    person.set_unusable_password()
    person.save()
    assert "Pat from Plannr" not in text(alice.get("/people/"))
    assert alice.get(f"/people/{person.pk}/").status_code == 404
    assert try_in(Client(), person.name, "").status_code == 422
    assert try_in(Client(), person.name, person.password).status_code == 422


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "ALICE"}, "already somebody who signs in as alice"),
        ({"name": "ａｌｉｃｅ"}, "already somebody who signs in as alice"),
        ({"name": "two words"}, "no spaces"),
        ({"name": "<b>bob</b>"}, "no spaces"),
        ({"name": "x" * 151}, "at most 150"),
        ({"full_name": "  "}, "Say who it is"),
        ({"role": "owner"}, "owner is not one"),
    ],
)
def test_nobody_is_added_who_could_not_be_told_apart(alice: Client, said: dict[str, str], why: str) -> None:
    answer = alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "editor"} | said)
    assert answer.status_code == 422
    assert why in text(answer)
    assert Person.objects.count() == 1


# The first manager


def test_the_sign_in_page_says_how_the_first_manager_is_added() -> None:
    assert "Nobody can sign in yet. On the server run: manage.py add_manager NAME" in text(Client().get("/sign-in/"))
    local_accounts.add_manager("Alice", "alice", PASSWORD)
    page = Client().get("/sign-in/")
    assert "Nobody can sign in yet" not in text(page)
    assert 'name="password"' in page.content.decode()


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("alice", "short", "too short"),
        ("alice", "", "too short"),
        ("alice", "password1234", "too common"),
        ("alice", "alice-archer-1", "too similar"),
        ("alice smith", PASSWORD, "no spaces"),
        ("Bob", PASSWORD, "already somebody who signs in as bob"),
    ],
)
def test_the_shell_refuses_what_the_page_refuses(
    name: str, password: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bob_of()
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    with pytest.raises(SystemExit):
        call_command("add_manager", name, "--full-name", "Alice Archer")
    said = capsys.readouterr().err
    assert why in said
    assert PASSWORD not in said
    assert Person.objects.count() == 1


def test_on_a_terminal_the_password_is_typed_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter([PASSWORD, "something-else-1", PASSWORD, PASSWORD])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("kanban.management.commands.add_manager.getpass", lambda prompt: next(typed))
    with pytest.raises(SystemExit):
        call_command("add_manager", "alice")
    assert "Nobody was added" in capsys.readouterr().err
    assert not Person.objects.exists()
    call_command("add_manager", "alice")
    assert "/sign-in/" in capsys.readouterr().out
    assert local_accounts.managers().get().name == "alice"


# The door tells nothing


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer() -> None:
    local_accounts.add_manager("Alice", "alice", PASSWORD)
    disabled = bob_of()
    Person.objects.filter(pk=disabled.pk).update(is_active=False)
    said = []
    for name, password in (("nobody", PASSWORD), ("alice", "wrong"), ("bob", OWN), ("nobody", "x" * 200)):
        answer = try_in(Client(), name, password)
        page = answer.content.decode().replace(f'value="{name}"', "")
        said.append((answer.status_code, re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"', "", page)))
    assert said[0][0] == 422
    assert WRONG in said[0][1].lower()
    assert said[0] == said[1] == said[2]
    assert WRONG in said[3][1].lower()


def test_an_unknown_name_costs_the_server_as_much_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    local_accounts.add_manager("Alice", "alice", PASSWORD)
    pat = Person(name="pat", full_name="Pat from Plannr")
    pat.set_unusable_password()
    pat.save()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    work = []
    for name in ("alice", "nobody", "pat"):
        hashed.clear()
        try_in(Client(), name, "a-wrong-password")
        work.append(len(hashed))
    assert work == [1, 1, 1]


ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/",
    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "https:evil.example", "http:///evil.example", "https:/evil.example", "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", " //evil.example", "ftp://testserver/",
    "https://testserver@evil.example/", "http://testserver.evil.example/", "evil.example",
    "//testserver:80@evil.example", "http://[::1", "http://evil.example\\@testserver/",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_sent_elsewhere_by_signing_in(wanted: str) -> None:
    bob_of()
    client = Client()
    answer = try_in(client, "bob", OWN, fields={"next": wanted})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.get("/sign-in/", {"next": wanted})["Location"] == "/"


def test_signing_in_leads_back_to_the_page_one_wanted() -> None:
    local_accounts.add_manager("Alice", "alice", PASSWORD)
    client = Client()
    page = client.get(client.get("/record/?who=bob")["Location"]).content.decode()
    assert 'name="next" value="/record/?who=bob"' in page
    assert try_in(client, "alice", PASSWORD, fields={"next": "/record/?who=bob"})["Location"] == "/record/?who=bob"


def test_a_session_id_from_before_is_not_kept() -> None:
    bob_of()
    client = Client()
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    try_in(client, "bob", OWN)
    assert client.session.session_key != "planted0planted0planted0planted0"
    assert "began" in client.session
    assert not Session.objects.filter(session_key="planted0planted0planted0planted0").exists()


def test_who_signs_in_where_a_colleague_still_was_gets_a_session_of_their_own() -> None:
    bob_of()
    bob_of(name="carol")
    client = signed_in("bob", OWN)
    first = client.session.session_key
    assert try_in(client, "carol", OWN).status_code == 303
    assert client.session.session_key != first
    assert not Session.objects.filter(session_key=first).exists()


def test_after_signing_out_nothing_is_left_to_go_back_to() -> None:
    bob_of()
    client = signed_in("bob", OWN)
    assert client.get("/")["Cache-Control"] == "no-store"
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (303, '"cache"')
    assert not Session.objects.filter(person__isnull=False).exists()
    assert "You are signed out" in text(client.get(answer["Location"]))
    assert client.get("/").status_code == 302


def test_every_form_wants_its_token() -> None:
    local_accounts.add_manager("Alice", "alice", PASSWORD)
    bob = bob_of()
    strict = Client(enforce_csrf_checks=True)
    assert try_in(strict, "alice", PASSWORD).status_code == 403
    strict.force_login(Person.objects.get(name="alice"), backend="django.contrib.auth.backends.ModelBackend")
    posts: dict[str, dict[str, str]] = {
        "/people/": {"full_name": "X", "name": "x", "role": "editor"},
        f"/people/{bob.pk}/": {"act": "disable"},
        "/password/": {"old_password": PASSWORD, "new_password1": OWN, "new_password2": OWN},
        "/sign-out/": {},
    }
    for path, said in posts.items():
        assert strict.post(path, said).status_code == 403, path
    assert set(Person.objects.values_list("name", "is_active")) == {("alice", True), ("bob", True)}
    for path in ("/people/", f"/people/{bob.pk}/", "/password/"):
        page = strict.get(path).content.decode()
        assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"') > 0, path


@pytest.mark.parametrize("way", ["plannr", "off"])
def test_where_nobody_has_a_local_account_there_are_no_such_pages(alice: Client, way: str, settings: Any) -> None:
    settings.SIGN_IN = way
    assert alice.get("/password/").status_code == 404
    assert alice.get("/people/").status_code in (403, 404, 302)
    assert try_in(Client(), "alice", PASSWORD).status_code != 303
    assert "Alice" not in text(alice.get("/people/"))


# Guessing


def guess(times: int, name: str = "bob", password: str = "wrong", **more: Any) -> list[int]:
    return [try_in(Client(), name, password, **more).status_code for _ in range(times)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """later(minutes): what was guessed until now was guessed so long ago."""

    def later(passed: timedelta) -> None:
        for attempt in AccessAttempt.objects.all():
            AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - passed)

    return later


def test_the_sixth_guess_waits_and_another_address_does_not(later: Callable[[timedelta], None]) -> None:
    bob_of()
    assert guess(5) == [422] * 5
    answer = try_in(Client(), "Bob", OWN)
    assert answer.status_code == 429
    assert re.search(r"Try again at \d\d:\d\d\.", text(answer))
    assert 240 < int(answer["Retry-After"]) <= 300
    assert 'value="Bob"' in answer.content.decode()
    assert try_in(Client(), "bob", OWN, REMOTE_ADDR="10.0.0.2").status_code == 303
    later(timedelta(minutes=4))
    assert guess(3, password=OWN) == [429] * 3
    later(timedelta(minutes=1, seconds=1))
    assert guess(1, password=OWN) == [303]


def test_guessing_while_one_waits_does_not_prolong_it(later: Callable[[timedelta], None]) -> None:
    bob_of()
    guess(5)
    later(timedelta(minutes=4, seconds=50))
    guess(10)
    later(timedelta(seconds=11))
    assert guess(1, password=OWN) == [303]


def test_names_are_guessed_together_however_they_are_typed_and_with_whatever_browser() -> None:
    bob_of()
    for number, name in enumerate(["bob", "BOB", " bob", "ｂｏｂ", "Bob"]):
        guess(1, name, headers={"User-Agent": f"browser {number}"})
    assert guess(1, password=OWN) == [429]


def test_a_name_that_does_not_exist_waits_like_one_that_does() -> None:
    bob_of()
    assert guess(6, "nobody") == guess(6, "bob") == [422] * 5 + [429]


def test_twenty_guesses_of_any_names_from_one_address_and_it_waits() -> None:
    bob_of()
    assert [guess(1, f"name{number}") for number in range(20)] == [[422]] * 20
    assert guess(1, password=OWN) == [429]
    assert guess(1, password=OWN, REMOTE_ADDR="10.0.0.2") == [303]


def test_signing_in_clears_ones_own_name_and_no_others() -> None:
    bob_of()
    bob_of(name="eve")
    assert guess(4) == [422] * 4
    assert guess(1, password=OWN) == [303]
    assert guess(4) == [422] * 4
    assert guess(1, "eve", OWN) == [303]
    assert guess(2) == [422, 429]


def test_of_many_guesses_at_once_the_right_one_does_not_count_after_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    bob = bob_of()
    check = Person.check_password

    def meanwhile(self: Person, raw: str) -> bool:
        monkeypatch.setattr(Person, "check_password", check)
        guess(5)  # they were let through in the same moment, and have been counted by now
        return check(self, raw)

    monkeypatch.setattr(Person, "check_password", meanwhile)
    assert guess(1, password=OWN) == [429]
    assert not Session.objects.filter(person=bob).exists()


def test_the_old_password_is_not_for_guessing_either() -> None:
    bob_of()
    bob = signed_in("bob", OWN)
    said = {"old_password": "wrong", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert [bob.post("/password/", said).status_code for _ in range(6)] == [422] * 5 + [429]
    kept = str(list(AccessAttempt.objects.values()))
    assert PASSWORD not in kept
    assert "wrong" not in kept


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        (False, "6.6.6.6", "10.0.0.1"),
        (True, "6.6.6.6", "6.6.6.6"),
        (True, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
        (True, "1.1.1.1,  nonsense", "10.0.0.1"),
        (True, "", "10.0.0.1"),
        (True, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        (True, "::ffff:6.6.6.6", "6.6.6.6"),
    ],
)
def test_the_address_is_what_the_proxy_added_and_only_if_there_is_one(
    https: bool, forwarded: str, address: str, settings: Any, rf: Any
) -> None:
    settings.HTTPS = https
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert lockout.address_of(request) == address


def test_invented_addresses_buy_no_guesses(settings: Any) -> None:
    bob_of()
    settings.HTTPS = True
    spoofed = [guess(1, headers={"X-Forwarded-For": f"9.9.9.{number}, 10.1.1.1"}) for number in range(6)]
    assert spoofed == [[422]] * 5 + [[429]]
    assert guess(1, password=OWN, headers={"X-Forwarded-For": "9.9.9.9, 10.2.2.2"}) == [303]


def test_neither_names_nor_passwords_are_logged_or_kept(caplog: pytest.LogCaptureFixture) -> None:
    bob_of()
    logging.getLogger("axes").setLevel(logging.WARNING)  # as settings.LOGGING has it
    caplog.set_level(logging.INFO)
    guess(7, "bob", "hunter-two-hunter")
    guess(1, "typed-my-password-here", "x")
    try_in(Client(), "bob", OWN, REMOTE_ADDR="10.0.0.2")
    assert "Locking out" in caplog.text
    assert "127.0.0.1" in caplog.text
    kept = str(list(AccessAttempt.objects.values()))
    for secret in ("bob", "hunter", "typed-my-password", OWN):
        assert secret not in caplog.text.lower()
        assert secret not in kept.lower()
    assert not AccessLog.objects.exists()


def test_the_settings_log_no_name_at_info(settings: Any) -> None:
    assert settings.LOGGING["loggers"]["axes"] == {"level": "WARNING"}


def test_who_is_added_is_noted_by_number(alice: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    password = one_time(alice.post("/people/", {"full_name": "Bob", "name": "bob", "role": "viewer"}))
    numbers = [Person.objects.get(name=name).pk for name in ("bob", "alice")]
    assert "person {} was added as viewer by person {}".format(*numbers) in caplog.text
    assert password not in caplog.text


def test_hostile_names_stay_text(alice: Client) -> None:
    evil = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    alice.post("/people/", {"full_name": evil, "name": "evil", "role": "viewer"})
    page = alice.get("/people/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    pk = Person.objects.get(name="evil").pk
    assert "<img src=x" not in alice.post(f"/people/{pk}/", {"act": "enable"}, follow=True).content.decode()


def test_urlencoded_rubbish_at_the_door_is_no_mistake_of_ours() -> None:
    bob_of()
    for body in ("username=%ff%fe&password=%ed%a0%80", ""):
        answer = Client().post("/sign-in/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422
