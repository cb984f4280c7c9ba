"""How a market answers to price: elasticities of the first months and of the long run, each with a range."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods.errors import BadSetting

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ELASTIC", "EVERY", "KINDS", "Elasticities", "Parameter", "drawn", "parameters", "read", "typical"]

EVERY = "*"  # every material without a row of its own
ELASTIC = ("supply", "demand", "trade", "spare")
KINDS = (*ELASTIC, "stocks", "adjustment")
LEAST = 0.005  # of an elasticity: below it the price of a missing tonne has no bound that means anything


class Parameter(Struct, frozen=True, kw_only=True):
    """A row of the table: short and long run, each as (low, typical, high).

    Attributes
    ----------
    kind : str
        Of `KINDS`; ``stocks`` (months of consumption) and ``adjustment`` (months) are the same in both runs.
    """

    material: str
    kind: str
    short: tuple[float, float, float]
    long: tuple[float, float, float]
    source: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadSetting(f"{self.kind!r} of {self.material} is no kind; use {', '.join(KINDS)}")
        least = LEAST if self.kind in ("supply", "demand", "trade") else 0.0
        for low, value, high in (self.short, self.long):
            if not least <= low <= value <= high < 1000:
                raise BadSetting(
                    f"{self.kind} of {self.material}: {value:g} ({low:g} to {high:g}) is not ordered within "
                    f"{least:g} and 1000; write the demand's elasticity without its sign, the low first"
                )


class Elasticities(Struct, frozen=True, kw_only=True):
    """One number for each: (short run, long run), and what is passed through between them.

    Attributes
    ----------
    supply, demand, trade : tuple of float
        Per cent of quantity by per cent of price; `demand` without its sign. `trade` is of a link's flow
        by the gap of prices that it crosses.
    spare : tuple of float
        What producers can give beyond the base, as a share of it.
    stock_months : float
        Of consumption, where no stock was given.
    adjustment_months : float
        From short to long run, on a straight line.
    """

    supply: tuple[float, float]
    demand: tuple[float, float]
    trade: tuple[float, float]
    spare: tuple[float, float]
    stock_months: float = 2.0
    adjustment_months: float = 60.0

    def at(self, kind: str, months: np.ndarray) -> np.ndarray:
        """The value of a kind so many months after the shock began (0 is the first).

        >>> import numpy as np
        >>> typical(parameters("gallium")).at("supply", np.array([0, 30, 60, 90])).round(2).tolist()
        [0.1, 0.35, 0.6, 0.6]
        """
        short, long = getattr(self, kind)
        passed = (months / max(self.adjustment_months, 1.0)).clip(0.0, 1.0)
        return short + (long - short) * passed


@cache
def _packaged() -> tuple[Parameter, ...]:
    from importlib.resources import files

    path = files("sarai.reference").joinpath("minerals", "elasticities.csv")
    return read(path.read_text("utf-8"), "packaged")


def read(text: str, source: str) -> tuple[Parameter, ...]:
    """The rows of a CSV with columns as the packaged table's; lines that begin with # are notes.

    Raises
    ------
    BadSetting
        A column is missing, or a figure cannot be read.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines)
    needed = {"material", "kind", "source", *(f"{run}{end}" for run in ("short", "long") for end in ENDS)}
    missing = needed - set(rows.fieldnames or ())
    if missing:
        raise BadSetting(f"{source} has no column {', '.join(sorted(missing))}")
    return tuple(_parameter(row, source) for row in rows)


ENDS = ("_low", "", "_high")


def _parameter(row: Mapping[str, str], source: str) -> Parameter:
    def run(name: str) -> tuple[float, float, float]:
        middle = row[name]
        return tuple(float(row[name + end] or middle) for end in ENDS)  # type: ignore[return-value]

    try:
        short = run("short")
        long = run("long") if row["long"] else short
    except (TypeError, ValueError):
        raise BadSetting(f"{source}: {row['kind']} of {row['material']!r} is no number; write 0.15") from None
    return Parameter(
        material=row["material"], kind=row["kind"], short=short, long=long, source=row["source"] or ""
    )


def parameters(material: str, known: Iterable[Parameter] | None = None) -> dict[str, Parameter]:
    """The row of each kind for a material: its own, else that of every material; a later one takes the place.

    >>> parameters("germanium")["supply"].short
    (0.02, 0.08, 0.2)
    """
    rows = list(_packaged() if known is None else known)
    general = {row.kind: row for row in rows if row.material == EVERY}
    own = {row.kind: row for row in rows if row.material == material}
    found = general | own
    lacking = [kind for kind in KINDS if kind not in found]
    if lacking:
        raise BadSetting(f"no {lacking[0]} is given for {material}; add a row of {material} or of {EVERY}")
    return {kind: found[kind] for kind in KINDS}


def typical(known: Mapping[str, Parameter]) -> Elasticities:
    """The middle of every range."""
    return _at({kind: (row.short[1], row.long[1]) for kind, row in known.items()})


def drawn(known: Mapping[str, Parameter], random: np.random.Generator) -> Elasticities:
    """One draw of each range; the short and the long run of a kind at one quantile."""
    quantiles = random.random(len(KINDS))
    return _at(
        {
            kind: (_within(known[kind].short, quantile), _within(known[kind].long, quantile))
            for kind, quantile in zip(KINDS, quantiles.tolist(), strict=True)
        }
    )


def _within(of: tuple[float, float, float], quantile: float) -> float:
    """Half of the draws below the typical figure and half above, each half evenly spread."""
    low, middle, high = of
    if quantile < 0.5:
        return low + 2 * quantile * (middle - low)
    return middle + (2 * quantile - 1) * (high - middle)


def _at(of: Mapping[str, tuple[float, float]]) -> Elasticities:
    return Elasticities(
        **{kind: of[kind] for kind in ELASTIC},
        stock_months=of["stocks"][0],
        adjustment_months=of["adjustment"][0],
    )
