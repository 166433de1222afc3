"""`make bench`: how fast the board and its sandbox are on this machine, in one table.

Machines differ and are noisy, so what counts is the ratio to a floor of the same run: a move against the bare GET and
PUT that it cannot do without.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import requests
import team
from machinery import CLIENT, Server, row, sandbox, server, token, wait

SIZES = (300, 5000)
FIND = 10_000  # cases among which something is found
CARD = re.compile(r'data-case="([^"]+)" data-position="(\d+)"')


def main() -> None:
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
    print(f"{time.strftime('%Y-%m-%d')}, {machine}. Times in milliseconds: median, p95.")
    for cases in SIZES:
        with ExitStack() as stack:
            plannr = stack.enter_context(sandbox(cases))
            board = stack.enter_context(server(plannr))
            print(f"\n{cases} cases")
            measure_sandbox(plannr)
            measure_board(plannr, board)
    with sandbox(FIND) as plannr, server(plannr) as board:
        print(f"\n{FIND} cases")
        measure_finding(board)
    for streams in team.TEAMS:
        with sandbox(300) as plannr, server(plannr, CLIENT) as board:
            print(f"\n300 cases, {streams} open boards, {team.RATE} moves a second")
            team.measure(plannr, board, streams)


def measure_sandbox(plannr: Server) -> None:
    """How much of a core the sandbox takes for 300 small requests a second."""
    http = plannr.session()
    case = http.get(f"{plannr.url}/api/v1/cases?per_page=1").json()["data"][0]["uuid"]
    before, began, count = plannr.cpu(), time.perf_counter(), 1000
    for _ in range(count):
        http.get(f"{plannr.url}/api/v1/cases/{case}")
    rate, used = count / (time.perf_counter() - began), (plannr.cpu() - before) / count
    row("sandbox: one case", f"{rate:.0f} a second; {300 * used:.0%} of a core at 300 a second")


def measure_board(plannr: Server, board: Server) -> None:
    http = requests.Session()
    wait(lambda: "kanban-board" in http.get(board.url).text)
    page = http.get(board.url)
    row("board: page", f"{timed(lambda: http.get(board.url), 60)}; {len(page.content) / 1024:.0f} KB")
    columns = re.findall(r'<section id="column-([^"]+)".*?</section>', page.text, re.S)
    headers = {"HX-Request": "true", "X-CSRFToken": token(page.text), "Referer": board.url}
    sizes: list[int] = []
    cases = [case for case, _ in CARD.findall(page.text)][:60]

    def move() -> None:
        body = {"intent": str(uuid.uuid4()), "status": columns[2], "edge": "top"}
        answer = http.put(f"{board.url}/cases/{cases.pop()}/move/", data=body, headers=headers)
        assert answer.status_code in (200, 409), answer.text
        sizes.append(len(answer.content))

    for _ in range(5):
        move()  # the first moves also learn the account's habits
    asked = len(ledger(plannr))
    moved = timed(move, 40)
    requests_each = (len(ledger(plannr)) - asked) / 40
    row(
        "move: the whole answer", f"{moved}; {max(sizes) / 1024:.1f} KB at most; {requests_each:.1f} requests to Plannr"
    )
    row("move: its floor, bare GET and PUT", timed(floor(plannr), 40))


def measure_finding(board: Server) -> None:
    """The board drawn anew through a lens, as typing and ticking ask for it."""
    http = requests.Session()
    wait(lambda: "kanban-board" in http.get(board.url).text)
    person = re.findall(r'name="person" value="([^"]+)"', http.get(f"{board.url}/filters/").text)[0]
    headers = {"HX-Request": "true", "HX-Target": "board"}
    for name, asked in {
        "search: three letters": {"q": "mar"},
        "search: two words": {"q": "annual rev"},
        "filter: person, review, value": {"person": person, "review": ["overdue", "week"], "min": "1000"},
        "sort: by value": {"sort": "value"},
        "lanes: by adviser": {"lanes": "person"},
    }.items():
        page = http.get(board.url, params=asked, headers=headers)
        taken = timed(lambda asked=asked: http.get(board.url, params=asked, headers=headers), 40)
        row(name, f"{taken}; {len(page.content) / 1024:.0f} KB")


def floor(plannr: Server) -> Callable[[], object]:
    http = plannr.session()
    case = http.get(f"{plannr.url}/api/v1/cases?per_page=1&include=status").json()["data"][0]
    address, include = f"{plannr.url}/api/v1/cases", "participants,status,type,tags,plans,groups,assigned_to"
    body = {"status": case["status"]["uuid"], "status_position": 1}

    def both() -> None:
        http.get(address, params={"filter[uuid]": case["uuid"], "include": include})
        http.put(f"{address}/{case['uuid']}", json=body)

    return both


def timed(deed: Callable[[], object], times: int) -> str:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(taken):.1f}, {statistics.quantiles(taken, n=20)[-1]:.1f}"


def ledger(plannr: Server) -> list[Any]:
    entries: list[Any] = requests.get(f"{plannr.url}/switchboard/ledger", timeout=60).json()
    return [entry for entry in entries if entry["method"] == "PUT" or "filter" in (entry["query"] or "")]


main()
