"""The clients of Plannr's API, one for each account and process."""

from __future__ import annotations

from functools import lru_cache, partial
from uuid import UUID

from django.conf import settings

from kanban.accounts import tokens as token_store
from kanban.core import cache, db, threads
from kanban.models import Connection
from plannr_api import (
    AnyPrepared,
    Auth,
    BearerToken,
    Plannr,
    RenewableToken,
    Unauthorised,
)


def client_for(connection: Connection) -> Plannr:
    """The client that acts as this connection's account. One per process: it holds connections to Plannr open."""
    if settings.SIGN_IN != "plannr":
        return client_as(connection.account)
    if connection.person_id is None:
        raise Unauthorised  # nobody who is signed in has this account
    return _client_of(settings.PLANNR_BASE_URL, connection.person_id, str(connection.account))


def client_as(account: UUID | None) -> Plannr:
    """The client of the configured token. Without an account it can only list its logins.

    Raises ValueError, with a sentence, for an address or a token that could never work.
    """
    return _client(settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN, str(account) if account else None)


def wanted_account() -> UUID | None:
    """The account that the configuration asks for, if it does. Raises ValueError when that is no uuid."""
    try:
        return UUID(settings.PLANNR_ACCOUNT_UUID) if settings.PLANNR_ACCOUNT_UUID else None
    except ValueError:
        raise ValueError("PLANNR_ACCOUNT_UUID is not a uuid.") from None


@lru_cache(maxsize=8)
def _client(base_url: str, token: str, account: str | None) -> Plannr:
    return _new_client(base_url, _ConfiguredToken(token), account)


class _ConfiguredToken(BearerToken):
    """Releases the database connection when it signs a request, because a wait for Plannr follows."""

    __slots__ = ()

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        db.release_connection()
        return super().__call__(request)


def _new_client(base_url: str, auth: Auth, account: str | None) -> Plannr:
    return Plannr(
        base_url, auth=auth, account=account, timeouts=token_store.timeouts(), several=threads.map_concurrently
    )


@lru_cache(maxsize=512)
def _client_of(base_url: str, person: int, account: str) -> Plannr:
    return _new_client(
        base_url, RenewableToken(partial(token_store.token, person), partial(token_store.renew, person)), account
    )


for _clients in (_client, _client_of):
    cache.clears(_clients.cache_clear)
