"""Answers as Arrow tables, for notebooks and data frames (needs the extra ``arrow``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from sarai.goods import BadSetting

if TYPE_CHECKING:
    import pyarrow


def table_of(rows: Sequence[tuple], record: type) -> pyarrow.Table:
    """Lay out rows as a table; what is nested gets dotted names, such as ``lot.issuer``.

    Parameters
    ----------
    rows
        Instances of ``record``.
    record
        A NamedTuple of str, int, float, bool, Decimal, datetime, of these or None, and of other
        NamedTuples of such. Integers become int64, decimals strings (so that no digit is lost),
        times microseconds in UTC.

    Raises
    ------
    BadSetting
        If pyarrow is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        raise BadSetting("Arrow tables need pyarrow: pip install 'sarai[arrow]'") from error
    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
        Decimal: pyarrow.string(),
        datetime: pyarrow.timestamp("us", "UTC"),
    }
    columns = list(_columns(record))
    arrays = [
        pyarrow.array([_value(row, path, kind) for row in rows], types[kind]) for _, path, kind in columns
    ]
    return pyarrow.table(arrays, names=[name for name, *_ in columns])


def _columns(record: type, name: str = "", path: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple, type]]:
    """Name, way and type of every value in a record, however deep."""
    hints = get_type_hints(record)
    for place, field in enumerate(record._fields):
        kind = _given(hints[field])
        if hasattr(kind, "_fields"):
            yield from _columns(kind, f"{name}{field}.", (*path, place))
        else:
            yield f"{name}{field}", (*path, place), kind


def _given(hint: Any) -> type:
    """The type of a field where it has a value."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    return hint


def _value(row: tuple, path: tuple[int, ...], kind: type) -> Any:
    value: Any = row
    for place in path:
        value = value[place]
    return f"{value:f}" if kind is Decimal and value is not None else value
