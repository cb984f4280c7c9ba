"""What is documented is there, what is there is documented, and what can be typed works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from cli.test_edge import commands
from sarai.cli.root import FAULT, INTERRUPTED
from sarai.goods import KINDS, Code, FactCode, Regime

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs/commands.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """What docs/commands.md says of a command."""
    found = re.search(rf"^### sarai {name}\n(.*?)(?=^##|\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md does not tell of sarai {name}"
    return found[1]


def options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (*parameter.opts, *parameter.secondary_opts)


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_option_is_documented_where_it_belongs(name: str, command: click.Command):
    told = set(re.findall(r"`(--[a-z-]+)`", "\n".join(re.findall(r"^\|.*?\|", section(name), re.MULTILINE))))
    assert told == set(options(command))


def test_no_command_is_told_of_that_is_not_there():
    told = re.findall(r"^### sarai (.+)$", COMMANDS, re.MULTILINE)
    assert sorted(told) == sorted(name for name, _ in commands())


def test_every_setting_is_documented():
    settings = {
        (parameter.envvar, parameter.opts[0])
        for _, command in commands()
        for parameter in command.params
        if parameter.envvar
    }
    assert settings == set(re.findall(r"^\| `(SARAI_\w+)` \| `(--[\w-]+)`", COMMANDS, re.MULTILINE))


def test_every_exit_status_is_documented():
    told = {int(status) for status in re.findall(r"^\| (\d+) \|", COMMANDS, re.MULTILINE)}
    assert told == {0, 1, 2, FAULT, INTERRUPTED}


@pytest.mark.parametrize("kind", [*KINDS, *(regime.value for regime in Regime)])
def test_the_glossary_has_every_kind_and_regime(kind: str):
    assert f"\n| `{kind}` | " in GLOSSARY


@pytest.mark.parametrize("code", [*Code, *FactCode], ids=lambda code: code.name)
def test_the_glossary_has_every_code(code: Code | FactCode):
    assert f"\n| {int(code)} | {code.name} | " in GLOSSARY


def test_the_glossary_has_no_other_codes():
    told = {(int(code), name) for code, name in re.findall(r"^\| (\d+) \| (\w+) \|", GLOSSARY, re.MULTILINE)}
    assert told == {(int(code), code.name) for code in (*Code, *FactCode)}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    "picture", sorted((ROOT / "docs/pictures").glob("*.svg")), ids=lambda path: path.name
)
def test_pictures_are_sound_and_say_what_they_show(picture: Path):
    tree = ElementTree.parse(picture).getroot()
    below = {child.tag.rpartition("}")[2] for child in tree}
    assert {"title", "desc", "style"} <= below
    assert "prefers-color-scheme: dark" in picture.read_text(encoding="utf-8")


def blocks(page: str, language: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """An empty directory with the examples in it."""
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    return tmp_path


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_commands_of_a_page_work(page: str, bench: Path):
    (bench / "sarai").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sarai.cli "$@"\n')
    (bench / "sarai").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SARAI_")}
    environment["PATH"] = f"{bench}:{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", blocks(page, "sh")],
        cwd=bench, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (bench / "way.svg").exists()


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_python_of_a_page_works(page: str, bench: Path):
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks(page, "python")],
        cwd=bench, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "2026-000117" in ran.stdout
    assert "DE" in ran.stdout
