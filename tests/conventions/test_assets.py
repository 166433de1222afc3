"""What a page has to fetch: one style sheet, and no script that is asked for only once another has come."""

import re
from os.path import normpath
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template import Context, Template

from kanban.core.static_files import ALL, sheets_in

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
SCRIPTS = {str(path.relative_to(STATIC)) for path in STATIC.glob("js/**/*.js")}
PAGES = sorted(path.stem for path in STATIC.glob("js/pages/*.js"))
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


@pytest.mark.parametrize("page", PAGES)
def test_what_the_script_of_a_page_imports_is_asked_for_along_with_it(page: str) -> None:
    drawn = Template(f'{{% load assets %}}{{% page_script "{page}" %}}').render(Context())
    assert re.findall(r'<script type="module" src="/static/(.+?)"></script>', drawn) == [f"js/pages/{page}.js"]
    asked = [f"js/pages/{page}.js", *re.findall(r'<link rel="modulepreload" href="/static/(.+?)">', drawn)]
    imported = {each for script in asked for each in imports_of(script)}
    assert imported == set(asked[1:])
    assert len(asked) == len(set(asked))


def test_every_script_is_on_some_page() -> None:
    used = {script for page in PAGES for script in imports_of(f"js/pages/{page}.js")}
    for _ in SCRIPTS:
        used |= {each for script in used for each in imports_of(script)}
    assert used | {f"js/pages/{page}.js" for page in PAGES} == SCRIPTS - {"js/live/worker.js"}  # not of a page


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_page_has_one_script_of_ours_and_nothing_else_names_one(path: Path) -> None:
    text = path.read_text()
    assert text.count("{% page_script ") <= 1
    assert re.findall(r"static '(js/[^']+)'", text) in ([], ["js/live/worker.js"])


def test_events_of_ours_are_fired_and_heard_by_the_names_that_one_file_gives_them() -> None:
    names = re.findall(r'^export const (\w+) = "([^"]+)";$', (STATIC / "js/events.js").read_text(), re.MULTILINE)
    assert names
    for script in SCRIPTS - {"js/events.js", "js/live/worker.js"}:
        text = (STATIC / script).read_text()
        assert 'CustomEvent("' not in text
        for _, event in names:
            assert f'addEventListener("{event}"' not in text
            assert not re.search(rf'htmx\.trigger\([^;]*"{event}"', text)
    for name, _ in names:
        assert any(re.search(rf"\b{name}\b", (STATIC / script).read_text()) for script in SCRIPTS - {"js/events.js"})


def imports_of(script: str) -> list[str]:
    text = (STATIC / script).read_text()
    return [normpath(Path(script).parent / each) for each in re.findall(r' "(\.[\w/.-]+\.js)";', text)]
