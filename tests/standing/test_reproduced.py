"""The packaged tables against the data that they were made from, row by row, by plain loops."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sarai.reference.countries import alpha2
from sarai.standing import distance, shares, shipped
from sarai.standing.votes import find, read

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "balance"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")

PARTNERS = {
    "EU": ("trade-kz", "EU"), "China": ("trade-kz", "CN"), "China (Chinese customs)": ("trade-cn", "CN"),
    "Russia": ("trade-kz", "RU"), "Turkiye": ("trade-kz", "TR"),
}  # fmt: skip
DATES = {"2023 9M": "2023-01/2023-09", "2024 9M": "2024-01/2024-09", "mid-2021": "2021-06"}


def rows(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def stated(measure: str, power: str, of: str = "", part: str | None = None) -> set[float]:
    """What the packaged table has of a power, at a date or at any."""
    return {
        each.value for each in shipped().figures
        if (each.measure, each.power) == (measure, power) and of in ("", each.of)
        and part in (None, each.part) and each.value is not None
    }  # fmt: skip


# -- trade and investment --------------------------------------------------------------------------


def test_every_amount_and_share_of_trade_is_the_sources():
    given = rows("kz_trade.csv")
    assert len(given) == 12
    for row in given:
        (measure, power), of = PARTNERS[row["partner"]], DATES.get(row["year"], row["year"])
        assert float(row["usd_bn"].strip("~>")) in stated(measure, power, of), row
        if row["share_pct"]:
            found = {each.power: each.share for each in shares(shipped(), measure, of, draws=0).powers}
            places = 1 if "." in row["share_pct"] else 0
            assert round(100 * found[power], places) == float(row["share_pct"].strip("~")), row


def test_every_amount_of_investment_is_the_sources():
    powers = {"US": "US", "Russia": "RU", "China": "CN", "EU": "EU"}
    told = 0
    for row in rows("kz_fdi.csv"):
        of, metric = DATES.get(row["year"], row["year"]), row["metric"]
        if metric == "gross inflow":
            wanted = {float(each) for each in row["usd_bn"].split(" or ")}
            assert stated("fdi-gross", "*", of) == wanted, row
        elif metric.startswith("gross from "):
            power = powers[metric.removeprefix("gross from ")]
            assert stated("fdi-gross", power, of) == {float(row["usd_bn"])}, row
        elif metric.lower().startswith("net inflow"):
            assert stated("fdi-net", "*", of) == {float(row["usd_bn"].strip("~"))}, row
        else:
            continue
        told += 1
    assert told == 10


def test_the_stock_and_the_claims_are_the_sources_and_what_was_not_found_is_not_there():
    text = " ".join(f"{row['year']} {row['metric']} {row['usd_bn'] or ''}" for row in rows("kz_fdi.csv"))
    assert "stock total 152.8; NL >60; US 39.5; China 5.2; Russia 4.8" in text
    assert [*stated("fdi-stock", "*"), *stated("fdi-stock", "EU", part="NL")] == [152.8, 60]
    assert [*stated("fdi-stock", "US"), *stated("fdi-stock", "CN"), *stated("fdi-stock", "RU")] == [
        39.5,
        5.2,
        4.8,
    ]
    assert "EU 160 / 175 / 200 bn" in text
    assert stated("fdi-since-1991", "EU", part="") == {160, 175, 200}
    assert "$41.3bn FDI not found" in text
    assert 41.3 not in {each.value for each in shipped().figures}


# -- memberships -----------------------------------------------------------------------------------

BODIES = {
    "EU EPCA": "EPCA", "EU MoU raw materials/batteries/hydrogen": "EU-raw",
    "UK roadmap critical minerals": "UK-minerals", "NATO PfP": "NATO-PfP", "US tungsten JV": "US-tungsten",
}  # fmt: skip
POLES = {
    "Russia": {"RU"}, "China/Russia": {"CN RU"}, "Turkic": {"TR"}, "neutral": {""}, "global": {""},
    "EU-Asia": {"EU"}, "EU": {"EU"}, "US": {"US"}, "West": {"EU US", "US EU", "US"},
    "Islamic/regional": {"", "TR"},
}  # fmt: skip
"""Whose a body is, by what the data call its pole; the powers have no pole of the West or of Islam."""
DAYS = {"2001": "2001", "2015": "2015", "1 March 2020": "2020-03-01", "7 Nov 2022": "2022-11-07",
        "Mar 2024": "2024-03", "Oct 2025": "2025-10"}  # fmt: skip


def test_every_membership_is_the_sources_with_its_pole_and_date():
    table = {each.code: each for each in shipped().memberships}
    found = set()
    for row in rows("kz_memberships.csv"):
        for name in row["body"].split(", "):
            each = table[BODIES.get(name, name)]
            found.add(each.code)
            assert each.since, f"{name} is one that the state belongs to"
            assert each.powers in POLES[row["pole"]], row
            for said, day in DAYS.items():
                assert said not in row["status"] or each.since.startswith(day), row
    joined = {code for code, each in table.items() if each.since}
    assert found == joined


# -- votes -----------------------------------------------------------------------------------------

ENTERED = {
    1993: "BEL DEU DNK ESP FRA GBR GRC IRL ITA LUX NLD PRT", 1995: "AUT FIN SWE",
    2004: "CYP CZE EST HUN LTU LVA MLT POL SVK SVN", 2007: "BGR ROU", 2013: "HRV",
}  # fmt: skip
LEFT = {2020: "GBR"}


def union(year: int) -> set[str]:
    """Members at the end of a year, by the years of their treaties of accession."""
    inside = {who for since, several in ENTERED.items() if since <= year for who in several.split()}
    return inside - {who for since, several in LEFT.items() if since <= year for who in several.split()}


def test_every_distance_of_every_state_to_every_pole_is_that_of_the_file():
    (path,) = SHARED.glob("un_ideal_points*.csv")
    points: dict[tuple[str, int], float] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["iso3c"] and row["idealpointfp"]:
                points.setdefault((row["iso3c"], int(float(row["year"]))), float(row["idealpointfp"]))
    votes, told = read(find(SHARED)), 0
    poles = {"US": "USA", "CN": "CHN", "RU": "RUS", "TR": "TUR"}
    for (who, year), point in points.items():
        country = alpha2(who) or who
        for pole, code in poles.items():
            found = distance(votes, country, pole, year, draws=0)
            if (code, year) in points:
                assert found.distance == abs(point - points[code, year])
                told += 1
            else:
                assert found.distance is None and found.reason
        if year >= min(ENTERED):
            theirs = [points[each, year] for each in union(year) if (each, year) in points]
            found = distance(votes, country, "EU", year, draws=0)
            assert found.members == len(theirs)
            assert found.distance == pytest.approx(abs(point - sum(theirs) / len(theirs)), abs=1e-12)
            told += 1
    assert told > 40_000
