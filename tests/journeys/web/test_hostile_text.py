"""Text that no database holds (NUL, half a character) is refused at the door with a sentence, wherever it comes in."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from kanban.accounts import local_accounts
from kanban.models import Edit, Entry, Person, View
from tests.support.case_page import HTMX, hidden, opened
from tests.support.people import Person as Somebody

FORM = "application/x-www-form-urlencoded"
SENTENCE = "a character that cannot be kept"
ADDRESSES = [
    *("/?q={}", "/?sort=name&q={}", "/?lanes=review&lane={}", "/?person={}", "/?move={}", "/?edit={}", "/?case={}"),
    *(
        "/filters/clients/?client_name={}",
        "/cases/new/?q-participants={}",
        "/cases/new/?status={}",
        "/record/?person={}",
    ),
    *("/columns/{column}/?sort=name&after={}x~{column}", "/columns/{column}/?lanes=review&lane={}"),
    *("/columns/{column}/?lanes=type&lane={}", "/cases/{case}/edit/people/?q={}", "/cases.csv?q={}", "/print/?q={}"),
    *(
        "/record/?person={}",
        "/look/?q={}",
        "/changes/?since={}&lanes={}",
        "/sign-in/?next={}",
        "/views/?{}=1",
        "/webhooks/{}/",
        "/{}",
    ),
]


def addresses(priya: Somebody, texts: list[str]) -> list[str]:
    case, column = priya.standing("Fact find")[0], priya.status("Fact find")
    known = [address.replace("{case}", case).replace("{column}", column) for address in ADDRESSES]
    return [address.replace("{}", text) for address in known for text in texts]


def test_a_hostile_address_is_refused_with_a_sentence(priya: Somebody) -> None:
    for address in addresses(priya, ["%00", "a%00b"]):
        for headers in ({}, HTMX):
            answer = priya.client.get(address, headers=headers)
            assert (answer.status_code, SENTENCE in answer.content.decode()) == (400, True), address


def test_half_a_character_in_an_address_is_no_mistake_of_ours(priya: Somebody) -> None:
    """It stands for what cannot be read, and is looked for as such."""
    for address in addresses(priya, ["%ED%A0%80", "%ED%B0%80x", "%FF%FE"]):
        assert priya.client.get(address).status_code < 500, address


def test_the_address_of_the_page_that_asks_is_an_address_too(priya: Somebody) -> None:
    at = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?sort=name&q=%00"}
    assert priya.client.get("/look/", headers=at).status_code == 400
    assert priya.client.get("/", headers={"Cookie": "folds=\x00"}).status_code == 400


# Newer Pythons refuse to set a cookie with one of these, which would be a mistake of ours. Escaped and quoted, as here,
# they pass every server on the way.
CONTROLS = "".join(f"\\{code:03o}" for code in (*range(1, 32), 127))
COOKIES = ("folds", "theme", "density", "letters", "csrftoken", "sessionid")


def sets_clean_cookies(answer: HttpResponse) -> bool:
    """Whether it went well, and what it has the browser keep holds no control character."""
    kept = [morsel.value for morsel in answer.cookies.values()]
    return answer.status_code < 400 and not re.search(r"[\x00-\x1f\x7f]", "".join(kept))


def test_a_control_character_in_a_cookie_is_not_set_again(priya: Somebody) -> None:
    column = priya.status("Fact find").replace("-", "")
    for name in COOKIES:
        for value in (CONTROLS, f"{column}.{CONTROLS}", f"dark{CONTROLS}"):
            headers = {"Cookie": f'{name}="{value}"'}
            assert sets_clean_cookies(priya.client.get("/", headers=headers)), (name, value)
            folded = priya.client.post(f"/columns/{priya.status('Fact find')}/fold/", headers=headers)
            chosen = priya.client.post(
                "/look/", {"theme": "dark", "density": "\x01", "letters": "on\x7f"}, headers=headers
            )
            assert sets_clean_cookies(folded), (name, value)
            assert sets_clean_cookies(chosen), (name, value)
            assert folded.cookies.keys() >= {"folds"}
            assert chosen.cookies.keys() & {"theme", "density", "letters"} == {"theme"}


def test_nor_is_one_by_signing_in(db: None, settings: Any) -> None:
    settings.SIGN_IN = "accounts"
    local_accounts.add_manager("Alice Archer", "alice", "a long enough password")
    alice, said = Client(), {"username": "alice", "password": "a long enough password"}
    cookies = "; ".join(f'{name}="{CONTROLS}"' for name in COOKIES)
    assert sets_clean_cookies(alice.get("/sign-in/", headers={"Cookie": cookies}))
    answer = alice.post("/sign-in/", said, headers={"Cookie": cookies})
    assert sets_clean_cookies(answer)
    assert answer.cookies.keys() >= {"sessionid", "csrftoken"}


def test_a_hostile_form_is_refused_and_nothing_is_written(priya: Somebody) -> None:
    case, column = priya.standing("Fact find")[0], priya.status("Fact find")
    fields = hidden(opened(priya, case, "name").text)
    fields.pop("csrfmiddlewaretoken", None)
    for method, address, said in [
        ("put", f"/cases/{case}/edit/name/", fields | {"wanted": "a\x00b"}),
        ("post", f"/cases/{case}/edit/name/", fields | {"wanted": "a\x00b"}),
        ("put", f"/cases/{case}/move/", {"status": column, "seen_revision": "\x00"}),
        ("post", "/cases/new/", {"name": "\x00", "status": column}),
        ("post", f"/cases/{case}/delete/", {"name": "\x00"}),
        ("post", "/views/", {"name": "\x00", "query": "q=a"}),
        ("post", "/columns/", {"act": "add", "name": "\x00", "colour": "#2f7dd1"}),
        ("post", f"/columns/{column}/asks/", {"most": "\x00"}),
        ("post", "/bulks/", {"cases": "\x00", "what\x00": "1"}),
    ]:
        answer = getattr(priya.client, method)(address, urlencode(said), content_type=FORM, headers=HTMX)
        assert (answer.status_code, SENTENCE in answer.content.decode()) == (400, True), address
    assert not any(kind.objects.exists() for kind in (Edit, View, Entry))
    assert priya.puts == []


def test_an_encoding_smuggles_nothing_in(priya: Somebody) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na+AAA-b\r\n--x--\r\n'
    seven = "multipart/form-data; boundary=x; charset=utf-7"
    assert priya.client.generic("POST", "/views/", body, seven).status_code == 400
    assert priya.client.post("/views/", {"name": "a\x00b", "query": "q=a"}).status_code == 400  # as files are sent
    assert priya.client.get("/?q=+AAA-", CONTENT_TYPE="text/plain; charset=utf-7").status_code == 400
    assert not View.objects.exists()


def test_a_kept_address_lets_nothing_past_the_door(priya: Somebody) -> None:
    assert priya.client.post("/views/", {"name": "mine", "query": "q=a%00b"}).status_code == 303
    assert View.objects.get().query == "q=ab"
    assert priya.client.get(f"/?{View.objects.get().query}").status_code == 200


def test_at_the_door_and_among_people_too(db: None, settings: Any) -> None:
    settings.SIGN_IN = "accounts"
    local_accounts.add_manager("Alice Archer", "alice", "a long enough password")
    alice = Client()
    said = {"username": "alice", "password": "a long enough password"}
    assert alice.post("/sign-in/", said | {"username": "\x00"}).status_code == 400
    assert alice.post("/sign-in/", said).status_code == 303
    assert alice.post("/people/", {"full_name": "B\x00b", "name": "bob", "role": "viewer"}).status_code == 400
    assert Person.objects.count() == 1
