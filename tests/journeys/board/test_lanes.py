"""Lanes: rows of the board by adviser, group, type or review date, laid out by the database."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from kanban.accounts import access_checks
from kanban.board import rendering
from kanban.live import presence
from kanban.models import Card, Column, Connection, Facet, Visibility
from kanban.sync import change_log, refresh
from plannr_api.sandbox import Sandbox
from tests.support.people import Person, at_the_board

LANE = re.compile(r'<section id="lane-([^"]+)".*?</section>', re.S)
SUM = re.compile(r'<p id="lane-sum-([^"]+)"[^>]* data-count="(\d+)" data-total="(-?\d+)"')
CELL = re.compile(r'<p id="cell-(.{36})-([^"]+)"[^>]* data-count="(\d+)" data-total="(-?\d+)"')
IN_CELL = re.compile(r'<ul id="cards-(.{36})-([^"]+)".*?</ul>', re.S)
DRAWN = re.compile(r'data-drawn="([^"]+)"')
KINDS = {"person": "assigned_to_uuids", "group": "group_uuids", "type": "type"}
LABELS = {"person": "Nobody", "group": "No group", "type": "No type", "review": "No review date"}


def board(priya: Person, query: str = "lanes=person") -> str:
    return str(priya.client.get(f"/?{query}").content.decode())


def ask(priya: Person, address: str, query: str = "lanes=person") -> Any:
    """As the page at that address asks."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/?{query}"}
    return priya.client.get(address, headers=headers)


def news(priya: Person, since: int, query: str = "lanes=person", drawn: str = "") -> str:
    return str(ask(priya, f"/changes/?since={since}&lanes={drawn}", query).content.decode())


def lanes_of(case: dict[str, Any], kind: str) -> list[str]:
    said = case[KINDS[kind]]
    return (said if isinstance(said, list) else [said] if said else []) or ["none"]


def cards_in(page: str) -> dict[tuple[str, str], list[str]]:
    """Who is drawn in each cell, by status and lane."""
    return {
        (found[1], found[2]): re.findall(r'class="card" data-case="([^"]+)"', found[0])
        for found in IN_CELL.finditer(page)
    }


def placed_in(text: str) -> list[str]:
    """Below which list of cards each card of an answer is put."""
    return re.findall(r'<ul hx-swap-oob="afterend:#cards-(\S+) &gt; ', text)


# What they count


@pytest.mark.parametrize("kind", KINDS)
def test_every_lane_and_every_cell_has_the_count_and_the_sum_of_all_its_cases(priya: Person, kind: str) -> None:
    counts: Counter[tuple[str, ...]] = Counter()
    sums: Counter[tuple[str, ...]] = Counter()
    for case in priya.plannr.state()["cases"]:
        for lane in lanes_of(case, kind):
            for place in ((lane,), (case["status"], lane)):
                counts[place] += 1
                sums[place] += case["value"] or 0
    page = board(priya, f"lanes={kind}")
    shown = {tuple(said[:-2]): (int(said[-2]), int(said[-1])) for said in SUM.findall(page) + CELL.findall(page)}
    assert {place: said for place, said in shown.items() if said != (0, 0)} == {
        place: (count, sums[place]) for place, count in counts.items()
    }


@pytest.mark.parametrize("kind", LABELS)
def test_whatever_the_lanes_columns_and_board_count_every_case_once(priya: Person, kind: str) -> None:
    plain, page = priya.open(), board(priya, f"lanes={kind}")
    assert priya.headers(page) == priya.headers(plain)
    strip = re.compile(r'<section id="strip".*?</section>', re.S)
    assert strip.findall(page) == strip.findall(plain)


def test_review_dates_are_lanes_by_how_near_they_are_and_what_is_completed_is_due_no_more(priya: Person) -> None:
    page = board(priya, "lanes=review")
    names = re.findall(r'class="turn".*?<bdi>(.*?)</bdi>', page)
    order = ["Overdue", "Due in 7 days", "Due in 30 days", "Later", "Completed", "No review date"]
    assert names == [name for name in order if name in names]
    sums = {lane: int(count) for lane, count, _ in SUM.findall(page)}
    assert sum(sums.values()) == len(priya.plannr.state()["cases"])
    assert sums["done"] == len(priya.standing("Completed"))


@pytest.mark.parametrize("kind", LABELS)
def test_cases_without_any_have_a_lane_of_their_own_and_it_is_the_last(priya: Person, kind: str) -> None:
    case = priya.standing("Research")[0]
    priya.plannr.outside.edit(case, assigned_to_uuids=[], group_uuids=[], type=None, review_at=None)
    refresh.refresh(priya.connection)
    page = board(priya, f"lanes={kind}")
    assert re.findall(r'class="turn".*?<bdi>(.*?)</bdi>', page)[-1] == LABELS[kind]
    assert case in cards_in(page)[priya.status("Research"), "none"]


