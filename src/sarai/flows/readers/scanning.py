"""Files as tables of text on DuckDB: CSV with its broken lines set apart, in any order of columns."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.readers.reading import UnreadableFile

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

__all__ = ["beginning", "decode_csv", "header", "scan_csv", "scan_json", "scan_parquet", "stored"]

HEAD_BYTES = 65_536  # the widest header, of Comtrade, has a thousand
DELIMITERS = ",\t;|"
JSON_GROWTH = 20  # how much larger a page may be than its packed file
JSON_LEAST = 1 << 24  # what DuckDB takes anyhow
GZIP = b"\x1f\x8b"

Renamed = Callable[[Sequence[str]], Sequence[str]]


def beginning(path: Path, encoding: str = "utf-8") -> str:
    """The first characters of a file, which may be packed with gzip.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is empty.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except (OSError, EOFError) as fault:
        raise UnreadableFile(f"{path} cannot be read: {fault}; give a file of trade statistics") from fault
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    if not text.strip():
        raise UnreadableFile(f"{path} is empty; fetch it again")
    return text


class Header(NamedTuple):
    """The names of a file's columns, and what stands between them."""

    names: tuple[str, ...]
    delimiter: str


def header(path: Path, encoding: str = "utf-8", delimiter: str | None = None) -> Header:
    """The header of a CSV file; raises `UnreadableFile`.

    A delimiter after the last value, as some publishers put it, makes a column without a name.
    """
    lines = beginning(path, encoding).splitlines()
    delimiter = delimiter or max(DELIMITERS, key=lines[0].count)
    rows = list(csv.reader(lines[:2], delimiter=delimiter))
    names = [name.strip() for name in rows[0]]
    if len(rows) > 1 and len(rows[1]) == len(names) + 1 and not rows[1][-1]:
        names.append("")
    return Header(tuple(names), delimiter)


def scan_csv(
    engine: BaseBackend,
    files: Sequence[Path],
    columns: Sequence[str],
    *,
    renamed: Renamed = list,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    broken: str | None = None,
) -> ir.Table:
    """Files as one table of text: ``file``, ``row`` (null), and the columns asked for.

    Parameters
    ----------
    columns : sequence of str
        Names after `renamed`; one that a file does not have is null in it.
    broken : str, optional
        A table for lines that are no rows, filled while the scan runs. They are left out in any case.
    """
    import ibis

    parts = []
    for head, group in _by_header(files, encoding, delimiter).items():
        names = _unique(renamed(head.names))
        options = {
            "columns": {name: "VARCHAR" for name in names},
            "delim": head.delimiter,
            "encoding": encoding,
            "ignore_errors": True,
        }
        if broken:
            options |= {"store_rejects": True, "rejects_table": broken, "rejects_scan": f"{broken}_scans"}
        view = _view(engine, group, options)
        absent = {name: ibis.null("string") for name in columns if name not in names}
        parts.append(view.mutate(**absent).select("file", "row", *columns))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _by_header(files: Sequence[Path], encoding: str, delimiter: str | None) -> Mapping[Header, list[Path]]:
    groups: dict[Header, list[Path]] = {}
    for path in files:
        groups.setdefault(header(path, encoding, delimiter), []).append(path)
    return groups


def _unique(names: Sequence[str]) -> list[str]:
    """Names that are empty or come again are of no use, but DuckDB wants one for each column."""
    seen: dict[str, str] = {}  # by the name without case, as DuckDB compares
    for place, name in enumerate(names):
        useful = name if name and name.lower() not in seen else f"column {place}"
        seen[useful.lower()] = useful
    return list(seen.values())


