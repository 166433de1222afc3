"""Two servers as on two machines, with one PostgreSQL, behind nginx with the file that people are told to use.

Without TLS: one process plays all the open boards, and would be busier with that than the servers with their work.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pwd import getpwuid

import requests
from machinery import PORT, ROOT, Server, database, free_port, one_server, running, wait

AROUND = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 2;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/board.conf;
}}
"""


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
            nginx(folder, ports) as front,
        ):
            yield Fleet(front.process, front.url, members=[one, other, front])


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[Server]:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("10.0.0.11:8000", f"127.0.0.1:{ports[0]}").replace("10.0.0.12:8000", f"127.0.0.1:{ports[1]}")
    text = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"listen 443 .*", f"listen 127.0.0.1:{PORT};", text)
    (folder / "board.conf").write_text(re.sub(r"ssl_.*;", "", text))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=getpwuid(os.getuid()).pw_name))
    command = ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running(command, program="/usr/sbin/nginx") as process:
        front = Server(process, f"http://127.0.0.1:{PORT}")
        wait(lambda: requests.get(f"{front.url}/healthz", timeout=1).ok)
        yield front
