"""The tokens that Plannr gave to people: encrypted, decrypted and exchanged here and nowhere else."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from kanban.accounts import sessions
from kanban.core import cache, db, encryption
from kanban.models import Grant, Person, Subscription
from plannr_api import OAuth, OAuthRefused, Timeouts, Tokens, Unauthorised, Unreachable

EARLY = timedelta(seconds=30)  # a token is exchanged this long before it expires
LEASE = timedelta(seconds=5 + 2 * settings.PLANNR_TIMEOUT)  # of the exchange; longer than the call may take


def oauth() -> OAuth:
    """This board as a client of Plannr's sign-in."""
    back = settings.PUBLIC_URL + reverse("sign_in_back")
    return _oauth(settings.PLANNR_BASE_URL, settings.PLANNR_OAUTH_CLIENT_ID, settings.PLANNR_OAUTH_CLIENT_SECRET, back)


@lru_cache(maxsize=4)
def _oauth(base_url: str, client_id: str, client_secret: str, back: str) -> OAuth:
    return OAuth(base_url, client_id=client_id, client_secret=client_secret, redirect_uri=back, timeouts=timeouts())


cache.clears(_oauth.cache_clear)


def sign_out_everywhere(person: Person) -> None:
    """Plannr no longer accepts this person's sign-in: their sessions end, nobody else's."""
    Grant.objects.filter(person=person).delete()
    sessions.end_all(person)


def token(person: int) -> str:
    """The current access token, exchanged before it expires. Releases the connection: a wait for Plannr follows."""
    try:
        return _current(person)
    finally:
        db.release_connection()


def _current(person: int) -> str:
    grant = Grant.objects.filter(person=person).first()
    if grant and grant.good_until and grant.good_until - EARLY < timezone.now():
        renew(person, _decrypted(grant)["access"] or "")
        grant = Grant.objects.filter(person=person).first()
    if grant is None:
        raise Unauthorised
    return _decrypted(grant)["access"] or ""


def renew(person: int, spent: str) -> bool:
    """Exchange the tokens once, however many requests need it: one holds the lease, the others wait for the new ones.

    False: Plannr no longer accepts this sign-in, and the person is signed out.
    """
    until = time.monotonic() + settings.PLANNR_TIMEOUT
    while time.monotonic() < until:
        grant = Grant.objects.select_related("person").filter(person=person).first()
        if grant is None:
            return False
        tokens = _decrypted(grant)
        if tokens["access"] != spent:
            return True
        if _leased(grant):
            return _exchange(grant, tokens["refresh"])
        db.release_connection()
        time.sleep(0.05)
    raise Unreachable("Exchanging the tokens took too long.", slow=True, sent=False)


def _leased(grant: Grant) -> bool:
    now = timezone.now()
    free = Q(renewing_until=None) | Q(renewing_until__lt=now)
    rows = Grant.objects.filter(free, pk=grant.pk, version=grant.version)
    return bool(rows.update(renewing_until=now + LEASE))


def _exchange(grant: Grant, refresh: str | None) -> bool:
    try:
        if not refresh:
            raise OAuthRefused(code="invalid_grant")
        db.release_connection()
        tokens = oauth().refresh(refresh)
    except OAuthRefused as error:
        if error.code != "invalid_grant":
            raise
        if Grant.objects.filter(pk=grant.pk, version=grant.version).exists():  # else they have just signed in again
            sign_out_everywhere(grant.person)
            return False
    else:
        _replace(grant, tokens)
    finally:
        Grant.objects.filter(pk=grant.pk).update(renewing_until=None)
    return True


def keep(person: Person, tokens: Tokens) -> None:
    """Somebody has just signed in: these tokens replace earlier ones."""
    grant, made = Grant.objects.get_or_create(person=person, defaults=_sealed(person.pk, tokens))
    if not made:
        _replace(grant, tokens)


def _replace(grant: Grant, tokens: Tokens) -> None:
    """Unless they have signed in again meanwhile: those tokens are newer than the exchanged ones."""
    rows = Grant.objects.filter(pk=grant.pk, version=grant.version)
    rows.update(version=F("version") + 1, **_sealed(grant.person_id, tokens))


def _sealed(person: int, tokens: Tokens) -> dict[str, Any]:
    return {
        "sealed": encryption.encrypt({"access": tokens.access, "refresh": tokens.refresh}, f"person {person}"),
        "good_until": timezone.now() + timedelta(seconds=tokens.expires_in) if tokens.expires_in else None,
        "renewing_until": None,
    }


def _decrypted(grant: Grant) -> dict[str, str | None]:
    """If the key was removed too early, the person is signed out: without tokens the board can do nothing."""
    try:
        return encryption.decrypt(grant.sealed, f"person {grant.person_id}")
    except encryption.DecryptionError:
        sign_out_everywhere(grant.person)
        raise Unauthorised from None


def seal_anew() -> None:
    """Encrypt every token with the first of TOKEN_KEYS, so that the other keys can be removed."""
    for grant in Grant.objects.select_related("person"):
        try:
            tokens = _decrypted(grant)
        except Unauthorised:  # they sign in again
            continue
        sealed = encryption.encrypt(tokens, f"person {grant.person_id}")
        Grant.objects.filter(pk=grant.pk, version=grant.version).update(sealed=sealed)
    for subscription in Subscription.objects.all():
        owner = f"webhook {subscription.path}"
        with suppress(encryption.DecryptionError):  # its calls count as forged from now on, until a new subscription
            sealed = encryption.encrypt(encryption.decrypt(subscription.sealed, owner), owner)
            Subscription.objects.filter(pk=subscription.pk).update(sealed=sealed)


def timeouts() -> Timeouts:
    budget = settings.PLANNR_TIMEOUT
    return Timeouts(
        connect=min(3.05, budget), read=min(10, budget), deadline_read=min(10, budget), deadline_write=budget
    )
