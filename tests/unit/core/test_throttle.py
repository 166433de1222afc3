"""Not again so soon: one thing once in so many seconds, whatever else is done."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from kanban.core import cache, throttle


class Clock:
    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: clock.now))
    cache.clear_all()
    yield clock
    cache.clear_all()


def test_it_is_done_once_and_again_when_the_time_is_over(clock: Clock) -> None:
    assert throttle.allow(5, "look")
    clock.now += 4.9
    assert not throttle.allow(5, "look")
    clock.now += 0.1
    assert throttle.allow(5, "look")


def test_to_be_refused_does_not_make_the_wait_longer(clock: Clock) -> None:
    assert throttle.allow(5, "look")
    for _ in range(5):
        clock.now += 1
        again = throttle.allow(5, "look")
    assert again


def test_each_thing_has_a_time_of_its_own(clock: Clock) -> None:
    assert throttle.allow(5, "look", 1)
    assert throttle.allow(5, "look", 2)
    assert throttle.allow(5, "read", 1)
    assert not throttle.allow(5, "look", 1)


def test_at_the_start_of_a_machine_everything_may_be_done(clock: Clock) -> None:
    clock.now = 0.0
    assert throttle.allow(5, "look")


def test_what_is_remembered_has_an_end(clock: Clock) -> None:
    for number in range(throttle.MOST + 2):
        assert throttle.allow(5, number)
    assert throttle.allow(5, 0)


def test_everything_may_be_done_again_once_that_is_forgotten(clock: Clock) -> None:
    assert throttle.allow(5, "look")
    cache.clear_all()
    assert throttle.allow(5, "look")
