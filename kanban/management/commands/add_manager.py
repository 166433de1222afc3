"""The first manager of a board with local accounts, or the way back in: `manage.py add_manager NAME`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand
from django.db import DatabaseError
from django.urls import reverse

from kanban.accounts import local_accounts
from kanban.accounts.lockout import known_as
from kanban.management.startup import stop
from kanban.models import Person
from kanban.web.forms.accounts import NAME
from kanban.web.messages import reasons


class Command(BaseCommand):
    help = "Add a manager, who then adds the others on the board's page People. Asks for their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="what they type to sign in")
        parser.add_argument("--full-name", default="", help="as colleagues know them; otherwise the same as NAME")

    def handle(self, *, name: str, full_name: str, **options: Any) -> None:
        person = Person(name=known_as(name), full_name=(full_name.strip() or name.strip())[:255])
        try:
            self._require_free(person.name)
            local_accounts.add_manager(person.full_name, person.name, self._password(person))
        except local_accounts.AccountError as error:
            stop(reasons.of_account(error))
        except ValidationError as error:
            stop(" ".join(error.messages))
        except DatabaseError:
            stop("The database is not ready. Run manage.py migrate, or start the board once, and then this again.")
        self._say_where(person)

    def _require_free(self, name: str) -> None:
        """Checked before anybody is asked for a password."""
        Person._meta.get_field("name").run_validators(name)
        NAME(name)
        local_accounts.require_free(name)

    def _password(self, person: Person) -> str:
        """Typed twice, or one line of what is piped in; never an argument, which every process list shows."""
        typed = sys.stdin.isatty()
        password = getpass("Password: ") if typed else sys.stdin.readline().rstrip("\r\n")
        validate_password(password, person)
        if typed and getpass("The same again: ") != password:
            stop("The two differ. Nobody was added; run it again.")
        return password

    def _say_where(self, person: Person) -> None:
        self.stdout.write(f"{person.full_name} is a manager and signs in as {person.name}.")
        if settings.SIGN_IN == "accounts":
            self.stdout.write(f"The sign-in page: {settings.PUBLIC_URL}{reverse('sign_in')}")
        else:
            self.stdout.write(
                "Nobody is asked for a name yet: put SIGN_IN=accounts into .env and start the board again."
            )
