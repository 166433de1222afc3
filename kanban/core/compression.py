"""Answers travel compressed. What many are sent, such as a column, is compressed once and fitted into each answer.

In the deflate format a part that ends with a flush can be followed by any other. A column refers to the one before it,
which is much alike; it is made anew when either changes. It refers to nothing else: what somebody typed into an address
is never compressed together with the cards of a column.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpResponse

LEVEL, HIGHEST = 6, 9  # the second for what is sent again and again
SMALL = 600  # bytes that are not worth it
LARGE = 16_384  # bytes that are worth keeping
WINDOW = 32_768  # bytes that deflate looks back
RAW = -zlib.MAX_WBITS  # deflate without a header
HEADER = b"\x1f\x8b\x08\x08" + b"\0" * 6  # gzip, and a file name follows
END = b"\x03\x00"  # an empty last block


class Pieces(HttpResponse):
    """An answer of pieces, of which some are sent again and again."""

    def __init__(self, pieces: Iterable[str | bytes], **how: Any) -> None:
        self.pieces = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
        super().__init__(b"".join(self.pieces), **how)


def pack(response: HttpResponse) -> None:
    """Compress an answer, if that makes it smaller."""
    pieces = response.pieces if isinstance(response, Pieces) else [response.content]
    whole = response.content
    parts = map(_deflated, pieces, [b"", *pieces])
    packed = b"".join((HEADER, _padding(), *parts, END, _ending(whole)))
    if len(packed) < len(whole):
        response.content = packed
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(packed))


def _padding() -> bytes:
    """A file name of random length: sizes of answers then tell little of what is in them (the attack called BREACH)."""
    return b"x" * secrets.randbelow(64) + b"\0"


def _ending(whole: bytes) -> bytes:
    return struct.pack("<LL", zlib.crc32(whole), len(whole) & 0xFFFFFFFF)


def _deflated(piece: bytes, before: bytes) -> bytes:
    if len(piece) < LARGE:
        return _compressed(piece, b"")
    return _kept(piece, before if len(before) >= LARGE else b"", HIGHEST)


def _compressed(piece: bytes, before: bytes, level: int = LEVEL) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW, zdict=before[-WINDOW:])
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


_kept = lru_cache(maxsize=64)(_compressed)  # the largest are columns
