"""Two servers as on two machines, each with a copy of the code of its own; one PostgreSQL; nginx in front."""

from __future__ import annotations

import os
import re
import shutil
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import BrowserContext

from tests.browser.plannr import Json
from tests.browser.processes import SIGNED_IN
from tests.browser.team import Team
from tests.support.nginx import nginx
from tests.support.processes import KEY, TOP, Running, free_port, manage, until_it_serves
from tests.support.stores import Store

CODE = ("kanban", "plannr_api", "templates", "static", "manage.py", "gunicorn.conf.py")


class Machines:
    """`url`: where browsers find the board, at nginx."""

    def __init__(self, folder: Path, plannr_url: str) -> None:
        self._stack = ExitStack()
        self.store = Store(folder, os.environ["POSTGRES_URL"])
        self.ports = [free_port(), free_port()]
        self.front = self._stack.enter_context(nginx(folder, self.ports))
        self.url = self.front.url
        self._settings: dict[str, object] = {
            **SIGNED_IN,
            "SECRET_KEY": KEY,
            "DATABASE_URL": self.store.url,
            "PLANNR_BASE_URL": plannr_url,
            "PLANNR_TIMEOUT": 2,
            "SETTLE_SECONDS": 3,
            "PUBLIC_URL": self.url,
            "WORKERS": 2,
        }
        self._tops = [_copied(folder / name) for name in ("one", "other")]
        self.running: list[Running] = []
        self.start()

    def start(self) -> None:
        """Both at the same moment, though the database is empty; or whichever does not run."""
        ended = [each.process.poll() is not None for each in self.running] or [True, True]
        started = {
            number: self._stack.enter_context(
                manage(self.ports[number], "serve", top=top, PORT=self.ports[number], **self._settings)
            )
            for number, top in enumerate(self._tops)
            if ended[number]
        }
        for each in started.values():
            until_it_serves(each)
        self.running = [started.get(number) or self.running[number] for number in (0, 1)]

    def stop(self) -> None:
        self._stack.close()

    def listening_at(self) -> int:
        """The server with more streams: each is a socket that stays."""
        sockets = [[file.startswith("socket:") for file in each.open_files()] for each in self.running]
        return max((0, 1), key=lambda number: sum(sockets[number]))

    def kill(self, number: int) -> None:
        """As when a machine dies: every process of it, at once."""
        for pid in self.running[number].family():
            os.kill(pid, signal.SIGKILL)
        self.running[number].process.wait()

    def streams_at(self, number: int) -> set[str]:
        """Whose streams, by session, have come from this server and have ended."""
        address = f"127.0.0.1:{self.ports[number]}"
        return {who for who, _, path, tried, _ in self.front.log() if path == "/stream/" and tried.endswith(address)}


def _copied(top: Path) -> Path:
    top.mkdir()
    for name in CODE:
        source = TOP / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, top / name)
    return top


class FarTeam(Team):
    """The team at a board that is reached by TLS."""

    def browser(self, **options: Any) -> BrowserContext:
        return super().browser(**{"ignore_https_errors": True} | options)


class Hand:
    """Somebody's sign-in, used without their browser. `port`: of one server, past nginx."""

    def __init__(self, machines: Machines, context: BrowserContext, port: int | None = None) -> None:
        self._url = f"http://127.0.0.1:{port}" if port else machines.url
        cookies = {each["name"]: each["value"] for each in context.cookies(machines.url)}
        self._http = requests.Session()
        self._http.trust_env, self._http.verify = False, str(machines.front.certificate)
        self._http.headers.update(
            {
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                "Host": machines.url.removeprefix("https://"),
                "Origin": machines.url,
                "HX-Request": "true",
                "X-Forwarded-Proto": "https",
            }
        )
        page = self.ask("GET", "/", **{"HX-Request": ""}).text
        self._http.headers["X-CSRFToken"] = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]

    def ask(self, method: str, path: str, said: Json | None = None, **headers: str) -> requests.Response:
        return self._http.request(method, self._url + path, data=said, headers=headers, timeout=20)

    def close(self) -> None:
        self._http.close()
