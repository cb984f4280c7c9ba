"""Small networks made up for tests: nothing in them is a fact."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from sarai.corridors.loading import read
from sarai.corridors.network import Network

Row = Mapping[str, Any]

CARRIAGES = (("rail", 1520), ("rail", 1435), ("road", 0), ("sea", 0))
PACES = [{"mode": mode, "speed_kmh": speed} for mode, speed in
         (("rail", 40), ("road", 50), ("sea", 25), ("ferry", 20), ("river", 15), ("air", 800))]  # fmt: skip
TARIFFS = [{"mode": mode, "form": form, "usd_per_km": usd} for form, unit in (("container", 1), ("bulk", 0.1))
           for mode, usd in (("rail", 0.5 * unit), ("road", unit), ("sea", 0.1 * unit),
                             ("ferry", 0.3 * unit))]  # fmt: skip
EMISSIONS = [{"mode": mode, "g_per_tkm": gram} for mode, gram in
             (("rail", 20), ("road", 90), ("sea", 8), ("ferry", 30), ("air", 600))]  # fmt: skip
GOODS = [
    {"code": "boxes", "name": "Boxes", "form": "container", "t_per_unit": 10, "usd_per_t": 5000},
    {"code": "grain", "name": "Grain", "form": "bulk", "usd_per_t": 250},
]


def leg(start: str, end: str, mode: str = "road", distance_km: float = 100, **more: Any) -> dict[str, Any]:
    """A leg that goes both ways; rails are 1520 unless said."""
    gauge = {"gauge_mm": 1520} if mode == "rail" else {}
    code = f"{start}-{end}" if mode == "road" else f"{start}-{end}-{mode}"
    return {"code": code, "start": start, "end": end, "mode": mode, "distance_km": distance_km} | gauge | more


def network(legs: Iterable[Row], **tables: Iterable[Row]) -> Network:
    """A network of rows, through the files that it would be read from.

    Places that no row describes are cities of no country, and modes, goods and emissions have rows, unless
    tables say otherwise. Every source is ``made``.
    """
    legs = list(legs)
    known = {row["code"]: row for row in tables.pop("places", ())}
    codes = dict.fromkeys([each[side] for each in legs for side in ("start", "end")])
    places = [_place(code, at) | dict(known.get(code, {})) for at, code in enumerate({**codes, **known})]
    rows = {
        "sources": [{"code": "made", "title": "Made up", "kind": "assumed"}],
        "places": places, "legs": legs, "paces": PACES, "tariffs": TARIFFS, "emissions": EMISSIONS,
        "goods": GOODS,
    } | tables  # fmt: skip
    texts = {name: text(name, several) for name, each in rows.items() if (several := list(each))}
    return read({name: [(f"{name}.csv", each)] for name, each in texts.items()})


def text(name: str, rows: list[Row]) -> str:
    """Rows as the CSV that they would be read from."""
    columns = list(dict.fromkeys([*(column for row in rows for column in row), *_also(name)]))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow(dict.fromkeys(_also(name), "made") | {k: _said(v) for k, v in row.items()})
    return file.getvalue()


def random_network(
    rng: np.random.Generator, places: int, legs: int, *, countries: int = 3, services: int = 2
) -> Network:
    """A connected network, drawn at random: places in a box, legs of all modes between near ones.

    Some pairs are joined twice, some legs have a service, some are closed in winter; going over from one
    carriage to another can be done at most places.
    """
    codes = [f"P{at:03}" for at in range(places)]
    spots = np.column_stack([rng.uniform(40, 50, places), rng.uniform(50, 80, places)]).round(2)
    rows = [
        {"code": code, "name": f"Place {code}", "kind": "city", "country": f"{'XYZVW'[at % countries]}A",
         "latitude_deg": latitude, "longitude_deg": longitude}
        for at, (code, (latitude, longitude)) in enumerate(zip(codes, spots.tolist(), strict=True))
    ]  # fmt: skip
    pairs = [*pairwise(range(places)), *_near(rng, spots, max(0, legs - places + 1))]
    ways = [_random_leg(rng, codes[a], codes[b], spots[a], spots[b], at) for at, (a, b) in enumerate(pairs)]
    chosen = rng.choice(len(ways), min(services, len(ways)), replace=False).tolist()
    return network(
        ways,
        places=rows,
        services=[{"code": f"S{at}", "name": f"Service {at}", "legs": ways[at]["code"],
                   "per_week": int(rng.integers(1, 8))} for at in chosen],
        handlings=_handlings(rng, codes),
        borders=[{"start": "*", "end": "*", "mode": mode, "hours": 20, "usd_per_unit": 100}
                 for mode in ("rail", "road")],
        exposures=[{"country": f"{letter}A", "risk": round(float(rng.uniform(0, 1)), 2)}
                   for letter in "XYZVW"[:countries]],
        closures=[{"on": f"leg:{ways[0]['code']}", "months": "11 12", "share": 0.4, "mean_h": 30}],
    )  # fmt: skip


def _near(rng: np.random.Generator, spots: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Pairs of places, the nearer the likelier; a pair may come twice."""
    one, other = np.triu_indices(len(spots), 1)
    apart = np.hypot(*(spots[one] - spots[other]).T)
    drawn = rng.choice(len(one), count, p=np.exp(-apart / 5) / np.exp(-apart / 5).sum())
    return [(int(one[at]), int(other[at])) for at in drawn]


def _random_leg(rng, start, end, here, there, at):
    mode, gauge = CARRIAGES[int(rng.integers(len(CARRIAGES)))]
    km = round(math.hypot(*(here - there)) * 90 * float(rng.uniform(1, 1.5)) + 1, 1)
    row = leg(start, end, mode, km, code=f"L{at:04}", both=bool(rng.random() < 0.9))
    return row | ({"gauge_mm": gauge} if gauge else {})


def _handlings(rng: np.random.Generator, codes: list[str]) -> list[dict[str, Any]]:
    states = ["rail-1520", "rail-1435", "road", "sea"]
    pairs = [(a, b) for at, a in enumerate(states) for b in states[at + 1 :]]
    return [
        {"place": code, "start": a, "end": b, "form": "*", "hours": int(rng.integers(2, 40)),
         "usd_per_unit": int(rng.integers(10, 200))}
        for code in codes for a, b in pairs if rng.random() < 0.7
    ]  # fmt: skip


def _place(code: str, at: int) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "kind": "city", "country": "",
            "latitude_deg": 40 + at % 7, "longitude_deg": 50 + at}  # fmt: skip


def _also(name: str) -> tuple[str, ...]:
    return () if name in ("sources",) else ("source",)


def _said(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
