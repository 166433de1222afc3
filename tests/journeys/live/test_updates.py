"""What changed since a page was drawn arrives in place; nothing is said when nothing is new."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from kanban.core.cache import SingleFlightCache
from kanban.live import updates
from kanban.models import Card, ChangeLogEntry, Connection, Visibility
from kanban.sync import change_log, refresh
from tests.support.people import Person
from tests.support.team import Team


def news(priya: Person, since: int | str | None = None) -> str:
    number = change_log.latest(priya.connection) if since is None else since
    return priya.client.get(f"/changes/?since={number}", headers={"HX-Request": "true"}).content.decode()


def test_when_nothing_is_new_only_the_time_is_told(priya: Person) -> None:
    text = news(priya)
    assert "as of" in text
    assert 'class="card"' not in text
    assert "column-header" not in text


@pytest.mark.parametrize("deed", ["moved", "edited", "deleted", "created"])
def test_what_happened_in_plannr_is_placed_where_it_stands_now(priya: Person, deed: str) -> None:
    priya.open()
    number = change_log.latest(priya.connection)
    case, outside = priya.standing("New enquiry")[0], priya.plannr.outside
    if deed == "moved":
        outside.move(case, priya.status("Research"), 2)
    elif deed == "edited":
        outside.edit(case, name="Edited in Plannr")
    elif deed == "deleted":
        outside.delete(case)
    else:
        case = outside.create(name="Created in Plannr", status=priya.status("Research"))
    refresh.refresh(priya.connection)
    text = news(priya, number)
    assert f'<li id="card-{case}" hx-swap-oob="delete">' in text
    assert text.count('class="card"') == (0 if deed == "deleted" else 1)
    if deed == "moved":
        assert f'&gt; #card-{priya.standing("Research")[0]}"' in text
    headers = priya.headers(text)
    assert headers[priya.status("Research")][0] == len(priya.standing("Research"))
    assert len(text) < 15_000


def test_ones_own_move_is_news_for_the_other_window(priya: Person) -> None:
    priya.open()
    number = change_log.latest(priya.connection)
    case = priya.standing("New enquiry")[0]
    priya.drop(case, "Research")
    assert f'id="card-{case}" class="card"' in news(priya, number)


def test_a_new_column_draws_the_board_anew(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    status = priya.plannr.outside.add_status("Parked", "#445566")
    refresh.refresh(priya.connection)
    text = news(priya, number)
    assert '<kanban-board id="board" hx-swap-oob="innerHTML">' in text
    assert f'data-status="{status}"' in text


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 30, "1;drop"])
def test_a_number_that_is_none_draws_the_board_anew(priya: Person, since: str) -> None:
    assert '<kanban-board id="board" hx-swap-oob="innerHTML">' in news(priya, since)


def test_a_page_that_slept_too_long_is_drawn_anew(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    for case in priya.standing("Fact find"):
        priya.plannr.outside.edit(case, name="Edited")
    refresh.refresh(priya.connection)
    ChangeLogEntry.objects.filter(id__lte=number).delete()
    assert 'hx-swap-oob="innerHTML"' in news(priya, number - 1 if number > 1 else 1)


def test_a_card_in_a_folded_column_is_taken_away_and_counted(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    case = priya.standing("New enquiry")[0]
    priya.plannr.outside.move(case, priya.status("Completed"), 1)
    refresh.refresh(priya.connection)
    text = news(priya, number)
    assert f'id="card-{case}" class="card"' not in text
    assert priya.headers(text)[priya.status("Completed")][0] == len(priya.standing("Completed"))


def test_an_answer_to_a_move_is_small_whatever_the_size_of_the_board(priya: Person) -> None:
    Card.objects.update(name="A rather long name of a case, " * 10)
    answer = priya.drop(priya.standing("New enquiry")[0], "Research")
    assert len(answer.text.encode()) < 15_000
    assert len(re.findall('class="card"', answer.text)) == 1


# Whose news it is


def test_of_a_case_that_plannr_does_not_show_not_even_the_uuid_is_told(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    hidden, shown = priya.standing("New enquiry")[:2]
    Visibility.objects.filter(card__case=hidden).delete()
    change_log.record_change(priya.connection, [UUID(hidden), UUID(shown)])
    text = news(priya, number)
    assert hidden not in text
    assert shown in text


def test_a_case_that_is_shown_no_more_is_taken_away_from_that_account_alone(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    case = priya.standing("New enquiry")[0]
    val = Connection.objects.create(account=uuid4(), firm=priya.connection.firm)
    change_log.record_change(val, [UUID(case)], own=True)
    assert change_log.since(val, number) == [UUID(case)]
    assert change_log.since(priya.connection, number) == []
    change_log.record_change(priya.connection, [UUID(case)])  # and then somebody who still sees it moves it
    assert change_log.since(val, number) == [UUID(case)]
    assert case not in news(priya, change_log.latest(priya.connection))


def test_whoever_newly_sees_more_than_can_be_placed_draws_anew_alone(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    val = Connection.objects.create(account=uuid4(), firm=priya.connection.firm)
    change_log.record_change(val, [uuid4() for _ in range(change_log.MANY + 1)], own=True)
    assert change_log.since(val, number) is None
    assert change_log.since(priya.connection, number) == []


# What many ask at once is drawn once


def test_what_was_drawn_for_one_page_is_sent_to_the_next(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    number = change_log.latest(priya.connection)
    priya.drop(priya.standing("New enquiry")[0], "Research")
    first = news(priya, number)
    monkeypatch.setattr(updates, "placement", lambda *_: pytest.fail("drawn again"))
    monkeypatch.setattr(updates.Board, "of", lambda *_, **__: pytest.fail("drawn again"))
    assert news(priya, number) == first


def test_twenty_pages_at_once_wait_for_one_that_draws() -> None:
    answers, drawn = SingleFlightCache[str](8), []

    def draw() -> str:
        drawn.append(True)
        time.sleep(0.1)
        return "drawn"

    with ThreadPoolExecutor(20) as pages:
        assert set(pages.map(lambda _: answers.of("key", draw), range(20))) == {"drawn"}
    assert len(drawn) == 1


def test_what_could_not_be_drawn_is_drawn_again() -> None:
    answers = SingleFlightCache[str](8)
    with pytest.raises(ZeroDivisionError):
        answers.of("key", lambda: str(1 / 0))
    assert answers.of("key", lambda: "drawn") == "drawn"


def read_at_once(team: Team) -> tuple[Person, Person]:
    """Two whose boards differ in nothing but what Plannr shows them."""
    alice, val = team.sign_in("alice"), team.sign_in("val")
    Connection.objects.update(as_of=timezone.now(), own_at=timezone.now())
    return alice, val


def test_the_answer_of_one_account_is_never_anothers(team: Team) -> None:
    alice, val = read_at_once(team)
    number = change_log.latest(alice.connection)
    case = alice.standing("New enquiry")[0]
    Visibility.objects.filter(card__case=case, account=val.connection.account).delete()
    change_log.record_change(alice.connection, [UUID(case)])
    assert case in news(alice, number)
    assert case not in news(val, number)


def test_whoever_may_not_move_any_more_gets_cards_that_say_nothing_to_move_them_by(team: Team) -> None:
    alice = team.sign_in("alice")
    number = change_log.latest(alice.connection)
    case = alice.standing("New enquiry")[0]
    change_log.record_change(alice.connection, [UUID(case)])
    assert "data-seen" in news(alice, number)
    Connection.objects.update(can_write=False)
    assert f'id="card-{case}"' in news(alice, number)
    assert "data-seen" not in news(alice, number)


def test_an_answer_that_is_kept_holds_no_token(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    priya.drop(priya.standing("New enquiry")[0], "Research")
    assert "csrf" not in news(priya, number)


def test_a_page_that_is_up_to_date_costs_two_queries(priya: Person, django_assert_num_queries: Any) -> None:
    news(priya)
    number = change_log.latest(priya.connection)
    with django_assert_num_queries(2):  # the connection, and the newest change
        assert "as of" in news(priya, number)
