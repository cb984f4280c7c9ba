"""sarai checkpoint, prove, key: what leaves the house, so that others need not trust its keeper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.options import named
from sarai.cli.output import answer, note, plain
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.cli.checking import Check
    from sarai.ledger import ConsistencyProof, InclusionProof, SigningKey, VerifierKey

MARKS = {True: "holds", False: "FAILS", None: "unknown"}
STYLES = {True: "green", False: "bold red", None: "yellow"}


@click.command()
@options.ledger
@options.key
@click.option("--size", type=click.IntRange(0), metavar="N", help="Of the log when it had so many entries.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it to this file.")
@options.as_json
def checkpoint(ledger: str, key: str | None, size: int | None, out: str | None, as_json: bool) -> int:
    """The size and root of the book, signed (C2SP tlog-checkpoint).

    Give it to partners: whoever keeps it can tell if the book is ever rewritten. Without --key it is
    not signed.
    """
    with options.open_book(ledger) as book:
        text = book.checkpoint(*_keys(key), size=size)
    if out:
        Path(out).write_text(text, encoding="utf-8")
    lines = text.split("\n")
    value = {"origin": lines[0], "size": int(lines[1]), "root": lines[2], "signed": bool(key), "note": text}
    said = f"Written to {out}" if out else text.rstrip("\n")
    answer(as_json, value, lambda screen: screen.print(said, soft_wrap=True))
    return 0


def _keys(path: str | None) -> list[SigningKey]:
    from sarai.ledger import SigningKey

    return [SigningKey.load(Path(path))] if path else []


@click.command()
@options.document(required=False)
@click.option("--ledger", metavar="URL", envvar="SARAI_LEDGER", show_envvar=True,
              help="The book: path of a SQLite file, or postgresql://... (not for --check).")  # fmt: skip
@options.key
@click.option("--version", type=click.IntRange(1), metavar="N", help="This version, not the latest.")
@click.option(
    "--size", type=click.IntRange(0), metavar="N", help="Against the log when it had so many entries."
)
@click.option("--consistency", type=click.IntRange(1), metavar="OLD",
              help="Of no document: that the log of this size is how today's begins.")  # fmt: skip
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write the proof to this file.")
@click.option("--check", "check_file", metavar="PROOF", type=click.Path(exists=True, dir_okay=False),
              help="Check this proof file; needs no book.")  # fmt: skip
@click.option("--verifier", metavar="KEY", envvar="SARAI_VERIFIER", show_envvar=True,
              help="The keeper's verifier key, or a file that holds it: checks who signed.")  # fmt: skip
@options.as_json
def prove(issuer: str | None, number: str | None, **asked: Any) -> int:
    """Prove that a document is in the book, or check a proof.

    The proof is a JSON file for whoever holds the document. docs/proofs.md says how to check it
    without this program; --check does it with.
    """
    if asked["check_file"]:
        return _check(asked["check_file"], asked["verifier"], asked["as_json"])
    if (issuer is None) == (asked["consistency"] is None):
        raise click.UsageError("name one document (ISSUER/NUMBER), or --consistency OLD, or --check PROOF")
    if not asked["ledger"]:
        raise click.UsageError("name the book: --ledger URL, or the environment variable SARAI_LEDGER")
    made = _made(issuer, number, asked)
    if asked["out"]:
        text = json.dumps(plain(made), ensure_ascii=False, indent=2) + "\n"
        Path(asked["out"]).write_text(text, encoding="utf-8")
    answer(asked["as_json"], made, lambda screen: _show_made(screen, made, asked["out"], bool(asked["key"])))
    return 0


def _made(issuer: str | None, number: str | None, asked: dict[str, Any]) -> InclusionProof | ConsistencyProof:
    keys = _keys(asked["key"])
    with options.open_book(asked["ledger"]) as book:
        if issuer is None:
            return book.prove_consistency(asked["consistency"], *keys, new=asked["size"])
        return book.prove(*named(issuer, number), *keys, version=asked["version"], size=asked["size"])


def _show_made(screen: Console, made: Any, out: str | None, signed: bool) -> None:
    hashes = len(made.hashes)
    if hasattr(made, "index"):
        screen.print(
            f"Entry {made.index + 1:,} is in the log of {made.size:,} entries: proved by {hashes} hashes."
        )
        screen.print(f"Root: {made.root}", soft_wrap=True)
    else:
        old, new = f"{made.old_size:,}", f"{made.new_size:,}"
        screen.print(f"The log of {new} entries goes on from that of {old} ({hashes} hashes).")
        screen.print(f"Roots: {made.old_root} and {made.new_root}", soft_wrap=True)
    if not signed:
        note(screen, "The checkpoint in it is not signed: give --key FILE.")
    note(screen, f"Written to {out}" if out else "The proof itself: --out FILE or --json.")


def _check(path: str, verifier: str | None, as_json: bool) -> int:
    from sarai.cli.checking import check, read_proof

    key = _verifier(verifier) if verifier else None
    checks = check(read_proof(Path(path).read_bytes(), path), key)
    ok = all(step.holds is not False for step in checks)
    answer(as_json, {"ok": ok, "checks": checks}, lambda screen: show_checks(screen, checks))
    return 0 if ok else FINDINGS


def _verifier(text: str) -> VerifierKey:
    from sarai.ledger import VerifierKey

    if "+" not in text and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8").strip()
    return VerifierKey.parse(text)


def show_checks(screen: Console, checks: list[Check]) -> None:
    """Each step of a check, and whether it holds."""
    from rich.text import Text

    for step in checks:
        mark = Text(f"{MARKS[step.holds]:<8}", style=STYLES[step.holds])
        screen.print(mark + Text(step.what, style="bold"))
        screen.print(f"        {step.found}", soft_wrap=True)


@click.group()
def key() -> None:
    """Keys that sign checkpoints."""


@key.command("new")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--name", required=True, metavar="ORIGIN",
              help="Whose key it is, like a URL without scheme: best the book's origin.")  # fmt: skip
@options.as_json
def new_key(file: str, name: str, as_json: bool) -> int:
    """Make a key and print its public half.

    The secret goes to FILE, which must be new and is readable by its owner alone. The verifier key is
    for everybody: hand it to partners by a way that they trust.
    """
    from sarai.ledger import SigningKey

    made = SigningKey.generate(name)
    made.save(Path(file))
    value = {"file": file, "name": name, "verifier": str(made.verifier)}
    answer(as_json, value, lambda screen: screen.print(value["verifier"], soft_wrap=True))
    return 0
