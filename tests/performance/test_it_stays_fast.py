"""A small and fast slice of `make bench`, on what does not depend on the machine: questions to the database, bytes,
elements, and processor time as a ratio to what cannot be done without, with a wide margin."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from uuid import uuid4

import pytest
import requests
from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from kanban.core import cache
from kanban.models import Connection
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.connections import disconnect_all
from tests.support.people import Person, at_the_board

pytestmark = pytest.mark.django_db  # for the database; the two fixtures below roll back what they wrote themselves
KB = 1024


@dataclass(repr=False)  # pages do not belong into what a failing test says
class Fast:
    """What one person's page, drop and news cost among so many cases."""

    page_queries: int
    move_queries: int
    news_queries: int
    page: str
    packed: bytes  # the page, as browsers take it
    moved: str
    news: str
    page_time: float  # milliseconds of processor time
    move_time: float
    floor_time: float  # the bare GET and PUT


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Fast:
    with django_db_blocker.unblock(), at_the_board_of(100) as priya:
        return measured(priya)


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Fast:
    with django_db_blocker.unblock(), at_the_board_of(2000) as priya:
        return measured(priya)


@contextmanager
def at_the_board_of(cases: int) -> Iterator[Person]:
    """For all tests of this module at once: to read two thousand cases takes longer than they do."""
    with Sandbox(cases=cases, seed=7) as plannr, transaction.atomic():
        asked = {"PLANNR_BASE_URL": plannr.url, "PLANNR_ACCESS_TOKEN": plannr.token, "REFRESH_SECONDS": 3600}
        cache.clear_all()
        with override_settings(**asked, PLANNR_TIMEOUT=5.0):
            yield at_the_board(plannr)
        disconnect_all()
        transaction.set_rollback(True)


def measured(priya: Person) -> Fast:
    names = {status["uuid"]: status["name"] for status in priya.plannr.state()["statuses"]}
    for at in range(3):  # the first also learn the account's habits, and draw what is kept from then on
        aimed(priya, names, at)()
    refresh.refresh(priya.connection)  # and the neighbours' new numbers are known, each of which is else written down
    moved, move_queries = [], []
    for at in (0, 2, 4):  # six columns, of which none is met twice
        drop = aimed(priya, names, at)
        with CaptureQueriesContext(database) as asked:
            moved.append(drop())
        move_queries.append(len(asked))
    move_times = [processor_time(aimed(priya, names, at)) for at in range(7)]
    newest = int(re.findall(r'data-change="(\d+)"', priya.open())[0])
    priya.client.get("/changes/")  # it is written down, now and then, that somebody looks
    with CaptureQueriesContext(database) as news_asked:
        said = priya.client.get(f"/changes/?since={newest - 1}", headers={"HX-Request": "true"}).content.decode()
    with CaptureQueriesContext(database) as page_asked:
        page = priya.client.get("/")
    return Fast(
        page_queries=len(page_asked),
        move_queries=statistics.median_low(move_queries),  # one may teach a habit that was not met before
        news_queries=len(news_asked),
        page=page.content.decode(),
        packed=priya.client.get("/", headers={"Accept-Encoding": "gzip, deflate"}).content,
        moved=max(moved, key=len),
        news=said,
        page_time=median_time(lambda: priya.client.get("/")),
        move_time=min(move_times),  # even processor time is longer where many others work
        floor_time=median_time(bare(priya.plannr)),
    )


def aimed(priya: Person, names: dict[str, str], at: int) -> Callable[[], str]:
    """A drop of the second card of a column before the second of the next, on a board that was opened just now."""
    priya.open()
    open_ = [status for status, cards in priya.seen.items() if len(cards) > 2]
    here, there = open_[at % len(open_)], open_[(at + 1) % len(open_)]
    above, below = priya.seen[there][:2]

    def drop() -> str:
        answer = priya.drop(priya.seen[here][1], names[there], above=above, below=below)
        assert answer.status == 200, answer.text
        return answer.text

    return drop


def bare(plannr: Sandbox) -> Callable[[], None]:
    http = requests.Session()
    http.headers.update({"Authorization": f"Bearer {plannr.token}", "X-PLANNR-ACCOUNT-UUID": plannr.account})
    case = plannr.state()["cases"][0]
    address = f"{plannr.url}/api/v1/cases"

    def both() -> None:
        assert http.get(address, params={"filter[uuid]": case["uuid"], "include": "status,plans"}).ok
        assert http.put(f"{address}/{case['uuid']}", json={"status": case["status"], "status_position": 1}).ok

    return both


def processor_time(deed: Callable[[], object]) -> float:
    """Of this thread, so that it is the same on a machine that is busy."""
    began = time.thread_time()
    deed()
    return (time.thread_time() - began) * 1000


def median_time(deed: Callable[[], object]) -> float:
    return statistics.median(processor_time(deed) for _ in range(7))


class Elements(HTMLParser):
    count = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.count += 1

    @classmethod
    def of(cls, text: str) -> int:
        parser = cls()
        parser.feed(text)
        return parser.count


def test_a_board_of_two_thousand_cases_asks_the_database_no_more_than_one_of_a_hundred(few: Fast, many: Fast) -> None:
    assert many.page_queries == few.page_queries


def test_a_drop_asks_the_database_as_often_whatever_the_size_of_the_board(few: Fast, many: Fast) -> None:
    assert many.move_queries == few.move_queries


def test_news_ask_the_database_as_often_whatever_the_size_of_the_board(few: Fast, many: Fast) -> None:
    assert many.news_queries == few.news_queries


def test_a_page_holds_fifty_cards_of_a_column_and_not_many_elements_for_each(many: Fast) -> None:
    cards = many.page.count('class="card"')
    assert cards == 300
    assert Elements.of(many.page) <= 30 * cards + 1000


def test_three_hundred_cards_come_in_forty_six_kilobytes(many: Fast) -> None:
    assert len(many.packed) <= 46 * KB


def test_the_answer_to_a_drop_stays_small_whatever_the_size_of_the_board(few: Fast, many: Fast) -> None:
    assert len(few.moved) <= 15 * KB
    assert len(many.moved) <= 15 * KB


def test_the_news_of_one_drop_stay_small_whatever_the_size_of_the_board(few: Fast, many: Fast) -> None:
    assert few.news.count('class="card"') >= 1
    assert many.news.count('class="card"') >= 1
    assert max(len(few.news), len(many.news)) <= 24 * KB


def test_a_page_of_six_times_as_many_cards_takes_no_more_than_eight_times_the_work(few: Fast, many: Fast) -> None:
    assert many.page_time <= 8 * few.page_time


def test_a_drop_is_as_much_work_whatever_the_size_of_the_board(few: Fast, many: Fast) -> None:
    assert many.move_time <= 3 * few.move_time


def test_a_drop_is_not_much_work_beside_the_two_requests_that_it_needs(many: Fast) -> None:
    assert many.move_time <= 60 * many.floor_time


@pytest.mark.skipif(database.vendor != "sqlite", reason="PostgreSQL chooses by how many there are")
def test_to_count_cards_none_of_them_is_read() -> None:
    eyes = Connection(firm=uuid4(), account=uuid4())
    for cards in (eyes.cards, eyes.cards.filter(column__in=[1, 2])):
        assert "kanban_card USING COVERING INDEX card_in_order" in cards.tally(Q(since__lt=timezone.now())).explain()
