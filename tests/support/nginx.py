"""nginx with the very file that people are told to use: only addresses, ports and paths are this machine's."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from pwd import getpwuid
from shutil import which

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.processes import TOP, free_port

# What stands around that file on Debian, and a log for tests: who asked for what, and which server answered.
AROUND = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 2;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    log_format told '$cookie_sessionid $request_method $uri $upstream_addr $status';
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/board.conf;
}}
"""


class Nginx:
    def __init__(self, folder: Path, port: int, process: "subprocess.Popen[str]", scheme: str) -> None:
        self.folder, self.port, self.url, self.process = folder, port, f"{scheme}://127.0.0.1:{port}", process
        self.certificate = folder / "fullchain.pem"

    def log(self) -> list[list[str]]:
        """Of every request that has ended: whose session, method, path, which servers were tried, status."""
        lines = (self.folder / "access.log").read_text().splitlines()
        return [[*line.split(" ", 3)[:3], *line.split(" ", 3)[3].rsplit(" ", 1)] for line in lines]


@contextmanager
def nginx(folder: Path, servers: Sequence[int], port: int = 0, *, tls: bool = True) -> Iterator[Nginx]:
    """In front of two servers on these ports. `port`: where it listens itself; any that is free, if nothing is said."""
    port, plain = port or free_port(), free_port()
    _certify(folder)
    text = (TOP / "deploy" / "nginx.conf").read_text()
    for theirs, ours in {
        "10.0.0.11:8000": f"127.0.0.1:{servers[0]}",
        "10.0.0.12:8000": f"127.0.0.1:{servers[1]}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;" if tls else f"listen 127.0.0.1:{port};",
        "/etc/ssl/board/fullchain.pem": str(folder / "fullchain.pem"),
        "/etc/ssl/board/privkey.pem": str(folder / "privkey.pem"),
        "access_log off;": f"access_log {folder}/access.log told;",
    }.items():
        assert text.count(theirs) == 1, theirs
        text = text.replace(theirs, ours)
    (folder / "board.conf").write_text(text)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=getpwuid(os.getuid()).pw_name))
    command = [which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while not (folder / "nginx.pid").exists() or not (folder / "nginx.pid").read_text():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                time.sleep(0.02)
            yield Nginx(folder, port, process, "https" if tls else "http")
        finally:
            process.terminate()
            process.communicate(timeout=10)


def _certify(folder: Path) -> None:
    """A certificate of our own for this machine."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    new = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    new = new.not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(
        datetime.now(UTC) + timedelta(days=1)
    )
    new = new.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
    (folder / "fullchain.pem").write_bytes(new.sign(key, SHA256()).public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(private)
