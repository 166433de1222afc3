"""Signing in and out, with Plannr or a local account; choosing an account; keeping a session alive."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kanban.accounts import connections, oauth, sessions
from kanban.web.http import BoardRequest, anyone, own_page, see_other, signed_in
from kanban.web.messages import reasons
from kanban.web.views import local_accounts

PENDING = "signing_in"  # of a session: the sign-ins that were begun in this browser, by their state
MOST = 5  # sign-ins that may be begun at the same time in one browser


@anyone
@require_http_methods(["GET", "POST"])
def sign_in(request: BoardRequest) -> HttpResponse:
    """Redirects to Plannr at once, as there is nothing to choose here; after a sign-out or an error only on a click."""
    if settings.SIGN_IN == "off":
        return redirect("board")
    if settings.SIGN_IN == "accounts":
        return local_accounts.sign_in_here(request)
    if "out" in request.GET:
        return _page(request, *reasons.SIGNED_OUT)
    return _begin(request)


@anyone
@require_GET
def sign_in_back(request: BoardRequest) -> HttpResponse:
    """Plannr sends the browser here with a code, or with a refusal."""
    state = request.GET.get("state", "")
    others = _pending(request)
    pending = others.pop(state, {})
    request.session[PENDING] = others
    try:
        person, accounts = oauth.complete_sign_in(
            request.META.get("QUERY_STRING", ""), state, pending.get("verifier", "")
        )
    except oauth.SignInFailed as error:
        return _page(request, *reasons.SIGN_IN_FAILED[error.reason], status=403)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    sessions.begin(request.session)
    if len(accounts) == 1:
        connections.select_account(request, accounts[0])
        return redirect(own_page(request, pending.get("next", "")))
    return redirect("accounts")


@signed_in
@require_http_methods(["GET", "POST"])
def accounts(request: BoardRequest) -> HttpResponse:
    """Through which account to look, for somebody who has several in one firm or in many."""
    if settings.SIGN_IN != "plannr" or request.person is None:
        raise Http404
    mine = request.person.connections.order_by("firm_name", "account_name")
    if request.method == "POST":
        connections.select_account(request, get_object_or_404(mine, account=_uuid(request.POST.get("account", ""))))
        rotate_token(request)  # a page of the other account, still open in a tab, can send nothing any more
        return see_other("/")
    if not mine:
        logout(request)
        return _page(request, *reasons.SIGN_IN_FAILED["no_account"], status=403)
    chosen = request.session.get(connections.CHOSEN)
    return render(request, "sign_in/accounts.html", {"connections": mine, "chosen": chosen})


@signed_in
@require_POST
def sign_out(request: BoardRequest) -> HttpResponse:
    logout(request)
    response = see_other("/sign-in/?out")
    response["Clear-Site-Data"] = '"cache"'
    return response


@signed_in
@require_POST
def stay(request: BoardRequest) -> HttpResponse:
    """A click on "I am still here", which keeps the session alive. The answer's header says for how long."""
    return HttpResponse(status=204)


def _begin(request: BoardRequest) -> HttpResponse:
    if not request.build_absolute_uri("/").startswith(settings.PUBLIC_URL) and "here" not in request.GET:
        # Plannr sends browsers back to one address only, and the cookie of another would not be there.
        asked = request.GET.copy()
        asked["here"] = "1"
        return HttpResponseRedirect(f"{settings.PUBLIC_URL}{request.path}?{asked.urlencode()}")
    begun = oauth.start_sign_in(prompt="login" if "other" in request.GET else None)
    pending = list(_pending(request).items())[-(MOST - 1) :]
    started = {"verifier": begun.verifier, "next": request.GET.get("next", "/")}
    request.session[PENDING] = dict([*pending, (begun.state, started)])
    return HttpResponseRedirect(begun.url)


def _pending(request: BoardRequest) -> dict[str, dict[str, str]]:
    return dict(request.session.get(PENDING) or {})


def _page(request: BoardRequest, headline: str, advice: str, status: int = 200) -> HttpResponse:
    return render(request, "sign_in/plannr.html", {"headline": headline, "advice": advice}, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
