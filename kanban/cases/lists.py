"""Lists of the firm that many letters ask for: who works there, which groups there are. Plannr is asked for them once a
minute and account, however much somebody types; only names are kept, and only in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from uuid import UUID

Names = Mapping[str, str]  # of what a uuid stands for

KEPT = 60.0  # seconds
MOST = 500  # lists remembered at a time
_lock = threading.Lock()
_kept: dict[tuple[UUID, str], tuple[float, Names]] = {}


def kept(account: UUID, what: str, ask: Callable[[], Names]) -> Names:
    """The list as this account was told it less than a minute ago, else as it is told now."""
    now = time.monotonic()
    with _lock:
        at, names = _kept.get((account, what), (now - KEPT, {}))
    if now - at < KEPT:
        return names
    names = ask()  # what it raises is kept for nobody
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[account, what] = now, names
    return names


def forget() -> None:
    """Everything is asked anew."""
    with _lock:
        _kept.clear()
