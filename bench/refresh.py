"""The mirror read anew: against fetching the same pages, what it writes, and what those notice of it who look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from machinery import ROOT, TOKEN, Server, server
from report import Report
from visitor import Visitor, once

from tests.support.processes import free_port

PAGES, PACE = 120, 0.1  # looked at while the mirror is read, one each tenth of a second
ITS_TIME = {"connection"}  # which says as of when the mirror is, and is written whenever that is later


def measure(report: Report, plannr: Server, board: Server) -> None:
    Visitor(board.port).open()
    command, environment = [sys.executable, "bench/reader.py"], os.environ | board.environment | {"PYTHONPATH": "."}
    read = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment)
    said = json.loads(read.stdout.splitlines()[-1])
    note = f"{said['pages']} requests"
    report.add("refresh: nothing changed", said["still"], floor=said["floor"], note=note)
    report.add("refresh: nothing changed, rows written", rows(said["written"]), "", note=str(said["written"]))
    report.add("refresh: 10 changed", said["changed"], floor=said["floor"])
    report.add("refresh: 10 changed, cards written", said["rows"].get("card", 0), "", note=str(said["rows"]))
    while_it_is_read(report, plannr)


def rows(written: dict[str, int]) -> int:
    return sum(count for table, count in written.items() if table not in ITS_TIME)


def while_it_is_read(report: Report, plannr: Server) -> None:
    """The page with the mirror read as often as the product does by itself."""
    with server(plannr, TOKEN, port=free_port()) as board:
        visitor = Visitor(board.port)
        visitor.open()
        taken, refused = [], 0

        def look() -> None:
            nonlocal refused
            refused += visitor.ask().status != 200

        for _ in range(PAGES):
            taken.append(once(look))
            time.sleep(max(0, PACE - taken[-1] / 1000))
    report.add("board: page, while the mirror is read", taken)
    report.add("board: no page, while the mirror is read", refused, "")
