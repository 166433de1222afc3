"""Start the board for a team: `manage.py serve`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection
from django.template.loader import get_template
from gunicorn.app.base import Application

from kanban.accounts import clients, tokens
from kanban.management.startup import require_port, stop
from kanban.models import Connection

LOOPBACK = "127.0.0.1"
PREPARING = 0x6B616E62616E  # "kanban", a number for the lock on preparing the database


class Command(BaseCommand):
    help = "Start the board: look at the configuration, bring database and static files up to date, run gunicorn."

    def handle(self, **options: Any) -> None:
        _require_plannr()
        host = self._host()
        require_port(host, settings.PORT, "Set PORT to another one.")
        with _alone():
            _bring_database_up_to_date()
            _collect_static_files()
        address = f"[{host}]:{settings.PORT}" if ":" in host else f"{host}:{settings.PORT}"
        proxy = " for a TLS proxy in front of it; HTTPS=off serves browsers without one" if settings.HTTPS else ""
        self.stdout.write(f"The board listens on http://{address}{proxy}.")
        self.stdout.flush()
        _Gunicorn(address).run()

    def _host(self) -> str:
        """Without a sign-in whoever reaches this board acts with its token, so only this machine may reach it."""
        if settings.SIGN_IN != "off" or _is_loopback(settings.HOST):
            return str(settings.HOST)
        self.stderr.write(
            f"HOST={settings.HOST} is passed over and the board listens on {LOOPBACK} only: it asks nobody to sign in, "
            "so everybody who reached it would act in Plannr with your token. SIGN_IN=accounts or an OAuth client of "
            "Plannr changes that."
        )
        return LOOPBACK


def _require_plannr() -> None:
    if settings.SIGN_IN != "plannr" and not settings.PLANNR_ACCESS_TOKEN:
        stop("PLANNR_ACCESS_TOKEN is not set. Put your personal access token of Plannr into .env.")
    try:
        if settings.SIGN_IN == "plannr":
            tokens.oauth()
            return
        clients.wanted_account()
        clients.client_as(None)
    except ValueError as error:
        stop(f"The board cannot speak to Plannr as it is set up. {error}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """One start prepares at a time on this machine; the next finds the work done."""
    folder = os.open(settings.BASE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _bring_database_up_to_date() -> None:
    try:
        if connection.vendor == "postgresql":  # another machine's start waits here, until our connection is closed
            connection.cursor().execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        call_command("migrate", verbosity=0, interactive=False)
        if connection.vendor == "sqlite":  # the only server: a read that our last stop cut off must not hold anybody up
            Connection.objects.update(refreshing_until=None)
        call_command("clearsessions", verbosity=0)
        tokens.seal_anew()
    except OperationalError as error:
        stop(f"The database of DATABASE_URL cannot be used: {str(error).strip().splitlines()[0]}")
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # the processes forked from here open their own


def _collect_static_files() -> None:
    """Copy, hash and compress them, unless that was done since the last of them was written."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.BARE or (manifest.exists() and manifest.stat().st_mtime > max(_written())):
        return
    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        stop(f"The static files cannot be collected in {settings.STATIC_ROOT}: {error.strerror}.")


def _written() -> Iterator[float]:
    """When each static file last changed. Installed packages have older modification dates, so the inode's is used."""
    for finder in get_finders():
        for path, storage in finder.list([]):
            yield os.stat(storage.path(path)).st_ctime


class _Gunicorn(Application):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn in this process, so that what Django has loaded is not loaded a second time."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_file(str(settings.BASE_DIR / "gunicorn.conf.py"))
        self.cfg.set("bind", self.address)

    def load(self) -> Any:
        application = get_wsgi_application()
        for template in sorted(settings.BASE_DIR.glob("templates/**/*.html")):  # once, not at each worker's first page
            get_template(str(template.relative_to(settings.BASE_DIR / "templates")))
        return application
