"""A server that dies in the middle of a step; run by test_once, which names directory, case and key.

It serves the book of the directory, takes the step, and is killed between the book's commit and the
line that tells of the answer: nobody hears that it was done.
"""

from __future__ import annotations

import os
import signal
import sys
from io import StringIO
from pathlib import Path

from fastapi.testclient import TestClient

from sarai.server.access import Access, AccountStore
from sarai.server.access.once import Answers
from sarai.server.app import create_app
from sarai.server.house import House
from sarai.server.logs import logger


def main(directory: Path, case: str, key: str, secret: str) -> None:
    """Serve, act, die."""
    Answers.finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    house = House(str(directory / "book.db"), directory, create=False)
    access = Access(AccountStore(directory / "accounts.db"), offices=("customs:KZ",))
    with TestClient(
        create_app(house, access, logger(StringIO()), with_pages=False), base_url="http://127.0.0.1"
    ) as client:
        client.post(
            f"/api/v1/cases/{case}/steps",
            json={"step": "note", "text": "I heard the seal break"},
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
