"""The tables of a network as people read them: figures with their range, source and date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from sarai.corridors import Network
from sarai.corridors.changes import SHOCKS
from sarai.corridors.tables import TABLES, Source
from sarai.goods import BadSetting, NotInNetwork

__all__ = ["NAMES", "Shown", "cells", "columns", "counts", "shown"]

NAMES = (*TABLES, "shocks")
QUIET = ("note", "via", "name_ru", "name_kk", "hs", "changes", "takes", "published", "mean_h")
"""Columns that only the row itself shows."""
ALWAYS, LAST = ("code", "source", "of"), ("source", "of")
KEYS = ("place", "kind", "mode", "form", "country", "leg", "start", "end", "on", "good", "group", "address")
"""By which rows are found, beside their code and name."""


class Shown(Struct, frozen=True, kw_only=True):
    """Rows of a table, and the sources that they rest on.

    Attributes
    ----------
    rows : tuple of dict
        By column.
    """

    table: str
    rows: tuple[dict[str, Any], ...]
    sources: dict[str, Source]


def counts(network: Network) -> dict[str, int]:
    """How many rows each table has."""
    return {name: len(_rows(network, name)) for name in NAMES}


def shown(network: Network, table: str, code: str = "") -> Shown:
    """The rows of a table, or those that a code or name is about.

    Raises
    ------
    BadSetting
        There is no such table.
    NotInNetwork
        No row is about that; the text names what is near.
    """
    if table not in NAMES:
        raise BadSetting(f"table {table!r} is none; take one of {', '.join(NAMES)}")
    rows = [asdict(each) for each in _rows(network, table)]
    if code:
        rows = _about(rows, table, code)
    known = {each.code: each for each in network.sources}
    used = dict.fromkeys(row.get("source", "") for row in rows)
    sources = {each: known[each] for each in used if each in known}
    return Shown(table=table, rows=tuple(rows), sources=sources)


def _rows(network: Network, table: str) -> Sequence[Any]:
    return tuple(SHOCKS.values()) if table == "shocks" else getattr(network, table)


def _about(rows: list[dict[str, Any]], table: str, said: str) -> list[dict[str, Any]]:
    """The row of a code; else those with that name, or that speak of it."""
    wanted = said.casefold()
    for names in (("code",), ("name",), KEYS):
        found = [row for row in rows if any(wanted in _said(row.get(name)) for name in names)]
        if found:
            return found
    if found := [row for row in rows if any(wanted in str(each).casefold() for each in row.values())]:
        return found
    spoken = {str(row[name]) for row in rows for name in ("code", "name", *KEYS) if row.get(name)}
    near = get_close_matches(said, sorted(spoken), n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else f"; sarai corridor show {table} lists them"
    raise NotInNetwork(f"{said!r} is not among the {table} of the network{hint}")


def _said(value: Any) -> list[str]:
    """What a value names: itself, and each of its words."""
    text = str(value or "").casefold()
    return [text, *(word.rstrip("<>").partition(":")[2] or word for word in text.split())]


def columns(found: Shown) -> list[str]:
    """The columns of a list, the code first and the source last: those that say something, without notes."""
    if not found.rows:
        return []
    names = [name for name in found.rows[0] if not name.endswith(("_low", "_high")) and name not in QUIET]
    names = [name for name in names if len({row[name] for row in found.rows}) > 1 or name in ALWAYS]
    names = [name for name in names if any(row[name] not in ("", None) for row in found.rows)]
    return sorted(names, key=lambda name: (name in LAST) - (name == "code"))


def cells(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """A row as texts, each figure with its range.

    >>> cells({"t": 5.0, "t_low": 4.0, "t_high": None, "both": True}, ["t", "both"])
    ['5 (from 4)', 'yes']
    """
    return [_cell(row, name) for name in names]


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = _plain(row[name])
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is not None and high is not None:
        return f"{value} ({_plain(low)}-{_plain(high)})"
    if low is not None:
        return f"{value} (from {_plain(low)})"
    return f"{value} (to {_plain(high)})" if high is not None else value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
    return "" if value is None else str(value)
