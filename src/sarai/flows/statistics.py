"""Statistics at hand: a folder of Parquet files in the one shape, which any engine can read.

A load is written aside and comes into force with one rename of the catalogue: a load that is cut off
leaves nothing, and one that is done stays. Statistics are revised, so a later load that says something
else of a cell takes its place; what it replaced is counted. Loading the same files again has no effect.

Rows are kept in order of code, so that a question about few codes reads few of them.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.catalogue import Catalogue, Load, Terms, digest_of, made_durable
from sarai.flows.engines import read_files
from sarai.flows.shape import CELL, COVERAGE, TOTAL
from sarai.goods import SaraiError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from sarai.flows.readers.reading import Reading

__all__ = ["Loaded", "NoStatistics", "SaidTwice", "Statistics"]

ORDER = ("code", "reporter", "partner", "period")
ROW_GROUP = 122_880  # rows: DuckDB's own; a question about one heading then reads a few of them


class NoStatistics(SaraiError):
    """Nothing was loaded into this folder yet."""


class SaidTwice(SaraiError):
    """Files that say two things of one cell: no one can tell which holds."""


class Loaded(NamedTuple):
    """What came of a load; `repeated` if the same files had been loaded before."""

    load: Load
    repeated: bool


class Statistics:
    """A folder of statistics.

    Parameters
    ----------
    folder : Path
        Made with the first load.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # -- asking ---------------------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """What was loaded."""
        return Catalogue.of(self.folder)

    def trade(self, engine: BaseBackend) -> Table:
        """All rows, in the shape of `sarai.flows.shape`.

        Raises
        ------
        NoStatistics
            Nothing was loaded.
        """
        return self._read(engine, self.catalogue.rows)

    def published(self, engine: BaseBackend) -> Table:
        """The coverage: which flows a reporter has published for which periods."""
        return self._read(engine, self.catalogue.coverage).distinct()

    def refused(self, engine: BaseBackend) -> Table:
        """What was refused, with value and reason."""
        return self._read(engine, self.catalogue.refused)

    def _read(self, engine: BaseBackend, names: Sequence[str]) -> Table:
        if not names:
            raise NoStatistics(f"there are no statistics in {self.folder}; load files with: sarai flows load")
        return read_files(engine, self.folder, names)

    # -- loading --------------------------------------------------------------------------------

    def load(
        self,
        reading: Reading,
        files: Sequence[Path],
        reader: str,
        engine: BaseBackend,
        at: datetime,
        covered: Table | None = None,
    ) -> Loaded:
        """Take in what a reader read from files, with an engine that is DuckDB.

        Parameters
        ----------
        covered : Table, optional
            What is known to be published beside what rows show (`COVERAGE`): a month in which nothing
            crossed has none.

        Raises
        ------
        SaidTwice
            The files state one cell twice, with different figures.
        """
        with self._alone():
            before = self.catalogue
            digest = digest_of(list(files), reader)
            for load in before.loads:
                if load.digest == digest:
                    return Loaded(load, repeated=True)
            self._tidy(before)
            taken = self._take_in(before, digest, reading, files, reader, engine, at, covered)
            return Loaded(taken, repeated=False)

    def _take_in(
        self,
        before: Catalogue,
        digest: str,
        reading: Reading,
        files: Sequence[Path],
        reader: str,
        engine: BaseBackend,
        at: datetime,
        covered: Table | None,
    ) -> Load:
        name = f"{len(before.loads):05}-{digest[:12]}.parquet"
        rows, coverage, refused = (f"{kind}-{name}" for kind in ("rows", "coverage", "refused"))
        _write(engine, reading.rows.distinct(), self.folder / rows, ORDER)
        new = engine.read_parquet(str(self.folder / rows))
        _check_said_once(engine, new)
        shown = _covered(new, reading.complete)
        every = shown if covered is None else shown.union(covered, distinct=True)
        _write(engine, every, self.folder / coverage, COVERAGE)
        _write(engine, reading.refused, self.folder / refused, ("file", "reason", "value"))
        kept, gone = self._without(engine, before.rows, new, name)
        told = _told(engine, new, reading.refused)
        load = Load(
            digest=digest, reader=reader, files=tuple(file.name for file in files), at=at, replaced=gone,
            complete=reading.complete, **told,
        )  # fmt: skip
        after = Catalogue(
            (*before.loads, load), (*kept, rows), (*before.coverage, coverage), (*before.refused, refused)
        )
        after.put(self.folder)
        return load

    def _tidy(self, catalogue: Catalogue) -> None:
        """Take away what no catalogue names: what the last load replaced, or one that was cut off left.

        What a load replaces stays until the next, for those who were asking meanwhile.
        """
        named = {*catalogue.rows, *catalogue.coverage, *catalogue.refused}
        for file in sorted(self.folder.glob("*.parquet")):
            if file.name not in named:
                file.unlink()

    def _without(
        self, engine: BaseBackend, names: Sequence[str], new: Table, name: str
    ) -> tuple[list[str], int]:
        """Earlier files without the cells that a new load states; written anew only where it matters."""
        kept, gone = [], 0
        for number, old_name in enumerate(names):
            old = engine.read_parquet(str(self.folder / old_name))
            again = engine.to_pyarrow(old.semi_join(new, _same_cell(old, new)).count()).as_py()
            if again:
                rest = f"rows-{name.removesuffix('.parquet')}-{number}.parquet"
                _write(
                    engine, old.anti_join(new, _same_cell(old, new)), self.folder / rest,
                    ORDER,
                )  # fmt: skip
            kept.append(rest if again else old_name)
            gone += again
        return kept, gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process loads at a time; those that ask go on with the catalogue that they have read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _same_cell(one: Table, other: Table) -> list:
    return [one[name].identical_to(other[name]) for name in CELL]


