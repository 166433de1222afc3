"""`make bench`: how fast the board is on this machine, against floors of the same run and against its budgets.

Machines differ and are noisy, so what counts is the ratio to what cannot be done without: the same bytes from memory,
the bare GET and PUT, the same pages read and thrown away. A part of it: `python bench --sizes 1000 --only board,move`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

import board
import browser
import find
import load
import moves
import refresh
from machinery import sandbox, server
from report import Report

PARTS = {
    "board": board.measure,
    "move": moves.measure,
    "find": find.measure,
    "browser": browser.measure,
    "refresh": refresh.measure,
}


def main() -> int:
    options = read_options()
    if options.store == "postgres" and "POSTGRES_URL" not in os.environ:
        os.execv(".ci/postgres", [".ci/postgres", sys.executable, *sys.orig_argv[1:]])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # with all that was started
    report, began = Report(), time.monotonic()
    print("Times in milliseconds: median, 95th percentile; × times the floor of the same run.")
    if (others := os.getloadavg()[0]) > 0.5:
        print(f"This machine is at work already (load {others:.1f}): trust ratios and processor times alone.")
    for cases in options.sizes if set(PARTS) & set(options.only) else ():
        with sandbox(cases) as plannr, server(plannr, store=options.store) as served:
            report.begin(f"{cases:,} open cases")
            for name, measure in PARTS.items():
                if name in options.only:
                    measure(report, plannr, served)
            report.add("server: memory", served.memory(), "MB", note="all its processes, shared pages counted once")
    if "load" in options.only:
        load.measure(report, options.boards, options.store)
        if options.store == "sqlite" and "POSTGRES_URL" in os.environ:
            for store in ("postgres", "two servers"):
                load.measure(report, options.boards, store)
    report.table()
    met = report.verdict()
    report.write(options.json, store=options.store, load_before=others, seconds=round(time.monotonic() - began))
    print(f"\n{time.monotonic() - began:.0f} seconds; all figures are in {options.json}")
    return 0 if met or not options.strict else 1


def read_options() -> Namespace:
    parser = ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", type=numbers, default=[100, 1000, 5000, 10_000], help="open cases")
    parser.add_argument("--only", type=names, default=[*PARTS, "load"], help=", ".join([*PARTS, "load"]))
    parser.add_argument("--boards", type=numbers, default=[100, 300, 1000], help="of load: how many are open")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", type=Path, default=Path(".bench/latest.json"))
    parser.add_argument("--strict", action="store_true", help="fail if a budget is not met")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


def names(text: str) -> list[str]:
    if unknown := set(wanted := text.split(",")) - {*PARTS, "load"}:
        raise ValueError(unknown)
    return wanted


sys.exit(main())
