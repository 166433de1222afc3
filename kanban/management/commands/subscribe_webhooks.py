"""Have Plannr call the board when a case changes: `manage.py subscribe_webhooks`."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.urls import reverse

from kanban.accounts import clients, connections
from kanban.core import encryption
from kanban.management.startup import stop
from kanban.models import Connection, Subscription
from plannr_api import NotFound, PlannrError

EVENTS = ("case.created", "case.updated", "case.deleted")


class Command(BaseCommand):
    help = "Have Plannr call the board when a case changes, instead of finding out at the next look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="name", help="whose sign-in to use, by their name in Plannr (SIGN_IN=plannr)")
        parser.add_argument("--remove", action="store_true", help="have Plannr call no more")

    def handle(self, *, name: str | None, remove: bool, **options: Any) -> None:
        connection = _whose(name)
        old = list(Subscription.objects.filter(firm=connection.firm))
        try:
            if not remove:
                self._subscribe(connection)
            for subscription in old:
                _unsubscribe(connection, subscription)
        except PlannrError as error:
            stop(f"Plannr did not do that. {error} {error.words}".strip())
        if remove:
            self.stdout.write("Plannr calls this board no more; changes are found at the next look.")

    def _subscribe(self, connection: Connection) -> None:
        """A new address and a new secret each time; the old ones are valid until the new ones are."""
        path = secrets.token_urlsafe(32)
        url = settings.PUBLIC_URL + reverse("webhook", args=[path])
        made = clients.client_for(connection).webhooks.create(url, EVENTS)
        sealed = encryption.encrypt({"secret": made.signing_secret}, f"webhook {path}")
        Subscription.objects.create(firm=connection.firm, uuid=made.uuid, path=path, sealed=sealed)
        self.stdout.write(f"Plannr calls {settings.PUBLIC_URL} from now on, for {', '.join(EVENTS)}.")


def _unsubscribe(connection: Connection, subscription: Subscription) -> None:
    with suppress(NotFound):  # somebody has removed it in Plannr
        clients.client_for(connection).webhooks.delete(subscription.uuid)
    subscription.delete()


def _whose(name: str | None) -> Connection:
    if settings.SIGN_IN != "plannr":
        return connections.current()
    found = list(Connection.objects.filter(person__grant__isnull=False).order_by("account_name"))
    chosen = [each for each in found if name and each.account_name.casefold() == name.casefold()]
    if len(chosen) != 1:
        names = ", ".join(f"{each.account_name} ({each.firm_name})" for each in found) or "nobody yet"
        stop(f"Say whose sign-in to use, by --as NAME. Signed in with Plannr: {names}.")
    return chosen[0]
