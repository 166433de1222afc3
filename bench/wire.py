"""HTTP by hand: thousands of connections of a library would take more of the machine than what is measured."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from machinery import PORT

LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
PACKED = re.compile(rb"(?i)\r\ncontent-encoding: gzip")
Ways = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Wire:
    """One person's connections to the board, kept open and used again, as a browser keeps them."""

    headers: dict[str, str]
    idle: list[Ways] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes]:
        """Status, and the body as it came, unless it is short: then it is unpacked."""
        reader, writer = self.idle.pop() if self.idle else await connect()
        await send(writer, method, path, self.headers | headers, body)
        head = await reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        content = await reader.readexactly(int(found[1])) if found else b""
        self.idle.append((reader, writer))
        if PACKED.search(head) and len(content) < 20_000:
            content = gzip.decompress(content)
        return int(head.split()[1]), content

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()


async def connect() -> Ways:
    return await asyncio.open_connection("127.0.0.1", PORT, limit=1 << 20)


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Of an answer without end, wherever the chunks in which it comes are cut."""
    rest = b""
    while size := int(await reader.readline() or b"0", 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line


async def send(writer: asyncio.StreamWriter, method: str, path: str, headers: dict[str, str], body: str = "") -> None:
    said = {
        "Host": f"127.0.0.1:{PORT}",
        "Accept-Encoding": "gzip, deflate",
        "Content-Length": str(len(body)),
        **headers,
    }
    if body:
        said["Content-Type"] = "application/x-www-form-urlencoded"
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
    writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode())
    await writer.drain()
