"""The record is only ever added to: by whom, in how many threads and however they try."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.db import connections as databases
from django.utils import timezone

from kanban.audit import hash_chain, log, verification
from kanban.models import AppendOnly, Entry
from tests.support.moves import made
from tests.support.people import Person


def holds() -> bool:
    return not list(verification.Walk().faults())


@pytest.fixture
def ten(priya: Person) -> list[Entry]:
    for _ in range(5):
        made(priya.connection)
    return list(Entry.objects.all())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kanban_entry SET who = 'Somebody else' WHERE number = 4",
        "UPDATE kanban_entry SET number = 99 WHERE number = 4",
        "DELETE FROM kanban_entry WHERE number = 4",
        "DELETE FROM kanban_entry",
        "TRUNCATE kanban_entry",
        "INSERT OR REPLACE INTO kanban_entry SELECT * FROM kanban_entry WHERE number = 4",
    ],
)
def test_the_database_refuses_to_change_the_record(ten: list[Entry], statement: str) -> None:
    if statement.startswith(("TRUNCATE", "INSERT OR")) and (database.vendor == "sqlite") == ("TRUNC" in statement):
        pytest.skip("not a word of this database")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        database.cursor().execute(statement)
    assert holds()


def test_the_application_has_no_way_to_change_the_record(ten: list[Entry]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ten[3].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update_or_create(number=4, defaults={"who": "Somebody else"})
    for change in (
        ten[3].delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.filter(number=4).update(who="Somebody else"),
        lambda: Entry.objects.bulk_update(ten, ["who"]),
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            change()
    assert holds()


def test_every_field_of_a_line_is_under_its_hash() -> None:
    assert {*hash_chain.FIELDS, "hash"} == {field.name for field in Entry._meta.get_fields()}


def test_text_that_no_database_holds_does_not_keep_a_move_from_being_recorded(priya: Person) -> None:
    case = uuid.uuid4()
    change = log.Outside(priya.connection.firm, case, "a\0b\ud800", "gone", None, made(priya.connection).at)
    log.outside([change])
    assert Entry.objects.get(case=case).title == "a\ufffdb\ufffd"
    assert holds()


def test_a_line_costs_four_small_queries(priya: Person, django_assert_max_num_queries: Callable[..., object]) -> None:
    move = made(priya.connection)
    with django_assert_max_num_queries(4):
        log.intended(move)
    with django_assert_max_num_queries(0):
        log.outside([])


def at_once(*deeds: Callable[[], None]) -> None:
    """All of them, each in a thread of its own."""

    def do(deed: Callable[[], None]) -> None:
        try:
            deed()
        finally:
            databases.close_all()

    with ThreadPoolExecutor() as threads:
        list(threads.map(do, deeds))


def test_many_who_write_at_once_never_fork_the_chain(transactional_db: None, priya: Person) -> None:
    def write() -> None:
        for _ in range(10):
            made(priya.connection)

    at_once(*[write] * 4)
    assert Entry.objects.count() == 80
    assert holds()


def test_who_reads_the_mirror_and_who_moves_never_wait_for_each_other(transactional_db: None, priya: Person) -> None:
    """Each holds what the other needs next, unless locks are taken gently enough."""
    locked, begun = threading.Event(), threading.Event()
    card = priya.connection.cards.select_related("column")[0]

    @transaction.atomic
    def read() -> None:
        priya.connection.locked()
        locked.set()
        begun.wait(1)
        change = log.Outside(priya.connection.firm, card.case, "", "edited", None, timezone.now())
        log.outside([change])

    @transaction.atomic
    def move() -> None:
        locked.wait(5)
        made(priya.connection, card)
        begun.set()
        time.sleep(0.3)

    at_once(read, move)
    assert Entry.objects.count() == 3
    assert holds()
