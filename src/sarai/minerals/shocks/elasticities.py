"""How a market answers to price, and what it has in stock: figures of first months and long run, by range.

The stocks are those of the cascade too: one assumption for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods.errors import BadSetting
from sarai.minerals.loading import packaged, read_table

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "ELASTIC", "EVERY", "KINDS", "STOCK_ERROR", "Elasticities", "Parameter", "Range", "drawn", "parameters",
    "read", "typical", "within",
]  # fmt: skip

EVERY = "*"  # every material without a row of its own
ELASTIC = ("supply", "demand", "trade", "spare")
KINDS = (*ELASTIC, "stocks", "adjustment")
LEAST = 0.005  # of an elasticity: below it the price of a missing tonne has no bound that means anything
STOCK_ERROR = 0.3
"""Standard deviation of the logarithm of a country's stock about what all hold, or it stated. Assumed."""

Range = tuple[float, float, float]
"""Low, typical, high."""


class Row(Struct, frozen=True, kw_only=True):
    """A row of elasticities.csv; `source` is a code of sources.csv. Without low or high it is the figure."""

    material: str
    kind: str
    short: float
    short_low: float | None = None
    short_high: float | None = None
    long: float | None = None
    long_low: float | None = None
    long_high: float | None = None
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} of {self.material} is no kind; use {', '.join(KINDS)}")
        least = LEAST if self.kind in ("supply", "demand", "trade") else 0.0
        for low, value, high in self.runs:
            if not least <= low <= value <= high < 1000:
                raise ValueError(
                    f"{self.kind} of {self.material}: {value:g} ({low:g} to {high:g}) is not ordered within "
                    f"{least:g} and 1000; write the demand's elasticity without its sign, the low first"
                )

    @property
    def runs(self) -> tuple[Range, Range]:
        """Short and long run; the same where there is but one."""
        short = _range(self.short_low, self.short, self.short_high)
        return short, short if self.long is None else _range(self.long_low, self.long, self.long_high)


def _range(low: float | None, value: float, high: float | None) -> Range:
    return value if low is None else low, value, value if high is None else high


class Parameter(Struct, frozen=True, kw_only=True):
    """One kind of figure of a material.

    Attributes
    ----------
    kind : str
        Of `KINDS`; ``stocks`` (days of consumption) and ``adjustment`` (months) are the same in both runs.
    """

    material: str
    kind: str
    short: Range
    long: Range
    source: str


class Elasticities(Struct, frozen=True, kw_only=True):
    """One number for each: (short run, long run), and what is passed through between them.

    Attributes
    ----------
    supply, demand, trade : tuple of float
        Per cent of quantity by per cent of price; `demand` without its sign. `trade` is of a link's flow
        by the gap of prices that it crosses.
    spare : tuple of float
        What producers can give beyond the base, as a share of it.
    stock_days : float
        Of consumption, where no stock was given.
    adjustment_months : float
        From short to long run, on a straight line.
    """

    supply: tuple[float, float]
    demand: tuple[float, float]
    trade: tuple[float, float]
    spare: tuple[float, float]
    stock_days: float = 60.0
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


# -- the table -----------------------------------------------------------------------------------


@cache
def _packaged() -> tuple[Parameter, ...]:
    return tuple(map(_parameter, packaged("elasticities", Row)))


def read(text: str, source: str) -> tuple[Parameter, ...]:
    """The rows of a CSV with columns as the packaged table's; lines that begin with # are notes.

    Raises
    ------
    TablesFaulty
        With every row that cannot be read.
    """
    return tuple(map(_parameter, read_table(text, Row, source)))


def _parameter(row: Row) -> Parameter:
    short, long = row.runs
    return Parameter(material=row.material, kind=row.kind, short=short, long=long, source=row.source)


def parameters(
    material: str, known: Iterable[Parameter] | None = None, *, reserve_days: float | None = None
) -> dict[str, Parameter]:
    """The row of each kind for a material: its own, else that of every material; a later one takes the place.

    Parameters
    ----------
    known : iterable of Parameter, optional
        In the place of the packaged table.
    reserve_days : float, optional
        In the place of the typical stock; its low and high stay as many times as much as in the table.

    >>> parameters("germanium")["supply"].short
    (0.02, 0.08, 0.2)
    >>> parameters("germanium", reserve_days=30)["stocks"].short
    (7.5, 30, 60.0)
    """
    rows = list(_packaged() if known is None else known)
    general = {row.kind: row for row in rows if row.material == EVERY}
    own = {row.kind: row for row in rows if row.material == material}
    found = general | own
    lacking = [kind for kind in KINDS if kind not in found]
    if lacking:
        raise BadSetting(f"no {lacking[0]} is given for {material}; add a row of {material} or of {EVERY}")
    if reserve_days is not None:
        found["stocks"] = _holding(found["stocks"], reserve_days)
    return {kind: found[kind] for kind in KINDS}


def _holding(stocks: Parameter, days: float) -> Parameter:
    """Another typical stock, its range in proportion."""
    low, usual, high = stocks.short
    span = (days * low / usual, days, days * high / usual) if usual else (days,) * 3
    return replace(stocks, short=span, long=span)


# -- one figure of each --------------------------------------------------------------------------


def typical(known: Mapping[str, Parameter]) -> Elasticities:
    """The middle of every range."""
    return _at({kind: (row.short[1], row.long[1]) for kind, row in known.items()})


def drawn(known: Mapping[str, Parameter], random: np.random.Generator) -> Elasticities:
    """One draw of each range; the short and the long run of a kind at one quantile."""
    quantiles = random.random(len(KINDS))
    return _at(
        {
            kind: (within(known[kind].short, quantile), within(known[kind].long, quantile))
            for kind, quantile in zip(KINDS, quantiles.tolist(), strict=True)
        }
    )


def within(of: Range, quantile: float) -> float:
    """A range at a quantile: half of it below the typical figure and half above, each half evenly spread."""
    low, middle, high = of
    if quantile < 0.5:
        return low + 2 * quantile * (middle - low)
    return middle + (2 * quantile - 1) * (high - middle)


def _at(of: Mapping[str, tuple[float, float]]) -> Elasticities:
    return Elasticities(
        **{kind: of[kind] for kind in ELASTIC},
        stock_days=of["stocks"][0],
        adjustment_months=of["adjustment"][0],
    )
