"""A process that posts, and may be killed at any moment.

Run as ``poster.py BOOK PAPERS FIRST HABIT``: says ``ready``, waits for a line, then posts the batches of
the file of papers from number FIRST on. What the book acknowledges is told at once, an entry a line:
batch, entry, code, and entry 0 for the end of a batch.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path

import papers
import short_runs

import sarai


def main(url: str, path: str, first: int, habit: str) -> None:
    """Post, with a habit: ``record`` only, ``flush`` after every batch, or ``reopen`` the book for each."""
    with Path(path).open("rb") as file:
        lines = list(islice(file, first, None))
    os.write(1, b"ready\n")
    sys.stdin.readline()
    book = sarai.open(url)
    for number, line in enumerate(lines, first):
        for results in papers.post(book, papers.decode(line)):
            tell(number, results)
        os.write(1, f"{number} 0 0\n".encode())
        if habit == "flush":
            book.flush()
        if habit == "reopen":
            book.close()
            book = sarai.open(url)
    book.close()


def tell(number: int, results: list) -> None:
    """All of a commit at once."""
    lines = "".join(f"{number} {result.entry} {result.code:d}\n" for result in results)
    os.write(1, lines.encode())


if __name__ == "__main__":
    short_runs.shorten()
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
