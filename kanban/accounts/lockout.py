"""Limits how often a password may be guessed: django-axes counts; this says which guesses count, and for how long.

After five wrong ones for a name from one address, or twenty for any names from it, that address waits until the oldest
of them are five minutes old. The same name from another address is let in, so nobody can lock a colleague out.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.handlers.database import AxesDatabaseHandler  # type: ignore[import-untyped]
from axes.handlers.proxy import AxesProxyHandler  # type: ignore[import-untyped]
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "kanban.guessing"  # digests in the database were made with it
ALL_NAMES = 4  # times as many guesses for all names of an address as for one name


def known_as(name: str) -> str:
    """A sign-in name as it is stored and compared: capitals and other keyboards make no difference."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def too_many(request: HttpRequest, name: str) -> bool:
    """Whether this name must wait at this address."""
    return settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(request, {"username": name})


def wait_ends(request: HttpRequest, name: str) -> datetime | None:
    """When the next guess will be allowed; None if it is allowed now."""
    counted = AxesProxyHandler.get_implementation().get_user_attempts(request, {"username": name})
    limits = (settings.AXES_FAILURE_LIMIT, settings.AXES_FAILURE_LIMIT * ALL_NAMES)
    reached = [at for attempts, limit in zip(counted, limits, strict=True) if (at := _reached(attempts, limit))]
    return max(reached) + settings.AXES_COOLOFF_TIME if reached else None


def _reached(attempts: QuerySet[Any], limit: int) -> datetime | None:
    """The time of the oldest of the newest guesses that together reach the limit; None below it."""
    newest_first, total = attempts.order_by("-attempt_time"), 0
    for at, failures in newest_first.values_list("attempt_time", "failures_since_start"):
        total += failures
        if total >= limit:
            return at  # type: ignore[no-any-return]
    return None


# Hooks of django-axes, named in settings.py


class Counter(AxesDatabaseHandler):  # type: ignore[misc]
    def get_failures(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """How many failures count. axes knows only one limit, so those of an address count a quarter."""
        of_name, of_address = (
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(int(of_name), int(of_address) // ALL_NAMES)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """Signing in clears only the failures of that name. If it cleared the whole address, anybody with an account
        could guess a colleague's password for ever."""
        of_name, _ = self.filter_user_attempts(request, credentials)
        return int(of_name.delete()[0])


def name_of(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """The name as axes may store it: a digest, because somebody may type their password there by mistake."""
    name = known_as((credentials or request.POST).get("username") or "")
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """Where a guess comes from. Behind the TLS proxy it is the address that the proxy added at the end; the browser may
    have invented the ones before it."""
    added = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.HTTPS else ""
    return _whose(added) or _whose(request.META.get("REMOTE_ADDR", ""))


def _whose(text: str) -> str | None:
    """The address; for IPv6 its network, because one home has 2**64 addresses."""
    with suppress(ValueError):
        address = ip_address(text.strip())
        if not isinstance(address, IPv6Address):
            return str(address)
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False).network_address)
    return None
