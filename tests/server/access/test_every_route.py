"""Every route and page, for every role and for nobody, against the table in docs/access.md.

The routes are the application's own, so one that is added is asked here too; what a route asks the table
for is heard while it answers. The expectation is written out in the docs: who has which right, and which
right each route asks for.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from sarai.server.access import RIGHTS, Role
from sarai.server.steps import ACTS

ROOT = Path(__file__).resolve().parents[3]
DOCS = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
SOURCES = ROOT / "src" / "sarai" / "server"
SCRIPT = Path(__file__).with_name("every_route.py")
ROLES = [role.value for role in Role]

OPEN = {
    r"/api/v1/openapi\.json": "it tells how to ask, and nothing of the book",
    r"/api/\{rest:path\}": "there is nothing: 404 or 405 for everybody",
    r"/look/\{name\}": "style sheets and fonts, which the page for signing in needs too",
    r"/favicon\.ico": "a picture",
    r"/_nicegui(_ws|/).*": "scripts of pages, and what a page's own unguessable name opens",
    "": "where the pages hang: each is listed by itself",
}
"""What asks for no right, and why that is right."""

UNUSED: dict[str, str] = {}
"""Rights that nothing asks for, and why they stand in the table."""

WITHOUT_METHOD = ("MOUNT", "WEBSOCKET")
SOCKETS = {"/epcis/queries/{queryName}/events": "epcis.query"}
"""WebSockets: they close what they do not let in, which their own tests show."""

Told = dict[str, Any]


def table() -> dict[str, dict[str, str]]:
    """The table of the docs: a scope, or nothing, by right and role."""
    rows = re.findall(rf"^\| `([a-z.]+)` \|((?:[a-z ]*\|){{{len(ROLES)}}})", DOCS, re.MULTILINE)
    return {right: dict(zip(ROLES, map(str.strip, cells.split("|")), strict=False)) for right, cells in rows}


def routes() -> dict[tuple[str, str], str]:
    """The routes of the docs: the right that each asks for first."""
    found = {}
    for right, cell in re.findall(r"^\| `([a-z.]+)` \| (`[A-Z][^|]*) \|$", DOCS, re.MULTILINE):
        for methods, path in re.findall(r"`([A-Z ]+) (/[^`]*)`", cell):
            found |= {(method, path): right for method in methods.split()}
    return found


@pytest.fixture(scope="module")
def told() -> list[Told]:
    """What was asked and answered, in a process of its own: NiceGUI has one application to a process."""
    pytest.importorskip("nicegui", reason="pages need NiceGUI")
    ran = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, timeout=400, check=False
    )
    assert ran.returncode == 0, ran.stderr[-4_000:]
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture(scope="module")
def answers(told: list[Told]) -> list[Told]:
    """The answers of routes to the methods that they take."""
    return [
        each for each in told
        if "status" in each and each.get("taken", True) and "act" not in each and not is_open(each["path"])
    ]  # fmt: skip


def is_open(path: str) -> bool:
    return any(re.fullmatch(pattern, path) for pattern in OPEN)


def test_the_docs_have_the_whole_table():
    assert set(table()) == set(RIGHTS)
    assert all(set(row) == set(ROLES) for row in table().values())


def test_every_route_asks_for_a_right_before_all_else(answers: list[Told]):
    assert {(each["method"], each["path"]) for each in answers if not each["asked"]} == set()


def test_every_route_asks_for_the_right_that_the_docs_say(answers: list[Told]):
    asked: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in answers:
        if each["role"] == Role.NOBODY.value:
            asked[each["asked"][0]][each["path"]].append(each["method"])
    lines = {
        f"| `{right}` | " + ", ".join(f"`{' '.join(paths[path])} {path}`" for path in sorted(paths)) + " |"
        for right, paths in asked.items()
    }
    missing = sorted(line for line in lines if line not in DOCS.splitlines())
    assert not missing, "docs/access.md should say:\n" + "\n".join(missing)
    assert set(routes()) == {(each["method"], each["path"]) for each in answers}


def test_what_a_route_declares_is_what_it_asks_for(told: list[Told], answers: list[Told]):
    declared = {
        (each["method"], each["path"]): each["declared"] for each in told if each.get("declared") is not None
    }
    asked = {(each["method"], each["path"]): each["asked"][0] for each in answers}
    assert len(declared) > 100
    assert {name: asked[name] for name in declared if name in asked} == {
        name: right for name, right in declared.items() if name in asked
    }
    assert {name for name in declared if name not in asked} == set()


def test_each_role_is_answered_as_the_table_says(answers: list[Told]):
    rights, may, wrong = routes(), table(), []
    for each in answers:
        right = rights[each["method"], each["path"]]
        lets = bool(may[right][each["role"]])
        let_in = not each["no"] and each["status"] != 401 and not each["to"].startswith("/login?next=")
        turned_away = {401, 303} if each["role"] == "nobody" else {403, 200}
        if lets != let_in or not (lets or each["status"] in turned_away):
            wrong.append((each["method"], each["path"], each["role"], each["status"], right))
    assert wrong == []


def test_every_role_was_asked_for_on_every_route(answers: list[Told]):
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in answers:
        asked[each["method"], each["path"]].add(each["role"])
    may = table()["stream.read"]
    without = {role for role in ROLES if may[role]}  # whoever may follow a stream is answered without end
    for (_, path), roles in asked.items():
        assert roles == set(ROLES) - (without if path.endswith("/stream") else set()), path
    assert len(asked) > 100


def test_no_answer_is_a_fault(told: list[Told]):
    provider = "/oidc/"  # which does not answer here
    found = [each for each in told if each.get("status", 0) >= 500 and not each["path"].startswith(provider)]
    assert found == []


def test_a_method_that_no_route_takes_is_told_so(told: list[Told]):
    assert {each["status"] for each in told if each.get("taken") is False} <= {404, 405}


def test_each_act_on_a_case_needs_its_own_right_too(told: list[Told]):
    may = table()
    for each in told:
        if "act" in each:
            lets = may["cases.act"][each["role"]] and may[ACTS[each["act"]].right][each["role"]]
            expected = 404 if lets else (401 if each["role"] == "nobody" else 403)
            assert each["status"] == expected, each
    assert {each["act"] for each in told if "act" in each} == set(ACTS)


def test_sockets_are_known(told: list[Told]):
    found = {each["path"] for each in told if each["method"] == "WEBSOCKET"}
    assert {path for path in found if not is_open(path)} == set(SOCKETS)


def test_every_right_is_asked_for_somewhere(answers: list[Told]):
    heard = {right for each in answers for right in each["asked"]}
    written = {
        right
        for path in SOURCES.rglob("*.py") if path.name != "rules.py"
        for right in re.findall(r'"([a-z]+\.[a-z]+)"', path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert set(RIGHTS) - heard - written == set(UNUSED)
