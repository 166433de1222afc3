"""Lists: every page or none."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest

from plannr_api import BearerToken, BrokenAnswer, NotFound, Plannr, PlannrError, Status, statuses_of, types_of
from plannr_api.decoding.envelope import Page
from plannr_api.models import Case, CaseType
from tests.plannr_api.scripted_peer import ACCOUNT, CANARY, CASE, Peer, a_case, page

IDS = [UUID(int=number) for number in range(1, 20)]


def names(cases: list[Case]) -> list[str]:
    return [case.name for case in cases]


def rows(*numbers: int, **fields: Any) -> list[dict[str, Any]]:
    return [a_case(IDS[number], **{"name": f"case {number}", **fields}) for number in numbers]


def asked_pages(peer: Peer) -> list[str]:
    queries = [asked.target.partition("?")[2].split("&") for asked in peer.asked]
    return [next((part[5:] for part in query if part.startswith("page=")), "1") for query in queries]


def test_all_pages_are_read_with_the_same_parameters(peer: Peer, plannr: Plannr) -> None:
    for number in (1, 2, 3):
        peer.answers(page(*rows(number), current_page=number, last_page=3, total=3))
    listed = plannr.cases.list(sort="name")
    assert (names(listed.cases), listed.total, listed.set_aside) == (["case 1", "case 2", "case 3"], 3, [])
    assert asked_pages(peer) == ["1", "2", "3"]
    assert all("sort=name" in asked.target and "per_page=500" in asked.target for asked in peer.asked)


def test_the_further_pages_are_asked_for_as_the_caller_likes_and_come_in_their_order(peer: Peer) -> None:
    def last_first(ask: Callable[[int], Page], numbers: Iterable[int]) -> Iterable[Page]:
        return reversed([ask(number) for number in reversed([*numbers])])

    for number in (1, 3, 2):
        peer.answers(page(*rows(number), last_page=3, total=3))
    with Plannr(peer.url, auth=BearerToken(CANARY), account=ACCOUNT, several=last_first) as plannr:
        assert names(plannr.cases.list().cases) == ["case 1", "case 2", "case 3"]
    assert asked_pages(peer) == ["1", "3", "2"]


def test_a_list_that_has_become_shorter_ends_at_its_first_empty_page(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(*rows(1), last_page=9)).answers(page(last_page=9))
    assert names(plannr.cases.list().cases) == ["case 1"]
    assert asked_pages(peer) == ["1", "2"]


def test_a_list_that_has_become_longer_is_read_to_its_end(peer: Peer, plannr: Plannr) -> None:
    for number, last in ((1, 2), (2, 3), (3, 3)):
        peer.answers(page(*rows(number), last_page=last))
    assert names(plannr.cases.list().cases) == ["case 1", "case 2", "case 3"]


@pytest.mark.parametrize("failing", [1, 2, 3])
@pytest.mark.parametrize("status", [500, 503, 404, 429])
def test_a_page_that_fails_fails_the_list(peer: Peer, plannr: Plannr, failing: int, status: int) -> None:
    for number in range(1, failing):
        peer.answers(page(*rows(number), last_page=3, total=3))
    peer.answers(status=status)
    with pytest.raises(PlannrError) as caught:
        plannr.cases.list()
    assert caught.value.status == status


def test_a_page_of_html_fails_the_list(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(*rows(1), last_page=2)).answers(b"<html></html>")
    with pytest.raises(BrokenAnswer):
        plannr.cases.list()


def test_a_case_on_two_pages_is_listed_once_and_the_newest_wins(peer: Peer, plannr: Plannr) -> None:
    old = rows(1, name="old", updated_at="2026-01-01T00:00:00+00:00")
    new = rows(1, name="new", updated_at="2026-01-01T02:00:00+01:00")
    undated = rows(1, name="undated")
    peer.answers(page(*old, *new, last_page=2)).answers(page(*old, *undated, *rows(2), last_page=2))
    assert names(plannr.cases.list().cases) == ["new", "case 2"]


def test_a_list_that_changed_while_it_was_read_is_read_again(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(*rows(1), last_page=2, total=2)).answers(page(*rows(3), last_page=2, total=3))
    peer.answers(page(*rows(1, 2), last_page=2, total=3)).answers(page(*rows(3), last_page=2, total=3))
    assert names(plannr.cases.list().cases) == ["case 1", "case 2", "case 3"]
    assert len(peer.asked) == 4


def test_a_list_that_changed_and_changed_back_is_read_again(peer: Peer, plannr: Plannr) -> None:
    for total in (3, 4, 3, 3, 3, 3):
        peer.answers(page(*rows(total), last_page=3, total=total))
    plannr.cases.list()
    assert len(peer.asked) == 6


def test_a_list_that_keeps_changing_is_given_up_after_three_readings(peer: Peer, plannr: Plannr) -> None:
    for total in range(6):
        peer.answers(page(*rows(total), last_page=2, total=total))
    with pytest.raises(BrokenAnswer, match="kept changing"):
        plannr.cases.list()
    assert len(peer.asked) == 6


def test_a_bad_case_is_set_aside_and_the_others_are_kept(peer: Peer, plannr: Plannr) -> None:
    bad = a_case(IDS[9], name="Mrs Secret", value={"amount": "lots"})
    nameless = {"name": "no uuid"}
    peer.answers(page(*rows(1), bad, nameless, None, 5, "x", [], *rows(2), total=8))
    listed = plannr.cases.list()
    assert names(listed.cases) == ["case 1", "case 2"]
    first, second, *rest = listed.set_aside
    assert (first.path, first.uuid) == ("$.value.amount", str(IDS[9]))
    assert (second.path, second.uuid) == ("$.uuid", None)
    assert len(rest) == 4
    assert "Secret" not in str(listed.set_aside)
    assert "lots" not in str(listed.set_aside)


SHAPES: dict[str, Any] = {
    "paged": page(*rows(1, 2)),
    "without meta": {"data": rows(1, 2), "links": {"next": None}},
    "without links": {"data": rows(1, 2)},
    "bare": rows(1, 2),
    "nested twice": {"data": [rows(1, 2)]},
    "keyed": {"data": {"0": rows(1)[0], "7": rows(2)[0]}},
    "odd meta": {"data": rows(1, 2), "meta": [], "links": "x"},
    "texts in meta": {"data": rows(1, 2), "meta": {"last_page": "1", "total": "2"}},
    "nonsense in meta": {"data": rows(1, 2), "meta": {"last_page": {}, "total": "many"}},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_of_list_is_read(peer: Peer, plannr: Plannr, shape: str) -> None:
    peer.answers(SHAPES[shape])
    assert names(plannr.cases.list().cases) == ["case 1", "case 2"]
    assert len(peer.asked) == 1


@pytest.mark.parametrize("body", [None, b"", {}, {"data": None}, {"data": 5}, {"data": "x"}, {"message": "ok"}, 5, "x"])
def test_what_is_no_list_is_never_taken_for_an_empty_one(peer: Peer, plannr: Plannr, body: Any) -> None:
    peer.answers(body)
    with pytest.raises(BrokenAnswer):
        plannr.cases.list()


def test_an_empty_list_is_empty(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(total=0))
    assert plannr.cases.list().cases == []


def test_links_alone_tell_of_a_next_page(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"data": rows(1), "links": {"next": "http://elsewhere.invalid/?page=2"}})
    peer.answers({"data": rows(2), "links": {"next": None}})
    assert names(plannr.cases.list().cases) == ["case 1", "case 2"]
    assert asked_pages(peer) == ["1", "2"]


def test_a_full_page_without_any_facts_may_have_a_successor(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"data": rows(1, 2)}).answers({"data": rows(3)})
    assert names(plannr.cases.list(per_page=2).cases) == ["case 1", "case 2", "case 3"]


def test_a_list_that_takes_no_page_numbers_ends(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"data": rows(1, 2)})
    assert names(plannr.cases.list(per_page=2).cases) == ["case 1", "case 2"]
    assert len(peer.asked) == 2


def test_a_page_past_the_end_ends_the_list(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page(*rows(1), last_page=9)).answers(page(last_page=9))
    assert names(plannr.cases.list().cases) == ["case 1"]
    assert len(peer.asked) == 2


def test_statuses_come_in_the_order_of_their_columns(peer: Peer, plannr: Plannr) -> None:
    sent = [("Last", None), ("b", 2), ("A", 2), ("First", -1), ("Zero", 0)]
    peer.answers(page(*(a_case(IDS[n], name=name, position=at) for n, (name, at) in enumerate(sent))))
    assert [status.name for status in plannr.statuses.list()] == ["First", "Zero", "A", "b", "Last"]
    assert peer.asked[0].target.startswith("/api/v1/cases-status?")


def test_the_other_lists_have_their_own_paths(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page({"uuid": str(IDS[1]), "name": "b"}, {"uuid": str(IDS[0]), "name": "A"}))
    assert [each.name for each in plannr.types.list()] == ["A", "b"]
    assert [each.display_name for each in plannr.employees.list()] == ["b", "A"]
    assert [each.name for each in plannr.groups.list()] == ["b", "A"]
    paths = [asked.target.partition("?")[0] for asked in peer.asked]
    assert paths == ["/api/v1/cases-type", "/api/v1/employee", "/api/v1/group"]


@pytest.mark.parametrize("status", [404, 405])
def test_a_list_that_does_not_exist_is_not_found_and_cases_tell_instead(
    peer: Peer, plannr: Plannr, status: int
) -> None:
    peer.answers(status=status)
    for listing in (plannr.statuses.list, plannr.types.list):
        with pytest.raises(NotFound):
            listing()
    done, new = Status(uuid=IDS[1], name="Done", position=2), Status(uuid=IDS[2], name="New", position=1)
    kind = CaseType(uuid=IDS[3], name="Mortgage")
    cases = [Case(uuid=CASE, status=done, type=kind), Case(uuid=CASE, status=new), Case(uuid=CASE, status=None)]
    cases += [Case(uuid=CASE), Case(uuid=CASE, status=done, type=kind)]
    assert statuses_of(cases) == [new, done]
    assert types_of(cases) == [kind]


def test_a_column_that_cannot_be_read_fails_the_list_of_columns(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page({"uuid": str(IDS[1]), "name": "New"}, {"name": "no uuid"}))
    with pytest.raises(BrokenAnswer, match=r"\$\.uuid"):
        plannr.statuses.list()
