"""The board drawn anew through a lens, as typing, ticking and choosing ask for it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from machinery import Server
from report import Report
from visitor import Visitor, timed

TIMES = 30


def measure(report: Report, plannr: Server, board: Server) -> None:
    visitor = Visitor(board.port)
    visitor.open()
    person = re.findall(r'name="person" value="([^"]+)"', visitor.ask("/filters/").text)[0]
    for name, asked in {
        "search, three letters": {"q": "mar"},
        "search, two words": {"q": "annual rev"},
        "filter, person, review and value": {"person": person, "review": ["overdue", "week"], "min": "1000"},
        "sort by value": {"sort": "value"},
        "lanes by adviser": {"lanes": "person"},
    }.items():
        path = f"/?{urlencode(asked, doseq=True)}"

        def look(path: str = path) -> None:
            assert visitor.ask(path, HX_Request="true", HX_Target="board").status == 200

        look()
        report.add(f"find: {name}", timed(look, TIMES))
