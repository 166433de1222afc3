"""What there is to choose from: by name, each once; and a list that was had is not asked for again at once."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanban.cases import choices
from kanban.cases.choices import Option, offered
from kanban.core import cache
from tests.support.laws import few, texts, uuids

ANN, BOB = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    cache.clear_all()
    yield
    cache.clear_all()


@few
@given(st.dictionaries(uuids.map(str), texts(10), max_size=8), st.data())
def test_everything_is_offered_once_by_name_and_what_is_chosen_is_marked(
    names: dict[str, str], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from(sorted(names))) if names else st.just(set[str]()))
    found = offered(names, chosen)
    assert {each.uuid: each.name for each in found} == names
    assert {each.uuid for each in found if each.chosen} == chosen
    assert [each.name.casefold() for each in found] == sorted(name.casefold() for name in names.values())


def test_what_is_chosen_says_its_name_along_with_its_uuid() -> None:
    assert Option("7", "Ann Lee").value.partition(" ")[::2] == ("7", "Ann Lee")


def test_a_list_is_asked_for_once_and_for_each_account_and_kind_alone() -> None:
    asked: list[str] = []

    def ask(of: str) -> dict[str, str]:
        asked.append(of)
        return {"1": of}

    for _ in range(3):
        assert choices.cached(ANN, "people", lambda: ask("hers")) == {"1": "hers"}
        assert choices.cached(BOB, "people", lambda: ask("his")) == {"1": "his"}
        assert choices.cached(ANN, "groups", lambda: ask("groups")) == {"1": "groups"}
    assert asked == ["hers", "his", "groups"]


def test_a_list_that_could_not_be_had_is_asked_for_again() -> None:
    with pytest.raises(ZeroDivisionError):
        choices.cached(ANN, "people", lambda: {"1": str(1 // 0)})
    assert choices.cached(ANN, "people", lambda: {"1": "Ann"}) == {"1": "Ann"}
