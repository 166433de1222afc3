"""The name of this process, and whether another still runs."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from socket import gethostname

from django.conf import settings
from django.utils import timezone

DEAD = timedelta(seconds=60 + 4 * settings.PLANNR_TIMEOUT)  # longer than any write; its process then counts as dead

HOST = gethostname()[:50]
with suppress(OSError):  # machines may share a name, and each restart and each container must differ too
    HOST += f".{Path('/proc/sys/kernel/random/boot_id').read_text()[:8]}.{Path('/proc/self/ns/pid').stat().st_ino}"


def has_exited(maker: str, heard_at: datetime) -> bool:
    """Whether it is gone. For another machine, or a lost thread of this process, the time since `heard_at` decides."""
    host, _, process = maker.rpartition("/")
    if host == HOST and process != worker_id().rpartition("/")[2]:
        return not _runs(process)
    return heard_at < timezone.now() - DEAD


@lru_cache(maxsize=1)
def _worker_id(pid: int) -> str:
    return f"{HOST}/{pid}-{_began(pid)}"


def worker_id() -> str:
    """A name by which others can tell later whether this process still runs; its number alone is soon reused."""
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
    """When a process began, in ticks since the machine started; "" where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
