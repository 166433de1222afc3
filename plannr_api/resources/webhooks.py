"""Webhooks: subscribing to changes (documented, v2), and reading what comes in.

What a call carries is documented nowhere, nor are its order and repetition; only its signature is. So a call that is
rightly signed means "something changed": take a uuid from it if there is one, and read. The signature covers no
time, so an old call sent once more looks like a new one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from plannr_api.arguments import Id, identifier, written
from plannr_api.decoding.lenient import Unreadable, loads
from plannr_api.decoding.sanitise import clean_json
from plannr_api.models import WebhookSubscription
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v2/webhook-subscriptions"


class Webhooks:
    """`plannr.webhooks`. Every call raises PlannrError.

    Events are names such as "case.created", "case.updated" and "case.deleted"; statuses, types and tags have none.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[WebhookSubscription]:
        """Every subscription of the account, with its signing secret; the newest first, as Plannr sorts them."""
        return everything(self._session, PATH, WebhookSubscription)

    def create(self, url: str, events: Sequence[str]) -> WebhookSubscription:
        """Have these events sent to an http or https URL. Sent once: see `list` when it is in doubt."""
        return self._session.write("POST", PATH, WebhookSubscription, written({"url": url, "events": events}))

    def update(self, uuid: Id, events: Sequence[str]) -> WebhookSubscription:
        """Have these events sent instead; the URL cannot be changed (documented)."""
        path = f"{PATH}/{identifier(uuid)}"
        return self._session.write("PUT", path, WebhookSubscription, written({"events": events}))

    def delete(self, uuid: Id) -> None:
        """Have nothing sent any more (assumed: documented nowhere). NotFound when there is no such subscription."""
        self._session.do("DELETE", f"{PATH}/{identifier(uuid)}")


def signature_is_right(body: bytes, signature: str, secret: str) -> bool:
    """Whether a call's `X-Signature` fits: hex HMAC-SHA256 of the raw body, keyed with the signing secret (documented).

    Compared in constant time; letter case and blanks around it do not matter. False, too, for whatever is no signature
    and for a secret that is empty. Never raises.
    """
    if not (isinstance(body, bytes) and isinstance(signature, str) and isinstance(secret, str) and secret):
        return False
    right = hmac.new(secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.strip().lower().encode("utf-8", "surrogatepass"))


def case_in(body: bytes) -> UUID | None:
    """The case a call is about, in `data.uuid`, `uuid` or `case_uuid` (assumed); None when there is none. Never raises.

    It may be the uuid of something else, for an event that is not of cases: read the case, and see.
    """
    try:
        payload = loads(clean_json(body)) if isinstance(body, bytes) else None
    except Unreadable:
        return None
    payload = payload if isinstance(payload, dict) else {}
    data = payload.get("data")
    places = (data.get("uuid") if isinstance(data, dict) else None, payload.get("uuid"), payload.get("case_uuid"))
    return next((uuid for place in places if (uuid := _uuid(place))), None)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
