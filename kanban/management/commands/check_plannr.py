"""What is Plannr like for this account? `manage.py check_plannr`."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import BaseCommand

from kanban.accounts import clients
from kanban.management import plannr_probe, plannr_report
from kanban.management.startup import stop
from plannr_api import AmbiguousAccount, Login, NoUsableAccount, Plannr, PlannrError, choose_login


class Command(BaseCommand):
    help = "Say what Plannr shows to this account and how it speaks. Reads only, unless a scratch case is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        about = "also try what only a write can show, on this case, and put it back"
        parser.add_argument("--scratch-case", type=UUID, metavar="UUID", help=about)

    def handle(self, *, scratch_case: UUID | None, **options: Any) -> None:
        if not settings.PLANNR_ACCESS_TOKEN:
            stop("PLANNR_ACCESS_TOKEN is not set. Put your personal access token of Plannr into .env.")
        try:
            login = self._who()
            assert login.account is not None  # choose_login never returns a login without one
            plannr = clients.client_as(login.account.uuid)
            self._read(plannr)
            if scratch_case:
                self._try(plannr, login, scratch_case)
        except (PlannrError, ValueError, plannr_probe.Unsuitable) as error:
            stop(_sentence(error))
        if not scratch_case:
            self._say(
                ["To see what only a write can show: check_plannr --scratch-case UUID, with a case to play with."]
            )

    def _who(self) -> Login:
        self._say([f"Plannr at {settings.PLANNR_BASE_URL}"])
        logins = clients.client_as(None).logins.list()
        try:
            chosen = choose_login(logins, clients.wanted_account())
        except (AmbiguousAccount, NoUsableAccount):
            self._say(plannr_report.of_logins(logins, None))
            raise
        self._say(plannr_report.of_logins(logins, chosen))
        return chosen

    def _read(self, plannr: Plannr) -> None:
        self._say(plannr_report.of_lists(plannr))
        read = plannr.cases.list()
        self._say(plannr_report.of_cases(read))
        self._say(plannr_report.of_one(plannr, read.cases))
        self._say([plannr_report.of_rate(plannr)])
        self._say(plannr_report.unseen())

    def _try(self, plannr: Plannr, login: Login, scratch_case: UUID) -> None:
        if not login.has_write_permission:
            stop("This login may not write, so nothing was tried.")
        self._say(["", f"Trying moves on the case {scratch_case}:"])
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # however this is ended, the case is put back
        findings = plannr_probe.run(plannr, scratch_case)
        self._say(findings.seen)
        if findings.dialect:
            settings_line = ",".join(f"{name}={value}" for name, value in findings.dialect.items())
            self._say(["Set in .env:", f"PLANNR_DIALECT={settings_line}"])
        if findings.not_restored:
            left = ", ".join(findings.not_restored)
            stop(f"The case could NOT be put back: please mend in Plannr its {left}. {findings.before}")
        self._say(["The case was put back as it was."])
        if findings.problem:
            raise findings.problem
        if findings.stopped:
            stop("Stopped before everything was tried.", 130)

    def _say(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            self.stdout.write(sentence)


def _sentence(error: Exception) -> str:
    if isinstance(error, AmbiguousAccount):
        return "This token has several accounts at work: set PLANNR_ACCOUNT_UUID to one of them."
    if not isinstance(error, PlannrError):
        return str(error)
    why = [error.default, str(error)] if str(error) != error.default else [error.default]
    return " ".join([*why, *([f"Plannr says: {error.words}"] if error.words else [])])
