"""Two servers behind nginx share nothing but PostgreSQL, and nobody notices that they are two."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from shutil import which
from threading import Event
from types import SimpleNamespace
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, expect

from kanban.live import streams
from kanban.sync import schedule
from tests.browser.machines import FarTeam, Hand, Machines
from tests.browser.page import Board
from tests.browser.plannr import A_CASE, THE_LIST, Json, PlannrSwitchboard
from tests.browser.processes import CHROMIUM, CHROMIUM_FLAGS, SIGNED_IN, SandboxProcess
from tests.support.processes import KEY, finished, wait_until
from tests.support.stores import everyone_says_the_same

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("POSTGRES_URL" not in os.environ, reason="needs .ci/postgres around it"),
]

SEEN = 500  # milliseconds from sending a move until it is on another's screen
BACK = streams.RECONNECT[1] / 1000 + 4  # seconds until a stream that was cut off is back, on a busy machine
LEASE = schedule.LEASE.total_seconds()  # for so long the server that died may hold up the reading by which moves end
CAST = ("alice", "bob", "val")
INTERVAL = float(SIGNED_IN["REFRESH_SECONDS"])
WATCH = """() => {
  window.seen = {};
  new MutationObserver((changes) => {
    for (const card of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (card.matches?.(".card")) window.seen[card.dataset.case] ??= Date.now();
    }
  }).observe(document.getElementById("board"), { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def machines(sandbox_process: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("machines"), sandbox_process.url)
    yield machines
    machines.stop()


@pytest.fixture(scope="module")
def trusting(chromium: Browser) -> Iterator[Browser]:
    """A Chromium whose workers too take the certificate."""
    flags = [*CHROMIUM_FLAGS, "--ignore-certificate-errors"]
    browser = chromium.browser_type.launch(executable_path=which(CHROMIUM), args=flags)
    yield browser
    browser.close()


@pytest.fixture
def team(trusting: Browser, machines: Machines, plannr: PlannrSwitchboard) -> Iterator[FarTeam]:
    machines.start()
    machines.store.empty()
    plannr.know_the_board(f"{machines.url}/sign-in/back/")
    team = FarTeam(trusting, machines, plannr)  # type: ignore[arg-type]
    yield team
    team.go_home()


@dataclass(frozen=True)
class Taken:
    """By one move, in milliseconds: until its answer, and until another's screen shows it."""

    answered: float
    seen: float


def moved(hand: Hand, case: str, status: str, other: Board) -> Taken:
    """A card goes to another column, by way of one server."""
    other.page.evaluate("window.seen = {}")
    began = time.time()
    answer = hand.ask("PUT", f"/cases/{case}/move/", {"intent": str(uuid4()), "status": status, "edge": "top"})
    answered = time.time()
    assert answer.status_code == 200, answer.text
    drawn = other.page.wait_for_function("(uuid) => window.seen[uuid]", arg=case).json_value()
    return Taken((answered - began) * 1000, drawn - began * 1000)


def session(board: Board) -> str:
    return next(each["value"] for each in board.page.context.cookies() if each["name"] == "sessionid")


def in_time(row: list[Taken]) -> bool:
    """A machine that has no time for its own answers is measured by those."""
    allowed = max(SEEN, 3 * statistics.median(each.answered for each in row))
    return statistics.median(each.seen for each in row) <= allowed


def test_a_move_made_on_either_server_is_at_once_on_every_screen(
    team: FarTeam, machines: Machines, plannr: PlannrSwitchboard
) -> None:
    alice, bob = team.let_in("alice"), team.at_the_board("bob")
    bob.page.evaluate(WATCH)
    statuses = [status["uuid"] for status in plannr.now().statuses if not status["is_type_completed"]]
    cards = [case["uuid"] for case in plannr.now().cases if case["status"] == statuses[0]]
    for port in machines.ports:  # his stream is from one of the two
        with closing(Hand(machines, alice, port)) as hand:
            rows: list[list[Taken]] = []
            while not rows or (not in_time(rows[-1]) and len(rows) < 3):  # other tests run at the same time
                places = [(case, status) for status in statuses[1:3] for case in cards[:3]]
                rows.append([moved(hand, case, status, bob) for case, status in places])
        assert in_time(rows[-1]), rows


def full_reads(ledger: list[Json]) -> list[datetime]:
    """When each complete reading of the firm began."""
    asked = [each for each in ledger if each["method"] == "GET" and each["path"] == THE_LIST]
    return [moment(each) for each in asked if "filter" not in each["query"] and "page=2" not in each["query"]]


def moment(entry: Json) -> datetime:
    return datetime.fromisoformat(entry["at"])


def shortest(times: list[datetime]) -> float:
    return min(((later - earlier).total_seconds() for earlier, later in pairwise(times)), default=INTERVAL)


def test_both_servers_together_read_plannr_once_an_interval(
    team: FarTeam, machines: Machines, plannr: PlannrSwitchboard
) -> None:
    people = [team.let_in(name) for name in CAST]
    plannr.fail("GET", THE_LIST, delay=0.3, times=0)  # long enough for the other server to begin one as well
    hands = [Hand(machines, person, port) for person in people for port in machines.ports]
    begun, enough = len(plannr.ledger()), Event()

    def keep_asking(hand: Hand) -> None:
        with closing(hand):
            while not enough.wait(0.05):
                assert hand.ask("GET", "/changes/?since=0").status_code == 200

    with ThreadPoolExecutor(len(hands)) as pool:
        asking = [pool.submit(keep_asking, hand) for hand in hands]
        try:
            wait_until(lambda: len(full_reads(plannr.ledger()[begun:])) >= 4, "Plannr is read again and again", 30)
        finally:
            enough.set()
        for each in asking:
            each.result()
    ledger = plannr.ledger()[begun:]
    plannr.recover()
    assert shortest(full_reads(ledger)) >= INTERVAL / 4  # without a lease they come together
    for name in CAST:  # who is also asked after, whether they still may
        asked = [each for each in ledger if each["path"] == "/api/v1/logins" and each["person"] == name]
        assert asked
        assert shortest([moment(each) for each in asked]) >= INTERVAL


def dropping(hand: Hand, cases: list[str], statuses: list[str], moves: int) -> list[str]:
    """Card after card; the very same move is asked for again until the board answers. Returns the intents."""
    chance, intents = random.Random(cases[0]), []
    with closing(hand):
        for _ in range(moves):
            intents.append(str(uuid4()))
            said = {"intent": intents[-1], "status": chance.choice(statuses), "edge": "top"}
            path = f"/cases/{chance.choice(cases)}/move/"
            until = time.monotonic() + 30
            while not (status := answered(hand, path, said)):
                assert time.monotonic() < until
                time.sleep(0.05)
            assert status not in (401, 403)  # nobody has to sign in again
    return intents


def answered(hand: Hand, path: str, said: dict[str, str]) -> int | None:
    """With which status the board answered; not at all where the server died over it: before, which nginx says, or in
    the middle, which cuts the answer off."""
    try:
        answer = hand.ask("PUT", path, said)
    except requests.exceptions.ChunkedEncodingError:
        return None
    if "X-Board" in answer.headers:
        return answer.status_code
    assert answer.status_code == 502
    return None


def test_when_a_server_dies_nobody_loses_a_move_or_a_session(
    team: FarTeam, machines: Machines, plannr: PlannrSwitchboard
) -> None:
    alice, bob = team.at_the_board("alice"), team.at_the_board("bob")
    after = machines.store.one("SELECT max(number) FROM kanban_entry") or 0
    firm = plannr.now()
    statuses = [status["uuid"] for status in firm.statuses if not status["is_type_completed"]][1:]
    mine, *theirs = [case["uuid"] for case in firm.cases if case["status"] in statuses]
    plannr.fail("PUT", A_CASE, delay=0.05, times=0)  # so that some are under way when it dies
    hands = [Hand(machines, board.page.context) for board in (alice, bob, alice, bob)]
    with ThreadPoolExecutor() as pool:
        rows = [pool.submit(dropping, hand, theirs[start::4], statuses, 12) for start, hand in enumerate(hands)]
        wait_until(lambda: len(plannr.puts()) >= 8, "some moves have been made", 60)
        dead = machines.listening_at()
        machines.kill(dead)
        died = time.monotonic()
        intents = {intent for row in rows for intent in row.result()}
    plannr.recover()
    assert machines.streams_at(dead), "nobody's stream came from it"
    alice.choose(mine, "Research")
    expect(bob.list("Research").locator(f"#card-{mine}")).to_be_visible(timeout=8_000)
    for board in (alice, bob):
        expect(board.page.locator("body")).not_to_have_attribute("data-ended", "")
    people = {session(alice), session(bob)}
    unsettled = "SELECT count(*) FROM kanban_move WHERE outcome IN ('open', 'unknown')"
    wait_until(lambda: not machines.store.one(unsettled), "every move has ended as something", 30 + LEASE)
    time.sleep(max(0.0, died + BACK - time.monotonic()))
    for board in (alice, bob):
        board.page.context.close()  # then nginx says where their streams came from
    wait_until(lambda: people <= machines.streams_at(1 - dead), "their streams were all at the other")
    (hers,) = machines.store.rows('SELECT intent FROM kanban_move WHERE "case" = %s', mine)
    intents.add(str(hers[0]))
    everyone_says_the_same(machines.store, SimpleNamespace(ledger=plannr.ledger()), intents, after)
    verified = finished("verify_record", SECRET_KEY=KEY, DATABASE_URL=machines.store.url)
    assert verified.returncode == 0, verified.stdout + verified.stderr
