"""Is the record as it was written? `manage.py verify_record`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from kanban.audit import export, verification
from kanban.management.startup import stop


class Command(BaseCommand):
    help = "Say whether the record of moves is as it was written, and name each line that is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        about = "a hash that was noted down earlier: the record must still hold the line that it belongs to"
        parser.add_argument("--head", default="", metavar="HASH", help=about)
        about = "also write every line of the record into this file, which must not exist yet"
        parser.add_argument("--csv", type=Path, metavar="FILE", help=about)

    def handle(self, *, head: str, csv: Path | None, **options: Any) -> None:
        if csv:
            self._write(csv)
        walk, faults = verification.Walk(head.strip().lower()), 0
        for sentence in walk.faults():
            self.stdout.write(sentence)
            faults += 1
        if faults:
            stop(f"The record does NOT hold: {faults} fault{'' if faults == 1 else 's'} in {walk.count} lines.")
        self.stdout.write(f"The record holds: {walk.count} lines, head {walk.hash or 'none yet'}")

    def _write(self, path: Path) -> None:
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.writelines(export.everything())
        except OSError as error:
            stop(f"{path} could not be written: {error.strerror}.")
