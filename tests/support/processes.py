"""Real processes for tests: started on free ports, asked over sockets, and gone when the test ends."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from tempfile import NamedTemporaryFile

TOP = Path(__file__).resolve().parents[2]
KEY = "only-for-tests-" * 4


def free_port() -> int:
    """One at which nobody listens. It is taken only a moment later, so it is none of those that the system gives to
    whoever connects meanwhile, and it is drawn: other processes look for one too."""
    while True:
        port = SystemRandom().randrange(12_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def family_of(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
                found.extend(int(child) for child in task.read_text().split())
    return found


def environment(**settings: object) -> dict[str, str]:
    """This machine's environment with these settings of the board and no others."""
    ours = ("PLANNR_", "DEBUG", "HTTPS", "SECRET_KEY", "DATABASE_URL", "DJANGO_", "HOST", "PORT", "ALLOWED_HOSTS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"ENV_FILE": os.devnull} | {name: str(value) for name, value in settings.items()}


@dataclass
class Running:
    process: "subprocess.Popen[str]"
    port: int
    log: Path  # what it complains about: a pipe that nobody reads would stop it once that is full

    def complaints(self) -> str:
        return self.log.read_text()

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        """One request; header names are written with underscores. The body is read already, in `.text`."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            response.text = response.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
        return response

    def family(self) -> list[int]:
        """The process and all that it started."""
        return family_of(self.process.pid)

    def open_files(self) -> Iterator[str]:
        """What each of them holds open: a path, or `socket:[…]`."""
        for pid in self.family():
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):  # closed since
                    yield os.readlink(link)

    def end(self, number: int) -> tuple[float, list[int], str, str]:
        """Send a signal: how long the end took, who was left behind, what was said, what was complained about."""
        family, begun = self.family(), time.monotonic()
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=60)
        took = time.monotonic() - begun
        return took, [pid for pid in family if _lives(pid)], said, self.complaints()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def manage(port: int, *arguments: str, top: Path = TOP, **settings: object) -> Iterator[Running]:
    """`manage.py …`, running until the block ends. `top`: of another copy of the tree."""
    command = [sys.executable, "manage.py", *arguments]
    with (
        NamedTemporaryFile("a") as log,
        subprocess.Popen(
            command, cwd=top, env=environment(**settings), stdout=-1, stderr=log, stdin=subprocess.DEVNULL, text=True
        ) as process,
    ):
        running = Running(process, port, Path(log.name))
        try:
            yield running
        finally:
            if process.poll() is None:
                running.end(signal.SIGTERM)


@contextmanager
def serving(**settings: object) -> Iterator[Running]:
    """`manage.py serve`, answering."""
    port = free_port()
    with manage(port, "serve", PORT=port, **settings) as running:
        until_it_serves(running)
        yield running


def until_it_serves(running: Running) -> None:
    until_it_says(running, "The board listens on")
    until = time.monotonic() + 60
    while True:
        try:
            running.ask("GET", "/healthz")
            return
        except (ConnectionError, TimeoutError):
            assert running.process.poll() is None, running.complaints()
            assert time.monotonic() < until, running.complaints()
            time.sleep(0.05)


def until_it_says(running: Running, words: str) -> str:
    assert running.process.stdout
    line = running.process.stdout.readline()
    if words not in line:
        raise AssertionError((line, running.complaints()))
    return line


def finished(*arguments: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    """`manage.py …` that ends by itself."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=TOP, env=environment(**settings), capture_output=True, text=True, timeout=120)


def static_files(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def cookies(headers: Mapping[str, str]) -> str:
    return (headers.get("Set-Cookie") or "").partition(";")[0]


def wait_until(true: Callable[[], object], what: str, seconds: float = 30, pause: float = 0.01) -> None:
    """Ask again and again, after so many seconds each time, until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"waited {seconds} s in vain: {what}"
        time.sleep(pause)
