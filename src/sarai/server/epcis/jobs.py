"""Capture jobs: what was handed in is on disk before it is acknowledged, and is carried out once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from sarai.server.epcis.database import EpcisDatabase, Run
from sarai.server.epcis.moments import EPOCH, of_microseconds, written
from sarai.server.epcis.views import View, kept


class Job(Struct, frozen=True):
    """A capture as the client sees it.

    Attributes
    ----------
    errors
        RFC 7807 bodies, as JSON.
    """

    seq: int
    id: str
    created: int
    finished: int | None
    proceed: bool
    success: bool
    errors: bytes

    def told(self) -> dict[str, Any]:
        """The CaptureJob of the OpenAPI."""
        told = {
            "captureID": self.id,
            "createdAt": written(of_microseconds(self.created)),
            "running": self.finished is None,
            "success": self.success,
            "captureErrorBehaviour": "proceed" if self.proceed else "rollback",
            "errors": msgspec.json.decode(self.errors),
        }
        if self.finished is not None:
            told["finishedAt"] = written(of_microseconds(self.finished))
        return told


COLUMNS = "seq, id, created, finished, proceed, success, errors"


def to_us(moment: datetime) -> int:
    """A time in microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class JobStore:
    """Jobs in the file.

    Parameters
    ----------
    database
        The file.
    kept
        The most that can be asked for.
    """

    def __init__(self, database: EpcisDatabase, kept: int) -> None:
        self._database, self._kept = database, kept

    def open(self, job_id: str, view: View, now: datetime, proceed: bool, payload: bytes) -> Job:
        """Take a job on; what it brings is kept until it is done."""
        with self._database.writing() as run:
            run(
                "INSERT INTO job (id, captor, view, created, proceed, success, errors, payload) "
                "VALUES (?, ?, ?, ?, ?, 1, '[]', ?)",
                (job_id, view.account, kept(view), to_us(now), proceed, payload),
            )  # fmt: skip
            run(
                "DELETE FROM job WHERE finished IS NOT NULL AND seq <= (SELECT max(seq) FROM job) - ?",
                (self._kept,),
            )
        return self.find(job_id, None)  # type: ignore[return-value]

    def oldest(self) -> list[tuple[str, bytes, bool, bytes]]:
        """The job to be carried out next, if any: id, view, whether to proceed, and what it brought."""
        return self._database.query(
            "SELECT id, view, proceed, payload FROM job WHERE finished IS NULL ORDER BY seq LIMIT 1"
        )

    def waiting(self) -> int:
        """How many wait."""
        ((count,),) = self._database.query("SELECT count(*) FROM job WHERE finished IS NULL")
        return count

    @staticmethod
    def finish(run: Run, job_id: str, now: datetime, errors: Sequence[dict[str, Any]]) -> None:
        """Write down how a job ended, in the transaction that did it."""
        run(
            "UPDATE job SET finished = max(?, created), success = ?, errors = ?, payload = NULL WHERE id = ?",
            (to_us(now), not errors, msgspec.json.encode(errors), job_id),
        )

    def find(self, job_id: str, owner: str | None) -> Job | None:
        """The job of this name, if it may be seen."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM job WHERE id = ? AND (? IS NULL OR captor = ?)", (job_id, owner, owner)
        )
        return _job(rows[0]) if rows else None

    def page(self, count: int, before: int | None, owner: str | None) -> list[Job]:
        """Jobs, the latest first, from before a number on."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM job WHERE (? IS NULL OR seq < ?) AND (? IS NULL OR captor = ?) "
            "ORDER BY seq DESC LIMIT ?", (before, before, owner, owner, count),
        )  # fmt: skip
        return [_job(row) for row in rows]


def _job(row: tuple) -> Job:
    seq, name, created, finished, proceed, success, errors = row
    return Job(seq, name, created, finished, bool(proceed), bool(success), errors)
