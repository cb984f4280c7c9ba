"""Bilateral trade as BACI has it: who sent whom how much of which code in which year.

Source: CEPII, BACI (Gaulier and Zignago 2010; Etalab 2.0). Values are in thousand USD, quantities in tonnes.
A quantity that is missing is not zero, and stays missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sarai.goods import BadSetting
from sarai.minerals.sources.finding import find
from sarai.reference.countries import alpha2

__all__ = ["Trade", "of_folder", "read"]

COLUMNS = ("t", "exp", "imp", "k", "v", "q")
MISSING = ["", "NA", "nan"]
OWN_CODES = {"S19": "TW"}  # BACI's "other Asia, not elsewhere specified" is Taiwan, says its documentation


class Trade(NamedTuple):
    """Flows in columns, ordered by year.

    Attributes
    ----------
    countries : tuple of str
        Alpha-2 codes; BACI's own code for an area of the past that has none (SCG, ANT).
    year, code, exporter, importer : integer arrays, shape (flows,)
        The code is of six digits, as a number; exporter and importer are places in ``countries``.
    value_kusd, quantity_t : float arrays, shape (flows,)
        A quantity that is not known is NaN.
    """

    countries: tuple[str, ...]
    year: np.ndarray
    code: np.ndarray
    exporter: np.ndarray
    importer: np.ndarray
    value_kusd: np.ndarray
    quantity_t: np.ndarray

    @property
    def years(self) -> tuple[int, ...]:
        """The years of which there is any trade, ascending."""
        return tuple(np.unique(self.year).tolist())

    def only(self, codes: Iterable[str | int], years: Iterable[int] = ()) -> Trade:
        """The flows of these codes, in these years or in all."""
        years = sorted(years)
        first, last = (years[0], years[-1] + 1) if years else (-1, 32_767)
        span = slice(*np.searchsorted(self.year, [first, last]).tolist())
        kept = np.isin(self.code[span], [int(code) for code in codes])
        if years:
            kept &= np.isin(self.year[span], years)
        return Trade(self.countries, *(column[span][kept] for column in self[1:]))

    def worth_kusd(self) -> dict[int, dict[int, float]]:
        """By code and year, what all trade was worth."""
        keys, place = np.unique(self.code.astype(np.int64) * 10_000 + self.year, return_inverse=True)
        sums = np.bincount(place, self.value_kusd, minlength=len(keys))
        found: dict[int, dict[int, float]] = {}
        for key, worth in zip(keys.tolist(), sums.tolist(), strict=True):
            found.setdefault(key // 10_000, {})[key % 10_000] = worth
        return found


def of_folder(folder: Path) -> Trade:
    """The trade that a folder of data has.

    Raises
    ------
    BadSetting
        There is no such file, or it lacks a column.
    """
    path = find(folder, "trade")
    return _kept(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _kept(path: Path, _changed: int) -> Trade:
    return read(path)


def read(path: Path) -> Trade:
    """Trade from one file, plain or gzipped, with the columns t, exp, imp, k, v, q.

    Raises
    ------
    BadSetting
        A column lacks, or a value is not what its column has.
    """
    import pyarrow as pa
    from pyarrow import csv

    name, number = pa.dictionary(pa.int32(), pa.string()), pa.float64()
    columns = dict(zip(COLUMNS, [pa.int16(), name, name, pa.int32(), number, number], strict=True))
    asked = csv.ConvertOptions(column_types=columns, include_columns=[*columns], null_values=MISSING)
    try:
        table = csv.read_csv(path, convert_options=asked).unify_dictionaries().combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise BadSetting(f"{path} is not trade of BACI with {', '.join(COLUMNS)}: {error}") from error
    if not table.num_rows:
        raise BadSetting(f"{path} has no rows of trade; take the publisher's file")
    return _ordered(*(table[each].chunk(0) for each in COLUMNS))


def _ordered(year, exporter, importer, code, value, quantity) -> Trade:
    """Columns of Arrow as arrays, by year, with one numbering of countries."""
    names = [_alpha2(each) for ends in (exporter, importer) for each in ends.dictionary.to_pylist()]
    countries = tuple(sorted(set(names)))
    at = {name: place for place, name in enumerate(countries)}
    places = np.array([at[name] for name in names], np.int16)
    split = len(exporter.dictionary)
    columns = [
        year.to_numpy(), code.to_numpy(), places[:split][exporter.indices.to_numpy()],
        places[split:][importer.indices.to_numpy()], value.to_numpy(zero_copy_only=False),
        quantity.to_numpy(zero_copy_only=False),
    ]  # fmt: skip
    if (np.diff(columns[0]) < 0).any():
        order = np.argsort(columns[0], kind="stable")
        columns = [column[order] for column in columns]
    return Trade(countries, *columns)


def _alpha2(code: str) -> str:
    return OWN_CODES.get(code) or alpha2(code) or code
