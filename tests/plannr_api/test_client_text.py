"""Text is made safe at the border, once, and otherwise left alone."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plannr_api.decoding.envelope import read_row
from plannr_api.decoding.sanitise import clean_json, clean_words
from plannr_api.models import Case
from tests.plannr_api.scripted_peer import CASE

MARK = "\ufffd"


def name_in(raw: bytes) -> str:
    return read_row(clean_json(b'{"uuid": "%s", "name": "%s"}' % (str(CASE).encode(), raw)), Case).name


def expected(character: str) -> str:
    code = ord(character)
    if character == "\r":
        return "\n"
    control = code < 0x20 and character not in "\n\t"
    return MARK if control or 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF else character


def test_every_character_of_unicode_comes_out_safe() -> None:
    for start in range(0, 0x110000, 0x1000):
        characters = [chr(code) for code in range(start, start + 0x1000)]
        text = "|".join(characters)
        wanted = "|".join(expected(character) for character in characters)
        assert name_in(json.dumps(text)[1:-1].encode()) == wanted
        if start != 0xD000:
            raw = json.dumps(text, ensure_ascii=False)[1:-1].encode()
            assert name_in(raw) == wanted
        wanted.encode()


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (rb"a\r\nb\rc", "a\nb\nc"),
        (rb"a\u000d\u000ab", "a\n\nb"),
        (rb"\\ud800", r"\ud800"),
        (rb"\\\ud800", "\\" + MARK),
        (rb"\\\\ud800", r"\\ud800"),
        (rb"\ud83d\ude00", "😀"),
        (rb"\uD83D\uDE00", "😀"),
        (rb"\ude00\ud83d", MARK * 2),
        (rb"\ud83d\ud83d\ude00", MARK + "😀"),
        (rb"\ud83dx\ude00", f"{MARK}x{MARK}"),
        (rb"\b\f\u0000", MARK * 3),
        (b"raw \x01 and \x7f", f"raw {MARK} and {MARK}"),
        (b"nul \x00", f"nul {MARK}"),
        (b"c1 \xc2\x85", f"c1 {MARK}"),
        (b"pound \xc2\xa3", "pound £"),
        (b"bad \xff\xfe utf", f"bad {MARK * 2} utf"),
        (b"surrogate \xed\xa0\x80", f"surrogate {MARK * 3}"),
        (rb"\u202Ertl\u202C \u200d \u200b", "\u202ertl\u202c \u200d \u200b"),
        (rb"<b>\u003cscript\u003e\/", "<b><script>/"),
        ("Ŵyn ap Gwilym 陳 مراجعة 👩‍👧".encode(), "Ŵyn ap Gwilym 陳 مراجعة 👩‍👧"),
    ],
)
def test_these_texts_come_out_as_promised(raw: bytes, name: str) -> None:
    assert name_in(raw) == name


def test_long_names_are_not_cut() -> None:
    name = "x" * 100_000 + "e" + "\u0301" * 500
    assert name_in(json.dumps(name)[1:-1].encode()) == name


def test_a_byte_order_mark_in_front_is_passed_over() -> None:
    assert clean_json(b"\xef\xbb\xbf{}") == b"{}"


@pytest.mark.parametrize("raw", [b'{"a": "\\', b'"\\u', b'"\\ud8', b'"\\ud83d\\u', b'"\\ud83d\\ude0', b"\\"])
def test_escapes_that_break_off_do_no_harm(raw: bytes) -> None:
    assert isinstance(clean_json(raw), bytes)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored_and_sent_on(text: str) -> None:
    for escaped in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        name = name_in(escaped[1:-1].encode("utf-8", "surrogatepass"))
        name.encode()
        assert "\x00" not in name


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_harmless_text_is_left_alone(text: str) -> None:
    for escaped in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        assert name_in(escaped[1:-1].encode()) == text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=())))
def test_words_are_one_short_line(text: str) -> None:
    words = clean_words(text * 50)
    words.encode()
    assert len(words) <= 500
    assert "\n" not in words
