"""What a reviewer would otherwise have to say again and again."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

import plannr_api
from kanban.accounts.permissions import ROLE_ORDER
from kanban.models import Move
from kanban.web.http import status_of_write
from kanban.web.messages import reasons

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FRAGMENTS = [path for path in TEMPLATES if path.name.startswith("_")]
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
MODULES = [path for path in sorted((ROOT / "kanban").rglob("*.py")) if "migrations" not in path.parts]

FACES = [
    ROOT / "kanban" / "models",
    ROOT / "plannr_api",
    ROOT / "plannr_api" / "sandbox",
]  # what they export is asked for by name
PACKAGES = sorted(
    path.parent
    for top in ("kanban", "plannr_api")
    for path in (ROOT / top).rglob("__init__.py")
    if path.parent.name not in ("migrations", "commands") and path.parent != ROOT / "kanban"
)


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


def urls(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in patterns:
        yield from urls(each.url_patterns) if isinstance(each, URLResolver) else [each]


@pytest.mark.parametrize("url", list(urls(get_resolver().url_patterns)), ids=lambda url: str(url.pattern) or "/")
def test_every_url_says_who_may_use_it(url: URLPattern) -> None:
    assert getattr(url.callback, "who", None) in ("anyone", "signed_in", "keeper", *ROLE_ORDER)


@named(TEMPLATES)
def test_no_template_holds_script_style_or_trust_in_text(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|\|\s*safe\b|autoescape|hx-on|js:|javascript:", text
    )


@named(TEMPLATES)
def test_every_template_can_be_read(path: Path) -> None:
    assert get_template(str(path.relative_to(ROOT / "templates")))


@named(FRAGMENTS)
def test_every_fragment_opens_with_what_it_needs_and_extends_nothing(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("{#")
    assert "{% extends" not in text


@named(TEMPLATES)
def test_templates_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 80


@named(SCRIPTS)
def test_scripts_draw_nothing_fetch_nothing_and_stay_small(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"innerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|\bfetch\(|XMLHttpRequest", text
    )
    assert not re.search(r"""["'`]https?://""", text)
    assert len(text.splitlines()) <= 180


@named(MODULES)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 320
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 40, node.name


@named([path for path in MODULES if path.name not in ("__init__.py", "urls.py", "wsgi.py")])
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@named(PACKAGES)
def test_every_package_says_what_it_owns_how_to_ask_it_and_what_it_may_import(path: Path) -> None:
    text = ast.get_docstring(ast.parse((path / "__init__.py").read_text())) or ""
    said = [line.partition(":")[0] for line in text.splitlines()]
    assert [word for word in said if word in ("Owns", "Ask it through", "May import")] == [
        "Owns",
        "Ask it through",
        "May import",
    ]


@named(PACKAGES)
def test_no_package_has_more_modules_than_one_remembers(path: Path) -> None:
    assert len([each for each in path.glob("*.py") if each.name != "__init__.py"]) <= 12


@named([path for path in PACKAGES if path not in FACES])
def test_a_package_holds_nothing_itself(path: Path) -> None:
    """What it exported would be loaded with it, and would hide circles."""
    assert len(ast.parse((path / "__init__.py").read_text()).body) == 1


def test_every_error_of_the_client_has_its_sentence() -> None:
    errors = [getattr(plannr_api, name) for name in plannr_api.__all__]
    errors = [each for each in errors if isinstance(each, type) and issubclass(each, plannr_api.PlannrError)]
    assert len(errors) > 6
    for error in errors:
        asks = {plannr_api.AmbiguousAccount: {"logins": []}, plannr_api.OAuthRefused: {"code": "invalid_client"}}
        assert error("x", **asks.get(error, {})).kind in reasons.PROBLEMS


def test_every_outcome_of_a_move_has_its_answer() -> None:
    for outcome in Move.Outcome:
        assert status_of_write(Move(outcome=outcome, reason="slow")) in (200, 202, 409, 504)


def test_no_reason_is_also_a_problem() -> None:
    assert not reasons.REASONS.keys() & reasons.PROBLEMS.keys()


@named(sorted((ROOT / "requirements").iterdir()))
def test_no_lock_file_names_a_host(path: Path) -> None:
    assert not re.search(r"https?://|--index-url|--find-links|--extra-index", path.read_text())


def test_only_one_door_reads_the_token() -> None:
    makers = [path.name for path in MODULES if "BearerToken(" in path.read_text()]
    assert makers == ["oauth.py"]
