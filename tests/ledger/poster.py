"""A process that posts, and may be killed at any moment.

Says ``ready`` and waits for a line of orders: the book, a file of papers, the number of the batch to
begin with, and a habit. What the book acknowledges is told at once, an entry a line: batch, entry, code,
hash of what was handed in; entry 0 stands for the end of a batch.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import islice
from pathlib import Path

import papers
import short_runs

REST_S = 0.002  # SQLite gives the turn to whoever asks just then; others wait up to 0.1 s to ask again


def main(url: str, path: str, first: str, habit: str) -> None:
    """Post. The habit is what follows every batch: ``go on``, ``rest``, ``flush``, or ``reopen`` the book."""
    book = papers.open_book(url)
    with Path(path).open("rb") as lines:
        for number, line in enumerate(islice(lines, int(first), None), int(first)):
            for acknowledged in papers.post(book, papers.decode(line)):
                tell(number, acknowledged)
            os.write(1, f"{number} 0 0 \n".encode())
            if habit == "rest":
                time.sleep(REST_S)
            if habit == "flush":
                book.flush()
            if habit == "reopen":
                book.close()
                book = papers.open_book(url)
    book.close()


def tell(number: int, acknowledged: list) -> None:
    """All of a commit at once."""
    lines = "".join(f"{number} {result.entry} {result.code:d} {digest}\n" for result, digest in acknowledged)
    os.write(1, lines.encode())


if __name__ == "__main__":
    short_runs.shorten()
    os.write(1, b"ready\n")
    orders = sys.stdin.readline().rstrip("\n")
    if orders:
        main(*orders.split("\t"))