def test_a_lens_narrows_what_lanes_count_and_what_an_account_is_not_shown_is_not_counted(priya: Person) -> None:
    tom = lanes_of(next(c for c in priya.plannr.state()["cases"] if len(c["assigned_to_uuids"]) == 2), "person")[0]
    theirs = [c for c in priya.plannr.state()["cases"] if tom in c["assigned_to_uuids"]]
    Visibility.objects.filter(card__case=theirs[0]["uuid"]).delete()
    sums = {lane: int(count) for lane, count, _ in SUM.findall(board(priya, f"lanes=person&person={tom}"))}
    assert sums[tom] == len(theirs) - 1
    assert theirs[0]["uuid"] not in board(priya)


# What they show


def test_a_case_with_two_advisers_is_drawn_in_both_lanes_each_with_an_id_of_its_own(priya: Person) -> None:
    page = board(priya)
    done = priya.status("Completed")
    for case in priya.plannr.state()["cases"]:
        where = [lane for (_, lane), cases in cards_in(page).items() if case["uuid"] in cases]
        if case["status"] != done:
            assert sorted(where) == sorted(lanes_of(case, "person"))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("sort", ["", "review", "value", "age", "name"])
def test_a_cell_shows_eight_cards_and_then_the_rest_in_the_order_of_its_column(priya: Person, sort: str) -> None:
    fact_find, someone = priya.status("Fact find"), uuid4()
    Card.objects.update(column=Column.objects.get(status=fact_find))
    Facet.objects.filter(kind="person").delete()
    Facet.objects.bulk_create(Facet(card=card, kind="person", uuid=someone, name="Zoë") for card in Card.objects.all())
    plain = board(priya, f"sort={sort}").split(f'id="column-{fact_find}"')[1].split("</section>")[0]
    page = board(priya, f"lanes=person&sort={sort}")
    shown = cards_in(page)[fact_find, str(someone)]
    assert len(shown) == 8
    more = re.search(r'hx-get="([^"]+lane=[^"]+)"', page)
    assert more
    rest = ask(priya, more[1].replace("&amp;", "&"), f"lanes=person&sort={sort}").content.decode()
    shown += re.findall(r'class="card" data-case="([^"]+)"', rest)
    assert shown == re.findall(r'class="card" data-case="([^"]+)"', plain)
    address = re.search(r'<a href="(/columns/[^"]+)" hx-get="[^"]+lane=', page)
    assert address
    assert "Zoë</bdi>, <bdi>Fact find" in priya.client.get(address[1].replace("&amp;", "&")).content.decode()


def test_of_a_completed_column_a_cell_shows_the_last_30_days_and_offers_the_rest(priya: Person) -> None:
    done = priya.status("Completed")
    priya.client.post(f"/columns/{done}/fold/")
    page = board(priya, "lanes=review")
    assert 0 < len(cards_in(page)[done, "done"]) < len(priya.standing("Completed"))
    everything = ask(priya, f"/columns/{done}/?lane=done&all", "lanes=review").content.decode()
    assert everything.count('class="card"') == len(priya.standing("Completed"))


def test_what_is_no_lane_is_said(priya: Person) -> None:
    assert "lanes: moon" in board(priya, "lanes=moon")
    assert ask(priya, f"/columns/{priya.status('Research')}/?lane=moon").status_code == 404


def test_lanes_fold_one_by_one_by_the_address(priya: Person) -> None:
    page = board(priya)
    lane = SUM.findall(page)[0][0]
    turn = re.search(rf'id="turn-{lane}" class="turn" href="([^"]+)"', page)
    assert turn
    folded = priya.client.get(turn[1].replace("&amp;", "&")).content.decode()
    assert SUM.findall(folded) == SUM.findall(page)
    assert {key for _, key in cards_in(folded)} == {key for _, key in cards_in(page)} - {lane}
    assert 'href="/?lanes=person" data-lens aria-expanded="false"' in folded


def test_filtering_and_clearing_keep_the_lanes(priya: Person) -> None:
    form = ask(priya, "/filters/").content.decode()
    assert '<input type="hidden" name="lanes" value="person">' in form
    assert 'class="clear" href="/?lanes=person"' in board(priya, "lanes=person&mine=1")


def test_a_column_that_is_folded_draws_all_lanes_anew(priya: Person) -> None:
    research = priya.status("Research")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?lanes=person"}
    answer = priya.client.post(f"/columns/{research}/fold/", headers=headers)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#board", "innerHTML")
    assert {status for status, _ in cards_in(answer.content.decode())}.isdisjoint({research})


# What they cost


