"""The one door to tokens: which Plannr account this board speaks for, and the client that speaks."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from kanban.models import Connection
from plannr_api import BearerToken, Plannr, Timeouts, choose_login


class NotConnected(Exception):
    """No token is configured, so there is nobody to be."""


def current() -> Connection:
    """The connection of the configured token. Asks Plannr who that is once, and remembers it in the database."""
    if not settings.PLANNR_ACCESS_TOKEN:
        raise NotConnected
    return Connection.objects.filter(mark=_mark()).first() or _introduce()


def client_for(connection: Connection) -> Plannr:
    """The client that speaks as this connection's account. One per process: it keeps connections to Plannr open."""
    return client_as(connection.account)


def client_as(account: UUID | None) -> Plannr:
    """The client of the configured token; as nobody, it may ask for its logins only.

    Raises ValueError, with a sentence, for an address or a token that could never work.
    """
    return _client(settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN, str(account) if account else None)


def wanted_account() -> UUID | None:
    """The account that the configuration asks for, if it does. Raises ValueError when that is no uuid."""
    try:
        return UUID(settings.PLANNR_ACCOUNT_UUID) if settings.PLANNR_ACCOUNT_UUID else None
    except ValueError:
        raise ValueError("PLANNR_ACCOUNT_UUID is not a uuid.") from None


def _introduce() -> Connection:
    login = choose_login(client_as(None).logins.list(), account=wanted_account())
    assert login.account is not None  # choose_login never returns a login without one
    account, firm = login.account, login.firm
    connection, _ = Connection.objects.update_or_create(
        account=account.uuid,
        defaults={
            "mark": _mark(),
            "account_name": account.display_name[:255],
            "firm": firm.uuid if firm else account.uuid,
            "firm_name": (firm.name if firm else "")[:255],
        },
    )
    return connection


def _mark() -> str:
    """Changes whenever the token, the account or the address does; says nothing of any of them."""
    said = "\n".join((settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN, settings.PLANNR_ACCOUNT_UUID))
    return salted_hmac("kanban.connections", said, algorithm="sha256").hexdigest()


@lru_cache(maxsize=8)
def _client(base_url: str, token: str, account: str | None) -> Plannr:
    budget = settings.PLANNR_TIMEOUT
    timeouts = Timeouts(
        connect=min(3.05, budget), read=min(10, budget), deadline_read=min(10, budget), deadline_write=budget
    )
    return Plannr(base_url, auth=BearerToken(token), account=account, timeouts=timeouts)


def disconnect_all() -> None:
    """Close every connection to Plannr; the next call opens its own."""
    _client.cache_clear()