def _view(engine: BaseBackend, files: Sequence[Path], options: Mapping[str, object]) -> ir.Table:
    """A view of files that DuckDB reads by stated options, guessing nothing."""
    from ibis.util import gen_name

    stated = {
        "auto_detect": False,
        "header": True,
        "quote": '"',
        "escape": '"',
        "filename": "file",
        **options,
    }
    written = ", ".join(f"{name} = {_sql(value)}" for name, value in stated.items())
    name = gen_name("csv")
    engine.raw_sql(
        f'CREATE TEMP VIEW {name} AS SELECT *, NULL::BIGINT AS "row" '
        f"FROM read_csv({_sql([str(path) for path in files])}, {written})"
    )
    return engine.table(name)


def _sql(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_sql(key)}: {_sql(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_sql, value)) + "]"
    return "'" + str(value).replace("'", "''") + "'"


def scan_json(engine: BaseBackend, files: Sequence[Path], member: str, fields: Sequence[str]) -> ir.Table:
    """The objects in an array of JSON files, as text: ``file``, ``row`` (null), and the fields in lower case.

    A whole file is held in memory at once.
    """
    from ibis.util import gen_name

    each = ", ".join(f'"{field}" VARCHAR' for field in fields)
    chosen = ", ".join(f'each."{field}" AS "{field.lower()}"' for field in fields)
    largest = max(path.stat().st_size for path in files) * JSON_GROWTH
    name = gen_name("json")
    engine.raw_sql(
        f'CREATE TEMP VIEW {name} AS SELECT file, NULL::BIGINT AS "row", {chosen} FROM ('
        f"SELECT filename AS file, unnest({member}) AS each "
        f"FROM read_json({_sql([str(path) for path in files])}, filename = true, "
        f"maximum_object_size = {max(largest, JSON_LEAST)}, columns = {{{member}: 'STRUCT({each})[]'}}))"
    )
    return engine.table(name)


def scan_parquet(engine: BaseBackend, files: Sequence[Path]) -> ir.Table:
    """Parquet files with their columns, and ``sarai file`` and ``sarai row``, counted from 1.

    Raises
    ------
    UnreadableFile
        A file is no Parquet.
    """
    import duckdb
    from ibis.util import gen_name

    name = gen_name("parquet")
    view = (
        f'CREATE TEMP VIEW {name} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS "sarai row" '
        f"FROM read_parquet({_sql([str(path) for path in files])}, filename = 'sarai file', "
        "file_row_number = true, union_by_name = true)"
    )
    try:
        engine.raw_sql(view)
    except (duckdb.InvalidInputException, duckdb.IOException) as fault:
        raise UnreadableFile(f"a file is no Parquet: {fault}; fetch it again") from fault
    return engine.table(name)


def decode_csv(engine: BaseBackend, path: Path, encoding: str, delimiter: str | None) -> ir.Table:
    """A CSV file in any encoding that Python knows, as a table of text with ``sarai file`` and ``sarai row``.

    Raises
    ------
    UnreadableFile
        It is in another encoding, or has a line that is no row.
    """
    import ibis
    from pyarrow import ArrowInvalid, csv, string

    head = header(path, encoding, delimiter)
    names = _unique(head.names)
    try:
        reader = csv.open_csv(
            path,
            csv.ReadOptions(column_names=names, skip_rows=1, encoding=encoding),
            csv.ParseOptions(delimiter=head.delimiter),
            csv.ConvertOptions(column_types=dict.fromkeys(names, string()), strings_can_be_null=True),
        )
        table = stored(engine, reader.schema, reader)
    except (ArrowInvalid, UnicodeError) as fault:
        raise UnreadableFile(f"{path} cannot be read as CSV in {encoding}: {fault}; correct it") from fault
    return table.mutate(**{"sarai file": ibis.literal(str(path)), "sarai row": ibis.null("int64")})


def stored(engine: BaseBackend, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> ir.Table:
    """What Python reads, batch by batch, as a table of DuckDB that lasts as long as the engine."""
    import pyarrow as pa
    from ibis.util import gen_name

    name = gen_name("stored")
    engine.create_table(name, schema.empty_table(), temp=True)
    for batch in batches:
        engine.insert(name, pa.Table.from_batches([batch]))
    return engine.table(name)
