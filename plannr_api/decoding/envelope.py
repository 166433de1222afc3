"""Bytes to structs: the envelope of an answer, then each object on its own.

Every function here raises `Unreadable` and nothing else, whatever the bytes are.
Plannr documents lists as `{"data": [...], "links": {...}, "meta": {...}}`. Single objects are documented bare, while
live ones may well be wrapped in `data` (assumed): both are read.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from plannr_api.decoding.lenient import Unreadable, loads, mend
from plannr_api.decoding.sanitise import clean_json, clean_words

T = TypeVar("T", bound=Struct)
_FAULTS = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


class Page(Struct, frozen=True):
    """One page of a list: its rows unread, Plannr's count of all rows, and whether it speaks of a further page.

    `last_page` and `has_next` are None when the page does not say.
    """

    rows: list[bytes]
    total: int | None = None
    last_page: int | None = None
    has_next: bool | None = None
    preferred_account_uuid: UUID | None = None


class _Envelope(Struct):
    data: Raw | UnsetType = UNSET
    uuid: Raw | UnsetType = UNSET
    links: Raw | UnsetType = UNSET
    meta: Raw | UnsetType = UNSET
    preferred_account_uuid: Raw | UnsetType = UNSET


class _Meta(Struct, frozen=True, kw_only=True):
    total: int | None = None
    last_page: int | None = None


class _Links(Struct, frozen=True, kw_only=True):
    next: str | None = None


def read_page(body: bytes) -> Page:
    """A list answer: `data` as array (nested once more in some samples) or object of rows, or a bare array."""
    body = clean_json(body)
    if body.lstrip()[:1] == b"[":
        return Page(_rows(body))
    envelope = _strict(body, _Envelope)
    if envelope.data is UNSET:
        raise Unreadable("$.data", "missing")
    meta, links = _about(envelope.meta, _Meta), _about(envelope.links, _Links)
    return Page(
        rows=_rows(bytes(envelope.data)),
        total=meta.total if meta else None,
        last_page=meta.last_page if meta else None,
        has_next=links.next is not None if links else None,
        preferred_account_uuid=_uuid(envelope.preferred_account_uuid),
    )


def read_one(body: bytes, kind: type[T]) -> T:
    """A single object, bare or wrapped in `data`."""
    body = clean_json(body)
    envelope = _strict(body, _Envelope)
    wrapped = envelope.data is not UNSET and envelope.uuid is UNSET
    return read_row(bytes(envelope.data) if wrapped else body, kind)


def read_row(raw: bytes, kind: type[T]) -> T:
    """One object: first by the quick, strict decoder, then by the lenient one."""
    try:
        return cast("T", _decoder(kind).decode(raw))
    except _FAULTS:
        value = loads(raw)
    try:
        mended = mend(value, kind)
    except (RecursionError, OverflowError):
        mended = None
    if mended is None:
        raise Unreadable("$", "not an object that can be read")
    return cast("T", mended)


def read_nothing(body: bytes) -> None:
    """The answer to a write that promises no body: empty, or any JSON; a page of HTML is neither."""
    if body.strip():
        _strict(clean_json(body), Raw)


def uuid_in(raw: bytes) -> str | None:
    """The uuid of a row that could not be read, as cleaned text, if it has one."""
    try:
        row = loads(raw)
    except Unreadable:
        return None
    uuid = row.get("uuid") if isinstance(row, dict) else None
    return clean_words(uuid, 64) if isinstance(uuid, str) else None


def read_refusal(body: bytes) -> tuple[str, dict[str, list[str]]]:
    """The words of an error answer and its problems by field; ("", {}) when it is not JSON. Never raises."""
    try:
        value = loads(clean_json(body))
    except Unreadable:
        return "", {}
    if not isinstance(value, dict):
        return "", {}
    texts = (value.get(key) for key in ("message", "error_description", "error"))
    words = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    errors = value.get("errors")
    return clean_words(words), _problems(errors) if isinstance(errors, dict) else {}


def _problems(errors: dict[str, Any]) -> dict[str, list[str]]:
    listed = ((field, words if isinstance(words, list) else [words]) for field, words in list(errors.items())[:50])
    return {clean_words(field): [clean_words(str(each)) for each in words[:20]] for field, words in listed}


def _rows(data: bytes) -> list[bytes]:
    keyed = data.lstrip()[:1] == b"{"
    raws = _strict(data, dict[str, Raw]).values() if keyed else _strict(data, list[Raw])
    rows = [bytes(raw) for raw in raws]
    nested = len(rows) == 1 and rows[0].lstrip()[:1] == b"["
    return [bytes(raw) for raw in _strict(rows[0], list[Raw])] if nested else rows


def _strict(data: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except _FAULTS:
        pass
    raise Unreadable("$", "not the JSON that was expected")


def _about(raw: Raw | UnsetType, kind: type[T]) -> T | None:
    """Paging facts, if they are there and usable; a page can do without."""
    try:
        return None if isinstance(raw, UnsetType) else cast("T | None", mend(loads(bytes(raw)), kind))
    except Unreadable:
        return None


def _uuid(raw: Raw | UnsetType) -> UUID | None:
    try:
        return None if isinstance(raw, UnsetType) else cast("UUID | None", mend(loads(bytes(raw)), UUID))
    except Unreadable:
        return None


@cache
def _decoder(kind: type[Struct]) -> msgspec.json.Decoder[Struct]:
    return msgspec.json.Decoder(kind, strict=False)
