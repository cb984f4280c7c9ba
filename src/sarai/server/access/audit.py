"""What was done with accounts, by whom and when: only ever appended to, and never a secret in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from sarai.ledger.rows import from_us
from sarai.server.access.file import AccountsFile, Run
from sarai.server.access.secret import Secret

PAGE = 500


class Deed(Struct, frozen=True):
    """A line of the log. ``actor`` and ``account`` are accounts; empty: nobody, or nobody known."""

    id: int
    time: datetime
    actor: str
    deed: str
    account: str
    detail: dict[str, Any]
    address: str


class Audit:
    """The log."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    @staticmethod
    def write(
        run: Run, now: int, deed: str, account: str = "", *, actor: str = "", address: str = "", **detail: Any
    ) -> None:
        """Add a line within the transaction of what it tells. A `Secret` as detail is a fault (TypeError)."""
        if any(isinstance(value, Secret) for value in detail.values()):
            raise TypeError(f"{deed} would log a secret")
        told = msgspec.json.encode(detail, order="sorted").decode()
        row = now, actor, deed, account, told, address
        run("INSERT INTO audit (time, actor, deed, account, detail, address) VALUES (?, ?, ?, ?, ?, ?)", row)

    def read(self, after: int = 0, limit: int = PAGE) -> list[Deed]:
        """Lines after the one of that number, the oldest first."""
        rows = self._file.query(
            "SELECT id, time, actor, deed, account, detail, address FROM audit WHERE id > ? "
            "ORDER BY id LIMIT ?",
            (after, min(limit, PAGE)),
        )
        return [Deed(row[0], from_us(row[1]), *row[2:5], msgspec.json.decode(row[5]), row[6]) for row in rows]
