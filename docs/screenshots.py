"""The pictures of this folder, taken anew from the demo: `make screenshots`."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PICTURES = {
    "board-light.png": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "board-dark.png": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "board-phone.png": {"color_scheme": "light", "viewport": {"width": 375, "height": 812}, "device_scale_factor": 2},
}


def main() -> None:
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, look in PICTURES.items():
            take(browser, address, name, look)
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """The board over a new firm of 300 cases, on free ports and in a folder of its own."""
    port, sandbox_port = free_port(), free_port()
    given = ["--cases", "300", "--port", str(port), "--sandbox-port", str(sandbox_port), "--folder"]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "demo", *given, folder]
        with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            try:
                assert process.stdout
                assert process.stdout.readline(), "the demo did not start"
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait()


def take(browser: Browser, address: str, name: str, look: dict[str, object]) -> None:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", **look)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".card")  # the first visits may find the cases still being read
    page.evaluate("document.fonts.ready")
    page.screenshot(path=HERE / name)
    context.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
