"""What goes wrong when several things go wrong at once."""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kanban.core import cache
from kanban.models import Connection, Move
from kanban.sync import change_log, refresh, schedule
from kanban.writes import side_effects
from plannr_api.sandbox import Sandbox
from tests.support.cases import with_plans
from tests.support.people import Person, at_the_board


@pytest.mark.parametrize(
    "fault", [{"drop": "after"}, {"status": 500, "applied": True}, {"html": True, "applied": True}]
)
def test_plans_are_put_back_also_when_the_answer_was_lost(
    db: None, make: Callable[..., Sandbox], fault: dict[str, Any]
) -> None:
    priya = at_the_board(make(plans="detach"))
    case = with_plans(priya)
    plans = priya.case(case)["plans"]
    priya.plannr.fail("PUT", "/api/v1/cases/*", **fault)
    answer = priya.drop(case, "Research")
    assert "put that back" in answer.words
    assert priya.case(case)["plans"] == plans


def test_putting_one_field_back_does_not_cost_another(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make(plans="detach"))
    priya.connection.learn(plans="send")
    case = with_plans(priya)
    plans, value = priya.case(case)["plans"], priya.case(case)["value"]
    priya.plannr.outside.edit(case, value=123456, when=("GET", "/api/v1/cases*"))
    answer = priya.drop(case, "Research")
    assert "value" in answer.words
    assert priya.case(case)["plans"] == plans
    assert priya.case(case)["value"] == value


def test_news_of_two_cards_is_told_from_the_top_of_the_column_down(priya: Person) -> None:
    number = change_log.latest(priya.connection)
    for case in priya.standing("Fact find")[:4]:
        priya.plannr.outside.move(case, priya.status("Research"), 1)
    refresh.refresh(priya.connection)
    text = priya.client.get(f"/changes/?since={number}", headers={"HX-Request": "true"}).content.decode()
    told = re.findall(r'class="card" data-case="([^"]+)"', text)
    there = [case for case in priya.standing("Research") if case in told]
    assert [case for case in told if case in there] == there
    assert f'afterend:#cards-{priya.status("Research")} &gt; #card-{there[0]}"' in text


