"""State that outlives the process, however the process ends."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from plannr_api.sandbox import BadState, Sandbox
from plannr_api.sandbox.seed.firm import build
from plannr_api.sandbox.seed.people import employee, login
from plannr_api.sandbox.state.clock import now
from plannr_api.sandbox.state.records import State
from plannr_api.sandbox.world import World
from tests.sandbox.caller import Caller

Meet = Callable[..., Caller]


def world(path: Path, cases: int = 12) -> World:
    """What a process knows, without its socket; forgetting it without closing is as good as kill -9."""
    return World(cases, 7, {}, path, True)


def everything(state: State) -> Any:
    return json.loads(json.dumps([vars(each) for each in (*state.firms, state.access)]))


def kill(world: World) -> None:
    """The process ends without a word; only its file descriptors are given back."""
    assert world.store
    world.store.close()


def work(sandbox: Sandbox) -> None:
    """One of every kind of change."""
    outside, cases = sandbox.outside, list(sandbox.firm.cases)
    status = outside.add_status("On hold", "#123456")
    outside.move(cases[0], status, 1)
    outside.move(cases[1], status, 1)
    outside.edit(cases[2], name="Edited", review_at="2031-01-01")
    outside.create(name="Created", status=status, status_position=2)
    outside.edit_status(status, name="Held")
    outside.delete(cases[3])
    outside.delete_status(next(iter(sandbox.firm.statuses)))
    sandbox.add_oauth_client("board", "secret", "http://127.0.0.1:9/")
    for person in ("tom", "daniel"):
        sandbox.rights(person, write=False)
        sandbox.leave(person)
    sandbox.come_back("tom")
    outside.move(next(iter(sandbox.other_firm.cases)), list(sandbox.other_firm.statuses)[1], 1)


def test_a_clean_end_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with Sandbox(12, state=path) as first:
        work(first)
        before = everything(first.world.state)
    with Sandbox(99, seed=1, state=path) as second:
        assert everything(second.world.state) == before


def test_what_was_put_survives_kill_9(tmp_path: Path, stack: ExitStack, caller: Meet) -> None:
    path = tmp_path / "state.json"
    first = stack.enter_context(Sandbox(12, state=path))
    call, uuid = caller(first), next(iter(first.firm.cases))
    call("PUT", f"/api/v1/cases/{uuid}", {"name": "Kept", "status": list(first.firm.statuses)[2], "status_position": 1})
    work(first)
    before = everything(first.world.state)
    copied = tmp_path / "after-kill.json"
    copied.write_bytes(path.read_bytes())
    copied.with_name("after-kill.json.journal").write_bytes(path.with_name("state.json.journal").read_bytes())
    second = world(copied)
    assert everything(second.state) == before
    kill(second)


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = world(path)
    uuid = next(iter(first.firm.cases))
    for name in ("One", "Two"):
        first.change({"do": "update", "case": uuid, "fields": {"name": name}, "at": "2026-01-01T00:00:00.000000+00:00"})
    kill(first)
    journal = path.with_name("state.json.journal")
    journal.write_bytes(journal.read_bytes()[:-9])
    second = world(path)
    assert second.firm.cases[uuid]["name"] == "One"
    kill(second)


def test_a_journal_left_beside_a_newer_snapshot_is_not_applied_twice(tmp_path: Path) -> None:
    path, journal = tmp_path / "state.json", tmp_path / "state.json.journal"
    first = world(path)
    case, status = list(first.firm.cases)[0], list(first.firm.statuses)[1]  # noqa: RUF015
    change = {"do": "update", "case": case, "fields": {}, "at": "2026-01-01T00:00:00.000000+00:00"}
    for how in ("store", "shift", "shift"):
        first.change(change | {"place": {"status": status, "position": 2, "how": how}})
    old = journal.read_bytes()
    assert old.count(b"\n") == 3
    first.save()
    before = everything(first.state)
    kill(first)
    journal.write_bytes(old)
    second = world(path)
    assert everything(second.state) == before
    kill(second)


def test_a_long_journal_is_folded_into_the_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plannr_api.sandbox.state.persistence.COMPACT_AFTER", 5)
    first = world(tmp_path / "state.json")
    uuid = next(iter(first.firm.cases))
    for number in range(13):
        change = {"do": "update", "case": uuid, "fields": {"value": number}, "at": "2026-01-01T00:00:00.000000+00:00"}
        first.change(change)
    kill(first)
    assert (tmp_path / "state.json.journal").read_bytes().count(b"\n") <= 5
    second = world(tmp_path / "state.json")
    assert second.firm.cases[uuid]["value"] == 12
    kill(second)


def test_a_change_costs_a_line_not_a_file(tmp_path: Path) -> None:
    first = world(tmp_path / "state.json", cases=300)
    case, status = next(iter(first.firm.cases)), list(first.firm.statuses)[-1]
    place = {"status": status, "position": 1, "how": "shift"}
    first.change({"do": "update", "case": case, "fields": {}, "at": "2026-01-01T00:00:00.000000+00:00", "place": place})
    assert (tmp_path / "state.json.journal").stat().st_size < 400
    kill(first)


def test_a_state_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"number": 1')
    with pytest.raises(BadState, match=r"state\.json cannot be read"):
        Sandbox(state=path)
    assert path.read_text() == '{"number": 1'


def test_the_state_of_an_earlier_sandbox_is_completed(tmp_path: Path) -> None:
    """It held the first firm as it was then, and in it an account of a second firm that had nothing."""
    path, old = tmp_path / "state.json", build(12, 7)
    there = employee(str(uuid4()), "Daniel", "Okafor", "member", now()) | {"elsewhere": True}
    old.accounts[there["uuid"]] = there
    firm = {"uuid": str(uuid4()), "name": "Harbour Lane Wealth"}
    old.logins.append(login(str(uuid4()), there, firm, ["sandbox-daniel"], True, True, now()))
    case = next(iter(old.cases.values()))
    case["assigned_to_uuids"] = [there["uuid"]]
    later = ("number", "contacts", "task_statuses", "tasks", "notes")
    saved = {name: value for name, value in vars(old).items() if name not in later}
    path.write_text(json.dumps({"number": 0, "firm": saved}))
    loaded = world(path)
    daniel = next(uuid for uuid, each in loaded.firm.accounts.items() if each["first_name"] == "Daniel")
    assert loaded.firm.cases[case["uuid"]]["assigned_to_uuids"] == [daniel]
    assert there["uuid"] not in loaded.firm.accounts
    assert loaded.state.logins_of("alice")
    assert len(loaded.state.logins_of("daniel")) == 2
    assert len(loaded.state.firms[1].cases) == 20
    assert all(loaded.firm[name] for name in later[1:])
    assert len({field["type"] for field in loaded.firm.custom_fields.values()}) == 6
    related = {name: dict(loaded.firm[name]) for name in later[1:]}
    kill(loaded)
    again = World(12, 7, {}, path, True, staff=16)
    assert again.state.logins_of("person16")
    assert {name: again.firm[name] for name in related} == related
    assert everything(again.state)[1:] == everything(loaded.state)[1:]
    kill(again)
