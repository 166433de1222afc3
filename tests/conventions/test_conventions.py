"""What a reviewer would otherwise have to say again and again."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, generate_tokens

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
FILES = [
    str(path.relative_to(ROOT))
    for top in ("kanban", "plannr_api", "templates", "static", "tests", "bench", "deploy", "docs", ".ci")
    for path in (ROOT / top).rglob("*.*")
] + [path.name for path in ROOT.iterdir()]

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


@named([path for path in PACKAGES if path.parent.name == "kanban"])
def test_what_a_package_is_asked_through_is_what_others_import_of_it(path: Path) -> None:
    """Both ways: whatever others import is named, and whatever is named is imported; the rest it keeps to itself."""
    text = " ".join((ast.get_docstring(ast.parse((path / "__init__.py").read_text())) or "").split())
    through = text.partition("Ask it through: ")[2].partition(" May import: ")[0]
    asked, _, kept = through.partition(" Keeps to itself: ")
    modules = {each.stem for each in path.glob("*.py")} - {"__init__"}
    imported = {module for each in MODULES if path not in each.parents for module in imported_of(path, each)}
    open_to_all = ("any of its modules", "what is exported here", "templates", "URLs", "manage.py")
    if not asked.startswith(open_to_all):
        assert modules & set(re.findall(r"\w+", asked)) == modules & imported
        assert modules & set(re.findall(r"\w+", kept)) == modules - imported


def imported_of(package: Path, module: Path) -> set[str]:
    name = f"kanban.{package.name}"
    imports = [each for each in ast.walk(ast.parse(module.read_text())) if isinstance(each, ast.ImportFrom)]
    whole = {alias.name for each in imports if each.module == name for alias in each.names}
    return whole | {(each.module or "").split(".")[2] for each in imports if (each.module or "").startswith(f"{name}.")}


@named(PACKAGES)
def test_no_package_has_more_modules_than_one_remembers(path: Path) -> None:
    assert len([each for each in path.glob("*.py") if each.name != "__init__.py"]) <= 12


@named([path for path in PACKAGES if path not in FACES])
def test_a_package_holds_nothing_itself(path: Path) -> None:
    """What it exported would be loaded with it, and would hide circles."""
    assert len(ast.parse((path / "__init__.py").read_text()).body) == 1


@named([*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md")), *SCRIPTS, *MODULES])
def test_every_file_that_a_text_names_is_there(path: Path) -> None:
    """A document, a script, or the comments and docstrings of a module: `core/db.py`, board/_header.html."""
    text = {".py": remarks_in, ".js": remarks_in_script}.get(path.suffix, str)(path.read_text())
    named = set(re.findall(r"(?<![\w/.<{$*-])[a-z_][\w/-]*\.(?:py|html|js|css)\b", text))
    assert {name for name in named if not any(f"/{each}".endswith(f"/{name}") for each in FILES)} == set()


def remarks_in_script(code: str) -> str:
    return "\n".join(re.findall(r"(?<![:\"'])//[^\n]*|/\*.*?\*/", code, re.S))


def remarks_in(code: str) -> str:
    tokens = list(generate_tokens(StringIO(code).readline))
    return "\n".join(each.string for each in tokens if each.type == COMMENT or each.string.startswith('"""'))


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
