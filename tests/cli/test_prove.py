"""sarai verify, checkpoint, key, prove, expire, new: the book and its proofs from outside."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest

from cli.conftest import Run

EXPORT = "customs/AST/02/1"
ORIGIN = "sarai.local/book"


@pytest.fixture
def key(run: Run, tmp_path: Path) -> tuple[Path, str]:
    """A key file, and its verifier key."""
    path = tmp_path / "keeper.key"
    return path, run("key", "new", path, "--name", ORIGIN, "--json").json["verifier"]


@pytest.fixture
def proof(run: Run, book: Path, tmp_path: Path, key: tuple[Path, str]) -> Path:
    path = tmp_path / "proof.json"
    assert run("prove", EXPORT, "--ledger", book, "--key", key[0], "--out", path).status == 0
    return path


def test_verify(run: Run, book: Path):
    told = run("verify", "--ledger", book, "--json")
    assert told.status == 0
    assert (told.json["ok"], told.json["entries"], told.json["findings"]) == (True, 11, [])


def test_verify_finds_what_was_altered(run: Run, book: Path):
    with sqlite3.connect(book) as connection:
        connection.execute("UPDATE movement SET quantity = quantity + 1 WHERE id = 1")
    connection.close()
    ran = run("verify", "--ledger", book, "--json")
    assert ran.status == 1
    assert not ran.json["ok"]
    assert any(finding["table"] == "movement" for finding in ran.json["findings"])
    assert "does not hold" in run("verify", "--ledger", book).out


def test_a_key_is_secret_and_never_overwritten(run: Run, key: tuple[Path, str]):
    path, verifier = key
    assert verifier.startswith(f"{ORIGIN}+")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert run("key", "new", path, "--name", ORIGIN).status == 2
    assert path.read_bytes() == before


def test_a_checkpoint_is_signed_only_with_a_key(run: Run, book: Path, key: tuple[Path, str], tmp_path: Path):
    bare = run("checkpoint", "--ledger", book).out
    assert bare.splitlines()[:2] == [ORIGIN, "11"]
    out = tmp_path / "checkpoint"
    told = run("checkpoint", "--ledger", book, "--key", key[0], "--out", out, "--json").json
    assert told["signed"]
    assert out.read_text() == told["note"]
    assert told["note"].startswith(bare)
    assert f"\n\n— {ORIGIN} " in told["note"]


def test_a_proof_is_checked_without_the_book(run: Run, book: Path, proof: Path, key: tuple[Path, str]):
    book.unlink()
    ran = run("prove", "--check", proof, "--verifier", key[1], "--json")
    assert ran.status == 0
    assert [check["holds"] for check in ran.json["checks"]] == [True, True, True]


def test_a_verifier_key_may_be_in_a_file(run: Run, proof: Path, key: tuple[Path, str], tmp_path: Path):
    file = tmp_path / "verifier"
    file.write_text(key[1] + "\n")
    assert run("prove", "--check", proof, "--verifier", file).status == 0


def test_without_a_verifier_key_the_signer_is_unknown(run: Run, proof: Path):
    ran = run("prove", "--check", proof, "--json")
    assert ran.status == 0
    assert [check["holds"] for check in ran.json["checks"]] == [True, True, None]


@pytest.mark.parametrize(
    ("field", "change", "broken"),
    [
        ("document", lambda text: text.replace('"KG"', '"RU"'), 0),
        ("lines", lambda text: text.replace("5\n", "6\n", 1), 1),
        ("hashes", lambda hashes: hashes[::-1], 1),
        ("index", lambda index: index + 1, 1),
        ("root", lambda root: "A" * 43 + "=", 2),
        ("checkpoint", lambda text: text.replace("11", "12", 1), 2),
    ],
)
def test_whatever_is_altered_in_a_proof_is_found(
    run: Run, proof: Path, key: tuple[Path, str], field: str, change, broken: int
):
    made = json.loads(proof.read_text())
    altered = {**made, field: change(made[field])}
    assert altered != made
    proof.write_text(json.dumps(altered))
    ran = run("prove", "--check", proof, "--verifier", key[1], "--json")
    assert ran.status == 1
    assert ran.json["checks"][broken]["holds"] is False
    assert "FAILS" in run("prove", "--check", proof, "--verifier", key[1]).out


def test_another_keeper_is_found_out(run: Run, proof: Path, tmp_path: Path):
    other = run("key", "new", tmp_path / "other.key", "--name", ORIGIN, "--json").json["verifier"]
    ran = run("prove", "--check", proof, "--verifier", other, "--json")
    assert ran.status == 1
    assert [check["holds"] for check in ran.json["checks"]] == [True, True, False]


def test_consistency(run: Run, book: Path, tmp_path: Path, key: tuple[Path, str]):
    old = run("checkpoint", "--ledger", book, "--size", 4, "--json").json
    path = tmp_path / "proof.json"
    made = run("prove", "--consistency", 4, "--ledger", book, "--key", key[0], "--out", path, "--json").json
    assert (made["old_root"], made["new_size"]) == (old["root"], 11)
    assert run("prove", "--check", path, "--verifier", key[1]).status == 0
    path.write_text(json.dumps({**made, "old_root": made["new_root"]}))
    assert run("prove", "--check", path, "--verifier", key[1]).status == 1


def test_what_is_no_proof_is_a_usage_error(run: Run, documents: Path):
    ran = run("prove", "--check", documents)
    assert ran.status == 2
    assert str(documents) in ran.err


@pytest.mark.parametrize("wrong", [(), ("a/b", "--consistency", "3")])
def test_one_thing_is_proved_at_a_time(run: Run, book: Path, wrong: tuple):
    assert run("prove", *wrong, "--ledger", book).status == 2


def test_expire(run: Run, book: Path):
    told = run("expire", "--ledger", book, "--json").json
    assert told == {"expired": 1, "entries": [12]}
    assert run("expire", "--ledger", book, "--json").json["expired"] == 0
    assert "No waybill" in run("expire", "--ledger", book).out


def test_new_keeps_its_settings(run: Run, tmp_path: Path, documents: Path):
    ledger = tmp_path / "own.db"
    told = run("new", "--ledger", ledger, "--origin", "customs.example/book", "--attribution", "proportional",
               "--authority", "customs", "--json").json  # fmt: skip
    assert told == {
        "attribution": "proportional", "authorities": ["customs"], "origin": "customs.example/book",
    }  # fmt: skip
    run("post", documents, "--ledger", ledger)
    assert run("checkpoint", "--ledger", ledger, "--json").json["origin"] == "customs.example/book"
    ran = run("new", "--ledger", ledger)
    assert ran.status == 2
    assert "proportional" in ran.err
