"""sarai simulate, schema, tour."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from cli.conftest import STORY, Run


def test_simulate_writes_a_run(run: Run, tmp_path: Path):
    out = tmp_path / "run"
    told = run("simulate", "--out", out, "--traders", 30, "--days", 4, "--seed", 3, "--json").json
    files = {path.name: len(path.read_bytes().splitlines()) for path in out.iterdir()}
    assert told["files"] == files
    assert files["documents.jsonl"] == files["arrivals.jsonl"] > 20


def test_simulate_says_what_is_wrong(run: Run, tmp_path: Path):
    ran = run("simulate", "--out", tmp_path, "--traders", 3)
    assert ran.status == 2
    assert "traders 3" in ran.err


def test_honest_papers_all_post_in_strict_mode(run: Run, tmp_path: Path):
    run("simulate", "--out", tmp_path, "--traders", 40, "--days", 5, "--honest")
    assert run("post", tmp_path / "documents.jsonl", "--ledger", tmp_path / "b.db").status == 0


def test_the_schema_fits_the_story(run: Run, tmp_path: Path):
    schema = run("schema").json
    validator = jsonschema.Draft202012Validator(schema)
    for document in STORY:
        validator.validate(document)
    assert run("schema", "--out", tmp_path / "s.json", "--json").json == {"file": str(tmp_path / "s.json")}
    assert json.loads((tmp_path / "s.json").read_text()) == schema


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A tour once taken: where, and what it told."""
    directory = tmp_path_factory.mktemp("tour")
    size = ("--traders", "250", "--days", "24", "--seed", "1")
    command = [sys.executable, "-m", "sarai.cli", "tour", "--dir", str(directory), *size, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return directory, json.loads(ran.stdout)


def test_the_tour_finds_what_was_staged(toured: tuple[Path, dict]):
    directory, told = toured
    assert told["verified"]["ok"]
    assert [check["holds"] for check in told["proved"]["checks"]] == [True, True, True]
    story = told["diverted"]["story"]
    assert (story[0]["kind"], story[-1]["kind"]) == ("transit", "exit")
    assert any(note.startswith("diverted") for each in story for note in each["noticed"])
    assert told["traced"]["steps"][-1]["giver"]["party"].startswith("abroad:")
    assert story[0]["document"] in truly_diverted(directory)
    assert told["watched"]["alerts"] > 0
    assert told["watched"]["weightiest"][0]["words"]


def truly_diverted(directory: Path) -> set[str]:
    """The transits of the false transits that were staged, as the truth has them."""
    records = map(json.loads, (directory / "truth.jsonl").read_text().splitlines())
    cases = [each for each in records if each["record"] == "scheme" and each["scheme"] == "false_transit"]
    return {
        f"{document['issuer']}/{document['number']}"
        for case in cases
        if case["variant"] == "rerouted"
        for document in case["documents"]
        if document["kind"] == "transit"
    }


def test_what_the_tour_says_to_try_works(run: Run, toured: tuple[Path, dict]):
    directory, told = toured
    assert len(told["next"]) == 4
    for command in map(shlex.split, told["next"]):
        assert run(*command[command.index("sarai.cli") + 1 :]).status == 0, command
    assert (directory / "trace.svg").exists()


def test_the_tour_for_people(run: Run, tmp_path: Path):
    """So few traders that nothing is diverted: it says so and goes on."""
    ran = run("tour", "--dir", tmp_path / "a b", "--traders", 25, "--days", 6)
    assert ran.status == 0
    assert ran.out.isascii()
    assert "The book holds" in ran.out
    assert f"'{tmp_path / 'a b' / 'proof.json'}'" in ran.out
