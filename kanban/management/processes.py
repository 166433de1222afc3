"""Processes that a command starts and never leaves behind."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.conf import settings

GRACE = 0.6  # seconds between asking a child to end and ending it


class Children:
    """Python processes, each in its own group, so that Ctrl-C reaches only us and all end in order."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Its standard output is dropped; its errors are shown."""
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ended(self) -> str | None:
        """The name of one that has ended by itself, if any has."""
        return next((name for name, child in self._running.items() if child.poll() is not None), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Last started, first ended, so that none misses another. A slow one is killed, with all that it started."""
        for child in reversed(self._running.values()):
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(GRACE)
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def answers(host: str, port: int, path: str) -> bool:
    """Whether a server there answers at all."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
