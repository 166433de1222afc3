"""Secrets at rest: sealed with the first key of TOKEN_KEYS, opened by any, and only for whom they were sealed."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DecryptionError(Exception):
    """No key of TOKEN_KEYS opens this, or it was sealed for somebody else."""


def encrypt(secrets: dict[str, str | None], owner: str) -> str:
    """`owner` goes in as well, so that a row copied to somebody else's does not open there."""
    return _keys(*_given()).encrypt(json.dumps({"for": owner, **secrets}).encode()).decode()


def decrypt(sealed: str, owner: str) -> dict[str, str | None]:
    try:
        said: dict[str, str | None] = json.loads(_keys(*_given()).decrypt(sealed.encode()))
    except InvalidToken:
        raise DecryptionError from None
    if said.pop("for") != owner:
        raise DecryptionError
    return said


def _given() -> tuple[str, ...]:
    """With no sign-in at Plannr there may be no keys: what is sealed then hangs on SECRET_KEY."""
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
