"""Finding cases: words, filters, sorts, and the address that says all of it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanban.core import cache
from kanban.core.text import words_in
from kanban.models import Column, Connection
from kanban.search.filters import BoardQuery
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.people import CARD, COLUMN, HEADER, Person, at_the_board
from tests.support.team import Team

LONDON = ZoneInfo("Europe/London")
FOUND = re.compile(r'<p id="found"[^>]*>(.*?)</p>', re.S)


def look(at: Person, **said: Any) -> str:
    return at.client.get("/", said).content.decode()


def cards(page: str) -> set[str]:
    return {case for case, _ in CARD.findall(page)}


def found(page: str) -> str:
    return re.sub(r"<[^>]+>", "", FOUND.search(page).group(1)).strip()  # type: ignore[union-attr]


# Words


def test_three_letters_of_a_client_narrow_the_board_and_say_how_many(priya: Person) -> None:
    page = look(priya, q="whi")
    names = {uuid: account["name"] for uuid, account in priya.plannr.firm.accounts.items()}
    theirs = {
        case["uuid"]
        for case in priya.plannr.state()["cases"]
        if any(
            word.startswith("whi")
            for p in [*case["participants"], *case["assigned_to_uuids"]]
            for word in words_in(names[p])
        )
        or any(word.startswith("whi") for word in words_in(case["name"]))
    }
    assert theirs
    assert cards(page) <= theirs
    assert found(page) == f"{len(theirs)} of 40 cases"


def test_accents_case_and_order_do_not_matter_and_every_word_must_be_there(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.outside.edit(case, name="Élan Vital, étape 2026/27")
    assert refresh.refresh(priya.connection)
    assert cards(look(priya, q="VITAL elan")) == {case}
    assert cards(look(priya, q="2026 éta")) == {case}
    assert cards(look(priya, q="vital elan missing")) == set()


def test_a_case_is_found_by_its_plan_and_the_card_says_so(priya: Person) -> None:
    case = next(each for each in priya.plannr.state()["cases"] if each["plans"] and not each["completed_at"])
    number = priya.plannr.firm.plans[case["plans"][0]]["policy_number"]
    page = look(priya, q=number.lower())
    assert case["uuid"] in cards(page)
    assert f"Plan <bdi>{number}" in page
    assert f"Plan <bdi>{number}" not in look(priya)


@pytest.mark.parametrize("text", ['"', "' OR 1=1 --", "a* NOT b", "():&|!", "NEAR(", "%", "🙂", "x" * 5000])
def test_whatever_is_typed_is_only_looked_for(priya: Person, text: str) -> None:
    assert priya.client.get("/", {"q": text}).status_code == 200


def test_what_is_changed_or_gone_is_found_anew(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.outside.edit(case, name="Zanzibar")
    assert refresh.refresh(priya.connection)
    assert cards(look(priya, q="zanz")) == {case}
    priya.plannr.outside.delete(case)
    assert refresh.refresh(priya.connection)
    assert found(look(priya, q="zanz")) == "0 of 39 cases"


# Filters: exactly what a plain reading of Plannr's data gives


def reading(plannr: Sandbox, me: str, case: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether a case is asked for, in plain words over what Plannr holds."""
    day = datetime.now(LONDON).date()
    staff = set(case["assigned_to_uuids"] or [])
    asked = set(said.get("person", [])) | ({me} if said.get("mine") else set())
    if (asked or said.get("unassigned")) and not (staff & asked or (said.get("unassigned") and not staff)):
        return False
    if said.get("type") and case["type"] not in said["type"]:
        return False
    if said.get("group") and not set(case["group_uuids"]) & set(said["group"]):
        return False
    if said.get("tag") and not set(case["tags"]) & set(said["tag"]):
        return False
    if said.get("client") and not set(case["participants"]) & set(said["client"]):
        return False
    if "min" in said and (case["value"] is None or case["value"] < said["min"] * 100):
        return False
    if "max" in said and (case["value"] is None or case["value"] > said["max"] * 100):
        return False
    review = datetime.fromisoformat(case["review_at"]).astimezone(LONDON).date() if case["review_at"] else None
    if said.get("review") and state_of(review, day) not in said["review"]:
        return False
    created = datetime.fromisoformat(case["created_at"]).astimezone(LONDON).date()
    for what, when in (("review", review), ("created", created)):
        if f"{what}_from" in said and (when is None or when < said[f"{what}_from"]):
            return False
        if f"{what}_to" in said and (when is None or when > said[f"{what}_to"]):
            return False
    done = plannr.firm.statuses[case["status"]]["is_type_completed"]
    return not said.get("state") or done == (said["state"] == "completed")


