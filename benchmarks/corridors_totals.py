"""`python -m benchmarks.corridors_totals`: what the shipped network says for totals that others published.

Nothing of the network is fitted to these totals: it is calibrated on legs, so this is a check, and how far
off it is stands in docs/corridors.md as it comes out. Deterministic, so a test holds the page to it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from sarai.corridors import shipped
from sarai.corridors.changes import apply, parse
from sarai.corridors.graph import graph
from sarai.corridors.routes import Route, Weighing, describe, k_best
from sarai.telling.corridors_asked import without_modes

PUBLISHED = Path(__file__).with_name("corridors_published.csv")
UNITS = {"days": "days", "usd": "USD a FEU", "co2": "kg CO2e for 10 t"}
HEADER = ("| from - to | way | published | model | off by |", "|---|---|---:|---:|---:|")


class Compared(NamedTuple):
    """A published total, with what the model says of it."""

    names: str
    way: str
    unit: str
    low: float
    high: float
    modelled: float
    spread: str
    title: str
    of: str
    address: str

    @property
    def off(self) -> float:
        """Beyond the published range, as a share of its nearer end; 0 within it."""
        if self.modelled < self.low:
            return self.modelled / self.low - 1
        return max(self.modelled / self.high - 1, 0.0)


def compared() -> list[Compared]:
    """Every published total beside the model's, in the order of the table."""
    lines = [line for line in PUBLISHED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [_compared(row) for row in csv.DictReader(lines)]


def _compared(row: dict[str, str]) -> Compared:
    network = shipped()
    if row["closed"]:
        network = apply(network, parse(row["closed"]))
    network = without_modes(network, row["modes"].split(","))
    ways = graph(network, network.good("container"))
    (best,) = k_best(ways, row["start"], row["end"], 1, Weighing.alone("hours"))
    route = describe(ways, best)
    modelled, spread = _figure(route, row["what"])
    names = f"{route.places[0].name} - {route.places[-1].name}"
    return Compared(
        names, row["way"], UNITS[row["what"]], float(row["low"]), float(row["high"]), modelled, spread,
        row["title"], row["of"], row["address"],
    )  # fmt: skip


def _figure(route: Route, what: str) -> tuple[float, str]:
    """The model's figure in the unit of the published one, and how it spreads."""
    if what == "days":
        return route.hours.value / 24, f"{route.hours_p50.value / 24:.1f}..{route.hours_p90.value / 24:.1f}"
    if what == "usd":
        return route.usd_per_unit.value * 2, ""
    return route.co2e_kg_per_t.value * 10, ""


def markdown(rows: list[Compared]) -> str:
    """The table of the page."""
    return "\n".join([*HEADER, *(_line(each) for each in rows)])


def _line(each: Compared) -> str:
    said = f"{each.low:,.4g}" if each.low == each.high else f"{each.low:,.4g} to {each.high:,.4g}"
    digits = 1 if each.unit == "days" else 0
    model = f"**{each.modelled:,.{digits}f}**{f' ({each.spread})' if each.spread else ''}"
    off = f"{each.off:+.0%}" if abs(each.off) >= 0.005 else "within"
    source = f"[{each.title}, {each.of}]({each.address})"
    return f"| {each.names} | {each.way} | {_plain(said)} {each.unit}, {source} | {model} | {off} |"


def _plain(said: str) -> str:
    """No powers of ten.

    >>> _plain("1.894e+03")
    '1,894'
    """
    return " to ".join(f"{float(each.replace(',', '')):,g}" for each in said.split(" to "))


if __name__ == "__main__":
    print(markdown(compared()))