def _write(engine: BaseBackend, table: Table, path: Path, order: Sequence[str]) -> None:
    """Write a table to Parquet, in order, and have it reach the disk."""
    engine.to_parquet(table.order_by(list(order)), path, compression="zstd", row_group_size=ROW_GROUP)
    made_durable(path)
    made_durable(path.parent)


def _check_said_once(engine: BaseBackend, rows: Table) -> None:
    twice = rows.group_by(list(CELL)).having(rows.count() > 1).agg(said=rows.count())
    found = engine.to_pyarrow(twice.order_by([*CELL]).limit(1)).to_pylist()
    if found:
        cell = found[0]
        raise SaidTwice(
            f"{cell['said']} different figures for one cell: {cell['source']} {cell['reporter']} "
            f"{cell['flow']} {cell['partner']} {cell['code']} {cell['period']}; load files that overlap one "
            "after the other, or map the column that tells these rows apart"
        )


def _covered(rows: Table, complete: bool) -> Table:
    """What the rows show to be published; of a complete file, every reporter for every period in it."""
    stated = rows.select(*COVERAGE).distinct()
    if not complete:
        return stated
    when = stated.select("source", "flow", "frequency", "period").distinct()
    who = rows.select("source", "reporter", "frequency").distinct()
    return when.join(who, ["source", "frequency"]).select(*COVERAGE)


def _told(engine: BaseBackend, rows: Table, refused: Table) -> dict:
    digits = (rows.code == TOTAL).ifelse(0, rows.code.length())
    counted = rows.group_by("source").agg(
        rows=rows.count(), digits=digits.max(), first=rows.period.min(), last=rows.period.max()
    )
    found = engine.to_pyarrow(counted.order_by("source")).to_pylist()
    names = ["source", "flow", "frequency", "edition", "currency"]
    spans = rows.group_by(names).agg(first=rows.period.min(), last=rows.period.max()).order_by(names)
    terms = engine.to_pyarrow(spans).to_pylist()
    return {
        "terms": tuple(Terms(**each) for each in terms),
        "rows": sum(each["rows"] for each in found),
        "refused": int(engine.to_pyarrow(refused["rows"].sum()).as_py() or 0),
        "digits": {each["source"]: each["digits"] for each in found},
        "first": min((str(each["first"]) for each in found), default=""),
        "last": max((str(each["last"]) for each in found), default=""),
    }
