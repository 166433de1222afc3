"""Local accounts: adding people, changing what they may do, and disabling them."""

from __future__ import annotations

import logging

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from kanban.accounts import sessions
from kanban.accounts.lockout import known_as
from kanban.models import Person, Role

log = logging.getLogger(__name__)

LONGEST = 128  # characters of a password: each sign-in hashes them all
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"  # no 1 and l, no 0 and o: these are read out and typed
WITH_A_ONE_TIME_PASSWORD = ("password", "sign_out")  # the only open URLs until it is changed
CHANGE_FIRST = ("Somebody made your password for you, so nothing was done.", "Choose your own first, on your board.")


class AccountError(Exception):
    """It was not done. `code`: a key of reasons.of_account; `name`: of the person it is about."""

    def __init__(self, code: str, *, name: str = "") -> None:
        super().__init__(code)
        self.code, self.name = code, name


def local() -> QuerySet[Person]:
    """Those who sign in here. People who came from Plannr have no password here."""
    return Person.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("full_name", "pk")


def managers() -> QuerySet[Person]:
    return local().filter(role=Role.MANAGER, is_active=True)


def must_change(request: HttpRequest) -> bool:
    """Whether this URL is closed to them because somebody else knows their one-time password too."""
    person, at = getattr(request, "person", None), request.resolver_match
    return bool(person and person.must_change and at and at.url_name not in WITH_A_ONE_TIME_PASSWORD)


def require_free(name: str) -> None:
    if Person.objects.filter(name=known_as(name)).exists():
        raise AccountError("name_taken", name=known_as(name))


def add(full_name: str, name: str, role: Role, *, by: Person) -> tuple[Person, str]:
    """A new person and their one-time password. It cannot be read again later."""
    password = _one_time()
    person = _new(full_name, name, role, password, must_change=True)
    _log_change(person, f"added as {role}", by)
    return person, password


def add_manager(full_name: str, name: str, password: str) -> Person:
    """For the server's own shell: the first manager, or a new one when none can sign in."""
    person = _new(full_name, name, Role.MANAGER, password)
    _log_change(person, "added as manager", None)
    return person


def give_new_password(person: Person, *, by: Person) -> str:
    """A one-time password for somebody who has forgotten theirs; the old one and all their sessions end."""
    if person.pk == by.pk:
        raise AccountError("own_password")
    password = _one_time()
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(password=make_password(password), must_change=True)
        sessions.end_all(person)
    _log_change(person, "given a one-time password", by)
    return password


def change_role(person: Person, role: Role, *, by: Person) -> None:
    with transaction.atomic():
        if role != Role.MANAGER:
            _leave_a_manager(person, by)
        Person.objects.filter(pk=person.pk).update(role=role)
    _log_change(person, f"made {role}", by)


def disable(person: Person, *, by: Person) -> None:
    """They see nothing from now on, because all their sessions end. What they did stays under their name."""
    with transaction.atomic():
        _leave_a_manager(person, by)
        Person.objects.filter(pk=person.pk).update(is_active=False)
        sessions.end_all(person)
    _log_change(person, "disabled", by)


def enable(person: Person, *, by: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=True)
    _log_change(person, "enabled", by)


def _leave_a_manager(person: Person, by: Person) -> None:
    """A manager must remain. The rows are locked, because two managers could disable each other at once."""
    left = set(managers().select_for_update().order_by("pk").values_list("pk", flat=True))
    if person.pk == by.pk:
        raise AccountError("oneself")
    if left == {person.pk}:
        raise AccountError("last_manager", name=person.full_name)
    if by.pk not in left:
        raise AccountError("no_manager")


def _new(full_name: str, name: str, role: Role, password: str, *, must_change: bool = False) -> Person:
    require_free(name)
    fields = {"full_name": full_name.strip(), "name": known_as(name), "role": role, "must_change": must_change}
    try:
        with transaction.atomic():
            return Person.objects.create(password=make_password(password), **fields)
    except IntegrityError:  # two were added at the same moment
        raise AccountError("name_taken", name=known_as(name)) from None


def _one_time() -> str:
    """79 bits in four groups."""
    return "-".join(get_random_string(4, PLAIN) for _ in range(4))


def _log_change(person: Person, what: str, by: Person | None) -> None:
    """For whoever runs the server. It logs ids and no names, because more people read a log than the page."""
    log.info("person %d was %s by %s", person.pk, what, f"person {by.pk}" if by else "the shell")


class NotTooLong:
    """A password validator for settings.AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {LONGEST} characters."
