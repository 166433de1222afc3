"""What there is to choose from: narrowed with each letter, and Plannr asked no more than once for it."""

from collections.abc import Callable

import pytest

from kanban.cases import choices
from kanban.core import cache
from plannr_api.sandbox import Sandbox
from tests.support.case_page import HTMX, checked, offered, opened, save
from tests.support.people import Person, at_the_board


def asked(person: Person) -> list[str]:
    """What Plannr was asked for, by path."""
    return [entry["path"].split("?")[0] for entry in person.plannr.ledger]


def added(person: Person, before: int) -> list[str]:
    return asked(person)[before:]


@pytest.mark.parametrize("field", ["people", "groups"])
def test_letters_ask_plannr_nothing(priya: Person, field: str) -> None:
    case = priya.standing("Fact find")[0]
    everybody = offered(opened(priya, case, field).text)
    before = len(asked(priya))
    for letters in ("a", "al", "ali"):
        found = offered(opened(priya, case, field, q=letters).text)
        assert set(found) == {name for name in everybody if letters in name.casefold()}
    assert added(priya, before) == []


def test_letters_in_a_new_case_ask_for_the_staff_once(priya: Person) -> None:
    priya.client.get("/cases/new/", headers=HTMX)
    before = len(asked(priya))
    for letters in ("y", "yu", "yus"):
        found = priya.client.get("/cases/new/", {"q-people": letters}, headers=HTMX).content.decode()
        assert any("Yusuf" in name for name in offered(found))
    assert added(priya, before) == []


def test_after_a_minute_the_staff_is_asked_for_again(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    case = priya.standing("Fact find")[0]
    opened(priya, case, "people")
    monkeypatch.setattr(choices, "LIFETIME", 0.0)
    before = len(asked(priya))
    opened(priya, case, "people", q="a")
    assert len(added(priya, before)) == 1


def test_a_list_that_could_not_be_had_is_asked_for_again(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.plannr.fail("GET", "/api/v1/employee", status=403)
    assert offered(opened(priya, case, "people").text) == {}
    assert offered(opened(priya, case, "people").text)


def test_who_was_taken_off_is_found_by_letters_though_no_list_has_them(priya: Person) -> None:
    case = next(each for each in priya.standing("Fact find") if priya.case(each)["assigned_to_uuids"])
    value = checked(opened(priya, case, "people").text)[0]
    cache.clear_all()
    choices.cached(priya.connection.account, "people", dict)
    assert value in offered(opened(priya, case, "people", q=value.split()[1][:3]).text).values()


def test_plans_are_found_by_letters_without_another_look_at_the_case(priya: Person) -> None:
    case = next(each["uuid"] for each in priya.plannr.state()["cases"] if each["plans"])
    plans = offered(opened(priya, case, "plans").text)
    before = len(asked(priya))
    name = next(iter(plans))
    assert name in offered(opened(priya, case, "plans", q=name.split()[0]).text)
    assert added(priya, before) == ["/api/v1/cases"]


def test_without_a_list_of_types_they_come_from_the_cases_in_sight(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make(type_list="404"))
    case = priya.standing("Fact find")[0]
    before = len(asked(priya))
    types = offered(opened(priya, case, "type").text)
    assert set(types) >= set(priya.connection.cards.order_by().values_list("type_name", flat=True).distinct()) - {""}
    before, looked = len(asked(priya)), added(priya, before)
    assert [path for path in looked if path.endswith("/cases")] == ["/api/v1/cases"]  # the case itself
    other = next(value for value in types.values() if value[:36] != priya.case(case)["type"] and len(value) > 37)
    assert save(priya, case, "type", other).status == 200
    assert priya.case(case)["type"] == other[:36]
    before = len(asked(priya))
    priya.client.get("/cases/new/", headers=HTMX)
    assert "/api/v1/cases" not in added(priya, before)
