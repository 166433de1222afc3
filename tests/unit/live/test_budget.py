"""How much of a processor telling may take: a burst after a rest, then half of it, and a debt that has an end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.live import budget
from kanban.live.budget import BURST, DEBT, RATE, CpuBudget
from tests.support.laws import few


class Clock:
    now = 100.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_after_a_rest_there_is_a_burst_and_no_more(clock: Clock) -> None:
    cpu = CpuBudget()
    clock.now += 3600
    assert not cpu.used_up
    cpu.spend(BURST)
    assert cpu.used_up


def test_what_was_spent_comes_back_at_its_rate(clock: Clock) -> None:
    cpu = CpuBudget()
    cpu.spend(BURST + 0.05)
    clock.now += 0.05 / RATE - 0.001
    assert cpu.used_up
    clock.now += 0.002
    assert not cpu.used_up


def test_nobody_waits_longer_than_for_a_quarter_of_a_second(clock: Clock) -> None:
    cpu = CpuBudget()
    for _ in range(1000):
        cpu.spend(10)
    clock.now += -DEBT / RATE + 0.001
    assert -DEBT / RATE == 0.25
    assert not cpu.used_up


@few
@given(st.lists(st.tuples(st.floats(0, 0.01), st.floats(0.001, 0.02)), max_size=40))
def test_over_any_time_no_more_is_spent_than_the_burst_and_the_rate_allow(steps: list[tuple[float, float]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock, spent = Clock(), 0.0
        patch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: clock.now))
        cpu = CpuBudget()
        for wait, costs in steps:
            clock.now += wait
            if not cpu.used_up:
                cpu.spend(costs)
                spent += costs
        assert spent <= BURST + RATE * (clock.now - Clock.now) + 0.02 + 1e-9  # and the last that was begun
