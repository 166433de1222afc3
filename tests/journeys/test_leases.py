"""One process at a time reads a firm's cases, on whatever machine, and one that died holds nobody up for long."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from shutil import which
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections as databases
from django.utils import timezone

from kanban.core import processes
from kanban.models import Connection
from kanban.sync import schedule
from tests.journeys.processes import KEY, TOP, environment

CONTAINER = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def colleagues() -> list[Connection]:
    """Alice and Bob, who have seen their firm's board before."""
    firm, seen = uuid4(), timezone.now() - timedelta(minutes=1)
    return [Connection.objects.create(account=uuid4(), firm=firm, as_of=seen, own_at=seen) for _ in range(2)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(schedule, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(schedule, "RENEWED", 0.2)
    yield
    time.sleep(0.3)  # whoever renews has seen that it is over


def test_of_two_colleagues_who_ask_at_the_same_moment_one_is_read_for(colleagues: list[Connection]) -> None:
    for _ in range(10):
        both = Barrier(2)

        def take(connection: Connection, both: Barrier = both) -> schedule.Lease | None:
            both.wait()
            taken = schedule.take(connection)
            databases.close_all()
            return taken

        with ThreadPoolExecutor(2) as pool:
            (taken,) = filter(None, pool.map(take, colleagues))
        taken.give_back(None)


def test_who_reads_for_long_keeps_the_lease(colleagues: list[Connection], quick: None) -> None:
    alice, bob = colleagues
    lease = schedule.take(alice)
    assert lease
    for _ in range(5):
        time.sleep(0.6)
        assert schedule.take(bob) is None
    lease.give_back(None)
    after = schedule.take(bob)
    assert after
    after.give_back(None)


def test_who_died_over_it_is_waited_for_only_as_long_as_a_lease_lasts(
    colleagues: list[Connection], quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule.Lease, "_renew", lambda self: None)
    alice, bob = colleagues
    assert schedule.take(alice)
    assert schedule.take(bob) is None
    time.sleep(2.1)
    assert schedule.take(bob)


def test_who_was_never_read_waits_for_no_colleagues_read(colleagues: list[Connection]) -> None:
    alice, _ = colleagues
    new = Connection.objects.create(account=uuid4(), firm=alice.firm)
    both = [schedule.take(alice), schedule.take(new)]
    for lease in both:
        assert lease
        lease.give_back(None)


@pytest.mark.skipif(not which("unshare"), reason="needs containers")
def test_a_process_in_a_container_beside_ours_is_not_taken_for_dead() -> None:
    """They may share name and machine; what they do not share is the numbers of processes."""
    if subprocess.run([*CONTAINER, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody have a container")
    command = [*CONTAINER, sys.executable, "manage.py", "shell", "-v0", "-c"]
    said, settings = "from kanban.core import processes; print(processes.worker_id())", environment(SECRET_KEY=KEY)
    theirs = subprocess.run([*command, said], cwd=TOP, env=settings, capture_output=True, text=True, check=True).stdout
    assert theirs.rpartition("/")[2].startswith("1-")
    assert not processes.has_exited(theirs.strip(), timezone.now())
    assert processes.has_exited(f"{processes.HOST}/999999-1", timezone.now())
