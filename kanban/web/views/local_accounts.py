"""Local accounts: signing in here, one's own password, and the people of this board."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kanban.accounts import local_accounts, lockout, sessions
from kanban.models import Person
from kanban.web.forms.accounts import NewPersonForm, OwnPasswordForm, RoleForm, SignInForm
from kanban.web.http import BoardRequest, error_response, manager, own_page, see_other, signed_in
from kanban.web.messages import reasons

SENTENCE = "said"  # of a session: the sentence that the next page shows, once; never a password
CHANGED = "Your password is changed. Wherever else you were signed in, you are signed out."
WAIT = "Too many wrong passwords have been tried from here."


# Signing in


@sensitive_post_parameters("password")
def sign_in_here(request: BoardRequest) -> HttpResponse:
    """The sign-in by name and password. views/sign_in.py calls it and says who may."""
    if request.method == "GET":
        return redirect(_wanted(request)) if request.person else _door(request, SignInForm(request))
    form = SignInForm(request, request.POST)
    if not form.is_valid():
        return _door(request, form, status=422)
    person = form.get_user()
    login(request, person)
    sessions.begin(request.session)
    return see_other(reverse("password") if person.must_change else _wanted(request))


def too_many_guesses(request: BoardRequest, response: HttpResponse, credentials: dict[str, str] | None) -> HttpResponse:
    """The answer of django-axes instead of the view's. The last counted guess was checked: it gets the view's
    answer."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        return response
    name = lockout.known_as((credentials or request.POST).get("username") or "")
    until = lockout.wait_ends(request, name) or timezone.now()
    advice = f"Try again at {timezone.localtime(until + timedelta(seconds=59)):%H:%M}."
    if request.person:
        answer = error_response(request, 429, WAIT, advice)
    else:
        form = SignInForm(request, initial={"username": request.POST.get("username", "")[:150]})
        answer = _door(request, form, status=429, wait=f"{WAIT} {advice}")
    answer["Retry-After"] = str(max(1, ceil((until - timezone.now()).total_seconds())))
    return answer


def _door(request: HttpRequest, form: SignInForm, *, status: int = 200, wait: str = "") -> HttpResponse:
    shown = {
        "form": form,
        "wait": wait,
        "nobody": not local_accounts.local().filter(is_active=True).exists(),
        "next": _asked_for(request),
    }
    if "out" in request.GET:
        shown["out"] = " ".join(reasons.SIGNED_OUT)
    return render(request, "sign_in/here.html", shown, status=status)


def _wanted(request: HttpRequest) -> str:
    return own_page(request, _asked_for(request))


def _asked_for(request: HttpRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("next", "")


# One's own password


@signed_in
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def password(request: BoardRequest) -> HttpResponse:
    person = _here(request)
    form = OwnPasswordForm(request, person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        sessions.end_all(person, but=request.session.session_key or "")
        return _done(request, CHANGED, reverse("password"))
    return _page(request, "accounts/password.html", form, {})


# The people of this board


@manager
@require_http_methods(["GET", "POST"])
def people(request: BoardRequest) -> HttpResponse:
    """Everybody who signs in here, and a form for somebody new."""
    by = _here(request)
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            person, password = local_accounts.add(cleaned["full_name"], cleaned["name"], form.wanted, by=by)
            return _hand_over(request, person, password)
        except local_accounts.AccountError as error:
            form.add_error("name", reasons.of_account(error))
    return _page(request, "accounts/people.html", form, {"people": local_accounts.local()})


@manager
@require_http_methods(["GET", "POST"])
def person(request: BoardRequest, pk: int) -> HttpResponse:
    """One of them: their role, whether they may come in, and a new password."""
    by, person = _here(request), get_object_or_404(local_accounts.local(), pk=pk)
    if request.method == "POST":
        try:
            return _do(request, person, by)
        except local_accounts.AccountError as error:
            refused = {"who": person, "refused": reasons.of_account(error)}
            return _page(request, "accounts/person.html", RoleForm(), refused, status=409)
    return _page(request, "accounts/person.html", RoleForm(initial={"role": person.role}), {"who": person})


def _do(request: BoardRequest, person: Person, by: Person) -> HttpResponse:
    """Do what the pressed button says."""
    act, form, back = request.POST.get("act"), RoleForm(request.POST), reverse("people")
    if act == "role" and form.is_valid():
        local_accounts.change_role(person, form.wanted, by=by)
        return _done(request, f"{person.full_name} is now {form.as_words}.", back)
    if act == "disable":
        local_accounts.disable(person, by=by)
        return _done(request, f"{person.full_name} is disabled and signed out everywhere.", back)
    if act == "enable":
        local_accounts.enable(person, by=by)
        return _done(request, f"{person.full_name} can sign in again.", back)
    if act == "password":
        return _hand_over(request, person, local_accounts.give_new_password(person, by=by))
    raise local_accounts.AccountError("unclear")


def _hand_over(request: BoardRequest, person: Person, password: str) -> HttpResponse:
    """The only page that shows a one-time password: the answer to the form itself, which no cache stores.

    Rejected: a redirect to a page that shows it. The password would then be in the session, in clear, in the database
    and its backups. If a reload sends the form again, it makes another password or finds the name taken.
    """
    door = request.build_absolute_uri(reverse("sign_in"))
    return render(request, "accounts/one_time.html", {"who": person, "password": password, "door": door})


def _here(request: BoardRequest) -> Person:
    """Whoever asks. Where there are no local accounts these pages do not exist."""
    if settings.SIGN_IN != "accounts" or request.person is None:
        raise Http404
    return request.person


def _done(request: BoardRequest, sentence: str, url: str) -> HttpResponse:
    request.session[SENTENCE] = sentence
    return see_other(url)


def _page(
    request: BoardRequest, template: str, form: object, shown: dict[str, object], status: int = 0
) -> HttpResponse:
    sentence = request.session.pop(SENTENCE, "") if request.method == "GET" else ""
    wrong = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "said": sentence, **shown}, status=status or wrong)
