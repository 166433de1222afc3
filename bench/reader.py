"""Reads the whole mirror anew, again and again, in the settings of the server whose database it is: how long that took,
what was written, and how long it takes to fetch the same pages and throw them away. Says so as JSON."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django
import requests

os.environ["DJANGO_SETTINGS_MODULE"] = "kanban.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection as database  # noqa: E402

from kanban.accounts import connections  # noqa: E402
from kanban.sync import refresh  # noqa: E402

TIMES, TURNS, CHANGED = 5, 3, 10
Written = Counter[str]


def main() -> None:
    me, plannr = connections.current(), settings.PLANNR_BASE_URL
    refresh.refresh(me)
    asked = len(ledger(plannr))
    refresh.refresh(me)
    pages = [f"{plannr}{each['path']}?{each['query']}" for each in ledger(plannr)[asked:]]
    http = requests.Session()
    http.headers.update({"Authorization": f"Bearer {settings.PLANNR_ACCESS_TOKEN}", "Accept": "application/json"})
    http.headers["X-PLANNR-ACCOUNT-UUID"] = str(me.account)
    cases = [each["uuid"] for each in requests.get(f"{plannr}/switchboard/state").json()["cases"]]
    floor, still, changed, written = [], [], [], Counter[str]()
    for _ in range(TIMES):
        floor.append(taken(lambda: [http.get(page).content for page in pages])[0])
        some, rows = taken(lambda: refresh.refresh(me))
        still.append(some)
        written += rows
    for turn in range(TURNS):
        for case in cases[turn::17][:CHANGED]:
            edit = {"do": "edit", "case": case, "fields": {"name": f"Another name {turn}"}}
            assert requests.post(f"{plannr}/switchboard/outside", json=edit).ok
        some, rows = taken(lambda: refresh.refresh(me))
        changed.append(some)
    said = {"floor": floor, "still": still, "written": written, "changed": changed, "rows": rows}
    print(json.dumps(said | {"pages": len(pages)}))


def ledger(plannr: str) -> list[Any]:
    entries: list[Any] = requests.get(f"{plannr}/switchboard/ledger").json()
    return entries


def taken(deed: Callable[[], object]) -> tuple[float, Written]:
    """Milliseconds, and the rows written, by table."""
    written: Written = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            rows = max(0, context["cursor"].rowcount)
            if sql.startswith("INSERT"):  # of which SQLite does not always say how many rows it wrote
                rows = rows or sql.count("), (") + 1
            written[sql.split('"')[1].removeprefix("kanban_")] += rows
        return result

    began = time.perf_counter()
    with database.execute_wrapper(count):
        assert deed()
    return (time.perf_counter() - began) * 1000, written


main()
