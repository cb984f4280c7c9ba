"""`python -m benchmarks [posting] [postgres] [trace] [memory] [--quick] [--json]`."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import publish

QUESTIONS = ("posting", "postgres", "trace", "memory")
OUT = Path("out")


def main() -> None:
    """Ask the questions, show and keep the answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Sarai beside its baselines.")
    parser.add_argument("questions", nargs="*", choices=QUESTIONS, help="by default all")
    parser.add_argument("--quick", action="store_true", help="two minutes instead of twenty; rougher")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    given = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    reports = []
    for question in given.questions or QUESTIONS:
        with TemporaryDirectory(prefix="benchmark-", dir=OUT) as directory:
            reports.append(import_module(f"benchmarks.{question}").run(Path(directory), given.quick))
    publish(reports, OUT, as_json=given.json)


if __name__ == "__main__":
    main()
