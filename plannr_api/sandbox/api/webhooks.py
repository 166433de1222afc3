"""Webhook subscriptions, as the API creates and shows them. interference.webhook_delivery sends the calls."""

import secrets
from string import ascii_letters, digits
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from ..protocol import serializers
from ..protocol.errors import not_found
from ..protocol.http import Answer, Request
from ..state.clock import now
from ..state.records import Firm, Json
from ..world import World
from . import filters, paging
from .validation import Check, Wrong, checked

# The documented events; the sandbox sends only those about cases.
_MADE = "case task account plan circle bank-account bank-statement bank-transaction provider-statement transaction"
_OTHERS = """
    task.completed account.annual-review-date-occurred fact-find.completed fact-find.completed-v3
    form-submission.completed transaction.reconciled transaction.unreconciled statement.lock-status
    client-portal-document.uploaded client-portal-document.updated client-portal-document.deleted"""
_DEEDS = ("created", "updated", "deleted")
EVENTS = {f"{what}.{deed}" for what in [*_MADE.split(), "conversation.message"] for deed in _DEEDS} | {*_OTHERS.split()}
FILTERS = {"uuid": filters.one_of("uuid"), "url": filters.part_of("url")}
SORTS = ("created_at", "updated_at")


def _url(key: str, value: Any, firm: Firm) -> str:
    try:
        address = urlsplit(value if isinstance(value, str) else "")
        fits = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise Wrong({key: [f"The {key} field must be a valid URL."]})
    return str(value)


def _events(key: str, value: Any, firm: Firm) -> list[str]:
    if not isinstance(value, list) or not value:
        raise Wrong({key: [f"The {key} field must be an array."]})
    wrong = [number for number, event in enumerate(value) if not isinstance(event, str) or event not in EVENTS]
    if wrong:
        raise Wrong({f"{key}.{number}": [f"The selected {key}.{number} is invalid."] for number in wrong})
    return list(dict.fromkeys(value))


PUT_RULES: dict[str, Check] = {"events": _events}
POST_RULES: dict[str, Check] = {"url": _url} | PUT_RULES


def listing(world: World, request: Request) -> Answer:
    """All at once: this list is documented without pages."""
    asked = paging.parameters(request.query)
    tests = filters.filters(asked, FILTERS, request.firm, world.dialects)
    found = filters.passing(list(request.firm.subscriptions.values()), tests)
    ordered = filters.order(found, asked, SORTS, "-created_at", world.dialects)
    return Answer(body=serializers.dump({"data": [serializers.subscription(each) for each in ordered]}))


def show(world: World, request: Request, uuid: str) -> Answer:
    return world.single(serializers.dump(serializers.subscription(_find(request, uuid))))


def _find(request: Request, uuid: str) -> Json:
    if (found := request.firm.subscriptions.get(uuid.lower())) is None:
        raise not_found("WebhookSubscription", uuid)
    return found


def create(world: World, request: Request) -> Answer:
    fields = checked(request.body, POST_RULES, request.firm, required=("url", "events"))
    uuid, moment = str(uuid4()), now()
    secret = "".join(secrets.choice(ascii_letters + digits) for _ in range(60))
    start = {"created_at": moment, "signing_secret": secret, "last_outgoing_webhook_call_at": None}
    _write(world, request, {"do": "subscription", "subscription": uuid, "fields": start | fields, "at": moment})
    answer = show(world, request, uuid)
    answer.status = 201
    return answer


def update(world: World, request: Request, uuid: str) -> Answer:
    """Only the events can change; the address stays."""
    found = _find(request, uuid)
    fields = checked(request.body, PUT_RULES, request.firm, required=("events",))
    _write(world, request, {"do": "subscription", "subscription": found["uuid"], "fields": fields, "at": now()})
    return show(world, request, uuid)


def delete(world: World, request: Request, uuid: str) -> Answer:
    _write(world, request, {"do": "drop_subscription", "subscription": _find(request, uuid)["uuid"]})
    return Answer(204)


def _write(world: World, request: Request, change: Json) -> None:
    world.change(change, request.firm)
    request.applied = True
