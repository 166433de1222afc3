"""What a page has to fetch: one style sheet, and no script that is asked for only once another has come."""

import re
from os.path import normpath
from pathlib import Path
from typing import Any

from django.core.management import call_command

from kanban.core.static_files import ALL, sheets_in

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
URL = re.compile(r"url\([^)]*\)")  # hashed where they are collected


def test_every_style_sheet_is_among_all() -> None:
    listed = sheets_in((STATIC / ALL).read_text())
    assert sorted(listed) == sorted(f"css/{path.name}" for path in STATIC.glob("css/*.css") if path.name != "all.css")
    assert listed[0] == "css/tokens.css"  # it names the layers
    assert listed[-1] == "css/phone.css"  # what a finger needs wins


def test_collected_style_sheets_are_one(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "kanban.core.static_files.HashedFiles"}}
    for _ in range(2):  # also where they were collected before
        call_command("collectstatic", verbosity=0, interactive=False)
    [whole] = tmp_path.glob("css/all.????????????.css")
    for sheet in sheets_in((STATIC / ALL).read_text()):
        assert URL.sub("", (STATIC / sheet).read_text()) in URL.sub("", whole.read_text())
    assert "@import" not in whole.read_text()


def test_what_the_scripts_of_the_board_import_is_asked_for_along_with_them() -> None:
    page = (ROOT / "templates" / "board" / "board.html").read_text()
    asked = set(re.findall(r"static '(js/[\w/-]+\.js)'", page))
    imported = {
        normpath(Path(each).parent / name)
        for each in asked
        for name in re.findall(r' "(\.[\w/.-]+\.js)";', (STATIC / each).read_text())
    }
    assert imported
    assert imported <= asked
