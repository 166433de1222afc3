"""What changed since a page was drawn arrives in place; nothing is said when nothing is new."""

import re

import pytest

from kanban import changes, mirror
from kanban.models import Card
from tests.journeys.people import Person


def news(priya: Person, since: int | str | None = None) -> str:
    number = changes.latest(priya.connection) if since is None else since
    return priya.client.get(f"/changes/?since={number}", headers={"HX-Request": "true"}).content.decode()


def test_when_nothing_is_new_only_the_time_is_told(priya: Person) -> None:
    text = news(priya)
    assert "as of" in text
    assert 'class="card"' not in text
    assert "column-header" not in text


@pytest.mark.parametrize("deed", ["moved", "edited", "deleted", "created"])
def test_what_happened_in_plannr_is_placed_where_it_stands_now(priya: Person, deed: str) -> None:
    priya.open()
    number = changes.latest(priya.connection)
    case, outside = priya.standing("New enquiry")[0], priya.plannr.outside
    if deed == "moved":
        outside.move(case, priya.status("Research"), 2)
    elif deed == "edited":
        outside.edit(case, name="Edited in Plannr")
    elif deed == "deleted":
        outside.delete(case)
    else:
        case = outside.create(name="Created in Plannr", status=priya.status("Research"))
    mirror.refresh(priya.connection)
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
    number = changes.latest(priya.connection)
    case = priya.standing("New enquiry")[0]
    priya.drop(case, "Research")
    assert f'id="card-{case}" class="card"' in news(priya, number)


def test_a_new_column_draws_the_board_anew(priya: Person) -> None:
    number = changes.latest(priya.connection)
    status = priya.plannr.outside.add_status("Parked", "#445566")
    mirror.refresh(priya.connection)
    text = news(priya, number)
    assert '<kanban-board id="board" hx-swap-oob="innerHTML">' in text
    assert f'data-status="{status}"' in text


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 30, "1;drop"])
def test_a_number_that_is_none_draws_the_board_anew(priya: Person, since: str) -> None:
    assert '<kanban-board id="board" hx-swap-oob="innerHTML">' in news(priya, since)


def test_a_page_that_slept_too_long_is_drawn_anew(priya: Person) -> None:
    number = changes.latest(priya.connection)
    for case in priya.standing("Fact find"):
        priya.plannr.outside.edit(case, name="Edited")
    mirror.refresh(priya.connection)
    from kanban.models import Change

    Change.objects.filter(id__lte=number).delete()
    assert 'hx-swap-oob="innerHTML"' in news(priya, number - 1 if number > 1 else 1)


def test_a_card_in_a_folded_column_is_taken_away_and_counted(priya: Person) -> None:
    number = changes.latest(priya.connection)
    case = priya.standing("New enquiry")[0]
    priya.plannr.outside.move(case, priya.status("Completed"), 1)
    mirror.refresh(priya.connection)
    text = news(priya, number)
    assert f'id="card-{case}" class="card"' not in text
    assert priya.headers(text)[priya.status("Completed")][0] == len(priya.standing("Completed"))


def test_an_answer_to_a_move_is_small_whatever_the_size_of_the_board(priya: Person) -> None:
    Card.objects.update(name="A rather long name of a case, " * 10)
    answer = priya.drop(priya.standing("New enquiry")[0], "Research")
    assert len(answer.text.encode()) < 15_000
    assert len(re.findall('class="card"', answer.text)) == 1
