"""What a reviewer would otherwise have to say each time."""

import ast
import inspect
import re
import statistics
from pathlib import Path

import pytest

import plannr_api
from plannr_api import PlannrError

ROOM = Path(plannr_api.__file__).parent
FILES = sorted(file for file in ROOM.rglob("*.py") if "sandbox" not in file.relative_to(ROOM).parts)
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOM)))


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    """Lines of a function's own statements, without its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_public_name_says_what_it_is() -> None:
    for name in plannr_api.__all__:
        thing = getattr(plannr_api, name)
        if not inspect.isclass(thing):
            continue
        assert thing.__doc__, name
        methods = inspect.getmembers(thing, inspect.isfunction)
        own = [method for _, method in methods if method.__module__.startswith("plannr_api")]
        assert not [f.__qualname__ for f in own if not f.__name__.startswith("_") and not f.__doc__], name


def test_every_error_is_exported() -> None:
    errors = [PlannrError, *PlannrError.__subclasses__()]
    errors += [deeper for error in errors[1:] for deeper in error.__subclasses__()]
    assert {error.__name__ for error in errors} <= set(plannr_api.__all__)
    assert len(errors) <= 11


@each_file
def test_a_file_is_small_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text))


@each_file
def test_functions_are_short(file: Path) -> None:
    assert [each.name for each in functions(ast.parse(file.read_text())) if length(each) > 30] == []


def test_the_usual_function_is_very_short() -> None:
    lengths = [length(each) for file in FILES for each in functions(ast.parse(file.read_text()))]
    assert statistics.median(lengths) <= 8


@each_file
def test_only_the_transport_knows_requests(file: Path) -> None:
    imports = re.findall(r"^\s*(?:from|import) (requests|urllib3|http\.client)\b", file.read_text(), re.M)
    assert not imports or file == ROOM / "transport" / "sender.py"


@each_file
def test_only_the_sign_in_knows_oauthlib(file: Path) -> None:
    imports = re.findall(r"^\s*(?:from|import) oauthlib\b", file.read_text(), re.M)
    assert not imports or file in (ROOM / "oauth.py", ROOM / "tokens.py")


@each_file
def test_the_client_knows_neither_the_board_nor_the_sandbox(file: Path) -> None:
    assert not re.search(r"^\s*(?:from|import) (django|kanban|plannr_api\.sandbox)\b", file.read_text(), re.M)


def test_the_package_is_typed() -> None:
    assert (ROOM / "py.typed").exists()
