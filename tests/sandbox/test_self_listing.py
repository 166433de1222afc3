"""A fault or a dialect that no test uses does not count."""

import ast
from itertools import chain
from pathlib import Path

from plannr_api.sandbox import DIALECTS, FAULTS

CALLS = [
    node
    for path in Path(__file__).parent.glob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call)
]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_kind_of_fault_is_seen_by_a_test() -> None:
    used = {keyword.arg for call in CALLS if called(call) == "fail" for keyword in call.keywords}
    assert set(FAULTS) - used == set()


def test_every_value_of_every_dialect_is_used_by_a_test() -> None:
    keywords = chain.from_iterable(call.keywords for call in CALLS if called(call) in {"make", "speak"})
    used = {(word.arg, word.value.value) for word in keywords if isinstance(word.value, ast.Constant)}
    known = {(name, value) for name, values in DIALECTS.items() for value in values}
    assert known - used == set()
