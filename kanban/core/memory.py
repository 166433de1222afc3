"""Returns free memory to the machine. A complete read needs more than everything else in a process, and each process
that has read would otherwise hold on to that memory."""

from __future__ import annotations

import gc
from contextlib import suppress
from ctypes import CDLL

# Options of glibc's mallopt. Left alone, glibc learns from large blocks to hold up to 64 MB for every few threads.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
MOST_FREE = 1 << 20  # bytes


def keep_little() -> None:
    """From now on this process returns whatever is free beyond a megabyte."""
    with suppress(OSError, AttributeError):  # another C library
        for threshold in (TRIM_THRESHOLD, MMAP_THRESHOLD):
            CDLL(None).mallopt(threshold, MOST_FREE)


def give_back() -> None:
    """Return all free memory. Python's garbage is collected first: a few objects in a cycle can hold a megabyte."""
    gc.collect()
    with suppress(OSError, AttributeError):
        CDLL(None).malloc_trim(0)
