"""An answer is made once for all who ask at the same time, and what went wrong is kept for nobody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from kanban.core.cache import SingleFlightCache


def drawn(asked: list[str], name: str) -> Callable[[], str]:
    def draw() -> str:
        asked.append(name)
        return name.upper()

    return draw


def test_an_answer_is_made_once_for_each_key() -> None:
    cache, asked = SingleFlightCache[str](4), list[str]()
    for _ in range(3):
        assert cache.of("a", drawn(asked, "a")) == "A"
        assert cache.of("b", drawn(asked, "b")) == "B"
    assert asked == ["a", "b"]


def test_nothing_is_an_answer_too() -> None:
    cache, asked = SingleFlightCache[None](4), list[str]()
    for _ in range(2):
        cache.of("a", lambda: asked.append("a"))
    assert asked == ["a"]


def test_many_who_ask_at_once_wait_for_one_who_draws() -> None:
    cache, asked, begun, may_end = SingleFlightCache[str](4), list[str](), Event(), Event()

    def draw() -> str:
        asked.append("a")
        begun.set()
        may_end.wait(5)
        return "A"

    with ThreadPoolExecutor(8) as people:
        answers = [people.submit(cache.of, "a", draw)]
        begun.wait(5)
        answers += [people.submit(cache.of, "a", draw) for _ in range(7)]
        may_end.set()
        assert [answer.result(5) for answer in answers] == ["A"] * 8
    assert asked == ["a"]


def test_what_went_wrong_is_told_to_whoever_asked_and_asked_again_by_the_next() -> None:
    cache = SingleFlightCache[int](4)
    with pytest.raises(ZeroDivisionError):
        cache.of("a", lambda: 1 // 0)
    assert cache.of("a", lambda: 7) == 7


def test_the_one_that_was_not_asked_for_longest_gives_way() -> None:
    cache, asked = SingleFlightCache[str](2), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.of(name, drawn(asked, name))
    assert asked == ["a", "b", "c", "b"]


def test_everything_is_made_anew_once_that_is_forgotten() -> None:
    cache, asked = SingleFlightCache[str](4), list[str]()
    for _ in range(2):
        cache.of("a", drawn(asked, "a"))
        cache.clear()
    assert asked == ["a", "a"]
