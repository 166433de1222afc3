"""The Plannr account that a request uses, and what Plannr said of that account."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kanban.accounts.clients import client_as, wanted_account
from kanban.models import Connection, Person
from plannr_api import (
    Login,
    choose_login,
)

log = logging.getLogger(__name__)

SALT = "kanban.connections"  # fingerprints in the database were made with it
CHOSEN = "connection"  # the session's key for the account that its person uses
OWN = timedelta(seconds=60)  # how long an account in use goes without a complete read of its own


class NotConnected(Exception):
    """No token is configured, so there is no account to use."""


class ChooseAccount(Exception):
    """This person has not chosen an account yet, or no longer has the one they chose."""


def person_of(request: HttpRequest) -> Person | None:
    """Who signed in, if a sign-in is required."""
    if settings.SIGN_IN == "off" or not isinstance(request.user, Person):
        return None
    # From a time when people signed in with Plannr
    stranger = settings.SIGN_IN == "accounts" and not request.user.has_usable_password()
    return None if stranger else request.user


def connection_of(request: HttpRequest) -> Connection:
    """The account that this request uses: the person's own, or that of the configured token."""
    if settings.SIGN_IN != "plannr":
        return current()
    chosen = request.session.get(CHOSEN)
    person = person_of(request)
    connection = person.connections.filter(pk=chosen).first() if person and chosen else None
    if connection is None:
        raise ChooseAccount
    return connection


def current() -> Connection:
    """The connection of the configured token. Asks Plannr once which that is, and stores it."""
    if not settings.PLANNR_ACCESS_TOKEN:
        raise NotConnected
    return Connection.objects.filter(mark=_mark()).first() or _introduce()


# The configured token


def _introduce() -> Connection:
    login = choose_login(client_as(None).logins.list(), account=wanted_account())
    return _linked(login, mark=_mark())


def _linked(login: Login, **whose: object) -> Connection:
    """The connection of one login, as Plannr describes it now."""
    assert login.account is not None  # neither choose_login nor staff_logins returns a login without one
    account, firm = login.account, login.firm
    fields = {
        "account_name": account.display_name[:255],
        "firm": firm.uuid if firm else account.uuid,
        "firm_name": (firm.name if firm else "")[:255],
        "can_write": login.has_write_permission is not False,
        "role": (account.role or "")[:20],
        "can_delete": login.has_delete_permission is True,
        **whose,
    }
    new = fields | {"checked_at": timezone.now()}
    connection, made = Connection.objects.select_related("person").get_or_create(account=account.uuid, defaults=new)
    if not made and any(getattr(connection, name) != value for name, value in fields.items()):
        connection, _ = Connection.objects.update_or_create(account=account.uuid, defaults=fields)
    return connection


def _mark() -> str:
    """Changes whenever the token, the account or the address does, and reveals none of them."""
    text = "\n".join((settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN, settings.PLANNR_ACCOUNT_UUID))
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


# Signing in with Plannr


def select_account(request: HttpRequest, connection: Connection) -> None:
    """This browser uses this account from now on. What the account saw too long ago is hidden until Plannr has said
    what it may see now."""
    request.session[CHOSEN] = connection.pk
    long_ago = timezone.now() - OWN
    Connection.objects.filter(pk=connection.pk).exclude(own_at__gt=long_ago).update(as_of=None)


def _link(person: Person, logins: list[Login]) -> list[Connection]:
    """Give the person exactly these accounts. Their sessions no longer reach an account that they lost."""
    mine = [_linked(login, person=person) for login in logins]
    lost = person.connections.exclude(pk__in=[connection.pk for connection in mine])
    if lost.exists():
        lost.update(person=None)
    return mine
