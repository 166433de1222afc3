"""The board's page against the same bytes from memory, and how many of it two cores give out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from machinery import ROOT, Server, running, wait
from report import Report
from visitor import Visitor, timed

from tests.support.processes import free_port

TIMES, SECONDS = 80, 5


def measure(report: Report, plannr: Server, board: Server) -> None:
    visitor = Visitor(board.port)
    raw = len(visitor.open())
    timed(visitor.ask, 20)
    asked = plannr.asked()
    page = visitor.ask()
    with floor(page.body) as bottom:
        bare = Visitor(bottom.port)
        timed(bare.ask, 20)
        taken = [(timed(visitor.ask, 1)[0], timed(bare.ask, 1)[0]) for _ in range(TIMES)]
        report.add("board: page", [each for each, _ in taken], floor=[each for _, each in taken])
        again(report, visitor)
        before = board.cpu()
        many, used = crowd(board, visitor)
        each = (board.cpu() - before) / (many * SECONDS)
        least, _ = crowd(bottom, bare)
    note = f"the crowd itself took {used:.0%} of a core"
    report.add("board: a second, 8 at once", many, "", floor=least, note=note)
    report.add("board: processor time", each * 1000)
    report.add("board: over the wire", len(page.body) / 1024, "KB", note=f"{raw / 1024:,.0f} KB unpacked")
    report.add("board: requests to Plannr", plannr.asked() - asked, "")


def again(report: Report, visitor: Visitor) -> None:
    """As a browser asks that has the page: 304 if it is still the same."""
    if tag := visitor.ask().headers.get("etag"):
        status = visitor.ask(If_None_Match=tag).status
        report.add("board: page, asked again", timed(lambda: visitor.ask(If_None_Match=tag), 40), note=f"{status}")


def crowd(server: Server, visitor: Visitor) -> tuple[float, float]:
    """Pages a second, and what share of a core those took who asked for them."""
    command = [sys.executable, "bench/crowd.py", str(server.port), str(SECONDS), visitor.headers.get("Cookie", "")]
    said = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return len(said["taken"]) / said["wall"], said["cpu"]


@contextmanager
def floor(body: bytes) -> Iterator[Server]:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        port = free_port()
        command = ["-m", "gunicorn", "--config", "bench/floor.py", "--bind", f"127.0.0.1:{port}", "floor:app"]
        with running([*command, "--pythonpath", "bench"], {"FLOOR": file.name}) as process:
            server = Server(process, f"http://127.0.0.1:{port}")
            wait(lambda: _answers(port))
            yield server


def _answers(port: int) -> bool:
    try:
        return Visitor(port).ask().status == 200
    except ConnectionError:
        return False
