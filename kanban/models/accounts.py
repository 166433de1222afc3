"""Who signs in: people, their sessions, their tokens, and whose board is open."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Role(models.TextChoices):
    """What a person may do on the board, unless Plannr allows their account less."""

    VIEWER = "viewer", "Viewer: looks"
    EDITOR = "editor", "Editor: looks and moves"
    MANAGER = "manager", "Manager: also adds and disables people"


class Person(AbstractBaseUser):
    """Somebody who signs in: with a local account, or with Plannr (then they have no password here)."""

    name = models.CharField(max_length=150, unique=True)  # typed to sign in; from Plannr, an account's uuid
    full_name = models.CharField(max_length=255)
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.EDITOR)
    is_active = models.BooleanField(default=True)
    must_change = models.BooleanField(default=False)  # somebody else made the password: first it must be changed

    objects: ClassVar[BaseUserManager[Person]] = BaseUserManager()  # type: ignore[assignment]

    USERNAME_FIELD = "name"

    def __str__(self) -> str:
        return self.full_name


class Session(AbstractBaseSession):
    """A signed-in browser: Django's own columns and the person, so that a leaver's sessions can be ended."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")

    class Meta(AbstractBaseSession.Meta):
        pass


class Grant(models.Model):
    """The tokens that Plannr gave a person at sign-in. Only accounts/tokens.py encrypts and decrypts them."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE)
    sealed = models.TextField()
    version = models.IntegerField(default=1)  # goes up with each exchange of the tokens
    good_until = models.DateTimeField(null=True)  # when the access token expires, if Plannr said so
    renewing_until = models.DateTimeField(null=True)  # the lease of the request that exchanges them now


class Presence(models.Model):
    """A browser that has the board open now."""

    session = models.CharField(max_length=64, unique=True)  # a digest of the session's key, or of the browser's address
    connection = models.ForeignKey("kanban.Connection", on_delete=models.CASCADE, related_name="presences")
    who = models.CharField(max_length=255)
    seen_at = models.DateTimeField(db_index=True)
