"""Signing in: /oauth/authorize, where a person allows an app and is sent back to it with a code.

The address and response_type, client_id, redirect_uri, scope and state have been seen in use. The rest is assumed
from Laravel Passport and the OAuth2 server inside it: PKCE, `prompt`, no page for somebody who is signed in and has
agreed before, and no redirect for a wrong client or redirect_uri.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..protocol.http import HTML, Answer, Request
from ..state.clock import stored
from ..state.records import Json
from ..world import World
from . import oauth_consent
from .paging import parameters

CODE_SECONDS = 600
# What the page carries from the request to the decision.
CARRIED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def ask(world: World, request: Request) -> Answer:
    """The page where a person agrees; or back at once with a code, for somebody signed in who has agreed before."""
    asked = parameters(request.query)
    if (wrong := _wrong(world, asked)) is not None:
        return wrong
    here = None if world.signed_in in world.state.access.left else world.signed_in
    if here and asked.get("prompt") not in {"login", "consent"}:
        return _let_in(world, request, asked, here, None)
    if asked.get("prompt") == "none":
        return back(asked, error="login_required", error_description="The user is not authenticated.")
    carried = {name: asked[name] for name in CARRIED if name in asked}
    return Answer(body=oauth_consent.page(world.state, carried), content_type=HTML)


def decide(world: World, request: Request) -> Answer:
    """Handle what a button of the page sends."""
    asked = request.form
    if (wrong := _wrong(world, asked)) is not None:
        return wrong
    if asked.get("decision") == "deny":
        denied = "The resource owner or authorization server denied the request."
        return back(asked, error="access_denied", error_description=denied)
    person, account = asked.get("person", ""), asked.get("account") or None
    if not oauth_consent.possible(world.state, person, account):
        return _page(400, "There is nobody of that name and account who could sign in.")
    return _let_in(world, request, asked, person, account)


def _wrong(world: World, asked: dict[str, str]) -> Answer | None:
    """A page that says what is wrong. Nobody is redirected to an address that is not registered."""
    client = world.state.access.clients.get(asked.get("client_id", ""))
    if client is None:
        return _page(401, f"Plannr knows no app with the client_id “{asked.get('client_id', '')}”.")
    if asked.get("redirect_uri") != client["redirect_uri"]:
        return _page(401, "The redirect_uri is not the one that was registered for this app.")
    if asked.get("response_type") != "code":
        return _page(400, "The response_type must be “code”.")
    challenge = asked.get("code_challenge")
    if challenge is not None and asked.get("code_challenge_method") != "S256":
        return _page(400, "The code_challenge_method must be “S256”.")
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        return _page(400, "The code_challenge is not one.")
    return None


def _page(status: int, sentence: str) -> Answer:
    return Answer(status, oauth_consent.document("That did not work", f"<p>{escape(sentence)}</p>"), content_type=HTML)


def _let_in(world: World, request: Request, asked: dict[str, str], person: str, account: str | None) -> Answer:
    code = secrets.token_urlsafe(48)
    record: Json = {
        "person": person,
        "account": account,
        "client": asked["client_id"],
        "redirect_uri": asked["redirect_uri"],
        "challenge": asked.get("code_challenge"),
        "code": code,
        "until": stored(datetime.now(UTC) + timedelta(seconds=CODE_SECONDS)),
        "used": False,
        "dead": False,
    }
    world.change({"do": "code", "code": code, "record": record})
    request.person = person
    return back(asked, code=code)


def back(asked: dict[str, str], **result: str) -> Answer:
    """Redirect to the app's address, with its query, the result and the state that it sent."""
    address = urlsplit(asked["redirect_uri"])
    state = {"state": asked["state"]} if "state" in asked else {}
    query = urlencode([*parse_qsl(address.query, keep_blank_values=True), *(result | state).items()])
    headers = {"Location": urlunsplit(address._replace(query=query)), "Cache-Control": "no-store"}
    return Answer(302, "", headers, HTML)
