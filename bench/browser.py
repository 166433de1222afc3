"""The board in Chromium: until it is painted and usable, what it weighs, and a card dropped by mouse, until another
browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import moves
from machinery import Server
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from report import Report
from visitor import Visitor, timed

VISITS, DROPS = 6, 9
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run", "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled"]
WATCH = Path(__file__).with_name("watch.js").read_text()


def measure(report: Report, plannr: Server, board: Server) -> None:
    Visitor(board.port).open()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=FLAGS)
        visits = [visit_twice(browser, board) for _ in range(VISITS)][1:]  # the first also wakes Chromium
        for name, at in (("first visit", 0), ("later visit", 1)):
            for what, unit in {"painted": "ms", "usable": "ms", "longest task": "ms", "over the wire": "KB"}.items():
                report.add(f"browser: {what}, {name}", [each[at][what] for each in visits], unit)
        for what, unit in {"layout and style": "ms", "heap": "MB", "elements": ""}.items():
            report.add(f"browser: {what}", [each[1][what] for each in visits], unit)
        drop_cards(report, browser, plannr, board)
        browser.close()


def visit_twice(browser: Browser, board: Server) -> list[dict[str, float]]:
    """With nothing kept from before, and once more."""
    with somebody(browser) as person:
        page = person.new_page()
        return [visit(page, board), visit(page, board)]


@contextmanager
def somebody(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    context.add_init_script(WATCH)
    yield context
    context.close()


def visit(page: Page, board: Server) -> dict[str, float]:
    cdp = page.context.new_cdp_session(page)
    received: list[float] = []
    cdp.send("Network.enable")
    cdp.send("Performance.enable")
    cdp.on("Network.loadingFinished", lambda said: received.append(said["encodedDataLength"]))
    page.goto(board.url, wait_until="load")
    until(page, "bench.usable && bench.paint()")
    page.wait_for_timeout(400)  # whatever the scripts put off
    seen = dict(page.evaluate("({painted: bench.paint(), usable: bench.usable})"))
    seen["longest task"] = longest(page)
    seen["over the wire"] = sum(received) / 1024
    cdp.send("HeapProfiler.collectGarbage")
    said = metrics(cdp)
    seen["layout and style"] = (said["LayoutDuration"] + said["RecalcStyleDuration"]) * 1000
    seen["heap"] = said["JSHeapUsedSize"] / 1024**2
    seen["elements"] = page.evaluate("document.getElementsByTagName('*').length")
    cdp.detach()
    return seen


def until(page: Page, ready: str) -> None:
    """Not Playwright's own way: it would have the page evaluate a text, which the product's policy forbids."""
    page.evaluate(f"bench.until(() => {ready})")


def metrics(cdp: CDPSession) -> dict[str, float]:
    return {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}


def longest(page: Page) -> float:
    """Of the tasks since this was last asked. The browser names none under 50 ms: 0."""
    return float(page.evaluate("Math.max(0, ...bench.tasks.splice(0))"))


def drop_cards(report: Report, browser: Browser, plannr: Server, board: Server) -> None:
    with somebody(browser) as one, somebody(browser) as another:
        here, there = one.new_page(), another.new_page()
        for page in (here, there):
            page.goto(board.url, wait_until="load")
            until(page, "bench.usable")
        here.wait_for_timeout(1000)
        longest(here), longest(there)
        cdp = one.new_cdp_session(here)
        cdp.send("Performance.enable")
        before = metrics(cdp)
        seen = [drop(here, there, turn) for turn in range(DROPS)][1:]
        after = metrics(cdp)
        laid = sum(after[each] - before[each] for each in ("LayoutDuration", "RecalcStyleDuration")) * 1000 / DROPS
    floor = timed(moves.floor(plannr), 20)
    settled = [each["settled"] for each in seen]
    report.add("browser: drop to settled", settled, floor=floor)
    report.add("browser: drop to settled, own", [each - sorted(floor)[10] for each in settled])
    report.add("browser: drop to the other browser", [each["seen"] for each in seen])
    report.add("browser: longest task, drag and drop", [each["task"] for each in seen])
    report.add("browser: longest task, as it arrives", [each["their task"] for each in seen])
    report.add("browser: layout and style, drag and drop", laid)


def drop(here: Page, there: Page, turn: int) -> dict[str, Any]:
    """From one column into the next, before its second card, and back to the first from the third."""
    columns = here.locator(".column:not([data-folded])")
    from_, to = columns.nth(turn % 3), columns.nth((turn + 1) % 3)
    card = from_.locator(".card").nth(1)
    identity, status = card.get_attribute("id"), to.get_attribute("data-status")
    grip, aim = card.bounding_box(), to.locator(".card").nth(1).bounding_box()
    assert grip is not None
    assert aim is not None
    there.evaluate("([id, status]) => bench.wait(id, status)", [identity, status])
    here.evaluate("bench.settled = bench.dropped = 0")
    here.mouse.move(grip["x"] + 90, grip["y"] + 20)
    here.mouse.down()
    here.mouse.move(grip["x"] + 90, grip["y"] + 60, steps=10)
    here.mouse.move(aim["x"] + 90, aim["y"] + 10, steps=30)
    here.mouse.up()
    until(here, "bench.settled")
    until(there, "bench.awaited")
    dropped = here.evaluate("bench.dropped")
    seen = {"settled": here.evaluate("bench.settled") - dropped, "seen": there.evaluate("bench.awaited") - dropped}
    here.wait_for_timeout(500)
    return seen | {"task": longest(here), "their task": longest(there)}
