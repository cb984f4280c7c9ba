"""Trade that nobody traded: small, seeded, with everything in it that goes wrong in real statistics.

Senders DE, FR and PL, transit states AM and KZ, and RU. Source "a" has the senders' exports, "b" what AM, KZ
and RU report, "c" says something else of some of the senders' exports. Values are whole numbers, so that
sums are exact in any order.
"""

from __future__ import annotations

import random
from datetime import date

from sarai.flows.shape import COLUMNS, TOTAL, WORLD

SENDERS, TRANSITS, SANCTIONED = ("DE", "FR", "PL"), ("AM", "KZ"), ("RU",)
MONTHS = [date(year, month, 1) for year in (2021, 2022) for month in range(1, 13)]
CODES = {
    "HS2017": ("854150", "854231", "870323", "851762"),
    "HS2022": ("854151", "854159", "854231", "870323", "851771"),
}
UNITS = {"854150": "H87", "854151": "H87", "854159": "H87", "870323": "H87"}

HOLES = {
    ("a", "PL", "export", date(2022, 4, 1)),
    ("b", "KZ", "import", date(2021, 6, 1)),
    ("b", "KZ", "export", date(2021, 7, 1)),
    ("c", "FR", "export", date(2021, 2, 1)),
    *(("b", "RU", "import", month) for month in MONTHS[13:]),  # it stopped publishing
}


def edition(month: date) -> str:
    return "HS2022" if month.year >= 2022 else "HS2017"


def flows() -> list[tuple[str, str, str, str, str]]:
    """Source, reporter, partner, flow, basis of everything that is reported."""
    found = [("a", sender, to, "export", "destination") for sender in SENDERS for to in (*TRANSITS, "RU")]
    found += [("c", sender, "AM", "export", "destination") for sender in SENDERS]
    found += [("b", transit, "RU", "export", "destination") for transit in TRANSITS]
    for here, partners in (("AM", SENDERS), ("KZ", SENDERS), ("RU", (*SENDERS, *TRANSITS))):
        found += [("b", here, partner, "import", "origin") for partner in partners]
    return found + [("b", "AM", partner, "import", "consignment") for partner in SENDERS]


def invented(seed: int) -> tuple[list[dict], list[tuple]]:
    """Trade in the tidy shape, and its coverage."""
    dice = random.Random(seed)
    trade, published = [], set()
    for source, reporter, partner, flow, basis in flows():
        for month in MONTHS:
            if (source, reporter, flow, month) in HOLES:
                continue
            published.add((source, reporter, flow, "M", month))
            for code in CODES[edition(month)]:
                if dice.random() < 0.65:  # else a zero
                    trade.append(row(dice, source, reporter, partner, flow, basis, month, code))
    return trade + beside(trade), sorted(published)


def row(dice: random.Random, source, reporter, partner, flow, basis, month, code, **said) -> dict:
    """One row, with a value that may be confidential and a mass that may not be stated."""
    value = float(dice.choice([0, 100, 30_000, 400_000, 6_000_000]) * dice.randint(1, 5))
    unit = UNITS.get(code, "KGM") if dice.random() < 0.8 else dice.choice(["NAR", None])
    mass = dice.choice([None, 0.0] + [float(dice.randint(1, 4000))] * 8)
    values = {
        "source": source, "reporter": reporter, "partner": partner, "second_partner": None, "flow": flow,
        "edition": edition(month), "code": code, "frequency": "M", "period": month, "currency": "USD",
        "value": None if dice.random() < 0.015 else value,
        "quantity": float(dice.randint(1, 900)) if unit and dice.random() < 0.95 else None,
        "unit": unit, "mass_kg": mass, "basis": basis, "valuation": "cif" if flow == "import" else "fob",
    }  # fmt: skip
    return dict.fromkeys(COLUMNS) | values | said


def beside(trade: list[dict]) -> list[dict]:
    """What stands beside it and must not be counted: totals, chapters, the world, years, re-exports."""
    some = trade[::7]
    found = [each | {"code": TOTAL} for each in some]
    found += [each | {"code": each["code"][:2]} for each in some]
    found += [each | {"partner": WORLD} for each in some]
    found += [each | {"frequency": "A", "period": each["period"].replace(month=1)} for each in some]
    return found + [each | {"flow": "reexport"} for each in some if each["flow"] == "export"]
