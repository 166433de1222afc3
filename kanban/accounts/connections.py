"""Through which Plannr account a request speaks, and the client that speaks. With grants.py, the one door to tokens."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache, partial
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kanban.accounts import tokens as token_store
from kanban.core import db, threads
from kanban.core.throttle import first_in
from kanban.models import Connection, Person
from plannr_api import (
    AnyPrepared,
    Auth,
    BearerToken,
    Begun,
    Login,
    OAuthRefused,
    Plannr,
    PlannrError,
    RenewableToken,
    Unauthorised,
    choose_login,
    staff_logins,
)

log = logging.getLogger(__name__)

CHECK = timedelta(seconds=20)  # how often Plannr is asked, while somebody looks, whether they still may
AWAY = timedelta(seconds=30)  # unasked for so long: they were not here, and may have left the firm meanwhile
CHOSEN = "connection"  # of a session: the account that its person looks through
OWN = timedelta(seconds=60)  # how long what Plannr showed to one account goes unasked while it is looked through


class NotConnected(Exception):
    """No token is configured, so there is nobody to be."""


class ChooseAccount(Exception):
    """This person has not chosen an account yet, or the one they chose is theirs no more."""


def person_of(request: HttpRequest) -> Person | None:
    """Who signed in, if anybody has to."""
    if settings.SIGN_IN == "off" or not isinstance(request.user, Person):
        return None
    stranger = (
        settings.SIGN_IN == "accounts" and not request.user.has_usable_password()
    )  # from when it was Plannr's way
    return None if stranger else request.user


def connection_of(request: HttpRequest) -> Connection:
    """Through whose eyes this request sees Plannr: the person's own account, or that of the configured token."""
    if settings.SIGN_IN != "plannr":
        return current()
    chosen = request.session.get(CHOSEN)
    person = person_of(request)
    connection = person.connections.filter(pk=chosen).first() if person and chosen else None
    if connection is None:
        raise ChooseAccount
    return connection


def current() -> Connection:
    """The connection of the configured token. Asks Plannr who that is once, and remembers it in the database."""
    if not settings.PLANNR_ACCESS_TOKEN:
        raise NotConnected
    return Connection.objects.filter(mark=_mark()).first() or _introduce()


def client_for(connection: Connection) -> Plannr:
    """The client that speaks as this connection's account. One per process: it keeps connections to Plannr open."""
    if settings.SIGN_IN != "plannr":
        return client_as(connection.account)
    if connection.person_id is None:
        raise Unauthorised  # nobody who is signed in has this account
    return _client_of(settings.PLANNR_BASE_URL, connection.person_id, str(connection.account))


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


def disconnect_all() -> None:
    """Close every connection to Plannr; the next call opens its own."""
    for cache in (_client, _client_of):
        cache.cache_clear()
    token_store.disconnect()


# The configured token


def _introduce() -> Connection:
    login = choose_login(client_as(None).logins.list(), account=wanted_account())
    return _linked(login, mark=_mark())


def _linked(login: Login, **whose: object) -> Connection:
    """The connection of one login, as Plannr describes it now."""
    assert login.account is not None  # neither choose_login nor staff_logins returns a login without one
    account, firm = login.account, login.firm
    said = {
        "account_name": account.display_name[:255],
        "firm": firm.uuid if firm else account.uuid,
        "firm_name": (firm.name if firm else "")[:255],
        "can_write": login.has_write_permission is not False,
        "role": (account.role or "")[:20],
        "can_delete": login.has_delete_permission is True,
        **whose,
    }
    new = said | {"checked_at": timezone.now()}
    connection, made = Connection.objects.select_related("person").get_or_create(account=account.uuid, defaults=new)
    if not made and any(getattr(connection, name) != value for name, value in said.items()):
        connection, _ = Connection.objects.update_or_create(account=account.uuid, defaults=said)
    return connection


def _mark() -> str:
    """Changes whenever the token, the account or the address does; says nothing of any of them."""
    said = "\n".join((settings.PLANNR_BASE_URL, settings.PLANNR_ACCESS_TOKEN, settings.PLANNR_ACCOUNT_UUID))
    return salted_hmac("kanban.connections", said, algorithm="sha256").hexdigest()


@lru_cache(maxsize=8)
def _client(base_url: str, token: str, account: str | None) -> Plannr:
    return _speaking(base_url, _ConfiguredToken(token), account)


class _ConfiguredToken(BearerToken):
    """A request that is signed is about to leave: what follows is a wait for Plannr."""

    __slots__ = ()

    def __call__(self, request: AnyPrepared, /) -> AnyPrepared:
        db.give_back()
        return super().__call__(request)


def _speaking(base_url: str, auth: Auth, account: str | None) -> Plannr:
    return Plannr(base_url, auth=auth, account=account, timeouts=token_store.timeouts(), several=threads.several)


# Signing in with Plannr


