"""`make bench`: how fast the board and its sandbox are on this machine, in one table.

Machines differ and are noisy, so what counts is the ratio to a floor of the same run: a move against the bare GET and
PUT that it cannot do without.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
SIZES = (300, 5000)
CARD = re.compile(r'data-case="([^"]+)" data-position="(\d+)"')


def main() -> None:
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
    print(f"{time.strftime('%Y-%m-%d')}, {machine}. Times in milliseconds: median, p95.")
    for cases in SIZES:
        with ExitStack() as stack:
            plannr = stack.enter_context(sandbox(cases))
            board = stack.enter_context(server(plannr))
            print(f"\n{cases} cases")
            measure_sandbox(plannr)
            measure_board(plannr, board)


def measure_sandbox(plannr: Server) -> None:
    """How much of a core the sandbox takes for 300 small requests a second."""
    http = plannr.session()
    case = http.get(f"{plannr.url}/api/v1/cases?per_page=1").json()["data"][0]["uuid"]
    before, began, count = plannr.cpu(), time.perf_counter(), 1000
    for _ in range(count):
        http.get(f"{plannr.url}/api/v1/cases/{case}")
    rate, used = count / (time.perf_counter() - began), (plannr.cpu() - before) / count
    row("sandbox: one case", f"{rate:.0f} a second; {300 * used:.0%} of a core at 300 a second")


def measure_board(plannr: Server, board: Server) -> None:
    http = requests.Session()
    wait(lambda: "kanban-board" in http.get(board.url).text)
    page = http.get(board.url)
    row("board: page", f"{timed(lambda: http.get(board.url), 60)}; {len(page.content) / 1024:.0f} KB")
    columns = re.findall(r'<section id="column-([^"]+)".*?</section>', page.text, re.S)
    headers = {"HX-Request": "true", "X-CSRFToken": token(page.text), "Referer": board.url}
    sizes: list[int] = []
    cases = [case for case, _ in CARD.findall(page.text)][:60]

    def move() -> None:
        body = {"intent": str(uuid.uuid4()), "status": columns[2], "edge": "top"}
        answer = http.put(f"{board.url}/cases/{cases.pop()}/move/", data=body, headers=headers)
        assert answer.status_code in (200, 409), answer.text
        sizes.append(len(answer.content))

    for _ in range(5):
        move()  # the first moves also learn the account's habits
    asked = len(ledger(plannr))
    moved = timed(move, 40)
    requests_each = (len(ledger(plannr)) - asked) / 40
    row(
        "move: the whole answer", f"{moved}; {max(sizes) / 1024:.1f} KB at most; {requests_each:.1f} requests to Plannr"
    )
    row("move: its floor, bare GET and PUT", timed(floor(plannr), 40))


def floor(plannr: Server) -> Callable[[], object]:
    http = plannr.session()
    case = http.get(f"{plannr.url}/api/v1/cases?per_page=1&include=status").json()["data"][0]
    address, include = f"{plannr.url}/api/v1/cases", "participants,status,type,tags,plans,groups,assigned_to"
    body = {"status": case["status"]["uuid"], "status_position": 1}

    def both() -> None:
        http.get(address, params={"filter[uuid]": case["uuid"], "include": include})
        http.put(f"{address}/{case['uuid']}", json=body)

    return both


class Server:
    """A process of ours and where it listens."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

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
    command = ["-m", "plannr_api.sandbox", "--port", "0", "--cases", str(cases), "--switchboard"]
    with running([*command, "--dialect", "rate_limit=1000000"]) as process:
        assert process.stdout is not None
        yield Server(process, process.stdout.readline().split()[-1])


@contextmanager
def server(plannr: Server) -> Iterator[Server]:
    """The production server, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "only-for-the-benchmark-" * 3,
            "HTTPS": "off",
            "PORT": str(8971),
            "DATABASE_URL": f"sqlite:///{folder}/board.sqlite3",
            "PLANNR_BASE_URL": plannr.url,
            "PLANNR_ACCESS_TOKEN": "sandbox-token",
        }
        with running(["manage.py", "serve"], environment) as process:
            url = f"http://127.0.0.1:{environment['PORT']}"
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


def timed(deed: Callable[[], object], times: int) -> str:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(taken):.1f}, {statistics.quantiles(taken, n=20)[-1]:.1f}"


def ledger(plannr: Server) -> list[Any]:
    entries: list[Any] = requests.get(f"{plannr.url}/switchboard/ledger", timeout=60).json()
    return [entry for entry in entries if entry["method"] == "PUT" or "filter" in (entry["query"] or "")]


def token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return found.group(1) if found else ""


def row(what: str, said: str) -> None:
    print(f"  {what:36}{said}", flush=True)


main()
