"""Style as a test: what the linter does not see of the house's rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "sarai"
MODULES = sorted(SRC.rglob("*.py"))
MAX_FUNCTION = 60
MAX_MODULE = 600
EDGE = "cli"  # where a process ends, and words go to the screen
ISOLATES = SRC / "watch" / "engine.py"  # one typology that fails, whatever its fault, stops no other
OF_TRACE = {"ancestry", "arrow", "blend", "bounds", "cone", "lineage", "trace", "way"}  # shares are ratios

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

pytestmark = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every part of a module's syntax."""
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def in_room(path: Path, room: str) -> bool:
    return path.relative_to(SRC).parts[0] == room


def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE


def test_functions_are_short(path):
    lengths = {
        f"{node.name}, line {node.lineno}": node.end_lineno - node.lineno + 1
        for node in nodes(path)
        if isinstance(node, FUNCTIONS)
    }
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION} == {}


def test_faults_are_caught_by_name(path):
    """``BaseException`` may be seen on its way, if it is raised again."""
    broad = [
        node.lineno
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not raises_again(node)
    ]
    assert in_room(path, EDGE) or broad == [] or (path == ISOLATES and len(broad) == 1)


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {name.id for name in caught if isinstance(name, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_nothing_is_printed(path):
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    printed = [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id in ("print", "pprint")]
    assert in_room(path, EDGE) or printed == []


def test_what_is_public_is_explained(path):
    module = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(module) else ["the module"]
    assert silent + list(unexplained(module)) == []


def unexplained(scope: ast.AST, prefix: str = "") -> Iterator[str]:
    """Public classes and functions without a docstring."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_"):
            name = f"{prefix}{node.name}"
            if not ast.get_docstring(node):
                yield f"{name}, line {node.lineno}"
            if isinstance(node, ast.ClassDef):
                yield from unexplained(node, f"{name}.")


def test_no_float_in_the_ledger(path):
    """Quantities are integers. A duration in seconds, so named, may have a fraction."""
    if not in_room(path, "ledger") or path.stem in OF_TRACE:
        return
    module = ast.parse(path.read_text(encoding="utf-8"))
    assignments = [node for node in ast.walk(module) if isinstance(node, ast.Assign)]
    durations = {id(node.value) for node in assignments if ast.unparse(node.targets[0]).endswith("_S")}
    floats = [node for node in ast.walk(module) if is_float(node) and id(node) not in durations]
    assert [node.lineno for node in floats] == []


def is_float(node: ast.AST) -> bool:
    literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    return literal or (isinstance(node, ast.Call) and ast.unparse(node.func) == "float")
