"""Memory that was taken for a moment goes back to the machine. A complete read takes more than all the rest of a
process, and whichever process has read would keep what it took."""

from __future__ import annotations

import gc
from contextlib import suppress
from ctypes import CDLL

# Of glibc's mallopt. By itself it learns from large blocks to keep up to 64 MB, for each few threads anew.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT = 1 << 20  # bytes


def keep_little() -> None:
    """From now on this process gives back whatever is free beyond a megabyte."""
    with suppress(OSError, AttributeError):  # another C library
        for threshold in (TRIM_THRESHOLD, MMAP_THRESHOLD):
            CDLL(None).mallopt(threshold, KEPT)


def give_back() -> None:
    """All that is free. Python's own garbage first: each few objects that point at each other hold on to a megabyte."""
    gc.collect()
    with suppress(OSError, AttributeError):
        CDLL(None).malloc_trim(0)
