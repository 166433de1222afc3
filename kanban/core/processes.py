"""Which process this is, and whether another still runs."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from socket import gethostname

from django.conf import settings
from django.utils import timezone

DEAD = timedelta(seconds=60 + 4 * settings.PLANNR_TIMEOUT)  # all that a write may ask and wait; then it has died
HOST = gethostname()[:50]
with suppress(OSError):  # two machines may bear one name, a restarted one is another, and so is each container on one
    HOST += f".{Path('/proc/sys/kernel/random/boot_id').read_text()[:8]}.{Path('/proc/self/ns/pid').stat().st_ino}"


def has_exited(maker: str, heard_at: datetime) -> bool:
    """Whether a process is no more: this machine knows of its own, of another's and of a lost thread time tells."""
    host, _, process = maker.rpartition("/")
    if host == HOST and process != worker_id().rpartition("/")[2]:
        return not _runs(process)
    return heard_at < timezone.now() - DEAD


@lru_cache(maxsize=1)
def _worker_id(pid: int) -> str:
    return f"{HOST}/{pid}-{_began(pid)}"


def worker_id() -> str:
    """This process, so that another can tell later whether it still runs; a number alone is soon another's."""
    return _worker_id(os.getpid())


def _runs(process: str) -> bool:
    pid, _, began = process.partition("-")
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return _began(int(pid)) == began


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine did; nothing where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
