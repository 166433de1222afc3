"""From a request to an answer: checks of token, account and rate; the tables of routes; refusals as answers.

/oauth/ has none of these checks: anybody may send requests there, as often as they like.
"""

import sys
import time
import traceback
from collections.abc import Callable
from re import Match, compile

from .api import authentication, cases, listings, oauth_authorize, oauth_token, related, webhooks
from .protocol.errors import Refusal, bad_request, forbidden, invalid, no_route, too_many, unauthenticated, wrong_method
from .protocol.http import Answer, Request
from .world import World

Handler = Callable[..., Answer]

_UUID = "([^/]+)"
_LISTS: dict[str, dict[str, Handler]] = {name: {"GET": listings.listing} for name in listings.LISTINGS}
ROUTES: dict[str, dict[str, Handler]] = _LISTS | {
    "logins": {"GET": listings.logins},
    "cases": {"GET": cases.listing, "POST": cases.create},
    f"cases/{_UUID}": {"GET": cases.show, "PUT": cases.update, "DELETE": cases.delete},
    f"cases/{_UUID}/participants": {"POST": cases.add_participants, "DELETE": cases.remove_participants},
    "cases-status": {"GET": listings.listing, "POST": listings.create_status},
    f"cases-status/{_UUID}": {"GET": listings.show_status, "PUT": listings.update_status},
    f"plans/{_UUID}": {"GET": listings.show_plan},
    "task": {"GET": related.tasks},
    f"note/([^/]+)/{_UUID}": {"GET": related.notes},
}

V2: dict[str, dict[str, Handler]] = {
    "contact-details": {"GET": related.contacts},
    "webhook-subscriptions": {"GET": webhooks.listing, "POST": webhooks.create},
    f"webhook-subscriptions/{_UUID}": {"GET": webhooks.show, "PUT": webhooks.update, "DELETE": webhooks.delete},
}
OAUTH: dict[str, dict[str, Handler]] = {
    "authorize": {"GET": oauth_authorize.ask, "POST": oauth_authorize.decide},
    "token": {"POST": oauth_token.answer},
}

_TABLE = [(compile(f"/api/v1/{pattern}/?"), methods) for pattern, methods in ROUTES.items()]
_TABLE += [(compile(f"/api/v2/{pattern}/?"), methods) for pattern, methods in V2.items()]
_TABLE += [(compile(f"/oauth/{pattern}"), methods) for pattern, methods in OAUTH.items()]


def answer(world: World, request: Request) -> Answer:
    with world.lock:
        try:
            reply = _answer(world, request)
        except Refusal as refusal:
            reply = Answer(refusal.status, refusal.body, refusal.headers)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            reply = Answer(500, '{"message":"Server Error"}')
    reply.headers |= request.rate
    return reply


def _answer(world: World, request: Request) -> Answer:
    found, methods = _route(request.path)
    if request.method not in methods:
        raise wrong_method(request.method, request.path, list(methods))
    if not request.path.startswith("/oauth/"):
        _come_in(world, request, methods[request.method])
    return methods[request.method](world, request, *found.groups())


def _come_in(world: World, request: Request, handler: Handler) -> None:
    if not authentication.opens(world, request):
        raise unauthenticated()
    _throttle(world, request)
    if handler is not listings.logins:
        _enter(world, request)


def _route(path: str) -> tuple[Match[str], dict[str, Handler]]:
    for pattern, methods in _TABLE:
        if found := pattern.fullmatch(path):
            return found, methods
    raise no_route(path)


def _throttle(world: World, request: Request) -> None:
    limit = world.dialects["rate_limit"]
    spent = world.limits.spend(request.person, limit)
    request.rate = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(spent.remaining)}
    if not spent.allowed:
        raise too_many(spent.seconds, int(time.time()) + spent.seconds)


def _enter(world: World, request: Request) -> None:
    """The account in the header must be a staff account of the person's own. It decides which firm this is about."""
    logins = {login["account"]: login for login in world.state.logins_of(request.person)}
    login = logins.get((request.account or "").lower())
    if login is None:
        raise _no_account(world, request)
    firm = world.state.firm_of(login)
    if firm.accounts[login["account"]]["type"] != "employee":
        raise forbidden()
    if request.method != "GET" and not login["has_write_permission"]:
        raise forbidden()
    request.login, request.firm = login, firm


def _no_account(world: World, request: Request) -> Refusal:
    given = "is not one of yours" if request.account else "is required"
    sentence = f"The X-PLANNR-ACCOUNT-UUID header {given}."
    if world.dialects["account_header"] == "422":
        return invalid({"X-PLANNR-ACCOUNT-UUID": [sentence]})
    return bad_request(sentence) if world.dialects["account_header"] == "400" else forbidden(sentence)
