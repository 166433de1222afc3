"""Saved views: a look kept under a name, for oneself or the team, and what the board opens with."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from kanban.accounts import connections
from kanban.models import Card, Opening, Role, View
from kanban.models import Person as Colleague
from kanban.search import saved_views
from kanban.search.filters import BoardQuery
from kanban.search.query_string import ALL
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.people import CARD, Person
from tests.support.team import Team, a_team

SWITCHER = re.compile(r'<details id="views".*?</form>.*?</details>', re.S)
NOW = re.compile(r'<summary id="views-now".*?<bdi>(.*?)</bdi>', re.S)
LINK = re.compile(r'<a href="/\?([^"]*)" data-lens[^>]*><bdi>(.*?)</bdi>', re.S)
BIG = "min=250000&sort=value"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/?{BIG}"}


def page(client: Client, address: str = "/?all") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get("Location")
    return str(answer.content.decode())


def now(text: str) -> str:
    found = NOW.search(text)
    assert found
    return html.unescape(found[1])


def choices(client: Client) -> dict[str, str]:
    """The views that the board offers, by name."""
    menu = SWITCHER.search(page(client))
    assert menu
    return {html.unescape(name): html.unescape(query) for query, name in LINK.findall(menu[0])}


def save(client: Client, name: str = "Big ones", query: str = BIG, **more: Any) -> Any:
    headers = more.pop("headers", {})
    return client.post("/views/", {"name": name, "query": query, **more}, headers=headers)


def shown(text: str) -> set[str]:
    return {case for case, _ in CARD.findall(text)}


# One's own


def test_a_look_is_kept_under_a_name_and_found_again(priya: Person) -> None:
    answer = save(priya.client)
    assert (answer.status_code, answer["Location"]) == (303, f"/?{BIG}")
    assert choices(priya.client)["Big ones"] == BIG
    there = page(priya.client, f"/?{BIG}")
    assert now(there) == "Big ones"
    assert re.sub(r'<details id="lane-choice.*?</details>', "", there, flags=re.S).count('aria-current="true"') == 1
    assert shown(there) == {
        str(card.case) for card in Card.objects.filter(value__gte=250_000_00, column__completed=False)
    }
    assert now(page(priya.client, f"/?{BIG}&mine=1")) == "Unsaved view"


def test_from_the_board_it_is_saved_in_place_and_said(priya: Person) -> None:
    answer = save(priya.client, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert now(text) == "Big ones"
    assert 'role="status"' in text
    assert "Saved as “Big ones”." in text
    assert '<details id="views" class="views">' in text


def test_what_the_board_cannot_read_is_not_kept(priya: Person) -> None:
    save(priya.client, query='min=2500&person=nobody&sort=colour&evil="><script>&review=overdue&review=x')
    assert View.objects.get().query == "min=2500&review=overdue"
    View.objects.update(query="min=2500&person=nobody&onload=x")
    assert choices(priya.client)["Big ones"] == "min=2500"


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("name", "why"), [("  ", "Give the view a name."), ("x" * 61, "That name is too long: 60 characters at most.")]
)
def test_a_name_that_will_not_do_is_said_and_all_that_was_typed_is_kept(
    priya: Person, name: str, why: str, headers: dict[str, str]
) -> None:
    answer = save(priya.client, name, opens="on", headers=headers)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert why in text
    assert f'name="name" value="{name}"' in text
    assert f'name="query" value="{BIG}"' in text
    assert re.search(r'name="opens" checked', text)
    assert not View.objects.exists()


def test_a_name_that_is_taken_is_replaced_only_when_it_is_meant(priya: Person) -> None:
    save(priya.client)
    again = save(priya.client, query="mine=1", headers=HTMX)
    assert again.status_code == 422
    assert "You have a view of that name already." in again.content.decode()
    assert View.objects.get().query == BIG
    assert save(priya.client, "Big  ones", "mine=1", replace="Other").status_code == 422
    assert save(priya.client, query="mine=1", replace="Big ones").status_code == 303
    assert View.objects.get().query == "mine=1"


def test_it_is_renamed_and_deleted(priya: Person) -> None:
    save(priya.client)
    save(priya.client, "Others", "mine=1")
    here = f"/views/{View.objects.get(name='Big ones').pk}/"
    assert "Big ones" in page(priya.client, here)
    assert "Others" in page(priya.client, "/views/")
    taken = priya.client.post(here, {"name": "Others"})
    assert taken.status_code == 422
    assert "There is a view of that name already. Choose another." in taken.content.decode()
    assert priya.client.post(here, {"name": "Pensions"}).status_code == 303
    assert {"Pensions", "Others"} < set(choices(priya.client))
    assert priya.client.post(here, {"act": "delete"}).status_code == 303
    assert View.objects.get().name == "Others"
    assert priya.client.get(here).status_code == 404


def test_nobody_has_more_views_than_can_be_listed(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    save(priya.client)
    assert save(priya.client, "One more").status_code == 422
    assert View.objects.count() == 1


def test_a_name_is_text_whatever_it_holds(priya: Person) -> None:
    save(priya.client, "<img src=x onerror=alert(1)>")
    number = View.objects.get().pk
    for address in (f"/?{BIG}", "/views/", f"/views/{number}/", f"/print/?{BIG}"):
        text = page(priya.client, address)
        assert "<img" not in text
        assert "&lt;img src=x" in text


# For everybody


def test_everybody_has_the_same_first_views_and_none_is_stored(priya: Person) -> None:
    assert list(choices(priya.client)) == [
        *("All cases", "My cases", "Reviews due", "Overdue", "Stale", "Unassigned", "High value"),
        "Completed this month",
    ]
    assert not View.objects.exists()


@pytest.mark.parametrize("key", saved_views.SEEDS)
def test_each_of_them_is_an_address_that_says_all_of_it(priya: Person, key: str) -> None:
    name, lens = saved_views.SEEDS[key]
    assert BoardQuery.read(QueryDict(lens.query)) == lens
    assert now(page(priya.client, f"/?{lens.query}")) == name


def test_completed_this_month_is_by_the_calendar_and_its_column_is_open(priya: Person) -> None:
    done = priya.connection.columns.get(completed=True)
    cards = list(priya.connection.cards.of(done)[:3])
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends: list[datetime | None] = [first, first - timedelta(seconds=1), None]
    Card.objects.filter(column=done).update(completed_at=first - timedelta(days=40))
    for card, end in zip(cards, ends, strict=True):
        Card.objects.filter(pk=card.pk).update(completed_at=end, updated_at=first + timedelta(seconds=1))
    text = page(priya.client, "/?completed=month")
    assert shown(text) == {str(cards[0].case), str(cards[2].case)}
    assert priya.headers(text)[str(done.status)][0] == 2
    assert "Completed this month" in text


# What the board opens with


def test_the_board_opens_with_the_view_of_ones_choice_and_all_cases_stay_in_reach(priya: Person) -> None:
    save(priya.client, opens="on")
    answer = priya.client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, f"/?{BIG}")
    assert now(page(priya.client, "/?all")) == "All cases"
    assert choices(priya.client)["All cases"] == ALL
    assert now(page(priya.client, f"/?{ALL}")) == "All cases"
    assert "Your board opens with it" in page(priya.client, "/views/")
    priya.client.post("/views/opening/", {"key": "mine"})
    assert priya.client.get("/")["Location"] == "/?mine=1"
    priya.client.post("/views/opening/", {"key": "all"})
    assert priya.client.get("/").status_code == 200


def test_without_the_view_it_opens_with_everything(priya: Person) -> None:
    save(priya.client, opens="on")
    number = View.objects.get().pk
    priya.client.post(f"/views/{number}/", {"name": "Big ones", "opens": "on"})
    assert priya.client.get("/").status_code == 302
    priya.client.post(f"/views/{number}/", {"act": "delete"})
    assert priya.client.get("/").status_code == 200
    assert not Opening.objects.exists()


def test_what_the_page_itself_asks_for_is_never_sent_elsewhere(priya: Person) -> None:
    save(priya.client, opens="on")
    headers = {"HX-Request": "true", "HX-Target": "board", "HX-Current-URL": "http://testserver/"}
    assert priya.client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("key", ["", "nothing", "99", "²", "9" * 30])
def test_it_opens_with_nothing_that_there_is_not(priya: Person, key: str) -> None:
    answer = priya.client.post("/views/opening/", {"key": key})
    assert answer.status_code == 422
    assert "There is no such view any more." in answer.content.decode()
    assert priya.client.get("/").status_code == 200


def test_more_views_take_no_more_queries(priya: Person, django_assert_max_num_queries: Callable[..., Any]) -> None:
    save(priya.client)
    with django_assert_max_num_queries(60) as few:
        page(priya.client)
        board = len(few)
        page(priya.client, "/views/")
        views = len(few)
    for number in range(20):
        save(priya.client, f"View {number}", f"min={number}")
    with django_assert_max_num_queries(board):
        page(priya.client)
    with django_assert_max_num_queries(views):
        page(priya.client, "/views/")


# The team's


def test_a_view_is_ones_own_until_it_is_shared(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    save(alice.client)
    assert "Big ones" not in choices(bob.client)
    save(bob.client, query="mine=1")
    here = f"/views/{View.objects.get(query=BIG).pk}/"
    alice.client.post(here, {"name": "The firm’s biggest", "shared": "on"})
    assert choices(bob.client)["The firm’s biggest"] == BIG
    assert choices(bob.client)["Big ones"] == "mine=1"
    assert "by <bdi>Alice Archer</bdi>" in page(bob.client)


def test_a_shared_view_is_its_owners_to_change(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    save(alice.client, shared="on")
    here = f"/views/{View.objects.get().pk}/"
    assert "Change" not in page(bob.client, "/views/")
    for answer in (
        bob.client.get(here),
        bob.client.post(here, {"name": "x"}),
        bob.client.post(here, {"act": "delete"}),
    ):
        assert answer.status_code == 404
    assert View.objects.get().name == "Big ones"


def test_it_shows_each_person_what_plannr_shows_to_them(db: None, make: Callable[..., Sandbox], settings: Any) -> None:
    team = a_team(make(visibility="assigned"), settings)
    priya, leah = team.sign_in("priya"), team.sign_in("leah")
    save(priya.client, query="state=open", shared="on")
    query = choices(leah.client)["Big ones"]
    theirs = [shown(page(person.client, f"/?{query}")) for person in (priya, leah)]
    for person, cases in zip((priya, leah), theirs, strict=True):
        assert cases == {str(card.case) for card in person.connection.cards.filter(column__completed=False)}
    assert theirs[0] != theirs[1]


def test_another_firms_views_are_never_seen(team: Team) -> None:
    alice, charlie = team.sign_in("alice"), team.sign_in("charlie")
    save(alice.client, shared="on")
    number = View.objects.get().pk
    assert "Big ones" not in choices(charlie.client)
    assert "Big ones" not in page(charlie.client, f"/?{BIG}") + page(charlie.client, "/views/")
    assert charlie.client.get(f"/views/{number}/").status_code == 404
    assert charlie.client.post(f"/views/{number}/", {"act": "delete"}).status_code == 404
    assert charlie.client.post("/views/opening/", {"key": str(number)}).status_code == 422
    assert View.objects.count() == 1


def test_who_only_looks_keeps_views_too_and_nothing_is_written_to_plannr(team: Team) -> None:
    val = team.sign_in("val")
    assert save(val.client, shared="on", opens="on").status_code == 303
    assert val.client.get("/")["Location"] == f"/?{BIG}"
    assert val.puts == []


def test_a_board_that_opens_with_a_colleagues_view_opens_with_everything_once_that_is_private(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    save(alice.client, shared="on")
    number = View.objects.get().pk
    bob.client.post("/views/opening/", {"key": str(number)})
    assert bob.client.get("/")["Location"] == f"/?{BIG}"
    assert alice.client.get("/").status_code == 200
    alice.client.post(f"/views/{number}/", {"name": "Big ones"})
    assert bob.client.get("/").status_code == 200


# Local accounts


@pytest.fixture
def accounts(db: None, plannr: Sandbox, settings: Any) -> None:
    settings.SIGN_IN = "accounts"
    assert refresh.refresh(connections.current())


def somebody(name: str, role: Role = Role.VIEWER) -> Client:
    person = Colleague(name=name, full_name=f"{name.title()} Bailey", role=role)
    person.set_password("violet tractor 41 moon")
    person.save()
    client = Client()
    said = {"username": name, "password": "violet tractor 41 moon"}
    assert client.post("/sign-in/", said).status_code == 303
    return client


def test_each_local_account_has_its_own_views_though_all_share_one_token(accounts: None) -> None:
    bob, val = somebody("bob"), somebody("val")
    save(bob, opens="on")
    assert "Big ones" not in choices(val)
    assert val.get("/").status_code == 200
    assert save(val).status_code == 303


def test_a_leavers_shared_views_stay_and_a_manager_may_change_them(accounts: None) -> None:
    bob, val, alice = somebody("bob"), somebody("val"), somebody("alice", Role.MANAGER)
    save(bob, shared="on")
    save(bob, "Private", "mine=1")
    Colleague.objects.filter(name="bob").update(is_active=False)
    assert choices(val)["Big ones"] == BIG
    assert "Private" not in choices(alice)
    here = f"/views/{View.objects.get(name='Big ones').pk}/"
    assert val.post(here, {"name": "x", "shared": "on"}).status_code == 404
    assert alice.post(here, {"name": "Large ones", "shared": "on"}).status_code == 303
    assert choices(val)["Large ones"] == BIG
    assert alice.get(f"/views/{View.objects.get(name='Private').pk}/").status_code == 404


def test_where_nobody_signs_in_there_is_nobody_to_share_with(priya: Person) -> None:
    save(priya.client, shared="on")
    assert not View.objects.get().shared
    assert 'name="shared"' not in page(priya.client)
