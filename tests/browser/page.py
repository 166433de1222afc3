"""The board in a browser, with the verbs of those who use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import CDPSession, ConsoleMessage, Locator, Page, Request, TimeoutError, expect

from tests.browser.plannr import PlannrSwitchboard
from tests.browser.processes import Server

PATIENCE = 15_000  # milliseconds for whatever has to come, on a machine that runs other tests as well
expect.set_options(timeout=PATIENCE)

AT_WORK = "[aria-busy=true], [data-looking], .htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
# What a browser says of every answer that is not a 2xx, and htmx of every request that got none, or of a card that is
# placed beyond what is drawn: no fault of the page.
EXPECTED = (
    "Failed to load resource",
    "htmx:sendError",
    "htmx:sendAbort",
    "htmx:afterRequest",
    "htmx:oobErrorNoTarget, #card",
    "htmx:oobErrorNoTarget, .card",
)
LISTEN = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));"""


# What is drawn: on the page itself, or on the same page asked for once more, as a reload would draw it.
READ_OUT = """async (anew) => {
  const drawn = anew ? new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html") : document;
  return [...drawn.querySelectorAll(".column")].map((column) => ({
    status: column.dataset.status,
    name: column.querySelector("h2").textContent,
    folded: column.hasAttribute("data-folded"),
    count: +column.querySelector("header").dataset.count,
    total: +column.querySelector("header").dataset.total,
    cards: [...column.querySelectorAll(".card")].map((card) => card.dataset.case),
    positions: [...column.querySelectorAll(".card")].map((card) => +card.dataset.position || null),
  }));
}"""


@dataclass(frozen=True)
class Column:
    """A column as it is drawn."""

    status: str
    name: str
    folded: bool
    count: int
    total: int
    cards: list[str]
    positions: list[int | None]


# What a notice says, all at one moment: good news leaves by itself.
NOTICE = """(all) => all.map((each) => {
  const text = (part) => each.querySelector(`.notice-${part}`)?.innerText ?? "";
  const buttons = [...each.querySelectorAll(".notice-acts :is(a, button)")].map((act) => act.innerText.trim());
  return [each.dataset.kind ?? "", text("headline"), text("quote"), text("advice"), buttons];
})"""


@dataclass(frozen=True)
class Notice:
    kind: str
    headline: str
    words: str
    advice: str
    buttons: tuple[str, ...]


