"""What docs/watch.md shows of adding a typology works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import watching

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "watch.md").read_text(encoding="utf-8")


def code() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_a_typology_of_ones_own_is_a_function_and_a_row(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    papers = watching.in_order(
        [
            watching.imported("1", watching.on(0), "T1", watching.line("090111", 10), country="BR"),
            watching.exported("2", watching.on(3), "T1", watching.line("090111", 4), country="BR"),
            watching.exported("3", watching.on(4), "T1", watching.line("090111", 4), country="UZ"),
            watching.exported("4", watching.on(60), "T1", watching.line("090111", 2), country="BR"),
        ]
    )
    with watching.booked(papers, "book.db"):
        pass
    names: dict = {}
    for block in code():
        exec(block, names)
    said = capsys.readouterr().out.splitlines()
    told = "sent-back customs/2 sends goods of 090111 back to BR, 3.0 days after they came from there."
    assert [line for line in said if line.startswith("sent-back")] == [told]
