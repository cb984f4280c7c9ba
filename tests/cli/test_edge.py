"""The edge: what is imported, how errors are said, and with which status a command ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.conftest import Run
from sarai.cli.root import SECTIONS, main, root

HEAVY = ("numpy", "lxml", "rich", "psycopg", "pyarrow", "cryptography", "msgspec", "sqlite3")
NAMES = [name for commands in SECTIONS.values() for name in commands]


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom sarai.cli import main\nstatus = main(['--help'])\n"
        f"print('loaded:', [m for m in {HEAVY!r} if m in sys.modules])\nsys.exit(status)"
    )
    ran = python(code)
    assert ran.returncode == 0
    assert ran.stdout.splitlines()[-1] == "loaded: []"


def test_every_command_is_listed_as_it_says_of_itself():
    context = click.Context(root)
    listed = {name: text for commands in SECTIONS.values() for name, (_, text) in commands.items()}
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(200) == listed[name], name


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(root)
    found = []
    for name in NAMES:
        command = root.get_command(context, name)
        below = getattr(command, "commands", {})
        found += [(f"{name} {each}", below[each]) for each in below] or [(name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_has_json_and_help(run: Run, name: str, command: click.Command):
    options = [option for parameter in command.params for option in parameter.opts]
    assert "--json" in options
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option))
    ran = run(*name.split(), "--help")
    assert ran.status == 0
    assert f"Usage: sarai {name}" in ran.out


def test_no_book_no_traceback(run: Run, tmp_path: Path):
    for command in (["balance"], ["verify"], ["checkpoint"], ["trace", "a/b"], ["where", "a/b"], ["expire"]):
        ran = run(*command, "--ledger", tmp_path / "none.db")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("sarai: no book at")
    assert not (tmp_path / "none.db").exists()


def test_no_ledger_is_a_usage_error(run: Run):
    ran = run("balance")
    assert ran.status == 2
    assert "--ledger" in ran.err
    assert "SARAI_LEDGER" in ran.err


def test_the_ledger_may_come_from_the_environment(run: Run, book: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SARAI_LEDGER", str(book))
    assert run("balance", "--json").json["rows"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-command"], "no-such-command"),
        (["balance", "--at", "yesterday"], "is not a time"),
        (["balance", "--at", "2026-01-01T00:00:00"], "no zone"),
        (["balance", "--at", "2026-01-01"], "2026-01-01T00:00:00+00:00"),
        (["trace", "no-slash"], "ISSUER/NUMBER"),
        (["trace", "a/b", "--method", "lifo"], "lifo"),
        (["post", "no-such-file"], "no-such-file"),
    ],
)
def test_wrong_usage_says_what_is_wrong(run: Run, book: Path, monkeypatch, arguments: list[str], said: str):
    monkeypatch.setenv("SARAI_LEDGER", str(book))
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_what_is_not_in_the_book_is_a_finding(run: Run, book: Path):
    for command in (["trace", "a/b"], ["where", "a/b"], ["prove", "a/b"]):
        ran = run(*command, "--ledger", book)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("sarai: no document a/b in the book")


def test_as_a_program(book: Path):
    ran = python("from sarai.cli import main; raise SystemExit(main())", "balance", "--ledger", str(book))
    assert ran.returncode == 0
    assert ran.stdout.isascii()
    assert ran.stderr == ""


def test_a_reader_that_leaves_is_no_fault(book: Path):
    code = "from sarai.cli import main; raise SystemExit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "trace", "customs/AST/02/1", "--ledger", str(book), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        assert process.wait() in (0, 1)
        assert "Traceback" not in process.stderr.read()


def test_a_file_that_cannot_be_written_is_no_fault_of_the_program(run: Run, book: Path, tmp_path: Path):
    out = tmp_path / "no" / "such" / "place"
    for command in (["checkpoint", "--out"], ["prove", "customs/AST/02/1", "--out"]):
        ran = run(*command, out, "--ledger", book)
        assert ran.status == 2
        assert f"sarai: {out}: No such file or directory" in ran.err


def test_standard_input(tmp_path: Path, documents: Path):
    code = "from sarai.cli import main; raise SystemExit(main())"
    ran = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            code,
            "post",
            "-",
            "--ledger",
            str(tmp_path / "b.db"),
            "--json",
        ],
        input=documents.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert json.loads(ran.stdout)["posted"] == 9


def test_the_same_in_postgresql(run: Run, postgres_url: str, documents: Path, book: Path):
    ledger = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema=cli"
    assert run("post", documents, "--ledger", ledger, "--json").json["posted"] == 9
    assert run("verify", "--ledger", ledger).status == 0
    for question in (["balance"], ["trace", "customs/AST/02/1"], ["where", "KZ-A/W-1"]):
        asked = [run(*question, "--ledger", each, "--json").json for each in (ledger, book)]
        assert asked[0] == asked[1]


def test_a_missing_package_names_the_extra_that_brings_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "ibis", None)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n")
    assert main(["flows", "load", str(table), "--store", str(tmp_path / "s")]) == 2
    assert "pip install 'sarai[flows]'" in capsys.readouterr().err
