"""Stakes from a file: CSV with a header, or FollowTheMoney entities as JSON lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, islice, product
from pathlib import Path

import msgspec

from sarai.screening.ownership.graph import Graph
from sarai.screening.ownership.shares import ANY, OwnershipError, Share, share

REQUIRED = ("owner", "company")
STAKE = (*REQUIRED, "share", "from", "until", "arrangement", "outside_us")
COLUMNS = (*STAKE, "control", "source")
CHUNK = 2_000  # rows; more would only keep the garbage collector busy
MAX_LINE_BYTES = 10_000_000


class Entity(msgspec.Struct):
    """What is read of a FollowTheMoney entity; every property is a list of texts."""

    id: str
    schema: str
    properties: dict[str, list[str]] = {}


def read_stakes(path: Path | str) -> Graph:
    """Read a file; which of the two layouts it has is seen from its first character.

    Raises
    ------
    OwnershipError
        It cannot be read as it stands; names the line.
    """
    path = Path(path)
    graph, line = Graph(path.name), 0
    try:
        with path.open("rb") as stream:
            is_json = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
        read = _read_json if is_json else _read_csv
        for line in read(path, graph):  # noqa: B007 it says where a failure was
            pass
    except OSError as error:
        raise OwnershipError(f"{path}: {error.strerror}; give a file that can be read") from None
    except UnicodeDecodeError:
        raise OwnershipError(f"{path}, after line {line}: this is not UTF-8; save it as UTF-8") from None
    return graph


# -- CSV ---------------------------------------------------------------------------------------


def _read_csv(path: Path, graph: Graph) -> Iterator[int]:
    """Chunk by chunk, since columns are read faster than rows."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = stream.readline()
        comma = ";" if ";" in header and "," not in header else ","
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=comma), [])]
        _check_header(path, names)
        rows = csv.reader(stream, delimiter=comma, strict=True)
        while True:
            chunk, before = [], rows.line_num + 1
            try:
                chunk.extend(islice(rows, CHUNK))  # what was read before an error stays in it
            except csv.Error as error:
                line = [before, *_lines(chunk, before)][-1] + 1
                raise OwnershipError(f"{path}, line {line}: {error}; is a quote left open?") from None
            if not chunk:
                return
            one_each = rows.line_num + 1 == before + len(chunk)
            lines = range(before + 1, before + 1 + len(chunk)) if one_each else _lines(chunk, before)
            _take_rows(path, graph, names, lines, chunk)
            yield rows.line_num + 1


def _lines(rows: list[list[str]], before: int) -> list[int]:
    """Where each row ends, since a quoted field may hold line breaks."""
    return list(accumulate((1 + "".join(row).count("\n") for row in rows), initial=before))[1:]


def _take_rows(
    path: Path, graph: Graph, names: list[str], lines: Sequence[int], rows: list[list[str]]
) -> None:
    """All at once if they are plain stakes without a fault; else one by one, which finds the fault's line."""
    if set(map(len, rows)) == {len(names)}:
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        none = ("",) * len(rows)
        if not any(columns.get("control", none)):
            with suppress(OwnershipError):
                graph.add_stakes(*(columns.get(name, none) for name in STAKE), lines)
                return
    for line, row in zip(lines, rows, strict=True):
        try:
            if row:
                _check_width(row, names)
                _take_row(graph, dict(zip(names, row, strict=True)), line)
        except OwnershipError as error:
            raise OwnershipError(f"{path}, line {line}: {error}") from None


def _take_row(graph: Graph, row: dict[str, str], line: int) -> None:
    owner, company, held, since, until, joint, outside = (row.get(name, "") for name in STAKE)
    if kind := row.get("control", "").strip():
        sure = not kind.endswith("?")
        graph.control(owner, company, kind.rstrip(" ?"), since=since, until=until, sure=sure, place=line)
    if held.strip() or not kind:
        graph.stake(
            owner,
            company,
            held,
            since=since,
            until=until,
            arrangement=joint,
            outside_us=outside,
            place=line,
        )


def _check_header(path: Path, names: list[str]) -> None:
    known = ", ".join(COLUMNS)
    if missing := [name for name in REQUIRED if name not in names]:
        raise OwnershipError(f"{path}, line 1: no column {', '.join(missing)}; the columns are {known}")
    if unknown := [name for name in names if name not in COLUMNS]:
        raise OwnershipError(f"{path}, line 1: column {unknown[0]!r} is not known; the columns are {known}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise OwnershipError(f"{path}, line 1: column {twice[0]!r} is there twice; keep one")


def _check_width(row: list[str], names: list[str]) -> None:
    if len(row) != len(names):
        raise OwnershipError(
            f"{len(row)} columns where the header has {len(names)}; is the file cut, or a comma not quoted?"
        )


# -- FollowTheMoney ----------------------------------------------------------------------------


def _read_json(path: Path, graph: Graph) -> Iterator[int]:
    decode = msgspec.json.Decoder(Entity).decode
    with path.open("rb") as stream:
        line = 0
        while text := stream.readline(MAX_LINE_BYTES + 1):
            line += 1
            try:
                if len(text) > MAX_LINE_BYTES:
                    raise OwnershipError(f"longer than {MAX_LINE_BYTES:,} bytes; one entity a line")
                if not text.isspace():
                    _take_entity(graph, decode(text.removeprefix(b"\xef\xbb\xbf")), line)
            except (msgspec.DecodeError, OwnershipError) as error:
                raise OwnershipError(f"{path}, line {line}: {error}") from None
            yield line


def _take_entity(graph: Graph, entity: Entity, line: int) -> None:
    get = entity.properties.get
    since, until = min(get("startDate") or [""]), max(get("endDate") or [""])
    match entity.schema:
        case "Ownership":
            held = _hull(get("percentage") or [])
            for owner, asset in product(_ends(entity, "owner"), _ends(entity, "asset")):
                graph.stake(owner, asset, held, since=since, until=until, place=line)
        case "Directorship":  # a seat on the board is a hint of control, and no more
            kind = "; ".join(get("role") or ["director"])
            for director, company in product(_ends(entity, "director"), _ends(entity, "organization")):
                graph.control(director, company, kind, since=since, until=until, sure=False, place=line)
        case _:
            for name in (get("name") or [])[:1]:
                graph.label(entity.id, name)


def _ends(entity: Entity, name: str) -> list[str]:
    found = entity.properties.get(name)
    if not found:
        raise OwnershipError(f"{entity.schema} {entity.id!r} has no {name}; give the id of one")
    return found


def _hull(texts: list[str]) -> Share:
    """The band that holds all that is said of one stake."""
    said = [share(text) for text in texts]
    return Share(min(s.low for s in said), max(s.high for s in said)) if said else ANY
