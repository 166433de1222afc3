"""What runs beside the tests: the sandbox, gunicorn with the board on a database of its own, and Chromium's flags."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from tests.support.processes import KEY, free_port, wait_until
from tests.support.stores import Store

ROOT = Path(__file__).resolve().parents[2]
OLD = timedelta(hours=2)  # older than any setting here lets a mirror grow, and young enough to be shown
SIGNED_IN = {
    "PLANNR_OAUTH_CLIENT_ID": "board",
    "PLANNR_OAUTH_CLIENT_SECRET": "board-secret-42",
    "TOKEN_KEYS": "T2xkLCBidXQgbG9uZyBlbm91Z2ggZm9yIGEgdGVzdC4=",
    "REFRESH_SECONDS": "2",
}
OPEN_TO_ALL = {"PLANNR_ACCESS_TOKEN": "sandbox-token", "REFRESH_SECONDS": "3600"}
# Debian's Chromium without its own windows, which are half the work of each browser that a test opens; the whole of it
# by CHROMIUM=chromium. That one draws two lists under the address bar of each new window, as pages of their own that
# nobody sees and that take longer than the page under test. Nor is a process started for the page after the next, as
# each test has a browser of its own; and painting needs no process beside. The last such flag wins, so what Playwright
# switches off is said again.
SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("TcpPortRandomizationWin", "ThirdPartyStoragePartitioning"),
)
CHROMIUM = os.environ.get("CHROMIUM", "chromium-headless-shell")
CHROMIUM_FLAGS = (
    f"--disable-features={','.join(SWITCHED_OFF)}",
    *("--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"),
)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class SandboxProcess:
    """Plannr's stand-in, which can be stopped and started again at the same address."""

    def __init__(self) -> None:
        self.port = free_port()  # nobody else's while it is stopped
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "plannr_api.sandbox", "--port", str(self.port), "--cases", "60", "--seed", "7"]
        self._process = subprocess.Popen([*command, "--switchboard"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline().rpartition(":")[2])

    def stop(self) -> None:
        assert self._process.stdout
        end(self._process)
        self._process.stdout.close()


class Server:
    """The board as `manage.py serve` starts it. Its mirror is read again only when a test says so, so that no test
    races with it; `settings` may say otherwise, and who has to sign in."""

    def __init__(self, plannr_url: str, folder: Path, settings: dict[str, str] = OPEN_TO_ALL) -> None:
        self._folder, self._log, self._settings = folder, folder / "gunicorn.log", settings
        self.store = Store(folder)
        self._plannr_url, self.url = plannr_url, f"http://127.0.0.1:{free_port()}"
        self.start()

    @property
    def _environment(self) -> dict[str, str]:
        ours = {
            "ENV_FILE": str(self._folder / "no.env"),
            "SECRET_KEY": KEY,
            "DEBUG": "off",
            "HTTPS": "off",
            "PORT": self.url.rpartition(":")[2],
            "WORKERS": "1",
            "THREADS": "48",
            "DATABASE_URL": self.store.url,
            "PLANNR_BASE_URL": self._plannr_url,
            "PLANNR_TIMEOUT": "3",
            "PUBLIC_URL": self.url,
        }
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("PLANNR_", "DJANGO_"))}
        return theirs | ours | self._settings

    def start(self) -> None:
        (self._folder / "no.env").touch()
        with self._log.open("w") as log:
            command = [sys.executable, "manage.py", "serve"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=log, text=True
            )
        try:
            wait_until(lambda: self._answers() or self._process.poll() is not None, "the board answers", 120, 0.05)
        except AssertionError:
            self.stop()
            raise
        assert self._process.poll() is None, self._log.read_text()
        self._read = 0

    def stop(self) -> None:
        end(self._process)

    def restart(self) -> None:
        """Forget what the process remembers between requests, such as that Plannr asked for a pause."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=10) as answer:
                return bool(answer.read())
        except OSError:
            return False

    def news(self) -> str:
        """What was logged since this was last asked."""
        text = self._log.read_text()
        self._read, new = len(text), text[self._read :]
        return new

    # The mirror

    def be_idle(self) -> None:
        """Wait until no move and no reading is under way."""
        busy = "SELECT (SELECT count(*) FROM kanban_connection WHERE refreshing_until > %s)"
        busy += " + (SELECT count(*) FROM kanban_move WHERE outcome = 'open')"

        def idle() -> bool:
            resting = datetime.now(UTC) + timedelta(seconds=20)  # after a read that failed; one under way has longer
            return bool(self.store.one(busy, resting) == 0)

        wait_until(idle, "the board is idle")

    def be_left(self) -> None:
        """Nobody looks any more, so it reads nothing in the next test, of which another server shares its Plannr."""
        self.store.rows("UPDATE kanban_connection SET seen_at = NULL")
        self.be_idle()

    def forget_everything(self) -> None:
        self.be_left()
        self.store.empty()

    def age(self) -> None:
        """The mirror is as if it had been read long ago: whoever asks next has it read again."""
        self.be_idle()
        then = datetime.now(UTC) - OLD
        self.store.rows("UPDATE kanban_connection SET as_of = %s, own_at = %s, refreshing_until = NULL", then, then)

    def age_moves(self) -> None:
        """Whatever was sent to Plannr was sent ten minutes earlier."""
        earlier = datetime.now(UTC) - timedelta(minutes=10)
        self.store.rows("UPDATE kanban_move SET sent_at = %s WHERE sent_at IS NOT NULL", earlier)

    def knows_a_board(self) -> bool:
        return self.store.one("SELECT max(as_of) FROM kanban_connection") is not None

    def reread(self) -> None:
        """Have the mirror read again, as happens when anybody opens an old board, and wait until that is done."""
        self.age()
        self.read_first()

    def read_first(self) -> None:
        """Ask for the page until the mirror is fresh: an ask right after another one has nothing read."""
        recent = "SELECT count(*) FROM kanban_connection WHERE own_at > %s"

        def fresh() -> bool:
            return bool(self.store.one(recent, datetime.now(UTC) - OLD / 2))

        def asked() -> bool:
            with urlopen(self.url, timeout=30) as answer:
                answer.read()
            until = time.monotonic() + 0.25
            while not fresh() and time.monotonic() < until:
                time.sleep(0.01)
            return fresh()

        wait_until(asked, "the mirror is fresh")
        self.be_idle()

    def outcomes(self) -> list[str]:
        """What became of every move, oldest first, in the journal's own words."""
        return [row[0] for row in self.store.rows("SELECT outcome FROM kanban_move ORDER BY id")]
