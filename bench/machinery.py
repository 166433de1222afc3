"""What the benchmark runs: the sandbox, the production server and the floor, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from tests.support.processes import family_of, free_port  # noqa: E402

LAST_LOG = ROOT / ".bench" / "errors.log"
OPEN = 0.55  # of the sandbox's cases; the others are completed


PORT = free_port()
CLIENT = {
    "PLANNR_OAUTH_CLIENT_ID": "bench",
    "PLANNR_OAUTH_CLIENT_SECRET": "bench-secret",
    "PUBLIC_URL": f"http://127.0.0.1:{PORT}",
    "TOKEN_KEYS": "T25seSBmb3IgdGhlIGJlbmNobWFyaywgbm90aGluZyE=",
}
TOKEN = {"PLANNR_ACCESS_TOKEN": "sandbox-token"}
T = TypeVar("T")
# What is measured is what is asked for; that the mirror is read all the while has a row of its own.
QUIET = {"REFRESH_SECONDS": "3600"}


@dataclass
class Server:
    """A process of ours and where it listens."""

    process: subprocess.Popen[str]
    url: str
    environment: dict[str, str] = field(default_factory=dict)
    log: Path = Path(os.devnull)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def stumbles(self) -> int:
        """How many errors it has logged."""
        return self.log.read_text().count(" ERROR ")

    def family(self) -> list[int]:
        """The process and all that it started."""
        return family_of(self.process.pid)

    def cpu(self) -> float:
        """Seconds of processor time so far, of the whole family."""
        used = 0
        for pid in self.family():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Megabytes, each shared page counted once."""
        rows = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.family()]
        return sum(int(re.findall(r"^Pss:\s+(\d+)", row, re.M)[0]) for row in rows) / 1024

    def session(self) -> requests.Session:
        """Somebody of the firm, speaking to the sandbox."""
        http = requests.Session()
        http.headers.update({"Authorization": "Bearer sandbox-token", "Accept": "application/json"})
        logins = http.get(f"{self.url}/api/v1/logins").json()["data"]
        account = next(login["account"]["uuid"] for login in logins if login["account"]["type"] == "employee")
        http.headers["X-PLANNR-ACCOUNT-UUID"] = account
        return http

    def switch(self, what: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """The sandbox's switchboard."""
        answer = requests.request(method, f"{self.url}/switchboard/{what}", json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def asked(self) -> int:
        """How often the sandbox was asked about cases. Who may look is asked now and then, whatever is done."""
        return sum("/cases" in each["path"] for each in self.switch("ledger", method="GET"))

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Every answer about cases takes so much longer."""
        if seconds:
            self.switch("faults", {"path": "/api/v1/cases*", "delay": seconds, "times": 0})
        yield
        self.switch("faults", method="DELETE")


@contextmanager
def sandbox(cases: int) -> Iterator[Server]:
    """A firm with that many open cases."""
    client = f"bench,bench-secret,{CLIENT['PUBLIC_URL']}/sign-in/back/"
    command = ["-m", "plannr_api.sandbox", "--port", "0", "--cases", str(round(cases / OPEN)), "--switchboard"]
    with running([*command, "--oauth-client", client, "--dialect", "rate_limit=1000000"]) as process:
        assert process.stdout is not None
        plannr = Server(process, process.stdout.readline().split()[-1])
        state = plannr.switch("state", method="GET")
        done = {status["uuid"] for status in state["statuses"] if status["is_type_completed"]}
        assert sum(case["status"] not in done for case in state["cases"]) == cases
        yield plannr


@contextmanager
def server(plannr: Server, *settings: dict[str, str], store: str = "sqlite", port: int = PORT) -> Iterator[Server]:
    """The production server, on a database of its own. `settings`: who uses it, and what else is not the default."""
    with (
        tempfile.TemporaryDirectory() as folder,
        database(store, folder) as url,
        one_server(plannr, Path(folder, "log"), url, port, *settings) as board,
    ):
        yield board


@contextmanager
def one_server(plannr: Server, log: Path, url: str, port: int, *settings: dict[str, str]) -> Iterator[Server]:
    environment = {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-for-the-benchmark-" * 3,
        "HTTPS": "off",
        "PORT": str(port),
        "DATABASE_URL": url,
        "PLANNR_BASE_URL": plannr.url,
    }
    for some in settings or (TOKEN, QUIET):
        environment |= some
    with running(["manage.py", "serve"], environment, log) as process:
        board = Server(process, f"http://127.0.0.1:{port}", environment, log)
        wait(lambda: requests.get(f"{board.url}/healthz", timeout=1).ok)
        yield board
        if board.stumbles():
            LAST_LOG.parent.mkdir(exist_ok=True)
            LAST_LOG.write_text(log.read_text())
            print(f"  The server logged {board.stumbles()} errors: {LAST_LOG}")


@contextmanager
def database(store: str, folder: str) -> Iterator[str]:
    """DATABASE_URL of one that is new, and gone afterwards."""
    if store == "sqlite":
        yield f"sqlite:///{folder}/board.sqlite3"
        return
    there, name = os.environ["POSTGRES_URL"], f"bench_{time.monotonic_ns()}"
    with psycopg.connect(there, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield there.rsplit("/", 1)[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running(
    command: list[str],
    environment: dict[str, str] | None = None,
    log: Path | None = None,
    program: str = sys.executable,
) -> Iterator[subprocess.Popen[str]]:
    """`log`: where its complaints go; else they are shown."""
    complaints = log.open("w") if log else None
    process = subprocess.Popen(
        [program, *command],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
    )
    if complaints:
        complaints.close()
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def wait(ready: Callable[[], T], seconds: float = 60) -> T:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := ready():
                return found
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    sys.exit("The server did not start.")
