"""One of hundreds of open boards, as a browser keeps it up to date."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from dataclasses import dataclass, field

from wire import Wire, connect, lines, send


@dataclass
class Somebody:
    wire: Wire
    token: str
    number: int


@dataclass
class Seen:
    moves: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    dropped: dict[str, float] = field(default_factory=dict)
    arrived: dict[int, dict[str, float]] = field(default_factory=dict)  # by board and case


class OpenBoard:
    """As the page does it: what the stream carries is drawn if it fits; else it asks. It asks anyway every ten seconds,
    or every forty while the stream says what time it is."""

    def __init__(self, each: int, who: Somebody, seen: Seen) -> None:
        self.number, self.wire, self.seen = who.number, Wire(who.wire.headers), seen
        self.arrived = seen.arrived.setdefault(each, {})
        self.asking, self.beaten = asyncio.Lock(), 0.0

    async def listen(self) -> None:
        stream, ringer = await connect()
        polling = asyncio.create_task(self.now_and_then())
        headers = self.wire.headers | {"Accept": "text/event-stream"}
        try:
            await send(ringer, "GET", f"/stream/?since={self.number}&page=", headers)
            head = await stream.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.partition(b"\r\n")[0]:
                self.seen.failed.append(f"stream {head[9:12].decode()}")
                return
            kind = b""
            async for line in lines(stream):
                kind = line[7:].strip() if line.startswith(b"event:") else b"" if not line.strip() else kind
                if line.startswith(b"data:"):
                    await self.hear(kind, line[5:])
        finally:
            polling.cancel()
            ringer.close()
            self.wire.close()

    async def hear(self, kind: bytes, data: bytes) -> None:
        if kind == b"news":
            news = json.loads(data)
            fits = self.number >= news["from"] and not self.asking.locked()
            if fits and news.get("pulse") and news["change"] >= self.number:
                self.beaten = time.monotonic()
                return self.draw(news["html"].encode())
            if fits and news["change"] > self.number:
                return self.draw(news["html"].encode())
        if kind in (b"news", b"") and (news["change"] if kind else int(data)) > self.number:
            await self.ask()
        return None

    async def now_and_then(self) -> None:
        due = time.monotonic() + 10 * random.random()
        while True:
            await asyncio.sleep(1)
            if time.monotonic() > due + (30 if time.monotonic() < self.beaten + 20 else 0):
                due = time.monotonic() + 10
                await self.ask()

    async def ask(self) -> None:
        async with self.asking:
            code, text = await self.wire.ask("GET", f"/changes/?since={self.number}", HX_Request="true")
            if code == 200:
                return self.draw(text)
            self.seen.failed.append(f"news {code}")
        return None

    def draw(self, text: bytes) -> None:
        now = time.perf_counter()
        for case in re.findall(rb' data-case="([^"]+)"', text):
            if (name := case.decode()) in self.seen.dropped:
                self.arrived.setdefault(name, (now - self.seen.dropped[name]) * 1000)
        self.number = int(re.findall(rb'data-change="(\d+)"', text)[0])
