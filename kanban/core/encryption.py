"""Secrets at rest: encrypted with the first key of TOKEN_KEYS, decrypted with any, and only for their owner."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DecryptionError(Exception):
    """No key of TOKEN_KEYS decrypts this, or it was encrypted for another owner."""


def encrypt(secrets: dict[str, str | None], owner: str) -> str:
    """The owner is encrypted too, so that a row that is copied to another owner cannot be decrypted there."""
    return _keys(*_keys_in_use()).encrypt(json.dumps({"for": owner, **secrets}).encode()).decode()


def decrypt(sealed: str, owner: str) -> dict[str, str | None]:
    try:
        secrets: dict[str, str | None] = json.loads(_keys(*_keys_in_use()).decrypt(sealed.encode()))
    except InvalidToken:
        raise DecryptionError from None
    if secrets.pop("for") != owner:
        raise DecryptionError
    return secrets


def _keys_in_use() -> tuple[str, ...]:
    """Without sign-in at Plannr there may be no TOKEN_KEYS: the key is then derived from SECRET_KEY."""
    derived = base64.urlsafe_b64encode(hashlib.sha256(f"sealing:{settings.SECRET_KEY}".encode()).digest()).decode()
    return tuple(settings.TOKEN_KEYS) or (derived,)


@lru_cache(maxsize=4)
def _keys(*keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured(
            "Each of TOKEN_KEYS is 32 random bytes in url-safe base64, as this prints: "
            "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
        ) from None