class Board:
    def __init__(self, page: Page, server: Server, plannr: PlannrSwitchboard) -> None:
        self.page, self.server, self.plannr = page, server, plannr
        self.requests: list[Request] = []
        self.incidents: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.incidents.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.add_init_script(LISTEN)
        self._names = {status["name"]: status["uuid"] for status in plannr.now().statuses}

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.incidents.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.incidents.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def strangers(self) -> list[str]:
        """Addresses that the page asked for and that are not the board's own."""
        return [each.url for each in self.requests if not each.url.startswith((self.server.url + "/", "data:"))]

    # Opening

    def open(self) -> Board:
        """The board as the mirror has it; a mirror that knows nothing yet is read first."""
        if not self.server.knows_a_board():
            self.server.read_first()
        self.page.goto(self.server.url + "/")
        return self

    def reload(self) -> None:
        """Draw the page again from what the mirror has."""
        self.page.goto(self.server.url + "/")

    def reread(self) -> None:
        """Have Plannr read again, and draw the page from that."""
        self.server.reread()
        self.reload()

    def reread_behind(self) -> None:
        """Have Plannr read again while this page stays open, and hear what is new."""
        self.server.reread()
        self.poll()

    # What it shows

    def uuid(self, column: str) -> str:
        if column not in self._names:
            self._names[column] = self.plannr.status(column)
        return self._names[column]

    def column(self, name: str) -> Locator:
        return self.page.locator(f"#column-{self.uuid(name)}")

    def list(self, name: str) -> Locator:
        return self.page.locator(f"#cards-{self.uuid(name)}")

    def card(self, case: str) -> Locator:
        return self.page.locator(f"#card-{case}")

    def link(self, case: str) -> Locator:
        return self.card(case).locator(".card-link")

    def drawn(self, *, anew: bool = False) -> dict[str, Column]:
        """Every column by its status. `anew`: as a reload would draw it."""
        return {each["status"]: Column(**each) for each in self.page.evaluate(READ_OUT, anew)}

    def cards_in(self, column: str) -> list[str]:
        return self.drawn()[self.uuid(column)].cards

    def position(self, case: str) -> int | None:
        text = self.card(case).get_attribute("data-position")
        return int(text) if text else None

    def notice(self, kind: str = "", about: str = "") -> Notice:
        """The one notice in sight, of that kind and about that case; waits for it, and for all of its page."""
        kind, about = f"[data-kind={kind}]" if kind else "", f'[data-about="{about}"]' if about else ""
        shown = self.page.locator(f".notice{kind}{about}")
        shown.first.wait_for()
        found = shown.evaluate_all(NOTICE)
        assert len(found) == 1, found
        self.page.wait_for_load_state()
        *said, buttons = found[0]
        return Notice(*said, buttons=tuple(buttons))

    def says(self) -> str:
        return self.page.locator("#announcer").inner_text()

    def focused(self) -> str:
        """The case whose card has the focus."""
        return str(self.page.evaluate("document.activeElement.closest('.card')?.dataset.case ?? ''"))

    # Doing

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Until a move's answer has come and is drawn."""
        with self.page.expect_response(lambda answer: answer.request.method == "PUT"):
            yield
        self.quiet()

    def quiet(self) -> None:
        expect(self.page.locator(AT_WORK)).to_have_count(0)

    def drag(self, case: str, column: str, before: str | None = None, *, sends: bool = True) -> None:
        """By mouse: before another card, or to the end of the column."""
        self.lift(case)
        self.hover(column, before)
        with self.answered() if sends else nullcontext():
            self.page.mouse.up()

    def lift(self, case: str) -> None:
        self.card(case).scroll_into_view_if_needed()
        x, y = self._middle(self.card(case))
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 4, y + 7, steps=2)
        self.page.locator(".drag-ghost").wait_for()

    def hover(self, column: str, before: str | None = None) -> None:
        x, y = self.spot(column, before)
        self.page.mouse.move(x, y, steps=4)

    def spot(self, column: str, before: str | None = None) -> tuple[float, float]:
        """Where a pointer has to be for the card to land there."""
        if before:
            self.card(before).scroll_into_view_if_needed()
            box = self._box(self.card(before))
            return box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
        if not self.cards_in(column):
            return self._middle(self.column(column))
        last = self.column(column).locator(".card:not([data-lifted])").last
        last.scroll_into_view_if_needed()
        box = self._box(last)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] - 8

    def _box(self, what: Locator) -> dict[str, float]:
        box = what.bounding_box()
        assert box
        return dict(box)

    def _middle(self, what: Locator) -> tuple[float, float]:
        box = self._box(what)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def carry(self, case: str, *keys: str, sends: bool = True) -> None:
        """By keys: pick it up, press these, drop it."""
        self.link(case).focus()
        self.press("Space", *keys)
        with self.answered() if sends else nullcontext():
            self.press("Space")

    def open_menu(self, case: str, *, by_key: bool = False) -> Locator:
        if by_key:
            self.link(case).focus()
            self.press("m")
        else:
            self.card(case).hover()
            self.card(case).locator(".card-menu").click()
        menu = self.page.locator("#move-menu")
        menu.wait_for()
        return menu

    def choose(self, case: str, column: str, at: str | int = "Top", *, by_key: bool = False) -> None:
        """By the menu, in single clicks; `by_key`: but for the first."""
        menu = self.open_menu(case, by_key=by_key)
        menu.locator(f'label:has(input[value="{self.uuid(column)}"])').click()
        if isinstance(at, int):
            menu.locator(".number").fill(str(at))
        else:
            menu.get_by_text(at, exact=True).click()
        with self.answered():
            menu.get_by_role("button", name="Move").click()

    def press_button(self, name: str) -> None:
        """A button of the notice that sends a move: Retry or "Move anyway"."""
        with self.answered():
            self.page.locator(".notice").get_by_role("button", name=name).click()

    def close_notice(self) -> None:
        """Good news leaves by itself after ten seconds, which a slow machine may have taken already."""
        with suppress(TimeoutError):
            self.page.locator(".notice").get_by_role("link", name="Close").click(timeout=5_000)
        expect(self.page.locator(".notice")).to_have_count(0)

    def poll(self) -> None:
        """Ask now what is new, as the page does by itself every ten seconds, and not while it waits for an answer."""
        self.quiet()
        self.page.evaluate(
            "htmx.ajax('GET', htmx.find('#as-of').getAttribute('hx-get'), {source: '#as-of', swap: 'none'})"
        )
        self.quiet()

    def stop_the_clock(self) -> None:
        """From now on it asks nothing by itself, however long a slow machine takes: what comes was brought to it."""
        self.page.clock.set_fixed_time(datetime.now(UTC))


class Finger:
    """One finger on the glass, as the browser's own input pipeline sees it."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self.at = (0.0, 0.0)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    def down(self, x: float, y: float) -> None:
        self.at = (x, y)
        self._touch("touchStart", self.at)

    def to(self, x: float, y: float, steps: int = 6) -> None:
        (from_x, from_y), self.at = self.at, (x, y)
        for step in range(1, steps + 1):
            part = step / steps
            self._touch("touchMove", (from_x + (x - from_x) * part, from_y + (y - from_y) * part))

    def up(self) -> None:
        self._touch("touchEnd")
