"""A database of the first release, with everything in it, under the newest one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import environ
import pytest
from django.db import connections as databases
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend
from django.utils import timezone

from kanban.models import Card, ChangeLogEntry, Column, Connection, Entry, Move, Person, Visibility
from plannr_api.sandbox import Sandbox
from tests.support.processes import KEY, finished, serving
from tests.support.stores import Store

FIRST = datetime(2026, 11, 1, 9, tzinfo=UTC)
OUTCOMES = ("applied", "refused", "conflict", "unknown")
MANY = 2_000

Reading = Callable[[], Any]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return Store(tmp_path).url


@pytest.fixture
def at(django_db_blocker: Any) -> Callable[[str], Any]:
    """`with at(url) as database`: the models speak to another database than the tests' own."""

    @contextmanager
    def at(url: str) -> Iterator[Any]:
        settings = databases.configure_settings({"default": environ.Env.db_url_config(url)})["default"]
        ours, other = databases["default"], load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        with django_db_blocker.unblock():
            databases["default"] = other
            try:
                yield other
            finally:
                databases["default"] = ours
                other.close()

    return at


def fill(database: Any, plannr: Sandbox) -> list[str]:
    """As the first release left it: an account, two columns, three cards, moves with every outcome and open ones."""
    executor = MigrationExecutor(database)
    executor.migrate([("kanban", "0001_initial")])
    kanban = executor.loader.project_state([("kanban", "0001_initial")]).apps.get_model
    account, firm = UUID(plannr.account), UUID(plannr.firm.firm["uuid"])
    state = plannr.state()
    from_status, to_status = (status["uuid"] for status in state["statuses"][1:3])
    cases = [case["uuid"] for case in state["cases"] if case["status"] == from_status][:3]
    connection = kanban("kanban", "Connection").objects.create(
        account=account, mark="old", account_name="Priya Shah", firm=firm, firm_name="Harbour", as_of=timezone.now()
    )
    columns = [
        kanban("kanban", "Column").objects.create(firm=firm, status=status, name=name, place=place)
        for place, (status, name) in enumerate([(from_status, "Fact find"), (to_status, "Research")])
    ]
    for place, case in enumerate(cases):
        card = kanban("kanban", "Card").objects.create(
            firm=firm,
            case=case,
            column=columns[0],
            place=place,
            name=f"Case {place}",
            clients=["Kept"],
            heard_at=FIRST,
        )
        kanban("kanban", "Visibility").objects.create(account=account, card=card)
    kanban("kanban", "Change").objects.create(firm=firm, case=card.case)
    moves = [
        {"outcome": OUTCOMES[n % 4], "settled_at": None if n % 4 == 3 else FIRST + timedelta(minutes=n, seconds=1)}
        for n in range(MANY)
    ]
    moves += [{"outcome": "open"}, {"outcome": "open", "to_status": uuid4(), "case": uuid4()}]
    kanban("kanban", "Move").objects.bulk_create(
        kanban("kanban", "Move")(
            **{"case": card.case, "to_status": columns[1].status, "intent": uuid4(), "connection": connection}
            | {"firm": firm, "title": "Kept, Case 2", "from_status": columns[0].status, "reason": "", "words": "said"}
            | {"at": FIRST + timedelta(minutes=n), "altered": "plans" if n == 0 else "", "put_back": n == 0 or None}
            | move
        )
        for n, move in enumerate(moves)
    )
    return cases


def test_everything_is_still_there_and_the_record_begins_with_what_was_moved_before(
    plannr: Sandbox, url: str, at: Callable[[str], Any]
) -> None:
    with at(url) as database:
        cases = fill(database, plannr)
    board = {"SECRET_KEY": KEY, "DATABASE_URL": url, "PLANNR_BASE_URL": plannr.url, "PLANNR_ACCESS_TOKEN": plannr.token}
    assert finished("migrate", **board).returncode == 0
    with at(url):
        assert [each.objects.count() for each in (Column, Card, Visibility, ChangeLogEntry)] == [2, 3, 3, 1]
        assert (Move.objects.count(), Person.objects.count()) == (MANY + 2, 0)
        connection, move = Connection.objects.get(), Move.objects.earliest("at")
        assert (connection.account_name, connection.can_write, connection.person) == ("Priya Shah", True, None)
        assert (move.words, move.who, move.person, move.undoes) == ("said", "", None, None)
        check_record(list(Entry.objects.all()), move)
    said = finished("verify_record", **board).stdout
    assert said.startswith(f"The record holds: {MANY} lines, head ")
    with serving(**board, HTTPS="off", REFRESH_SECONDS=3600) as running:
        page = running.ask("GET", "/")
        assert page.status == 200
        assert all(f'data-case="{case}"' in page.text for case in cases)
        record = running.ask("GET", "/record/")
        assert (record.status, "from <bdi>Fact find</bdi> to <bdi>Research</bdi>" in record.text) == (200, True)


def check_record(entries: list[Entry], first: Move) -> None:
    """A line for each move that had an outcome, oldest first; nobody signed in then, so it names nobody."""
    assert [entry.kind for entry in entries] == [*OUTCOMES] * (MANY // 4)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert entries[0].intent == first.intent
    assert entries[0].words == "said Plannr also changed the plans; that was put back."
    assert {(entry.who, entry.person, entry.account_name) for entry in entries} == {("", "", "Priya Shah")}
    assert {(entry.from_name, entry.to_name) for entry in entries} == {("Fact find", "Research")}


def test_there_is_a_way_back_and_forth_that_writes_nothing_twice(
    plannr: Sandbox, url: str, at: Callable[[str], Any]
) -> None:
    with at(url) as database:
        fill(database, plannr)
        newest = MigrationExecutor(database).loader.graph.leaf_nodes("kanban")
        for target in (newest, [("kanban", "0002_a_board_for_a_team")], newest):
            MigrationExecutor(database).migrate(target)
        assert Entry.objects.count() == MANY