def test_an_error_of_our_own_after_the_put_leaves_no_lock_behind(
    priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = priya.standing("New enquiry")[:2]
    with monkeypatch.context() as broken:
        broken.setattr(side_effects, "probe_habits", lambda *_: 1 / 0)
        assert priya.drop(case, "Research").status == 202
    assert Move.objects.get().outcome == Move.Outcome.UNKNOWN
    priya.seen = {}
    assert priya.drop(other, "Research").status == 200
    text = priya.client.get(f"/moves/{Move.objects.get(case=case).intent}/", headers={"HX-Request": "true"})
    assert text.status_code == 200
    assert len([put for put in priya.puts if put["path"].endswith(case)]) == 1


def test_while_a_move_is_not_confirmed_the_case_goes_nowhere_else(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.plannr.fail("PUT", "/api/v1/cases/*", drop="before")
    assert priya.drop(case, "Research").status == 202
    answer = priya.drop(case, "Presented")
    assert "has not confirmed the move before this one" in answer.headline
    assert len(priya.puts) == 1
    assert priya.drop(case, "Research").status == 200
    assert sorted(Move.objects.values_list("outcome", "reason")) == [
        ("applied", ""),
        ("refused", "repeated"),
        ("refused", "unsettled"),
    ]


def test_a_move_that_was_sent_is_not_called_unsent(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.plannr.fail("PUT", "/api/v1/cases/*", drop="before")
    priya.drop(case, "Research")
    priya.plannr.outside.move(case, priya.status("Presented"), 1)
    text = priya.client.get(f"/moves/{Move.objects.get().intent}/", headers={"HX-Request": "true"}).content.decode()
    assert "Presented" in text
    assert "Nothing was sent" not in text


def test_nobody_is_named_for_what_somebody_did_in_plannr(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.drop(case, "Research")
    priya.seen = {}
    priya.open()
    priya.plannr.outside.move(case, priya.status("Presented"), 1)
    priya.plannr.outside.move(case, priya.status("Research"), 3)
    priya.plannr.outside.move(case, priya.status("Presented"), 2)
    assert "Somebody in Plannr moved" in priya.drop(case, "Fact find").headline


def test_a_neighbour_that_moved_is_no_conflict_for_the_card(priya: Person) -> None:
    first, case = priya.standing("Fact find")[:2]
    priya.open()
    position = priya.positions[case]
    priya.plannr.outside.move(first, priya.status("Fact find"), 4)
    assert priya.drop(case, "Research", seen_position=position).status == 200


def test_a_reorder_that_matters_is_said_as_what_it_is(priya: Person) -> None:
    there = priya.standing("Fact find")
    priya.open()
    position = priya.positions[there[1]]
    priya.plannr.outside.move(there[1], priya.status("Fact find"), 4)
    answer = priya.drop(there[1], "Fact find", below=there[0], seen_position=position)
    assert answer.status == 409
    assert "order around" in answer.headline


def test_after_a_card_without_a_number_it_goes_before_it_and_that_is_said(priya: Person) -> None:
    there = priya.standing("Research")
    priya.plannr.outside.edit(there[-1], status_position=None)
    refresh.refresh(priya.connection)
    answer = priya.drop(priya.standing("New enquiry")[0], "Research", above=there[-1])
    assert "have no place in Plannr" in answer.words
    priya.open()
    assert priya.seen[priya.status("Research")] == priya.standing("Research")


def test_between_two_cards_with_one_number_the_truth_is_shown_and_said(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make(positions="store"))
    first, second = priya.standing("Research")[:2]
    for case in (first, second):
        priya.plannr.outside.edit(case, status_position=1, updated_at="2026-01-01T00:00:00+00:00")
    refresh.refresh(priya.connection)
    priya.open()
    first, second = priya.seen[priya.status("Research")][:2]
    answer = priya.drop(priya.standing("New enquiry")[0], "Research", above=first, below=second)
    assert "somewhere else" in answer.words
    priya.open()
    shown = priya.seen[priya.status("Research")]
    assert shown[2] == Move.objects.get().case.__str__()


def test_the_bottom_is_where_it_is_when_the_turn_comes(db: None, make: Callable[..., Sandbox]) -> None:
    priya = at_the_board(make())
    cases = priya.standing("Fact find")[:3]
    for case in cases:
        priya.send(case, intent=uuid.uuid4(), status=priya.status("Research"), edge="bottom")
    there = [case for case in priya.standing("Research") if priya.case(case)["status_position"] is not None]
    assert there[-3:] == cases


def test_the_whole_completed_column_keeps_its_top(priya: Person) -> None:
    done = priya.status("Completed")
    text = priya.client.get(f"/columns/{done}/?all", headers={"HX-Request": "true"}).content.decode()
    assert text.count(f'id="top-{done}"') == 1


def test_a_read_that_breaks_says_so_and_rests(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "publish", lambda *_: 1 / 0)
    cache.clear_all()  # else there would be nothing to publish
    Connection.objects.update(as_of=timezone.now() - timedelta(days=1))
    lease = schedule.take(priya.connection)
    assert lease
    list(refresh.read_for(priya.connection.pk, lease))
    connection = Connection.objects.get()
    assert connection.problem == "broken"
    assert connection.refreshing_until is not None


def test_what_the_address_of_the_database_asks_for_is_kept_beside_the_pool() -> None:
    say = "from kanban.settings import DATABASES; print(sorted(DATABASES['default']['OPTIONS']))"
    url = "postgres://board@db.example/board?sslmode=require"
    environment = os.environ | {"SECRET_KEY": "x" * 50, "ENV_FILE": os.devnull, "DATABASE_URL": url}
    said = subprocess.run([sys.executable, "-c", say], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "['pool', 'sslmode']\n"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PLANNR_DIALECT", "plans=sent", "PLANNR_DIALECT does not know plans=sent"),
        ("PORT", "abc", "PORT must be a number"),
        ("PLANNR_BASE_URL", "http://api.example", "PLANNR_BASE_URL must begin with https://"),
    ],
)
def test_a_mistyped_setting_stops_the_start_with_a_sentence(name: str, value: str, sentence: str) -> None:
    environment = os.environ | {"SECRET_KEY": "x" * 50, "ENV_FILE": os.devnull, name: value}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