def state_of(review: date | None, day: date) -> str:
    if review is None:
        return "none"
    left = (review - day).days
    return "overdue" if left < 0 else "week" if left <= 7 else "month" if left <= 30 else "later"


def some(of: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(of)), max_size=2, unique=True)


def asks(plannr: Sandbox) -> st.SearchStrategy[dict[str, Any]]:
    firm, today = plannr.firm, datetime.now(LONDON).date()
    people = [uuid for uuid, each in firm.accounts.items() if each["type"] == "employee"]
    clients = [uuid for case in firm.cases.values() for uuid in case["participants"]]
    days = st.integers(-400, 400).map(lambda n: today + timedelta(days=n))
    return st.fixed_dictionaries(
        {},
        optional={
            "mine": st.just("1"),
            "unassigned": st.just("1"),
            "person": some(people),
            "type": some(list(firm.types)),
            "group": some(list(firm.groups)),
            "tag": some(list(firm.tags)),
            "client": some(clients),
            "min": st.integers(0, 20_000),
            "max": st.integers(0, 20_000),
            "review": some(["overdue", "week", "month", "later", "none"]),
            "review_from": days,
            "review_to": days,
            "created_from": days,
            "created_to": days,
            "state": st.sampled_from(["open", "completed"]),
        },
    )


@pytest.fixture
def hundred(db: None, make: Callable[..., Sandbox]) -> Person:
    return at_the_board(make(cases=120))


def test_all_combinations_of_filters_give_what_a_plain_reading_gives(hundred: Person) -> None:
    plannr, me = hundred.plannr, str(hundred.connection.account)
    columns = list(hundred.connection.columns)

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(asks(plannr))
    def holds(said: dict[str, Any]) -> None:
        lens = lens_of(said)
        seen = {str(case) for case in lens.at(hundred.connection, columns).values_list("case", flat=True)}
        assert seen == {case["uuid"] for case in plannr.state()["cases"] if reading(plannr, me, case, said)}
        assert lens_of_query(lens.query) == lens
        assert lens.unclear == ()

    holds()


def lens_of(said: dict[str, Any]) -> BoardQuery:
    address = QueryDict(mutable=True)
    for name, value in said.items():
        address.setlist(name, value if isinstance(value, list) else [str(value)])
    return BoardQuery.read(address)


def lens_of_query(query: str) -> BoardQuery:
    return BoardQuery.read(QueryDict(query))


def test_headers_count_and_sum_what_is_asked_for_and_say_of_how_many(priya: Person) -> None:
    page = look(priya, mine=1)
    me = str(priya.connection.account)
    for status, (count, total) in priya.headers(page).items():
        mine = [c for c in priya.plannr.state()["cases"] if c["status"] == status and me in c["assigned_to_uuids"]]
        assert (count, total) == (len(mine), sum(c["value"] or 0 for c in mine))
    whole = {status: count for status, count, _ in HEADER.findall(look(priya))}
    shown = dict(re.findall(r'id="header-([^"]+)".*?<span class="count">\d+ of (\d+)', page, re.S))
    assert shown == whole


def test_a_bar_narrows_its_own_column_and_no_other(hundred: Person) -> None:
    status, before = hundred.status("Fact find"), hundred.headers(look(hundred))
    after = hundred.headers(look(hundred, bar=f"{status}.overdue"))
    overdue = [
        case
        for case in hundred.plannr.state()["cases"]
        if case["status"] == status
        and case["review_at"]
        and state_of(datetime.fromisoformat(case["review_at"]).astimezone(LONDON).date(), datetime.now(LONDON).date())
        == "overdue"
    ]
    assert overdue
    assert after.pop(status)[0] == len(overdue)
    before.pop(status)
    assert after == before


