"""What runs beside the tests: the sandbox, gunicorn with the board on a database of its own, and Chromium's flags."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = "2001-01-01 00:00:00"
TABLES = ("visibility", "card", "column", "move", "change", "connection")
CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
)


def wait_until(true: Callable[[], object], what: str, seconds: float = 15) -> None:
    """Ask again and again, every few milliseconds, until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"waited {seconds} s in vain: {what}"
        time.sleep(0.01)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class SandboxProcess:
    """Plannr's stand-in, which can be stopped and started again at the same address."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "plannr_api.sandbox", "--port", str(self.port), "--cases", "60", "--seed", "7"]
        self._process = subprocess.Popen([*command, "--switchboard"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline().rpartition(":")[2])

    def stop(self) -> None:
        assert self._process.stdout
        end(self._process)
        self._process.stdout.close()


class Server:
    """The board under gunicorn. Its mirror is read again only when a test says so, so that no test races with it."""

    def __init__(self, plannr_url: str, folder: Path) -> None:
        self._folder, self._database, self._log = folder, folder / "board.sqlite3", folder / "gunicorn.log"
        self._plannr_url = plannr_url
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=self._environment, check=True)
        self.start()

    @property
    def _environment(self) -> dict[str, str]:
        ours = {
            "ENV_FILE": str(self._folder / "no.env"),
            "DEBUG": "on",
            "HTTPS": "off",
            "DATABASE_URL": f"sqlite:///{self._database}",
            "PLANNR_BASE_URL": self._plannr_url,
            "PLANNR_ACCESS_TOKEN": "sandbox-token",
            "PLANNR_TIMEOUT": "1.5",
            "REFRESH_SECONDS": "3600",
        }
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("PLANNR_", "DJANGO_"))}
        return theirs | ours

    def start(self) -> None:
        (self._folder / "no.env").touch()
        how = ["-k", "gthread", "--threads", "16", "-w", "1", "-b", "127.0.0.1:0", "--log-level", "info"]
        with self._log.open("w") as log:
            command = [sys.executable, "-m", "gunicorn", "kanban.wsgi", *how]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log, text=True)
        wait_until(lambda: self._listening() or self._process.poll() is not None, "gunicorn listens")
        assert self._process.poll() is None, self._log.read_text()
        self.url = f"http://127.0.0.1:{self._listening()}"
        self._read = 0

    def stop(self) -> None:
        end(self._process)

    def restart(self) -> None:
        """Forget what the process remembers between requests, such as that Plannr asked for a pause."""
        self.stop()
        self.start()

    def _listening(self) -> str:
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", self._log.read_text())
        return found[1] if found else ""

    def news(self) -> str:
        """What was logged since this was last asked."""
        text = self._log.read_text()
        self._read, new = len(text), text[self._read :]
        return new

    # The mirror

    @contextmanager
    def _tables(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._database, timeout=10)) as database, database:
            yield database

    def _ask(self, sql: str) -> object:
        with self._tables() as database:
            return (database.execute(sql).fetchone() or (None,))[0]

    def be_idle(self) -> None:
        """Wait until no move and no reading is under way."""
        resting = "datetime('now', '+20 seconds')"  # after a read that failed; one under way has longer
        busy = f"SELECT (SELECT count(*) FROM kanban_connection WHERE refreshing_until > {resting})"
        busy += " + (SELECT count(*) FROM kanban_move WHERE outcome = 'open')"
        wait_until(lambda: self._ask(busy) == 0, "the board is idle")

    def forget_everything(self) -> None:
        self.be_idle()
        with self._tables() as database:
            for table in TABLES:
                database.execute(f"DELETE FROM kanban_{table}")

    def age(self) -> None:
        """The mirror is as if it had been read years ago: whoever asks next has it read again."""
        self.be_idle()
        with self._tables() as database:
            database.execute("UPDATE kanban_connection SET as_of = ?, refreshing_until = NULL", (LONG_AGO,))

    def age_moves(self) -> None:
        """Whatever was sent to Plannr was sent ten minutes earlier."""
        with self._tables() as database:
            database.execute("UPDATE kanban_move SET sent_at = datetime(sent_at, '-10 minutes')")

    def knows_a_board(self) -> bool:
        return self._ask("SELECT max(as_of) FROM kanban_connection") is not None

    def reread(self) -> None:
        """Have the mirror read again, as happens when anybody opens an old board, and wait until that is done."""
        self.age()
        self.read_first()

    def read_first(self) -> None:
        with urlopen(self.url, timeout=10) as answer:
            answer.read()
        wait_until(lambda: str(self._ask("SELECT max(as_of) FROM kanban_connection")) > "2002", "the mirror is fresh")
        self.be_idle()

    def outcomes(self) -> list[str]:
        """What became of every move, oldest first, in the journal's own words."""
        with self._tables() as database:
            return [row[0] for row in database.execute("SELECT outcome FROM kanban_move ORDER BY id")]
