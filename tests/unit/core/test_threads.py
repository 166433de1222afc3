"""A few things at once, in threads that leave nothing open."""

import gc
import threading
import time
from collections.abc import Callable
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection as database

from kanban.core import threads
from kanban.models import Connection
from tests.support.processes import wait_until

FEW = threads.AT_ONCE


def test_a_few_are_done_at_once_and_come_in_their_order() -> None:
    together = Barrier(FEW)

    def deed(number: int) -> int:
        together.wait(5)
        return number

    assert list(threads.map_concurrently(deed, range(2 * FEW))) == [*range(2 * FEW)]


def test_no_more_than_a_few_are_done_at_once() -> None:
    too_many = Barrier(FEW + 1)

    def deed(number: int) -> int:
        with pytest.raises(BrokenBarrierError):
            too_many.wait(0.3)
        return number

    assert list(threads.map_concurrently(deed, range(FEW + 1))) == [*range(FEW + 1)]


def test_what_goes_wrong_with_one_goes_wrong_with_all_and_none_is_begun_after_it() -> None:
    begun = []

    def deed(number: int) -> int:
        begun.append(number)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        list(threads.map_concurrently(deed, range(100)))
    assert len(begun) <= FEW


def test_a_process_that_is_told_to_stop_does_not_wait_for_them() -> None:
    for thread in _threads_of(lambda: list(threads.map_concurrently(lambda _: time.sleep(0.2), range(FEW)))):
        assert thread.daemon


def _threads_of(deed: Callable[[], object]) -> list[threading.Thread]:
    """Those that it has begun, looked at while they run."""
    before = set(threading.enumerate())
    doing = threading.Thread(target=deed, daemon=True)
    doing.start()
    wait_until(lambda: len(set(threading.enumerate()) - before) > FEW, "they have begun")
    begun = set(threading.enumerate()) - before - {doing}
    doing.join()
    return [*begun]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(database.vendor != "postgresql", reason="on SQLite the tests' tables are in memory")
def test_its_threads_give_back_what_they_took_of_the_database() -> None:
    def deed(number: int) -> int:
        return Connection.objects.count()

    def open_ones() -> int:
        with database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    before = open_ones()
    gc.disable()  # which would close what was left open
    try:
        list(threads.map_concurrently(deed, range(20)))
        wait_until(lambda: open_ones() == before, "what the threads had taken is closed")
    finally:
        gc.enable()