def test_stale_is_exactly_what_has_stood_there_for_so_many_days(priya: Person) -> None:
    column = Column.objects.get(name="Fact find")
    Column.objects.filter(pk=column.pk).update(stale_days=10)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    cases = list(priya.connection.cards.of(column).in_order())
    for card, since in zip(
        cases, (midnight - timedelta(days=9, seconds=1), midnight - timedelta(days=9)), strict=False
    ):
        type(card).objects.filter(pk=card.pk).update(since=since, since_known=True)
    for card in cases[2:]:
        type(card).objects.filter(pk=card.pk).update(since=timezone.now())
    column.cards.update(review_at=None)  # an overdue card says that first
    page = look(priya, stale=1)
    assert cards(page) == {str(cases[0].case)}
    assert re.findall(r'data-case="([^"]+)"[^>]* data-attention="stale"', look(priya)) == [str(cases[0].case)]
    assert f"bar={column.status}.stale" in look(priya)


def test_what_the_address_says_wrongly_is_left_out_and_said(priya: Person) -> None:
    page = look(priya, person="nobody", min="a lot", review="soon", created_from="31/02/2026", sort="luck")
    assert len(cards(page)) > 20
    for part in ("person: nobody", "min: a lot", "review: soon", "created_from: 31/02/2026", "sort: luck"):
        assert part in page


