"""A move against the GET and the PUT that it cannot do without, at the same sandbox, as slow as it is for the move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

from machinery import Server
from report import Report
from visitor import Visitor, once

TIMES = {0.0: 40, 0.08: 25}  # moves, by how long Plannr takes to answer
INCLUDE = "participants,status,type,tags,plans,groups,assigned_to"


def measure(report: Report, plannr: Server, board: Server) -> None:
    visitor = Visitor(board.port)
    visitor.open()
    drops, bare, sizes = cards_to_drop(visitor), floor(plannr), []

    def move() -> None:
        answer = visitor.drop(*next(drops))
        assert answer.status == 200, answer.text
        sizes.append(len(answer.body) / 1024)

    for _ in range(8):
        move()  # the first moves also learn the account's habits
        bare()
    for delay, times in TIMES.items():
        at = f"Plannr at {delay * 1000:.0f} ms"
        asked, before = plannr.asked(), board.cpu()
        with plannr.slow(delay):
            taken = [(once(move), once(bare)) for _ in range(times)]
        requests = (plannr.asked() - asked) / times - 2
        least = [each for _, each in taken]
        report.add(f"move: answered, {at}", [each for each, _ in taken], floor=least)
        report.add(f"move: own work, {at}", [whole - part for whole, part in taken])
        if not delay:
            report.add("move: processor time", (board.cpu() - before) / times * 1000)
            report.add("move: requests to Plannr", requests, "")
    report.add("move: answer", sizes, "KB")


def cards_to_drop(visitor: Visitor) -> Iterator[tuple[str, str, str]]:
    """Without end: the cards further down each column, round and round, each into the next column and there before the
    third card, which stays where it is."""
    columns = visitor.columns()
    statuses = list(columns)
    stands = {case: at for at, status in enumerate(statuses) for case in columns[status][3:23]}
    for case in cycle(stands):
        stands[case] = (stands[case] + 1) % len(statuses)
        there = statuses[stands[case]]
        yield case, there, columns[there][2] if len(columns[there]) > 2 else ""


def floor(plannr: Server) -> Callable[[], None]:
    http = plannr.session()
    case = http.get(f"{plannr.url}/api/v1/cases?per_page=1&include=status").json()["data"][0]
    address = f"{plannr.url}/api/v1/cases"
    body = {"status": case["status"]["uuid"], "status_position": 1}

    def both() -> None:
        http.get(address, params={"filter[uuid]": case["uuid"], "include": INCLUDE})
        http.put(f"{address}/{case['uuid']}", json=body)

    return both
