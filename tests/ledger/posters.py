"""Start processes that post (see poster.py), read what was acknowledged to them, kill them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from select import select
from typing import NamedTuple

POSTER = Path(__file__).with_name("poster.py")
CHUNK = 1 << 16
PATIENCE_S = 120


class Ack(NamedTuple):
    """What a process was told by the book, and the hash of what it handed in. Entry 0: the batch is done."""

    batch: int
    entry: int
    code: int
    digest: str


class Poster:
    """A process that posts; it gets ready by itself, and begins at `go`. Leaving the block kills it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(POSTER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self.heard = b""
        self.open = True

    def __enter__(self) -> Poster:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def go(self, url: str, papers: Path, first: int = 0, habit: str = "go on") -> None:
        """When it is ready, let it post to the book."""
        assert self.heard or self.hear(PATIENCE_S), self.last_words()
        self.process.stdin.write(f"{url}\t{papers}\t{first}\t{habit}\n".encode())

    def hear(self, seconds: float) -> bool:
        """Wait that long for more words; whether some came."""
        if not (self.open and select([self.process.stdout], [], [], max(seconds, 0))[0]):
            return False
        words = os.read(self.process.stdout.fileno(), CHUNK)
        self.heard += words
        self.open = bool(words)
        return self.open

    def listen(self, seconds: float) -> None:
        """Take in what it says, for that long or until it ends."""
        until = time.monotonic() + seconds
        while self.open and time.monotonic() < until:
            self.hear(until - time.monotonic())

    def kill(self) -> bool:
        """Kill it (SIGKILL) and hear the rest; False if it had come to its end before."""
        self.process.kill()
        self.listen(PATIENCE_S)
        return self.process.wait() < 0

    def finish(self) -> list[Ack]:
        """Let it come to its end."""
        self.listen(PATIENCE_S)
        assert self.process.wait() == 0, self.last_words()
        return self.acks()

    def acks(self) -> list[Ack]:
        """What was acknowledged, so far as it came through whole."""
        _ready, *lines = self.heard.decode().split("\n")[:-1]
        fields = (line.split(" ") for line in lines)
        return [Ack(int(batch), int(entry), int(code), digest) for batch, entry, code, digest in fields]

    def last_words(self) -> str:
        """What it complains of, at its end."""
        return self.process.stderr.read().decode()
