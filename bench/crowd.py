"""Eight browsers that ask for a page again and again: `crowd.py PORT SECONDS COOKIE`. A process of its own, in plain
sockets, so that it takes as little as can be from the server that shares its machine. Says what it saw as JSON."""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time

LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
MANY = 8


class Browser:
    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        said = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip, deflate\r\nCookie: {cookie}\r\n\r\n"
        self.request, self.asked = said.encode(), 0.0

    def ask(self) -> None:
        self.head, self.left, self.asked = b"", -1, time.perf_counter()
        self.socket.sendall(self.request)

    def hear(self) -> bool:
        """Take what has come; whether that was all of it."""
        some = self.socket.recv(1 << 18)
        assert some, "the server hung up"
        if self.left < 0:
            self.head += some
            if (end := self.head.find(b"\r\n\r\n")) < 0:
                return False
            assert self.head.startswith(b"HTTP/1.1 200"), self.head[:200]
            found = LENGTH.search(self.head[:end])
            assert found, self.head[:end]
            self.left, some = int(found[1]), self.head[end + 4 :]
        self.left -= len(some)
        return self.left == 0


def main(port: int, seconds: float, cookie: str) -> None:
    waiting = selectors.DefaultSelector()
    for browser in [Browser(port, cookie) for _ in range(MANY)]:
        waiting.register(browser.socket, selectors.EVENT_READ, browser)
        browser.ask()
    began, taken = time.perf_counter(), []
    while time.perf_counter() - began < seconds:
        for key, _ in waiting.select(1):
            if key.data.hear():
                taken.append((time.perf_counter() - key.data.asked) * 1000)
                key.data.ask()
    wall = time.perf_counter() - began
    print(json.dumps({"taken": taken, "wall": wall, "cpu": time.process_time() / wall}))


main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
