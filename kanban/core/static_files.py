"""Static files under hashed names, also where one script imports another: else the browser would load that one twice.
And one style sheet instead of twenty-one, because nothing is painted before the last one has arrived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ALL = "css/all.css"
IMPORT = re.compile(r'@import "([^"]+)";')
SCRIPT_IMPORT = re.compile(r'\b(?:from|import) "(\.\.?/[^"]+)";')


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Only in our own scripts: Django's own switch for this fails on comments in other people's scripts."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        *(
            ("js/*.js", ((rf"""(?P<matched>{word} "(?P<url>\.\.?/[^"]+)";)""", f"""{word} "%(url)s";"""),))
            for word in ("from", "import")
        ),
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Rejected: the same for scripts, which do not delay painting and would need a bundler."""
        if ALL in paths and not dry_run:
            whole = "\n".join(_text(paths[sheet]) for sheet in sheets_in(_text(paths[ALL])))
            self.delete(ALL)
            self._save(ALL, ContentFile(whole.encode()))
            paths = paths | {ALL: (self, ALL)}
        yield from super().post_process(paths, dry_run, **options)


def sheets_in(whole: str) -> list[str]:
    """The style sheets that this one imports, in order."""
    return [f"css/{name}" for name in IMPORT.findall(whole)]


def imported_by(script: str, root: Path) -> list[str]:
    """The scripts that this one imports, and those that they import, in the order in which they run."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        for url in SCRIPT_IMPORT.findall((root / name).read_text()):
            if (imported := normpath(join(dirname(name), url))) not in found:
                visit(imported)
                found[imported] = None

    visit(script)
    return list(found)


def _text(found: tuple[Any, str]) -> str:
    storage, path = found
    with storage.open(path) as file:
        return str(file.read().decode())
