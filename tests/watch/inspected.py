"""Made-up histories of inspections, in which it is known what makes a declaration wrong."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from sarai.watch.targeting import Category, Columns, Declarations, Settings
from sarai.watch.targeting.columns import Beginning, Ratio

START = datetime(2025, 1, 1, tzinfo=UTC)
START_S = int(START.timestamp())
DAY_S = 86_400
DAYS = 300

COLUMNS = Columns(
    value="value",
    categories={
        "importer": "importer",
        "hs": "hs",
        "chapter": Beginning("hs", 2),
        "origin": "origin",
    },
    numbers={"mass_kg": "mass_kg", "price": "price"},
    together=(("hs", "origin"),),
    ratios={"unit_value": Ratio("price", "mass_kg", "hs")},
)
SETTINGS = Settings(lag_days=10, rounds=60, patience=10, learning_rate=0.15, leaves=8)
"""As quick as a test should be."""


def history(count: int = 4_000, seed: int = 1, days: int = DAYS) -> Declarations:
    """Declarations of which one in five is wrong: some importers cheat, and more so below the usual price."""
    rng = np.random.default_rng(seed)
    time_s = START_S + np.sort(rng.integers(0, days, count)) * DAY_S
    importer, hs = rng.integers(0, 60, count), rng.integers(0, 25, count)
    origin = rng.integers(0, 6, count)
    mass_kg = np.exp(rng.normal(5, 1, count))
    cheap = rng.normal(0, 0.5, count)
    price = mass_kg * (hs + 2) * np.exp(cheap)
    logit = -2.4 + 2.5 * (importer % 7 == 0) + 1.5 * ((hs + origin) % 9 == 0) - 1.5 * cheap
    outcome = (rng.random(count) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    codes = [f"{8400 + code:04d}10" for code in hs]
    return Declarations(
        ids=[f"D{number}" for number in range(count)],
        lines=np.arange(2, count + 2),
        time_s=time_s,
        known_s=time_s + 10 * DAY_S,
        outcome=outcome,
        propensity=np.ones(count),
        value=price,
        categories={
            "importer": Category.of(f"I{each}" for each in importer),
            "hs": Category.of(codes),
            "chapter": Category.of(code[:2] for code in codes),
            "origin": Category.of(["DE", "CN", "TR", "IN", "US", "KR"][each] for each in origin),
        },
        numbers={"mass_kg": mass_kg, "price": price},
    )


def day(number: float) -> int:
    """A day of the history, in seconds since 1970."""
    return START_S + round(number * DAY_S)


def opened(all_of: Declarations, which: np.ndarray, propensity: np.ndarray) -> Declarations:
    """The same, of which only some were opened."""
    return replace(
        all_of, outcome=np.where(which, all_of.outcome, np.nan), propensity=np.where(which, propensity, 1.0)
    )


def write(path: Path, declarations: Declarations, **changed: Mapping[int, str]) -> Path:
    """Write a table; ``changed`` puts other texts into rows of its columns."""
    names = ["id", "time", "outcome", "value", "importer", "hs", "origin", "mass_kg", "price"]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        for row in range(len(declarations)):
            told = declarations.outcome[row]
            cells = {
                "id": declarations.ids[row],
                "time": (START + timedelta(seconds=int(declarations.time_s[row]) - START_S)).isoformat(),
                "outcome": "" if np.isnan(told) else f"{told:.0f}",
                **{name: declarations.categories[name].text(row) for name in ("importer", "hs", "origin")},
                **{name: repr(float(each[row])) for name, each in declarations.numbers.items()},
            }
            cells["value"] = repr(float(declarations.value[row]))
            table.writerow(cells | {name: each[row] for name, each in changed.items() if row in each})
    return path


TOML = """
value = "value"
together = [["hs", "origin"]]
[categories]
importer = "importer"
hs = "hs"
chapter = { column = "hs", first = 2 }
origin = "origin"
[numbers]
mass_kg = "mass_kg"
price = "price"
[ratios]
unit_value = { of = "price", per = "mass_kg", usual_for = "hs" }
"""
