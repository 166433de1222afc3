"""The web server is killed again and again: each intent still ends once, and the record says what Plannr did."""

import http.client
import os
import random
import re
import signal
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from plannr_api.sandbox import Sandbox
from tests.support.processes import KEY, Running, cookies, finished, serving
from tests.support.stores import Store, everyone_says_the_same

MOVES, HANDS = 200, 4


def workers(running: Running) -> list[int]:
    return running.family()[1:]


class Hand:
    """Somebody who drops card after card, and asks for the very same move again until there is an answer."""

    def __init__(self, running: Running, cases: list[str], statuses: list[str], seed: int) -> None:
        self.running, self.cases, self.statuses, self.chance = running, cases, statuses, random.Random(seed)
        self.intents: list[str] = []
        page = until_it_answers(running)
        self.headers = {
            "HX_Request": "true",
            "Cookie": cookies(page.headers),
            "X_CSRFToken": re.findall(r'name="csrf-token" content="([^"]+)"', page.text)[0],
            "Content_Type": "application/x-www-form-urlencoded",
        }

    def drop(self) -> None:
        self.intents.append(str(uuid4()))
        said = {"intent": self.intents[-1], "status": self.chance.choice(self.statuses), "edge": "top"}
        path = f"/cases/{self.chance.choice(self.cases)}/move/"
        for _ in range(100):
            try:
                self.running.ask("PUT", path, urlencode(said), **self.headers)
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)


def until_it_answers(running: Running) -> http.client.HTTPResponse:
    until = time.monotonic() + 60
    while 'class="card"' not in (page := running.ask("GET", "/")).text:
        assert time.monotonic() < until, page.text
        time.sleep(0.05)
    return page


def killing(running: Running, plannr: Sandbox, done: Event) -> None:
    """Whenever some more moves have reached Plannr, at whatever point the next of them is: however slow the machine is,
    a server has made some before it dies."""
    chance = random.Random(7)
    while not done.is_set():
        enough = moves_sent(plannr) + chance.randrange(2, 9)
        while moves_sent(plannr) < enough and not done.wait(0.02):
            pass
        done.wait(chance.uniform(0, 0.06))
        for pid in workers(running)[:1] if chance.random() < 0.8 else workers(running):
            with_pid_gone(pid)


def moves_sent(plannr: Sandbox) -> int:
    return sum(entry["method"] == "PUT" for entry in plannr.ledger)


def with_pid_gone(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("seed", [7])
def test_every_intent_ends_once_and_the_record_matches_what_plannr_did(tmp_path: Path, seed: int) -> None:
    store = Store(tmp_path)
    with Sandbox(cases=60, seed=7, rate_limit=100_000, completed="off") as plannr:
        settings = {
            "SECRET_KEY": KEY,
            "HTTPS": "off",
            "DATABASE_URL": store.url,
            "PLANNR_BASE_URL": plannr.url,
            "PLANNR_ACCESS_TOKEN": plannr.token,
            "PLANNR_TIMEOUT": 1,
            "SETTLE_SECONDS": 10,  # longer than a busy machine leaves a move lying
            "REFRESH_SECONDS": 3600,
        }
        plannr.fail("PUT", "/api/v1/cases/*", delay=0.03, times=0)  # so that many die while Plannr is at it
        with serving(**settings) as running:
            firm = plannr.state()
            statuses = [status["uuid"] for status in firm["statuses"] if not status["is_type_completed"]]
            cases = [case["uuid"] for case in firm["cases"] if case["status"] in statuses]
            hands = [Hand(running, cases[number::HANDS], statuses, number) for number in range(HANDS)]
            done = Event()
            killer = Thread(target=killing, args=(running, plannr, done))
            killer.start()
            threads = [Thread(target=lambda hand=hand: [hand.drop() for _ in range(MOVES // HANDS)]) for hand in hands]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            done.set()
            killer.join()
            for pid in workers(running):  # once more, with nobody left who asks
                with_pid_gone(pid)
            unsettled = "SELECT count(*) FROM kanban_move WHERE outcome IN ('open', 'unknown')"
            for _ in range(600):
                if not store.one(unsettled):
                    break
                time.sleep(0.1)
        plannr.heal()
        assert store.one(unsettled) == 0
        everyone_says_the_same(store, plannr, {intent for hand in hands for intent in hand.intents})
    verified = finished("verify_record", SECRET_KEY=KEY, DATABASE_URL=store.url)
    assert verified.returncode == 0, verified.stdout + verified.stderr
