"""Who may sign in with a local account: adding people, changing what they may do, and ending it."""

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
WITH_A_ONE_TIME_PASSWORD = ("password", "sign_out")  # the URLs there are, until it is changed
CHANGE_FIRST = ("Somebody made your password for you, so nothing was done.", "Choose your own first, on your board.")


class AccountError(Exception):
    """It was not done. `code`: a key of reasons.of_account; `name`: of whom it is about."""

    def __init__(self, code: str, *, name: str = "") -> None:
        super().__init__(code)
        self.code, self.name = code, name


def local() -> QuerySet[Person]:
    """Those who sign in here. People who came from Plannr have no password of ours."""
    return Person.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("full_name", "pk")


def managers() -> QuerySet[Person]:
    return local().filter(role=Role.MANAGER, is_active=True)


def must_change(request: HttpRequest) -> bool:
    """Whether this URL is closed to them, as they have a one-time password that somebody else knows too."""
    person, at = getattr(request, "person", None), request.resolver_match
    return bool(person and person.must_change and at and at.url_name not in WITH_A_ONE_TIME_PASSWORD)


def require_free(name: str) -> None:
    if Person.objects.filter(name=known_as(name)).exists():
        raise AccountError("name_taken", name=known_as(name))


def add(full_name: str, name: str, role: Role, *, by: Person) -> tuple[Person, str]:
    """A new person, and the one-time password with which they come in. Nothing keeps it but whoever reads it now."""
    password = _one_time()
    person = _new(full_name, name, role, password, must_change=True)
    _note(person, f"added as {role}", by)
    return person, password


def add_manager(full_name: str, name: str, password: str) -> Person:
    """From the server's own shell: the first manager, or the way back in."""
    person = _new(full_name, name, Role.MANAGER, password)
    _note(person, "added as manager", None)
    return person


def give_new_password(person: Person, *, by: Person) -> str:
    """A one-time password for somebody who has forgotten theirs; the old one and all their sessions end."""
    if person.pk == by.pk:
        raise AccountError("own_password")
    password = _one_time()
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(password=make_password(password), must_change=True)
        sessions.end_all(person)
    _note(person, "given a one-time password", by)
    return password


def change_role(person: Person, role: Role, *, by: Person) -> None:
    with transaction.atomic():
        if role != Role.MANAGER:
            _leave_a_manager(person, by)
        Person.objects.filter(pk=person.pk).update(role=role)
    _note(person, f"made {role}", by)


def disable(person: Person, *, by: Person) -> None:
    """From this moment they see nothing: every session of theirs ends. What they did keeps their name."""
    with transaction.atomic():
        _leave_a_manager(person, by)
        Person.objects.filter(pk=person.pk).update(is_active=False)
        sessions.end_all(person)
    _note(person, "disabled", by)


def enable(person: Person, *, by: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=True)
    _note(person, "enabled", by)


def _leave_a_manager(person: Person, by: Person) -> None:
    """Somebody must stay who can let people in. The rows are locked: two managers could each end the other."""
    left = set(managers().select_for_update().order_by("pk").values_list("pk", flat=True))
    if person.pk == by.pk:
        raise AccountError("oneself")
    if left == {person.pk}:
        raise AccountError("last_manager", name=person.full_name)
    if by.pk not in left:
        raise AccountError("no_manager")


def _new(full_name: str, name: str, role: Role, password: str, *, must_change: bool = False) -> Person:
    require_free(name)
    kept = {"full_name": full_name.strip(), "name": known_as(name), "role": role, "must_change": must_change}
    try:
        with transaction.atomic():
            return Person.objects.create(password=make_password(password), **kept)
    except IntegrityError:  # two were added at the same moment
        raise AccountError("name_taken", name=known_as(name)) from None


def _one_time() -> str:
    """79 bits in four groups."""
    return "-".join(get_random_string(4, PLAIN) for _ in range(4))


def _note(person: Person, what: str, by: Person | None) -> None:
    """For whoever runs the server; numbers, because a log is read by more people than the page."""
    log.info("person %d was %s by %s", person.pk, what, f"person {by.pk}" if by else "the shell")


class NotTooLong:
    """A password validator, as settings.AUTH_PASSWORD_VALIDATORS wants one."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {LONGEST} characters."