@pytest.mark.parametrize("kind", LABELS)
def test_more_cases_lanes_or_cards_take_no_more_queries(
    db: None, make: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(presence, "EVERY", timedelta(hours=1))  # what is asked now and then is not asked in between,
    monkeypatch.setattr(access_checks, "CHECK", timedelta(hours=1))  # however long a busy machine takes
    counted = []
    for cases in (20, 200):
        Connection.objects.all().delete()
        Card.objects.all().delete()
        Column.objects.all().delete()
        priya = at_the_board(make(cases=cases))
        board(priya, f"lanes={kind}")  # the first look is also written down
        rendering._boards.clear()  # it is drawn anew; who sees what is known, and what was counted
        rendering._columns.clear()
        with CaptureQueriesContext(database) as queries:
            board(priya, f"lanes={kind}")
        counted.append(len([query for query in queries if query["sql"].startswith("SELECT")]))
    assert counted[0] == counted[1]
    assert counted[0] < 12


# What is new


def two_advisers(priya: Person) -> dict[str, Any]:
    done = priya.status("Completed")
    cases = priya.plannr.state()["cases"]
    return next(c for c in cases if len(c["assigned_to_uuids"]) == 2 and c["status"] != done)


def test_a_move_is_answered_with_a_card_in_each_lane_and_the_numbers_that_it_touched(priya: Person) -> None:
    case = two_advisers(priya)
    priya.open()
    to, home = priya.status("Presented"), priya.status(name_of(priya, case["status"]))
    priya.client.defaults["HTTP_HX_CURRENT_URL"] = "http://testserver/?lanes=person"
    text = priya.drop(case["uuid"], "Presented").text
    assert f"delete:.card[data-case='{case['uuid']}']" in text
    assert sorted(placed_in(text)) == sorted(f"{to}-{lane}" for lane in case["assigned_to_uuids"])
    touched = {(status, lane) for status, lane, *_ in CELL.findall(text)}
    assert touched == {(status, lane) for status in (to, home) for lane in case["assigned_to_uuids"]}
    assert len(text.encode()) < 15_000
    for lane in case["assigned_to_uuids"]:
        assert case["uuid"] in cards_in(board(priya))[to, lane]


def name_of(priya: Person, status: str) -> str:
    return str(next(each["name"] for each in priya.plannr.state()["statuses"] if each["uuid"] == status))


def test_every_card_that_is_placed_stands_where_the_page_would_draw_it(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    change_log.record_change(priya.connection, [UUID(case["uuid"]) for case in priya.plannr.state()["cases"]])
    text = news(priya, number)
    after = dict(re.findall(r'afterend:#cards-\S+ &gt; #(\S+)"><li id="(\S+)"', text.replace(">\n<li", "><li")))
    page = board(priya)
    lists = [re.findall(r'<li id="([^"]+)"', found[0]) for found in IN_CELL.finditer(page)]
    assert len(after) == sum(len(cards) - 1 for cards in lists)
    for cards in lists:
        for above, card in pairwise(cards):
            assert after[above] == card


def test_a_case_that_is_assigned_to_another_leaves_the_lane_and_comes_into_the_other(priya: Person) -> None:
    case = two_advisers(priya)
    drawn = DRAWN.findall(board(priya))[0]
    lanes = [lane for lane, *_ in SUM.findall(board(priya)) if lane not in ("none", *case["assigned_to_uuids"])]
    number = change_log.latest(priya.connection)
    priya.plannr.outside.edit(case["uuid"], assigned_to_uuids=lanes[:1])
    refresh.refresh(priya.connection)
    text = news(priya, number, drawn=drawn)
    assert f"delete:.card[data-case='{case['uuid']}']" in text
    assert placed_in(text) == [f"{case['status']}-{lanes[0]}"]
    assert SUM.findall(text) == SUM.findall(board(priya))
    assert CELL.findall(text) == CELL.findall(board(priya))


def test_a_lane_that_comes_or_goes_draws_the_board_anew(priya: Person) -> None:
    page = board(priya)
    nobody = [case["uuid"] for case in priya.plannr.state()["cases"] if not case["assigned_to_uuids"]]
    someone = SUM.findall(page)[0][0]
    number = change_log.latest(priya.connection)
    for case in nobody:
        priya.plannr.outside.edit(case, assigned_to_uuids=[someone])
    refresh.refresh(priya.connection)
    text = news(priya, number, drawn=DRAWN.findall(page)[0])
    assert '<kanban-board id="board" hx-swap-oob="innerHTML">' in text
    assert "Nobody" not in text
    assert '<kanban-board id="board"' not in news(priya, number, drawn=DRAWN.findall(text)[0])


def test_the_news_of_one_kind_of_lanes_are_never_sent_to_another(priya: Person) -> None:
    case = two_advisers(priya)
    number = change_log.latest(priya.connection)
    change_log.record_change(priya.connection, [UUID(case["uuid"])])
    answers = [news(priya, number, query) for query in ("", "lanes=person", "lanes=type", "lanes=person", "")]
    assert answers[0] == answers[4]
    assert answers[1] == answers[3]
    assert f'id="card-{case["uuid"]}" class' in answers[0]
    assert placed_in(answers[2]) == [f"{case['status']}-{case['type'] or 'none'}"]
    assert len(placed_in(answers[1])) == 2
    folded = news(priya, number, f"lanes=person&shut={case['assigned_to_uuids'][0]}")
    assert placed_in(folded) == [f"{case['status']}-{case['assigned_to_uuids'][1]}"]
