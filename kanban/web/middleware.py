"""Between the web and the views: who is asking, whether they may, and what a browser may store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from kanban.accounts import access_checks, connections, local_accounts, sessions
from kanban.accounts.permissions import rights_of
from kanban.core import compression, db
from kanban.core.text import UNWRITABLE
from kanban.models import Role
from kanban.web.http import BoardRequest, View, error_response, status_of
from kanban.web.messages import moves as move_messages
from kanban.web.messages import reasons
from kanban.writes import recovery
from plannr_api import PlannrError

log = logging.getLogger(__name__)

LOCAL = ("signed_in", Role.MANAGER)  # marks of URLs that show no case and need no Plannr
GetResponse = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: GetResponse) -> GetResponse:
    """Pages hold people's names and money: no cache may store them and no other site may embed them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.streaming:
            db.release_connection()  # a slow browser may take long to read the answer
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response["X-Board"] = "1"  # shows the page that the answer is ours and not a proxy's
        return response

    return middleware


def compressed(get_response: GetResponse) -> GetResponse:
    """Large answers are compressed to a tenth; streams are not. Rejected: Django's own, which compresses the whole page
    again for each request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.streaming or len(response.content) < compression.SMALL or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            compression.pack(response)
        return response

    return middleware


def storable_text_only(get_response: GetResponse) -> GetResponse:
    """Text that no database can store is refused here, before anything reads it, wherever in a request it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            refused = any(UNWRITABLE.search(text) for text in _texts(request))
        except UnreadablePostError:  # half a form: the browser has gone
            refused = True
        return error_response(request, 400, *reasons.UNWRITABLE) if refused else get_response(request)

    return middleware


def _texts(request: HttpRequest) -> Iterator[str]:
    """All text that a view may read: from the address, a form, the address of the asking page, and cookies."""
    body = request.body if request.method in ("POST", "PUT") else b""  # first: a hook's signature is over the raw body
    form = request.POST if request.method == "POST" else QueryDict(body)
    page = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    yield request.path_info
    for data in (request.GET, form, page):
        for name, values in data.lists():
            yield from (name, *map(str, values))
    yield from request.COOKIES.values()


class ConnectionMiddleware:
    """Sets person, connection and rights on the request, and refuses whoever may not use the URL."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: BoardRequest) -> HttpResponse:
        request.person = connections.person_of(request)
        request.connection = SimpleLazyObject(lambda: connections.connection_of(request))  # type: ignore[assignment]
        request.rights = SimpleLazyObject(  # type: ignore[assignment]
            lambda: rights_of(request.person, request.connection)
        )
        response = self.get_response(request)
        if request.person and request.user.is_authenticated:
            response["X-Session-Ends"] = str(sessions.seconds_left(request.session))
            if response.status_code == 401 and not _still_in(request):
                response["X-Signed-Out"] = "1"  # so the page can tell it from a token that Plannr refuses
        return response

    def process_view(self, request: BoardRequest, view: View, args: object, kwargs: object) -> HttpResponse | None:
        who = getattr(view, "who", None)
        if who is None:
            raise ImproperlyConfigured(f"{request.path} does not say who may use it.")
        if who == "anyone":
            return None
        if _belongs_to_another_way_in(who):
            raise Http404
        if settings.SIGN_IN != "off" and request.person is None:
            return _sign_in_first(request)
        if local_accounts.must_change(request):
            return _change_first(request)
        try:
            if (
                answer := self._look_again(request, who)
                or self._refuse(request, who)
                or self._not_read_yet(request, who)
            ):
                return answer
            self._keep_session_alive(request, view)
        except Exception as error:
            answer = self.process_exception(request, error)
            if answer is None:
                raise
            return answer
        return None

    def _look_again(self, request: BoardRequest, who: str) -> HttpResponse | None:
        """Somebody who was away may have left the firm meanwhile: Plannr is asked before anything is shown, for two
        seconds at most. For people who are here it is asked in the background, so that a slow Plannr does not slow
        their reading."""
        if settings.SIGN_IN != "plannr" or who in LOCAL or not access_checks.was_unreachable(request.connection):
            return None
        if access_checks.recheck_access([request.connection], patience=2.0):
            request.connection = connections.connection_of(request)
            request.rights = rights_of(request.person, request.connection)
            return None if _still_in(request) else _sign_in_first(request)
        return None

    def _refuse(self, request: BoardRequest, who: str) -> HttpResponse | None:
        if who in LOCAL:  # these show nothing of any case, and must not wait for Plannr
            allowed = who != Role.MANAGER or bool(request.person and request.person.role == Role.MANAGER)
        elif who == "keeper":
            allowed = request.rights.keeps_columns
        else:
            allowed = request.rights.can_move if who == Role.EDITOR else request.rights.allows(Role(who))
        return None if allowed else error_response(request, 403, *reasons.NOT_ALLOWED[who])

    def _not_read_yet(self, request: BoardRequest, who: str) -> HttpResponse | None:
        """Nothing is shown until Plannr has said what this account may see, nor if that was too long ago."""
        if who in LOCAL or request.connection.readable:
            return None
        recovery.keep_fresh(request.connection)
        if request.htmx or request.method != "GET":
            return error_response(request, 503, *reasons.READING)
        return render(request, "board/reading.html", {"problem": move_messages.of_problem(request.connection)})

    def _keep_session_alive(self, request: BoardRequest, view: View) -> None:
        """Only what a person does keeps their session alive, not what the page requests by itself."""
        if request.person and not getattr(view, "passive", False):
            sessions.keep_alive(request.session)

    def process_exception(self, request: BoardRequest, error: Exception) -> HttpResponse | None:
        """Without a connection there is no board: say why, and what to do."""
        if isinstance(error, connections.ChooseAccount):
            return HttpResponseRedirect(reverse("accounts")) if _is_a_page(request) else _signed_out(request)
        if isinstance(error, OperationalError):
            log.error("the database did not answer: %s", error)
            return error_response(request, 503, *reasons.BUSY)
        if isinstance(error, connections.NotConnected):
            return error_response(request, 503, *reasons.NOT_CONNECTED)
        if isinstance(error, PlannrError):
            problem = error.kind
            return error_response(request, status_of(problem), *reasons.PROBLEMS[problem])
        return None


def _belongs_to_another_way_in(who: str) -> bool:
    return (settings.SIGN_IN == "off" and who == "signed_in") or (
        settings.SIGN_IN != "accounts" and who == Role.MANAGER
    )


def _sign_in_first(request: BoardRequest) -> HttpResponse:
    """A page redirects to the sign-in and back; a request that a page makes by itself gets an error."""
    if _is_a_page(request):
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    return _signed_out(request)


def _signed_out(request: BoardRequest) -> HttpResponse:
    response = error_response(request, 401, *reasons.SESSION_ENDED)
    response["X-Signed-Out"] = "1"
    return response


def _still_in(request: BoardRequest) -> bool:
    return bool(sessions.alive([request.session.session_key or ""]))


def _change_first(request: BoardRequest) -> HttpResponse:
    """With a one-time password only the page for a new one may be used."""
    return (
        HttpResponseRedirect(reverse("password"))
        if _is_a_page(request)
        else error_response(request, 403, *local_accounts.CHANGE_FIRST)
    )


def _is_a_page(request: BoardRequest) -> bool:
    streams = "text/event-stream" in request.headers.get("Accept", "")
    return request.method == "GET" and not request.htmx and not streams