class SignInFailed(Exception):
    """`reason`: a key of notices.SIGN_IN_FAILED."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(prompt: str | None = None) -> Begun:
    """Where to send a browser that wants to sign in. `prompt`: "login" lets Plannr ask who it is once more."""
    return token_store.oauth().begin(prompt=prompt)


def welcome(query: str, state: str, verifier: str) -> tuple[Person, list[Connection]]:
    """Somebody has come back from Plannr: who, and their staff accounts; only the preferred one if they have chosen.

    Raises SignInFailed. A person is told again by any of their accounts, as Plannr names no user.
    """
    if not verifier:
        raise SignInFailed("state")
    try:
        tokens = token_store.oauth().finish(query, state=state, verifier=verifier)
        with _speaking(settings.PLANNR_BASE_URL, BearerToken(tokens.access), None) as client:
            logins = staff_logins(client.logins.list())
    except OAuthRefused as error:
        raise SignInFailed(error.code if error.code in ("access_denied", "state") else "refused") from None
    except PlannrError:
        raise SignInFailed("unreachable") from None
    if not logins:
        raise SignInFailed("no_account")
    person = _known(logins)
    if not person.is_active:
        raise SignInFailed("disabled")
    token_store.keep(person, tokens)
    mine = _link(person, logins)
    preferred = logins[0].account and logins[0].preferred_account_uuid == logins[0].account.uuid
    return person, mine[:1] if preferred else mine


@transaction.atomic
def _known(logins: list[Login]) -> Person:
    accounts = [login.account for login in logins if login.account]
    full_name = accounts[0].display_name[:255]
    person = Person.objects.filter(connections__account__in=[account.uuid for account in accounts]).first()
    if person is None:
        new = {"full_name": full_name, "password": make_password(None)}  # None: there is none that would fit
        person, _ = Person.objects.get_or_create(name=str(accounts[0].uuid), defaults=new)
    if person.full_name != full_name:
        person.full_name = full_name
        person.save(update_fields=["full_name"])
    return person


def choose(request: HttpRequest, connection: Connection) -> None:
    """From now on this browser looks through this account. What it saw long ago it may not be shown any more: then
    nothing is, until Plannr has said what may."""
    request.session[CHOSEN] = connection.pk
    long_ago = timezone.now() - OWN
    Connection.objects.filter(pk=connection.pk).exclude(own_at__gt=long_ago).update(as_of=None)


def check(connection: Connection) -> None:
    """Ask Plannr whether this account still is what it was: the rights to it may have changed, or ended."""
    logins = staff_logins(client_for(connection).logins.list())
    if settings.SIGN_IN == "plannr" and connection.person:
        _link(connection.person, logins)
    else:
        for login in logins:
            if login.account and login.account.uuid == connection.account:
                _linked(login)


def was_away(connection: Connection) -> bool:
    """Whether Plannr has not been asked of this account for so long that nobody can have looked through it."""
    return connection.checked_at is None or timezone.now() - connection.checked_at > AWAY


def check_soon(connections: Iterable[Connection], *, patience: float = 0) -> bool:
    """Ask of those that nobody has asked of lately: a leaver's sessions end within moments. `patience`: seconds to wait
    for what comes of it. Whether anything was asked."""
    now = timezone.now()
    due = [each for each in unchecked(connections, now) if first_in(1, "check", each.account)]
    if mine := _taken(due, now):
        asking = threads.beside("checks", _check_each, mine)
        db.give_back()
        asking.join(patience)
    return bool(mine)


def unchecked(connections: Iterable[Connection], now: datetime) -> list[Connection]:
    """Those of which Plannr has not been asked lately."""
    return [each for each in connections if each.checked_at is None or each.checked_at < _long_ago(now)]


def _long_ago(now: datetime) -> datetime:
    return now - min(CHECK, timedelta(seconds=2 * settings.REFRESH_SECONDS))


def _taken(due: list[Connection], now: datetime) -> list[int]:
    """Those that no other process has taken a moment ago."""
    if not due:
        return []
    with transaction.atomic():
        old = Q(checked_at=None) | Q(checked_at__lt=_long_ago(now))
        free = Connection.objects.select_for_update(no_key=True, skip_locked=True)
        rows = free.filter(old, pk__in=[each.pk for each in due])
        mine = list(rows.order_by("pk").values_list("pk", flat=True))
        Connection.objects.filter(pk__in=mine).update(checked_at=now)
    return mine


def _check_each(pks: list[int]) -> None:
    try:
        for connection in Connection.objects.filter(pk__in=pks).select_related("person"):
            with suppress(PlannrError):  # what it means for the person has been done where it was met
                check(connection)
    except Exception:
        log.exception("accounts could not be checked")


def _link(person: Person, logins: list[Login]) -> list[Connection]:
    """These accounts are the person's and no others; what they lost, no session of theirs reaches any more."""
    mine = [_linked(login, person=person) for login in logins]
    lost = person.connections.exclude(pk__in=[connection.pk for connection in mine])
    if lost.exists():
        lost.update(person=None)
    return mine


@lru_cache(maxsize=512)
def _client_of(base_url: str, person: int, account: str) -> Plannr:
    return _speaking(
        base_url, RenewableToken(partial(token_store.token, person), partial(token_store.renew, person)), account
    )
