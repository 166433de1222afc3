"""From a request to an answer: the door (token, account, rate), the table of routes, and refusals written out."""

import sys
import time
import traceback
from collections.abc import Callable
from re import Match, compile

from . import cases, lists
from .refusals import Refusal, bad_request, forbidden, invalid, no_route, too_many, unauthenticated, wrong_method
from .wire import Answer, Request
from .world import World

Handler = Callable[..., Answer]

_UUID = "([^/]+)"
_LISTS: dict[str, dict[str, Handler]] = {name: {"GET": lists.listing} for name in lists.LISTINGS}
ROUTES: dict[str, dict[str, Handler]] = _LISTS | {
    "logins": {"GET": lists.logins},
    "cases": {"GET": cases.listing, "POST": cases.create},
    f"cases/{_UUID}": {"GET": cases.show, "PUT": cases.update, "DELETE": cases.delete},
    f"cases/{_UUID}/participants": {"POST": cases.add_participants, "DELETE": cases.remove_participants},
    "cases-status": {"GET": lists.listing, "POST": lists.create_status},
    f"cases-status/{_UUID}": {"GET": lists.show_status, "PUT": lists.update_status},
    f"plans/{_UUID}": {"GET": lists.show_plan},
}

_TABLE = [(compile(f"/api/v1/{pattern}/?"), methods) for pattern, methods in ROUTES.items()]


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
    _authenticate(world, request)
    _throttle(world, request)
    if methods[request.method] is not lists.logins:
        _enter(world, request)
    return methods[request.method](world, request, *found.groups())


def _route(path: str) -> tuple[Match[str], dict[str, Handler]]:
    for pattern, methods in _TABLE:
        if found := pattern.fullmatch(path):
            return found, methods
    raise no_route(path)


def _authenticate(world: World, request: Request) -> None:
    if request.token in world.expired or not world.firm.logins_of(request.token):
        raise unauthenticated()


def _throttle(world: World, request: Request) -> None:
    limit = world.dialects["rate_limit"]
    spent = world.limits.spend(request.token, limit)
    request.rate = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(spent.remaining)}
    if not spent.allowed:
        raise too_many(spent.seconds, int(time.time()) + spent.seconds)


def _enter(world: World, request: Request) -> None:
    """The account named in the header must be one of the token's own, and staff."""
    logins = {login["account"]: login for login in world.firm.logins_of(request.token)}
    login = logins.get((request.account or "").lower())
    if login is None:
        raise _no_account(world, request)
    if world.firm.accounts[login["account"]]["type"] != "employee":
        raise forbidden()
    if request.method != "GET" and not login["has_write_permission"]:
        raise forbidden()
    request.login = login


def _no_account(world: World, request: Request) -> Refusal:
    given = "is not one of yours" if request.account else "is required"
    sentence = f"The X-PLANNR-ACCOUNT-UUID header {given}."
    if world.dialects["account_header"] == "422":
        return invalid({"X-PLANNR-ACCOUNT-UUID": [sentence]})
    return bad_request(sentence) if world.dialects["account_header"] == "400" else forbidden(sentence)
