"""The board over an invented firm: `manage.py demo` starts the sandbox and the board, and stops both."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import BaseCommand

from kanban.management.processes import Children, answers
from kanban.management.startup import require_port, stop

HOST = "127.0.0.1"
CLIENT = "board-demo"
PATIENCE = 60  # seconds for the first answer; a slow machine compresses the static files before it


class Command(BaseCommand):
    help = "Show the board over an invented firm: a stand-in Plannr and the board, each a process of its own."
    requires_system_checks = ()  # serve makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=300, help="how many cases the firm has (default: 300)")
        parser.add_argument("--port", type=int, default=8000, help="where the board listens (default: 8000)")
        parser.add_argument("--sandbox-port", type=int, default=8001, help="where the sandbox does (default: 8001)")
        folder = settings.BASE_DIR / ".demo"
        parser.add_argument("--folder", type=Path, default=folder, help="where the firm is kept (default: .demo)")

    def handle(self, *, cases: int, port: int, sandbox_port: int, folder: Path, **options: Any) -> None:
        _check(cases, port, sandbox_port)
        folder.mkdir(mode=0o700, exist_ok=True)
        with _only_one(folder, cases), Children() as children:
            done = _end_event()
            children.start(
                "sandbox", "-m", "plannr_api.sandbox", *_sandbox(folder, cases, sandbox_port, _address(port))
            )
            environment = _environment(folder, cases, port, sandbox_port)
            children.start("board", "manage.py", "serve", environment=environment)
            if _both_answer(port, sandbox_port, children, done):
                self.stdout.write(f"The board is at http://{HOST}:{port}, over {cases} invented cases. Ctrl-C ends it.")
                self.stdout.flush()
                while not (done.wait(0.1) or children.ended()):
                    pass
            lost = children.ended()
        if not done.is_set():
            stop(f"The {lost} ended by itself." if lost else "The board did not answer in time.")


def _end_event() -> Event:
    """Set by Ctrl-C, by a signal to end, and when the terminal is closed."""
    done = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: done.set())
    return done


def _check(cases: int, port: int, sandbox_port: int) -> None:
    if cases < 1:
        stop(f"A firm of {cases} cases makes no board: choose at least one, for example make demo CASES=300.", 2)
    if port == sandbox_port:
        stop(f"Board and sandbox cannot share port {port}: choose another, for example make demo PORT={port + 10}.", 2)
    require_port(HOST, port, "Choose another for the board, for example: make demo PORT=8010.")
    require_port(HOST, sandbox_port, "Choose another for the sandbox, for example: make demo SANDBOX_PORT=8011.")


@contextmanager
def _only_one(folder: Path, cases: int) -> Iterator[None]:
    """Two demos of one firm would write over each other. The lock ends with the process."""
    with (folder / f"demo-{cases}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(f"A demo with {cases} cases is already running. Stop it first, or choose another number of CASES.", 2)
        yield


def _sandbox(folder: Path, cases: int, port: int, board: str) -> list[str]:
    """Whoever opens the board is Priya, who owns the firm, until they sign in as somebody else."""
    state = folder / f"plannr-{cases}.json"
    secret = _secret(folder / "client-secret", secrets.token_urlsafe)
    client = ["--oauth-client", f"{CLIENT},{secret},{board}/sign-in/back/", "--signed-in", "priya"]
    return ["--port", str(port), "--cases", str(cases), "--seed", "7", "--state", str(state), *client]


def _environment(folder: Path, cases: int, port: int, sandbox_port: int) -> dict[str, str]:
    """Every setting that matters, so that neither .env nor the shell's own environment changes the demo."""
    passed_over = ("PLANNR_", "SIGN_IN", "SESSION_", "SETTLE_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(passed_over)}
    return inherited | {
        "ENV_FILE": os.devnull,
        "DEBUG": "off",
        "HTTPS": "off",
        "SECRET_KEY": _secret(folder / "secret-key", lambda: secrets.token_urlsafe(50)),
        "DATABASE_URL": f"sqlite:///{(folder / f'board-{cases}.sqlite3').absolute()}",
        "HOST": HOST,
        "PORT": str(port),
        "ALLOWED_HOSTS": f"localhost,{HOST}",
        "REFRESH_SECONDS": "10",
        "PLANNR_BASE_URL": f"http://{HOST}:{sandbox_port}",
        "PLANNR_OAUTH_CLIENT_ID": CLIENT,
        "PLANNR_OAUTH_CLIENT_SECRET": _secret(folder / "client-secret", secrets.token_urlsafe),
        "PUBLIC_URL": _address(port),
        "TOKEN_KEYS": _secret(folder / "token-key", lambda: Fernet.generate_key().decode()),
    }


def _address(port: int) -> str:
    return f"http://{HOST}:{port}"


def _secret(file: Path, make: Callable[[], str]) -> str:
    """A secret made once, readable by its owner only."""
    key = file.read_text() if file.exists() else ""
    if not key:
        key = make()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(key)
    return key


def _both_answer(port: int, sandbox_port: int, children: Children, done: Event) -> bool:
    """Wait for both, then ask for the board once, so that its cases are read before anybody looks."""
    for _ in range(PATIENCE * 20):
        if answers(HOST, sandbox_port, "/") and answers(HOST, port, "/healthz"):
            _look_once(port)
            return True
        if done.wait(0.05) or children.ended():
            break
    return False


def _look_once(port: int) -> None:
    """As a browser would: through the sandbox's sign-in, which already knows Priya, to the board."""
    with suppress(OSError):
        build_opener(HTTPCookieProcessor()).open(_address(port), timeout=10).close()
