"""Signing in with Plannr: to its page, and back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kanban.accounts import tokens as token_store
from kanban.accounts.clients import _new_client
from kanban.accounts.connections import _link
from kanban.models import Connection, Person
from plannr_api import (
    BearerToken,
    Begun,
    Login,
    OAuthRefused,
    PlannrError,
    staff_logins,
)


class SignInFailed(Exception):
    """`reason`: a key of reasons.SIGN_IN_FAILED."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def start_sign_in(prompt: str | None = None) -> Begun:
    """Where to send a browser that wants to sign in. `prompt`: "login" makes Plannr ask again who it is."""
    return token_store.oauth().begin(prompt=prompt)


def complete_sign_in(query: str, state: str, verifier: str) -> tuple[Person, list[Connection]]:
    """Who has come back from Plannr, and their staff accounts; only the preferred one if they chose one.

    Raises SignInFailed. Any of their accounts identifies a person, because Plannr names no user.
    """
    if not verifier:
        raise SignInFailed("state")
    try:
        tokens = token_store.oauth().finish(query, state=state, verifier=verifier)
        with _new_client(settings.PLANNR_BASE_URL, BearerToken(tokens.access), None) as client:
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
        new = {"full_name": full_name, "password": make_password(None)}  # None: no password fits
        person, _ = Person.objects.get_or_create(name=str(accounts[0].uuid), defaults=new)
    if person.full_name != full_name:
        person.full_name = full_name
        person.save(update_fields=["full_name"])
    return person