# Sorts


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        (
            "review",
            lambda case: (case["review_at"] is None, case["review_at"] and datetime.fromisoformat(case["review_at"])),
        ),
        ("value", lambda case: (case["value"] is None, -(case["value"] or 0))),
        ("age", lambda case: (False, case["created_at"])),
    ],
)
def test_a_column_is_sorted_whole_and_not_just_the_part_that_is_drawn(
    hundred: Person, sort: str, key: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kanban.board.board.PAGE", 4)
    status, drawn, more = hundred.status("Fact find"), [], ""
    address = f"/columns/{status}/?sort={sort}"
    while address:
        page = hundred.client.get(address).content.decode()
        drawn += [case for case, _ in CARD.findall(page)]
        more = re.search(r'<a href="(/columns/[^"]+)">Show more', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    cases = {case["uuid"]: case for case in hundred.plannr.state()["cases"] if case["status"] == status}
    assert sorted(drawn) == sorted(cases)
    keys = [key(cases[case]) for case in drawn]
    assert keys == sorted(keys)


# News and moves through a lens


def test_a_move_is_answered_through_the_lens_of_the_page_that_asks(priya: Person) -> None:
    me = str(priya.connection.account)
    case = next(
        c["uuid"]
        for c in priya.plannr.state()["cases"]
        if c["status"] == priya.status("Fact find") and me not in c["assigned_to_uuids"]
    )
    priya.client.defaults["HTTP_HX_CURRENT_URL"] = "http://testserver/?mine=1"
    answer = priya.drop(case, "Research", seen_position="")
    assert answer.status == 200
    assert f'id="card-{case}" hx-swap-oob="delete"' in answer.text
    assert 'class="card"' not in answer.text
    assert re.search(r'<span class="count">\d+ of \d+', answer.text)


def test_news_take_a_card_off_a_board_that_does_not_ask_for_it_any_more(priya: Person) -> None:
    number = re.search(r'data-change="(\d+)"', look(priya, q="zanz")).group(1)  # type: ignore[union-attr]
    case = priya.standing("Fact find")[0]
    priya.plannr.outside.edit(case, name="Zanzibar")
    assert refresh.refresh(priya.connection)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?q=zanz"}
    news = priya.client.get(f"/changes/?since={number}", headers=headers).content.decode()
    assert f'id="card-{case}" class="card"' in news
    other = priya.client.get(
        f"/changes/?since={number}", headers=headers | {"HX-Current-URL": "http://testserver/?q=other"}
    )
    assert f'id="card-{case}" class="card"' not in other.content.decode()


# Whose eyes, and how much it costs


def test_nobody_is_offered_a_name_that_plannr_does_not_show_to_them(team: Team) -> None:
    team.plannr.speak(visibility="assigned")
    priya, leah = team.sign_in("priya"), team.sign_in("leah")
    offered = set(
        re.findall(r'name="(?:person|tag|group)" value="([^"]+)"', leah.client.get("/filters/").content.decode())
    )
    seen = leah.connection.cards
    known = {str(uuid) for uuid in seen.values_list("facets__uuid", flat=True)}
    assert offered <= known
    hidden = priya.connection.cards.exclude(pk__in=seen.values("pk")).filter(facets__kind="client").first()
    assert hidden
    client = (
        hidden.facets.filter(kind="client")
        .exclude(uuid__in=seen.filter(facets__kind="client").values("facets__uuid"))
        .first()
    )
    assert client
    page = leah.client.get("/", {"client": client.uuid}).content.decode()
    assert client.name not in page
    assert "unknown" in page
    assert client.name not in leah.client.get("/filters/clients/", {"client_name": client.name[:4]}).content.decode()


def test_a_narrowed_board_takes_as_many_queries_for_many_cases_as_for_few(
    db: None, make: Callable[..., Sandbox], django_assert_num_queries: Any
) -> None:
    counts = []
    for cases in (30, 240):
        Connection.objects.all().delete()
        person = at_the_board(make(cases=cases))
        asked = {"q": "annual", "mine": 1, "sort": "value", "group": str(uuid4())}
        person.client.get("/", asked)
        with django_assert_num_queries(len(counts) and counts[0]) if counts else counting(counts):
            person.client.get("/", asked)
    assert counts[0] < 40


class counting:
    def __init__(self, counts: list[int]) -> None:
        self._counts = counts

    def __enter__(self) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._caught = CaptureQueriesContext(connection)
        self._caught.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._caught.__exit__(*error)
        self._counts.append(len(self._caught))


def test_the_filters_are_a_page_without_script_and_keep_what_is_chosen(priya: Person) -> None:
    page = Client.get(priya.client, "/filters/?mine=1&q=annual&min=1200").content.decode()
    assert 'name="mine" value="1" checked' in page
    assert 'name="q" value="annual"' in page
    assert "£1,200.00" in page
    assert UUID(re.findall(r'name="group" value="([^"]+)"', page)[0])


@pytest.mark.parametrize("sort", ["", "review", "value", "name"])
def test_news_of_many_cases_leave_a_page_as_a_reload_would_draw_it(priya: Person, sort: str) -> None:
    address = {"sort": sort} if sort else {}
    page = look(priya, **address)
    columns = {found.group(1): [c for c, _ in CARD.findall(found.group(0))] for found in COLUMN.finditer(page)}
    number = re.search(r'data-change="(\d+)"', page).group(1)  # type: ignore[union-attr]
    for each, case in enumerate(priya.standing("Fact find") + priya.standing("Research")):
        day = datetime.now(LONDON) + timedelta(days=(each * 37) % 60)
        priya.plannr.outside.edit(
            case, review_at=day.isoformat(), value=(each * 7919) % 5000, name=f"{each * 13 % 10} new"
        )
    moved = priya.standing("Fact find")[:2]
    for case in moved:
        priya.plannr.outside.move(case, priya.status("Research"), 2)
    assert refresh.refresh(priya.connection)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/?sort={sort}"}
    news = priya.client.get(f"/changes/?since={number}", headers=headers).content.decode()
    for template in re.findall(r"<template>(.*?)</template>", news, re.S):
        case = re.search(r'id="card-([^"]+)" hx-swap-oob="delete"', template).group(1)  # type: ignore[union-attr]
        for cards_there in columns.values():
            if case in cards_there:
                cards_there.remove(case)
        if put := re.search(r'afterend:#cards-(\S+) &gt; #(?:card|top)-([^"]+)"', template):
            there, after = columns[put.group(1)], put.group(2)
            there.insert(there.index(after) + 1 if after in there else 0, case)
            assert after in there or after == put.group(1), "it would be put beside a card that is not there"
    again = look(priya, **address)
    assert columns == {found.group(1): [c for c, _ in CARD.findall(found.group(0))] for found in COLUMN.finditer(again)}
    assert set(moved) <= set(columns[priya.status("Research")])


def test_cards_from_before_there_was_a_search_are_found_after_the_next_read(priya: Person) -> None:
    priya.connection.cards.update(words="", policies=[], source="")
    cache.clear_all()  # by a process of the version before
    assert found(look(priya, q="annual")) == "0 of 40 cases"
    assert refresh.refresh(priya.connection)
    page = look(priya, q="annual")
    assert not found(page).startswith("0 ")
    assert cards(page)
