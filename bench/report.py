"""What was measured: said as it comes, in one table at the end, and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from budgets import BUDGETS, Budget


@dataclass
class Figure:
    """One measured thing. `where`: at how many open cases, or with how many streams."""

    what: str
    where: str
    unit: str
    median: float
    p95: float
    floor: float | None
    note: str

    @property
    def ratio(self) -> float | None:
        return self.median / self.floor if self.floor else None

    def __str__(self) -> str:
        values = f"{short(self.median)}, {short(self.p95)}" if self.p95 != self.median else short(self.median)
        ratio = f"× {self.ratio:.2f} of {short(self.floor)}" if self.floor and self.ratio else ""
        return f"  {self.what:42}{values + ' ' + self.unit:20}{ratio:20}"


def short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.1f}"


class Report:
    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.where = ""

    def begin(self, where: str) -> None:
        self.where = where
        print(f"\n{where}", flush=True)

    def add(
        self,
        what: str,
        taken: float | Sequence[float],
        unit: str = "ms",
        *,
        floor: float | Sequence[float] | None = None,
        note: str = "",
    ) -> None:
        """A figure: one number, or what each time took; the floor likewise."""
        many = [float(taken)] if isinstance(taken, int | float) else list(taken)
        bottom = floor if floor is None or isinstance(floor, int | float) else statistics.median(floor)
        figure = Figure(what, self.where, unit, statistics.median(many), p95(many), bottom, note)
        self.figures.append(figure)
        said = "; ".join(verdict for budget in BUDGETS for ok, verdict in self.judge(budget, figure))
        print(f"{figure}{said}{'  ' if said and note else ''}{note}".rstrip(), flush=True)

    def find(self, what: str, where: str) -> Figure | None:
        return next((each for each in self.figures if (each.what, each.where) == (what, where)), None)

    def judge(self, budget: Budget, figure: Figure) -> list[tuple[bool, str]]:
        """Whether it is kept, and how that is said."""
        if budget.figure != figure.what or budget.where not in ("", figure.where):
            return []
        bound = self.bound(budget, figure)
        if bound is None:
            return []
        if budget.least:
            return [_said(figure.median >= bound, f"≥ {short(bound)}", figure.median)]
        of = f" ({budget.most:g} × that at {budget.than})" if budget.than else ""
        judged = [_said(figure.median <= bound + budget.slack, f"≤ {short(bound)}{of}", figure.median)]
        if budget.tail and not of and not budget.of_floor:
            judged.append(_said(figure.p95 <= bound * budget.tail, f"p95 ≤ {short(bound * budget.tail)}", figure.p95))
        return judged

    def bound(self, budget: Budget, figure: Figure) -> float | None:
        if budget.than:
            other = self.find(figure.what, budget.than)
            return budget.most * other.median if other else None
        if budget.of_floor:
            return budget.most * figure.floor if figure.floor else None
        return budget.most

    def table(self) -> None:
        """Medians, a column for each place where things were measured."""
        for kind in (True, False):
            places = list(dict.fromkeys(each.where for each in self.figures if each.where[0].isdigit()))
            places = [each for each in places if each.endswith("cases") == kind]
            rows = list(dict.fromkeys((each.what, each.unit) for each in self.figures if each.where in places))
            if not rows:
                continue
            width = max(22, *(len(place) + 2 for place in places))
            print("\n" + " " * 44 + "".join(f"{place:>{width}}" for place in places))
            for what, unit in rows:
                found = [self.find(what, place) for place in places]
                cells = [
                    f"{short(each.median)}{f' (×{each.ratio:.1f})' if each.ratio else ''}" if each else ""
                    for each in found
                ]
                print(f"  {what + ', ' + unit if unit else what:42}" + "".join(f"{cell:>{width}}" for cell in cells))

    def verdict(self) -> bool:
        """Every budget that something was measured for: what was not met, one line each. Whether all were."""
        judged = [(f, *each) for budget in BUDGETS for f in self.figures for each in self.judge(budget, f)]
        missed = [(figure, said) for figure, ok, said in judged if not ok]
        print(f"\n{len(judged) - len(missed)} of {len(judged)} budgets met" + (". Not met:" if missed else "."))
        for figure, said in missed:
            print(f"  {figure.where:28}{figure.what:42}{said}")
        return not missed

    def write(self, path: Path, **about: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "at": time.strftime("%Y-%m-%d %H:%M")}
        figures = [asdict(each) | {"ratio": each.ratio} for each in self.figures]
        path.write_text(json.dumps(machine | about | {"figures": figures}, indent=1))


def _said(ok: bool, bound: str, value: float) -> tuple[bool, str]:
    return ok, f"{bound} {'met' if ok else f'MISSED: {short(value)}'}"


def p95(many: Sequence[float]) -> float:
    return statistics.quantiles(many, n=20, method="inclusive")[-1] if len(many) > 1 else many[0]
