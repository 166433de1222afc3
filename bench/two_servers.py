"""Two servers as on two machines, with one PostgreSQL, behind nginx with the file that people are told to use.

Without TLS: one process plays all the open boards, and would be busier with that than the servers with their work.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from machinery import PORT, Server, database, one_server

from tests.support.nginx import nginx
from tests.support.processes import free_port


@dataclass
class Fleet(Server):
    """All of them as one, nginx included."""

    members: list[Server] = field(default_factory=list)

    def family(self) -> list[int]:
        return [pid for each in self.members for pid in each.family()]


@contextmanager
def two_servers(plannr: Server, *settings: dict[str, str]) -> Iterator[Server]:
    ports = [free_port(), free_port()]
    with tempfile.TemporaryDirectory() as name, database("postgres", name) as url:
        folder = Path(name)
        with (
            one_server(plannr, folder / "log.1", url, ports[0], *settings) as one,
            one_server(plannr, folder / "log.2", url, ports[1], *settings) as other,
            nginx(folder, ports, PORT, tls=False) as front,
        ):
            yield Fleet(front.process, front.url, members=[one, other, Server(front.process, front.url)])
