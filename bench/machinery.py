"""What the benchmark runs: the sandbox and the production server, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
PORT = 8971
CLIENT = {
    "PLANNR_OAUTH_CLIENT_ID": "bench",
    "PLANNR_OAUTH_CLIENT_SECRET": "bench-secret",
    "PUBLIC_URL": f"http://127.0.0.1:{PORT}",
    "TOKEN_KEYS": "T25seSBmb3IgdGhlIGJlbmNobWFyaywgbm90aGluZyE=",
}
TOKEN = {"PLANNR_ACCESS_TOKEN": "sandbox-token"}


class Server:
    """A process of ours and where it listens."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def family(self) -> list[int]:
        """The process and all that it started."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found.extend(int(child) for child in task.read_text().split())
        return found

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


@contextmanager
def sandbox(cases: int) -> Iterator[Server]:
    client = f"bench,bench-secret,{CLIENT['PUBLIC_URL']}/sign-in/back/"
    command = [
        "-m",
        "plannr_api.sandbox",
        "--port",
        "0",
        "--cases",
        str(cases),
        "--switchboard",
        "--oauth-client",
        client,
    ]
    with running([*command, "--dialect", "rate_limit=1000000"]) as process:
        assert process.stdout is not None
        yield Server(process, process.stdout.readline().split()[-1])


@contextmanager
def server(plannr: Server, who: dict[str, str] = TOKEN) -> Iterator[Server]:
    """The production server, on a database of its own. `who`: the settings that say who uses it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "only-for-the-benchmark-" * 3,
            "HTTPS": "off",
            "PORT": str(PORT),
            "DATABASE_URL": f"sqlite:///{folder}/board.sqlite3",
            "PLANNR_BASE_URL": plannr.url,
        }
        with running(["manage.py", "serve"], environment | who) as process:
            url = f"http://127.0.0.1:{PORT}"
            wait(lambda: requests.get(f"{url}/healthz", timeout=1).ok)
            yield Server(process, url)


@contextmanager
def running(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=os.environ | (environment or {}), stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def wait(ready: Callable[[], Any], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ready():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    sys.exit("The server did not start.")


def token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return found.group(1) if found else ""


def row(what: str, said: str) -> None:
    print(f"  {what:36}{said}", flush=True)
