"""Webhooks: a signed call says that something changed. Its content is not trusted: it is a reason to ask Plannr."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from datetime import timedelta
from enum import Enum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kanban.core import db, encryption, threads
from kanban.models import Delivery, Subscription
from kanban.sync import lookup, schedule
from plannr_api import case_in, signature_is_right

log = logging.getLogger(__name__)

REMEMBERED = timedelta(minutes=1)  # the signature covers no time, and every change may send the same bytes
REST = 2.0  # seconds between two lookups, however many calls come
_lock = threading.Lock()
_waiting: dict[UUID, set[UUID]] = {}  # by firm: the cases that calls have named since the last lookup
_looking = False


class Heard(Enum):
    UNKNOWN = "there is no such address"
    FORGED = "the signature does not fit"
    AGAIN = "these very bytes have come before"
    TAKEN = "Plannr is going to be asked"


def hear(path: str, body: bytes, signature: str) -> Heard:
    """The raw bytes are checked before anything is read from them; then only the uuid of the case is taken."""
    subscription = Subscription.objects.filter(path=path).first()
    if subscription is None:
        return Heard.UNKNOWN
    try:
        secret = secret_of(subscription)
    except encryption.DecryptionError:  # its key was removed
        return Heard.FORGED
    if not signature_is_right(body, signature, secret):
        return Heard.FORGED
    if not _first_time(hashlib.sha256(body).hexdigest()):
        return Heard.AGAIN
    if case := case_in(body):
        _look_soon(subscription.firm, case)
    return Heard.TAKEN


def secret_of(subscription: Subscription) -> str:
    return encryption.decrypt(subscription.sealed, f"webhook {subscription.path}")["secret"] or ""


def _first_time(digest: str) -> bool:
    Delivery.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
    try:
        with transaction.atomic():
            Delivery.objects.create(digest=digest)
    except IntegrityError:
        return False
    return True


def _look_soon(firm: UUID, case: UUID) -> None:
    """At once, and then at most every two seconds, because thousands of calls may come."""
    global _looking
    with _lock:
        _waiting.setdefault(firm, set()).add(case)
        if _looking:
            return
        _looking = True
    threads.run_in_background("hints", _look)


def _look() -> None:
    global _looking
    while True:
        with _lock:
            firms = dict(_waiting)
            _waiting.clear()
            if not firms:
                _looking = False
                break
        for firm, cases in firms.items():
            try:
                lookup.fetch_again(schedule.all_who_look(firm), cases)
            except Exception:
                log.exception("what a webhook told of could not be looked at")
        db.release_connection()
        time.sleep(REST)
