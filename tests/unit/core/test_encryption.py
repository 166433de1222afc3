"""What is sealed opens for whom it was sealed, with any key that there is, and for nobody else."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from kanban.core.encryption import DecryptionError, decrypt, encrypt

OLD, NEW = (urlsafe_b64encode(key * 32).decode() for key in (b"o", b"n"))
TOKENS: dict[str, str | None] = {"access": "a-tøken ☂", "refresh": None}


@pytest.mark.parametrize("keys", [[], [NEW], [NEW, OLD]], ids=["none", "one", "two"])
def test_it_opens_as_it_was_and_shows_nothing_before(settings: Any, keys: list[str]) -> None:
    settings.TOKEN_KEYS = keys
    sealed = encrypt(TOKENS, "person 1")
    assert decrypt(sealed, "person 1") == TOKENS
    assert "tøken" not in sealed
    assert encrypt(TOKENS, "person 1") != sealed


def test_copied_to_somebody_elses_row_it_does_not_open() -> None:
    with pytest.raises(DecryptionError):
        decrypt(encrypt(TOKENS, "person 1"), "person 11")


def test_a_new_key_seals_and_the_old_one_still_opens_until_it_is_taken_away(settings: Any) -> None:
    settings.TOKEN_KEYS = [OLD]
    before = encrypt(TOKENS, "person 1")
    settings.TOKEN_KEYS = [NEW, OLD]
    after = encrypt(TOKENS, "person 1")
    assert decrypt(before, "person 1") == TOKENS
    settings.TOKEN_KEYS = [NEW]
    assert decrypt(after, "person 1") == TOKENS
    with pytest.raises(DecryptionError):
        decrypt(before, "person 1")


@pytest.mark.parametrize(
    "change", [lambda text: text[:-8], lambda text: f"{text[:40]}x{text[41:]}", lambda _: "", str.upper]
)
def test_what_was_changed_or_cut_does_not_open(change: Any) -> None:
    sealed = encrypt(TOKENS, "person 1")
    changed = change(sealed)
    assert changed != sealed
    with pytest.raises(DecryptionError):
        decrypt(changed, "person 1")


def test_without_keys_it_hangs_on_the_servers_own_secret(settings: Any) -> None:
    settings.TOKEN_KEYS = []
    sealed = encrypt(TOKENS, "person 1")
    settings.SECRET_KEY = "another one"
    with pytest.raises(DecryptionError):
        decrypt(sealed, "person 1")


@pytest.mark.parametrize("key", ["", "short", OLD[:-4], "ü" * 44])
def test_a_key_that_is_none_says_how_to_make_one(settings: Any, key: str) -> None:
    settings.TOKEN_KEYS = [key]
    with pytest.raises(ImproperlyConfigured, match="TOKEN_KEYS"):
        encrypt(TOKENS, "person 1")
