"""sarai simulate, schema: made-up documents, and the format of all documents."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sarai.cli import options
from sarai.cli.output import answer, busy, grid


@click.command()
@click.option("--out", required=True, metavar="DIR", type=click.Path(file_okay=False), help="Where to write.")
@click.option("--days", type=int, default=30, show_default=True, help="How long.")
@click.option("--traders", type=int, default=2_000, show_default=True, help="How many.")
@options.seed
@click.option("--honest", is_flag=True, help="Nobody cheats, and no paper is late, lost or wrong.")
@options.as_json
def simulate(out: str, days: int, traders: int, seed: int, honest: bool, as_json: bool) -> int:
    """Write the documents of a made-up transit state.

    documents.jsonl is for sarai post; arrivals.jsonl says when each line of it was handed in,
    register.jsonl who the firms are, truth.jsonl what really happened.
    """
    from sarai.simulation import Scenario, write

    scenario = (Scenario.honest if honest else Scenario)(traders=traders, days=days)
    directory = Path(out)
    with busy("simulating"):
        write(scenario, seed, directory)
    files = {path.name: _lines(path) for path in sorted(directory.glob("*.jsonl"))}
    value = {"directory": out, "seed": seed, "files": files}

    def show(screen) -> None:
        rows = [[name, f"{count:,}"] for name, count in files.items()]
        screen.print(grid(screen, [f"Written to {out}", ">lines"], rows))
        command = f"sarai post {directory / 'documents.jsonl'} --observe --clock documents --ledger BOOK.db"
        screen.print(f"\nNext: {command}", style="dim", soft_wrap=True)

    answer(as_json, value, show)
    return 0


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


@click.command()
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it to this file.")
@options.as_json
def schema(out: str | None, as_json: bool) -> int:
    """The format of documents as JSON Schema (draft 2020-12).

    It is JSON with --json or without.
    """
    from sarai.intake import schema as made

    text = json.dumps(made(), ensure_ascii=False, indent=2)
    if out:
        Path(out).write_text(text + "\n", encoding="utf-8")
        answer(as_json, {"file": out}, lambda screen: screen.print(f"Written to {out}"))
    else:
        click.echo(text)
    return 0
