"""What the commands that start servers share: ending with one sentence, and whether a port is free."""

from __future__ import annotations

import errno
import socket
import sys
from typing import NoReturn

BUSY = 2  # the exit code for a port that is taken


def stop(sentence: str, code: int = 1) -> NoReturn:
    """End the process with a sentence for whoever started it, and no traceback."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(code)


def require_port(host: str, port: int, advice: str) -> None:
    """Stop unless a server can listen here. Tried as gunicorn does it, so a port that was just closed is free."""
    if not 1 <= port <= 65_535:
        stop(f"{port} is no port: choose one from 1 to 65535. {advice}", BUSY)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        stop(f"Port {port} on {host} {why}. {advice}", BUSY)
