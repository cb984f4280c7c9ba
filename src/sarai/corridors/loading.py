"""Networks from folders of CSV files: read, held together, and every fault told at once.

A folder has files named after `TABLES` (``legs.csv``), any of them; several folders are one network, and a
row of a later folder takes the place of an earlier one with the same code. Lines that begin with ``#`` are
comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sarai.corridors.faults import Fault, NetworkFaulty
from sarai.corridors.network import Network
from sarai.corridors.tables import TABLES
from sarai.goods import BadSetting
from sarai.reference.rows import rows

__all__ = ["load", "shipped", "shipped_parts"]

SPEAKS_OF = (
    "mode", "form", "country", "leg", "place", "kind", "start", "end", "on", "months", "good", "cause",
)  # fmt: skip
"""By what a row without a code is known."""

Text = tuple[str, str]  # where it is from, and what it says


def load(folders: Sequence[Path], base: Network | None = None) -> Network:
    """The network that folders describe, on top of another or of none.

    Raises
    ------
    NetworkFaulty
        With every row that cannot be read.
    BadSetting
        A folder has none of the files.
    """
    texts: dict[str, list[Text]] = {}
    for folder in folders:
        there = [name for name in TABLES if (folder / f"{name}.csv").is_file()]
        if not there:
            raise BadSetting(
                f"{folder} has no table of a network; it takes files like legs.csv and places.csv "
                f"(docs/corridors.md lists {len(TABLES)})"
            )
        for name in there:
            path = folder / f"{name}.csv"
            texts.setdefault(name, []).append((str(path), path.read_text("utf-8-sig")))
    return read(texts, base)


@cache
def shipped(*parts: str) -> Network:
    """The packaged network, or parts of it by name; the part ``common`` always comes along."""
    from importlib.resources import files

    root = files("sarai.reference").joinpath("corridors")
    texts: dict[str, list[Text]] = {}
    for part in dict.fromkeys(("common", *(parts or shipped_parts()))):
        if part not in shipped_parts():
            raise BadSetting(f"part {part!r} is not packaged; take {', '.join(shipped_parts())}")
        for name in TABLES:
            file = root.joinpath(part, f"{name}.csv")
            if file.is_file():
                texts.setdefault(name, []).append((f"{part}/{name}.csv", file.read_text("utf-8")))
    return read(texts)


@cache
def shipped_parts() -> tuple[str, ...]:
    """The names of the parts that the packaged network has."""
    from importlib.resources import files

    root = files("sarai.reference").joinpath("corridors")
    return tuple(sorted(each.name for each in root.iterdir() if each.is_dir() and each.name[0] != "_"))


def read(texts: Mapping[str, Iterable[Text]], base: Network | None = None) -> Network:
    """The network of texts by the name of their table; raises `NetworkFaulty` with every fault."""
    faults: list[Fault] = []
    tables: dict[str, Any] = {}
    for name, several in texts.items():
        held: dict[Any, Any] = {_key(each): each for each in (getattr(base, name) if base else ())}
        for source, text in several:
            held |= {_key(each): each for each in _rows(name, source, text, faults)}
        tables[name] = held.values()
    if faults:
        raise NetworkFaulty(faults)
    return (base or Network()).with_rows(**tables)


def _rows(name: str, source: str, text: str, faults: list[Fault]) -> Iterator[Any]:
    """The rows of one file, each known by something else; what cannot be read goes to `faults`."""
    seen: dict[Any, int] = {}
    for number, each in rows(text, TABLES[name], source, faults):
        if (before := seen.setdefault(_key(each), number)) == number:
            yield each
        else:
            faults.append(Fault(source, number, "", "", f"says again what line {before} says; keep one"))


def _key(row: Any) -> Any:
    """What a row is known by: its code, or else what it speaks of."""
    code = getattr(row, "code", None)
    if code is not None:
        return code
    names = (
        "mode",
        "form",
        "country",
        "leg",
        "place",
        "kind",
        "start",
        "end",
        "on",
        "months",
        "good",
        "cause",
    )
    return tuple(getattr(row, name, None) for name in names)
