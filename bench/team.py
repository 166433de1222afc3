"""A big team at work: hundreds of open boards, each with a stream, and two moves a second.

Everything shares this machine: the sandbox, the server and the boards, which are played by this process. A board asks
what is new whenever it is rung, as the page does, and counts the time from the drop until the card has come.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
import uuid
from urllib.parse import parse_qsl, urlsplit

import requests
from machinery import PORT, Server, row, token, wait

TEAMS = (25, 300)  # open boards
RATE, SECONDS = 2, 20
PEOPLE = ("alice", "bob", "priya", "leah", "yusuf", "tom", "grace", "marta", "hannah", "callum")
EACH = 6  # sign-ins of one person, with five boards each


def measure(plannr: Server, board: Server, streams: int) -> None:
    signed_in = [sign_in(plannr, board, name) for _ in range(EACH) for name in PEOPLE]
    page = signed_in[0].get(board.url).text
    number = int(re.findall(r'data-change="(\d+)"', page)[0])
    idle = board.memory()
    seen = asyncio.run(work(board, signed_in, page, number, streams))
    arrived = [taken for board in seen.arrived.values() for taken in board.values()]
    row("move: the whole answer", quantiles(seen.moves))
    row("drop to another's screen", f"{quantiles(arrived)}; {len(arrived)} of {streams * len(seen.moves)} arrived")
    row("server's processors", f"{seen.cpu / seen.wall:.0%} of a core; at rest {seen.resting:.0%}")
    row("server's memory", f"{board.memory():.0f} MB; {idle:.0f} MB before the streams")


def sign_in(plannr: Server, board: Server, name: str) -> requests.Session:
    """By way of the sandbox's consent page, as a browser would."""
    http = requests.Session()
    asked = http.get(f"{board.url}/sign-in/", allow_redirects=False).headers["Location"]
    said = dict(parse_qsl(urlsplit(asked).query)) | {"person": name}
    back = requests.post(f"{plannr.url}/oauth/authorize", said, allow_redirects=False).headers["Location"]
    http.get(back)
    wait(lambda: "kanban-board" in http.get(board.url).text)
    return http


class Seen:
    def __init__(self) -> None:
        self.moves: list[float] = []
        self.arrived: dict[int, dict[str, float]] = {}  # by board and case
        self.dropped: dict[str, float] = {}
        self.cpu = self.wall = self.resting = 0.0


async def work(board: Server, signed_in: list[requests.Session], page: str, number: int, streams: int) -> Seen:
    seen = Seen()
    people = [signed_in[each % len(signed_in)] for each in range(streams)]
    boards = [asyncio.create_task(watch(each, http, number, seen)) for each, http in enumerate(people)]
    await asyncio.sleep(4)
    before, began = board.cpu(), time.monotonic()
    await asyncio.sleep(5)
    seen.resting = (board.cpu() - before) / (time.monotonic() - began)
    before, began = board.cpu(), time.monotonic()
    await drop_cards(signed_in[0], page, seen)
    seen.cpu, seen.wall = board.cpu() - before, time.monotonic() - began
    await asyncio.sleep(5)
    for each in boards:
        each.cancel()
    await asyncio.gather(*boards, return_exceptions=True)
    return seen


async def drop_cards(http: requests.Session, page: str, seen: Seen) -> None:
    """At an even pace, whether or not the move before has been answered."""
    columns = re.findall(r'<section id="column-([^"]+)"', page)
    cases = re.findall(r'data-case="([^"]+)"', page)
    headers = {"HX-Request": "true", "X-CSRFToken": token(page), "Cookie": cookies(http)}
    under_way = []
    for turn, case in enumerate(cases[: RATE * SECONDS]):
        under_way.append(asyncio.create_task(drop(case, columns[1 + turn % 4], headers, seen)))
        await asyncio.sleep(1 / RATE)
    await asyncio.gather(*under_way)


async def drop(case: str, column: str, headers: dict[str, str], seen: Seen) -> None:
    body = f"intent={uuid.uuid4()}&status={column}&edge=bottom"
    began = seen.dropped[case] = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    status, _ = await ask(reader, writer, "PUT", f"/cases/{case}/move/", headers, body)
    writer.close()
    assert status == 200, status
    seen.moves.append((time.perf_counter() - began) * 1000)


async def watch(each: int, http: requests.Session, number: int, seen: Seen) -> None:
    """One open board: listens, and when it is rung asks what is new since what it has."""
    headers = {"Cookie": cookies(http), "HX-Request": "true"}
    stream, ringer = await asyncio.open_connection("127.0.0.1", PORT)
    await send(ringer, "GET", f"/stream/?since={number}", headers | {"Accept": "text/event-stream"})
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        while line := await stream.readline():
            if not line.startswith(b"id:") or int(line[3:]) <= number:
                continue
            _, text = await ask(reader, writer, "GET", f"/changes/?since={number}", headers)
            number = int(re.findall(r'data-change="(\d+)"', text)[0])
            note(text, seen, seen.arrived.setdefault(each, {}))
    finally:
        ringer.close()
        writer.close()


def note(text: str, seen: Seen, arrived: dict[str, float]) -> None:
    now = time.perf_counter()
    for case in re.findall(r'class="card" data-case="([^"]+)"', text):
        if case in seen.dropped:
            arrived.setdefault(case, (now - seen.dropped[case]) * 1000)


# HTTP by hand: five hundred connections of a library would take more of the machine than what is measured


async def send(writer: asyncio.StreamWriter, method: str, path: str, headers: dict[str, str], body: str = "") -> None:
    said = {"Host": f"127.0.0.1:{PORT}", "Content-Length": str(len(body)), **headers}
    if body:
        said["Content-Type"] = "application/x-www-form-urlencoded"
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode())
    await writer.drain()


async def ask(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str = "",
) -> tuple[int, str]:
    await send(writer, method, path, headers, body)
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(re.findall(r"(?i)content-length: (\d+)", head)[0])
    return int(head.split()[1]), (await reader.readexactly(length)).decode()


def cookies(http: requests.Session) -> str:
    return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


def quantiles(taken: list[float]) -> str:
    return f"{statistics.median(taken):.0f}, {statistics.quantiles(taken, n=20)[-1]:.0f}"
