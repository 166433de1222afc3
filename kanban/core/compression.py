"""Compresses answers. A part of many answers, such as a column, is compressed once and put into each of them.

In the deflate format a part that ends with a flush can be followed by any other. A column refers to the one before it,
which is similar, so it is compressed again when either changes. It refers to nothing else: what somebody typed into an
address is never compressed together with the cards of a column.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpResponse

LEVEL, HIGHEST = 6, 9  # the second for parts that are sent again and again
SMALL = 600  # bytes: a smaller answer is not worth compressing
LARGE = 16_384  # bytes: from here on a part is worth caching
WINDOW = 32_768  # bytes back that deflate can refer to
RAW = -zlib.MAX_WBITS  # deflate without a header
HEADER = b"\x1f\x8b\x08\x08" + b"\0" * 6  # gzip, and a file name follows
END = b"\x03\x00"  # an empty last block


class Pieces(HttpResponse):
    """An answer in pieces, some of which are sent again and again."""

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
    """A file name of random length, so that the size of an answer tells little of its content (the BREACH attack)."""
    return b"x" * secrets.randbelow(64) + b"\0"


def _ending(whole: bytes) -> bytes:
    return struct.pack("<LL", zlib.crc32(whole), len(whole) & 0xFFFFFFFF)


def _deflated(piece: bytes, before: bytes) -> bytes:
    if len(piece) < LARGE:
        return _compressed(piece, b"")
    return _compressed_once(piece, before if len(before) >= LARGE else b"", HIGHEST)


def _compressed(piece: bytes, before: bytes, level: int = LEVEL) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW, zdict=before[-WINDOW:])
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


_compressed_once = lru_cache(maxsize=64)(_compressed)  # the largest are columns
