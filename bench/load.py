"""A big team at work: hundreds of open boards, each with a stream, while cards are dropped and boards are opened.

Both come at fixed times, whether or not what came before has been answered, and each is timed from when it was meant to
come. The sandbox, the server and all the boards share this machine; the boards are played by this process.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import resource
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from machinery import CLIENT, Server, sandbox, server, wait
from open_board import OpenBoard, Seen, Somebody
from report import Report
from two_servers import two_servers
from visitor import CARD, COLUMN
from wire import Wire

CASES, SECONDS, PATIENCE = 1000, 20, 20
LOADS = {  # open boards; drops and pages a second
    "sqlite": ((100, 5, 20), (300, 2, 0), (300, 5, 20), (1000, 5, 20)),
    "postgres": ((300, 2, 0), (300, 5, 20), (1000, 5, 20)),
    "two servers": ((300, 5, 20), (1000, 2, 20)),
}
ON = {"sqlite": "", "postgres": " on PostgreSQL", "two servers": " on two servers"}
PEOPLE = ("alice", "bob", "priya", "leah", "yusuf", "tom", "grace", "marta", "hannah", "callum")
PER_SESSION = 6  # open boards of one sign-in: as many as the board allows
MORE = {"THREADS": "1150", "STREAMS": "1100"}  # for more boards than the default is meant for
FEW = 600


def measure(report: Report, boards: list[int], store: str) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    for open_, drops, pages in LOADS[store]:
        if open_ in boards:
            settings = MORE if open_ > FEW and store != "two servers" else {}
            with sandbox(CASES) as plannr, serving(store, plannr, CLIENT, settings) as board:
                report.begin(f"{open_:,} boards, {drops}+{pages}/s{ON[store]}")
                print(f"  open boards; drops and pages a second. {CASES:,} open cases {settings or ''}")
                one_load(report, plannr, board, open_, drops, pages)


def serving(store: str, plannr: Server, *settings: dict[str, str]) -> AbstractContextManager[Server]:
    return two_servers(plannr, *settings) if store == "two servers" else server(plannr, *settings, store=store)


def one_load(report: Report, plannr: Server, board: Server, open_: int, drops: int, pages: int) -> None:
    signed_in = [sign_in(plannr, board, name) for name in itertools.islice(itertools.cycle(PEOPLE), -(-open_ // 6))]
    page = requests.get(board.url, headers={"Cookie": signed_in[0].wire.headers["Cookie"]}).text
    idle = board.memory()
    seen, wall, used, own, resting = asyncio.run(work(board, signed_in, page, open_, drops, pages))
    arrived = [taken for each in seen.arrived.values() for taken in each.values()]
    report.add("load: drop answered", seen.moves or [float("inf")])
    if pages:
        report.add("load: page", seen.pages or [float("inf")])
    report.add("load: drop to another's screen", arrived or [float("inf")])
    expected = open_ * len(seen.dropped)
    note = f"{len(arrived):,} of {expected:,}"
    report.add("load: arrived", 100 * len(arrived) / expected, "%", note=note)
    report.add("load: not answered", len(seen.failed), "", note=", ".join(sorted(set(seen.failed))))
    note = f"at rest {resting:.0%}; the boards themselves {own / wall:.0%}"
    report.add("load: processors", 100 * used / wall, "% of a core", note=note)
    report.add("load: memory", board.memory(), "MB", note=f"{idle:.0f} MB before the streams")


def sign_in(plannr: Server, board: Server, name: str) -> Somebody:
    """By way of the sandbox's consent page, as a browser would."""
    http = requests.Session()
    asked = http.get(f"{board.url}/sign-in/", allow_redirects=False).headers["Location"]
    said = dict(parse_qsl(urlsplit(asked).query)) | {"person": name}
    back = requests.post(f"{plannr.url}/oauth/authorize", said, allow_redirects=False).headers["Location"]
    http.get(back)
    page = wait(lambda: text if "kanban-board" in (text := http.get(board.url).text) else "", 120)
    cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    [token], [number] = re.findall(r'"csrf-token" content="([^"]+)"', page), re.findall(r'data-change="(\d+)"', page)
    return Somebody(Wire({"Cookie": cookie}), token, int(number))


async def work(
    board: Server, signed_in: list[Somebody], page: str, open_: int, drops: int, pages: int
) -> tuple[Seen, float, float, float, float]:
    seen, turns = Seen(), itertools.cycle(signed_in)
    boards = [
        asyncio.create_task(OpenBoard(each, who, seen).listen()) for each, who in zip(range(open_), turns, strict=False)
    ]
    await asyncio.sleep(12)  # until each has been told the time
    before, began = board.cpu(), time.perf_counter()
    await asyncio.sleep(5)
    resting = (board.cpu() - before) / (time.perf_counter() - began)
    before, own, began = board.cpu(), time.process_time(), time.perf_counter()
    cards = cards_to_drop(page)
    coming = [at_times(drops, lambda due: drop(next(turns), *next(cards), seen, due))]
    coming += [at_times(pages, lambda due: look(next(turns), seen, due))] if pages else []
    await asyncio.gather(*coming)
    wall = time.perf_counter() - began
    used, own = board.cpu() - before, time.process_time() - own
    while time.perf_counter() - began < SECONDS + PATIENCE and not all_arrived(seen, open_):
        await asyncio.sleep(0.2)
    for each in boards:
        each.cancel()
    await asyncio.gather(*boards, return_exceptions=True)
    for who in signed_in:
        who.wire.close()
    return seen, wall, used, own, resting


def all_arrived(seen: Seen, open_: int) -> bool:
    return sum(map(len, seen.arrived.values())) == open_ * len(seen.dropped)


async def at_times(rate: int, deed: Callable[[float], Coroutine[Any, Any, None]]) -> None:
    """So many a second, each begun when it is due. `due`: that time, from which it is measured."""
    began, under_way = time.perf_counter(), []
    for turn in range(rate * SECONDS):
        due = began + turn / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        under_way.append(asyncio.create_task(deed(due)))
    _, late = await asyncio.wait(under_way, timeout=PATIENCE)
    for each in late:
        each.cancel()


def cards_to_drop(page: str) -> Iterator[tuple[str, str, str]]:
    """Each card once, into another column and there before one that stays."""
    columns = {status: CARD.findall(text) for status, text in COLUMN.findall(page)}
    open_ = [status for status, cards in columns.items() if len(cards) > 20]
    for place in range(4, 50):
        for turn, status in enumerate(open_):
            there = open_[(turn + 1) % len(open_)]
            if place < len(columns[status]):
                yield columns[status][place], there, columns[there][2]


async def drop(who: Somebody, case: str, status: str, below: str, seen: Seen, due: float) -> None:
    said = urlencode({"intent": uuid.uuid4(), "status": status, "below": below})
    seen.dropped[case] = due
    code, _ = await who.wire.ask("PUT", f"/cases/{case}/move/", said, HX_Request="true", X_CSRFToken=who.token)
    seen.moves.append((time.perf_counter() - due) * 1000)
    if code != 200:
        seen.failed.append(f"drop {code}")


async def look(who: Somebody, seen: Seen, due: float) -> None:
    code, _ = await who.wire.ask("GET", "/")
    seen.pages.append((time.perf_counter() - due) * 1000)
    if code != 200:
        seen.failed.append(f"page {code}")
