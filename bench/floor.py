"""The floor of the board's page: the same bytes, out of memory, from the same server stack. Read by gunicorn as its
configuration, which is the product's own, and as the application."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

exec((Path(__file__).parent.parent / "gunicorn.conf.py").read_text())
BODY = Path(os.environ["FLOOR"]).read_bytes()


def post_worker_init(worker: Any) -> None:
    """Nothing of the product runs here."""


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
