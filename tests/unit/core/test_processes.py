"""Which process made something, and whether it still runs."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from kanban.core.processes import DEAD, HOST, has_exited, worker_id

NEVER = timedelta(days=3)


def test_this_process_has_not_exited_as_long_as_it_gives_signs_of_life() -> None:
    assert not has_exited(worker_id(), timezone.now())
    assert has_exited(worker_id(), timezone.now() - DEAD - timedelta(seconds=1))  # a thread of it was lost


def test_of_this_machine_a_process_that_is_gone_is_known_at_once() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert has_exited(f"{HOST}/{gone.pid}-1", timezone.now())


def test_another_process_with_the_same_number_is_not_the_one() -> None:
    pid, _, began = worker_id().rpartition("/")[2].partition("-")
    assert has_exited(f"{HOST}/{pid}-{int(began) + 1}", timezone.now())


@pytest.mark.parametrize("maker", ["another-machine/1-1", "", "1-1"])
def test_of_another_machine_only_time_tells(maker: str) -> None:
    assert not has_exited(maker, timezone.now() - DEAD + timedelta(seconds=5))
    assert has_exited(maker, timezone.now() - DEAD - timedelta(seconds=5))


@pytest.mark.parametrize("process", ["", "x-1", "-"])
def test_what_is_no_process_does_not_run(process: str) -> None:
    assert has_exited(f"{HOST}/{process}", timezone.now())
