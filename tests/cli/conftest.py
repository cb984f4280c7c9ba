"""A small book that the tests of commands ask: every figure in it can be reckoned by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sarai.cli import main

A, B = {"id": "KZ-A"}, {"id": "KZ-B"}
CHIPS, CARDS = "854231", "852352"


def paper(kind: str, name: str, day: int, **fields: Any) -> dict[str, Any]:
    """A document; ``name`` is issuer/number, parted at the first slash."""
    issuer, number = name.split("/", 1)
    return {"kind": kind, "issuer": issuer, "number": number, "time": f"2026-01-{day:02}T10:00:00Z", **fields}


def line(item: int, hs: str, quantity: str, unit: str = "KGM", **fields: Any) -> dict[str, Any]:
    return {"item": item, "hs": hs, "quantity": quantity, "unit": unit, **fields}


def about(name: str) -> dict[str, str]:
    issuer, number = name.split("/", 1)
    return {"issuer": issuer, "number": number}


STORY = [
    paper("import", "customs/ALA/01/1", 2, importer=A, place="ALA", country="DE",
          lines=[line(1, CHIPS, "100", origin="DE"), line(2, "847130", "200", "C62")]),
    paper("waybill", "KZ-A/W-1", 3, consignor=A, consignee=B, place="ALA", destination="AST",
          deadline="2026-01-20T00:00:00Z", lines=[line(1, CHIPS, "40")]),
    paper("answer", "KZ-B/R-1", 4, consignment=about("KZ-A/W-1"), decision="confirm"),
    paper("processing", "KZ-A/P-1", 5, processor=A, place="ALA", inputs=[line(1, CHIPS, "10")],
          outputs=[line(2, CARDS, "5", "C62")]),
    paper("export", "customs/AST/02/1", 6, exporter=B, place="AST", country="KG",
          lines=[line(1, CHIPS, "30")]),
    paper("export", "customs/ALA/02/2", 6, exporter=A, place="ALA", country="KG",
          lines=[line(1, CARDS, "2", "C62")]),
    paper("export", "customs/AST/02/3", 6, exporter=B, place="AST", country="RU",
          lines=[line(1, CHIPS, "1000")]),
    paper("waybill", "KZ-A/W-2", 7, consignor=A, consignee=B, place="ALA", destination="AST",
          deadline="2026-01-10T00:00:00Z", lines=[line(1, CHIPS, "20")]),
    paper("transit", "customs/URA/01/7", 8, principal=B, place="URA", destination="AST", country="PL",
          deadline="2026-01-18T00:00:00Z", lines=[line(1, CHIPS, "7")]),
    paper("diversion", "KZ-B/D-1", 9, consignment=about("customs/URA/01/7"), destination="RUREN",
          destination_country="RU"),
]  # fmt: skip


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its answer."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as a program would be run, with its output kept."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("SARAI_LEDGER", "SARAI_KEY", "SARAI_VERIFIER"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return Ran(status, *capsys.readouterr())

    return command


def write(path: Path, papers: list[dict[str, Any]], *more: str) -> Path:
    """Write documents as JSON Lines, and lines that are none after them."""
    path.write_text("".join(f"{each}\n" for each in [*map(json.dumps, papers), *more]), encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """The story as a file; its last line is no document."""
    return write(tmp_path / "documents.jsonl", STORY, '{"kind": "import", "issuer": ')


@pytest.fixture
def book(tmp_path: Path, documents: Path, run: Run) -> Path:
    """The story in a book; the export of 1,000 kg and the broken line are refused."""
    path = tmp_path / "book.db"
    assert run("post", documents, "--ledger", path).status == 1
    return path
