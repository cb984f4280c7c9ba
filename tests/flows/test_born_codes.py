"""No code that an edition gave birth to looks like a surge once codes are carried.

The world is invented and steady: every good is traded alike in all years but for seeded noise. In
January 2022 those who report go over to HS 2022, some of them a year late, so that the codes under which
goods are recorded change and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sarai.flows.editions import Share, held, shares
from sarai.flows.engines import duckdb_engine
from sarai.flows.estimated import Estimated, estimated
from sarai.flows.preparing import carried, share_table, without_past
from sarai.reference import priority
from sarai.reference.hs import convert, exists, links_back

BORN = ("852589", "854149", "854151", "854159", "854800", "880730")
YEARS = range(2019, 2024)
EXPORTERS = {"DE": (2022, 8), "LT": (2022, 8), "FR": (2023, 8), "JP": (2022, 6), "US": (2022, 6)}
"""Whence goods come: the first year in HS 2022, and the digits of the codes."""

WASTE = 15e6  # of electronic waste a year and code: far more than of most goods
NOISE = 0.1  # of each good and year, as the spread of a logarithm

SALES = Path(__file__).resolve().parents[3] / "shared" / "data" / "trade" / "eurostat_cn8_monthly"
needs_sales = pytest.mark.skipif(not SALES.is_dir(), reason=f"no shared data at {SALES}")


# --- a world --------------------------------------------------------------------------------------


@cache
def goods(seed: int, main: tuple[float, float] | None = None) -> pd.DataFrame:
    """Goods by their code in each edition, with what is traded of them in a year.

    A good for each correlation. `main`: between which bounds lies the part that the conversion of the UN
    names, of a newer code that took in several; without it, the parts are as chance will have it.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for newer, link in sorted(links_back("HS2022", "HS2017").items()):
        size = WASTE if newer.startswith("8549") else rng.lognormal(13, 2)
        inside, stands = held(newer, link), (link.added or (link.conversion,))[0]
        size = rng.lognormal(15, 0.3) if newer in BORN else size
        if inside:
            rows += [(newer, older, size * part) for older, part in parts(rng, inside, stands, main)]
        outside = [older for older in link.older if older not in inside]
        small = size * 0.02 if inside else size  # a wide code: a little of very many
        rows += [(newer, older, small * part) for older, part in parts(rng, outside, "", None)]
    return pd.DataFrame(rows, columns=["HS2022", "HS2017", "value"])


def parts(rng, codes: Iterable[str], first: str, main: tuple[float, float] | None):
    codes = list(codes)
    sizes = rng.gamma(1.0, 1.0, len(codes))
    if main and len(codes) > 1:
        rest = np.array([code != (first if first in codes else codes[0]) for code in codes])
        share = rng.uniform(*main)
        sizes = np.where(rest, (1 - share) * sizes / sizes[rest].sum(), share)
    return list(zip(codes, sizes / sizes.sum(), strict=True)) if codes else []


def told(of: pd.DataFrame, rng, reporter: str, partner: str, since: int, digits: int = 6) -> pd.DataFrame:
    """What a reporter says of the goods that it exports to a partner, year by year."""
    parts = []
    for year in YEARS:
        edition = "HS2022" if year >= since else "HS2017"
        value = of["value"] * rng.lognormal(0, NOISE, len(of))
        parts.append(pd.DataFrame({"edition": edition, "code": of[edition], "value": value, "year": year}))
    rows = pd.concat(parts).groupby(["edition", "code", "year"], as_index=False)["value"].sum()
    if digits == 8:  # national digits that mean nothing in another edition
        rows = pd.concat([rows.assign(code=rows.code + end, value=rows.value / 2) for end in ("10", "90")])
    return rows.assign(reporter=reporter, partner=partner)


@cache
def trade(seed: int, late: bool, main: tuple[float, float] | None = None) -> pd.DataFrame:
    """What comes into a transit state, as those who send it say, and what it says that it sends on."""
    rng = np.random.default_rng([seed, 1])
    of = goods(seed, main)
    sent = [
        told(of.assign(value=of["value"] / len(EXPORTERS)), rng, reporter, "KZ", *how)
        for reporter, how in EXPORTERS.items()
    ]
    on = told(of.assign(value=of["value"] * 0.6), rng, "KZ", "RU", 2023 if late else 2022)
    return pd.concat([*sent, on], ignore_index=True)


# --- what is looked for ---------------------------------------------------------------------------


def carry(rows: pd.DataFrame, by: ibis.Table) -> pd.DataFrame:
    """The trade in HS 2017, through the same expression as every measure, to six digits."""
    with duckdb_engine() as engine:
        found = carried(stored(engine, rows), by, "HS2017")
        summed = found.mutate(code=found.code.left(6)).group_by(["reporter", "partner", "code", "year"])
        return summed.agg(value=ibis._.value.sum()).to_pyarrow().to_pandas()


def stored(engine, rows: pd.DataFrame) -> ibis.Table:
    whole = rows.assign(flow="export", quantity=1.0, mass_kg=1.0)
    return engine.create_table("reported", pa.Table.from_pandas(whole, preserve_index=False))


def as_table(by: Iterable[Share]) -> ibis.Table:
    """Shares as `share_table` makes them."""
    rows = [
        (each.edition, each.code, *((None, None) if each.rule == "wide" else (each.target_code, each.weight)))
        for each in by
        if each.code != each.target_code or each.weight != 1
    ]
    columns = {"edition": "string", "six": "string", "target_code": "string", "weight": "float64"}
    return ibis.memtable(list(dict.fromkeys(rows)), schema=columns)


def uncarried(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(code=rows["code"].str[:6])


def surges(rows: pd.DataFrame) -> set[str]:
    """Codes with a surge line: at least twofold on both legs, and large enough on both."""
    into, out = rows[rows.partner == "KZ"], rows[rows.reporter == "KZ"]
    return surged(into, 0.2e6) & surged(out, 0.1e6)


def surged(leg: pd.DataFrame, least: float) -> set[str]:
    by_year = leg.pivot_table(index="code", columns="year", values="value", aggfunc="sum", fill_value=0.0)
    by_year = by_year.reindex(columns=list(YEARS), fill_value=0.0)
    earlier, later = by_year[[2019, 2020, 2021]].mean(axis=1), by_year[[2022, 2023]].mean(axis=1)
    return set(by_year.index[((later + 10e3) / (earlier + 10e3) >= 2) & (later > least)])


def default() -> ibis.Table:
    return share_table(["HS2017", "HS2022"], "HS2017")


@cache
def learnt(seed: int, low: bool = False) -> ibis.Table:
    """Shares from what others recorded of the same goods; `low`: only as much as is certain."""
    found = learning(seed)
    step = found.shares
    if low:
        ends = {(each.code, each.target_code): each.low for each in found.learnt}
        step = [share._replace(weight=ends.get(share[1:3], share.weight)) for share in step]
    return as_table(shares(["HS2017", "HS2022"], "HS2017", {("HS2022", "HS2017"): step}))


@cache
def learning(seed: int) -> Estimated:
    """From forty reporters, each of a size and a make-up of its own."""
    rng = np.random.default_rng([seed, 2])
    of, rows = goods(seed), []
    for number in range(40):
        own = of["value"] * rng.lognormal(rng.normal(0, 1.5), 1, len(of))
        said = told(of.assign(value=own), rng, f"R{number}", "W", 2022)
        rows.append(said[said["year"].isin([2021, 2022])])
    records = pd.concat(rows, ignore_index=True).assign(flow="import", source="test")
    records = records[["source", "reporter", "flow", "edition", "code", "value"]]
    return estimated(records, "HS2022", "HS2017")


# --- findings -------------------------------------------------------------------------------------


def test_the_six_are_those_codes_of_the_list_that_2017_did_not_have():
    assert {code for code in priority.codes() if not exists("HS2017", code)} == set(BORN)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", [1, 3])
def test_without_carrying_all_six_look_like_surges(seed, late):
    found = surges(uncarried(trade(seed, late, (0.6, 0.95))))
    assert set(BORN) <= found
    assert len(found) > 150


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", [1, 3])
def test_no_code_looks_like_a_surge_where_the_conversion_names_the_larger_part(seed, late):
    assert surges(carry(trade(seed, late, (0.6, 0.95)), default())) == set()


@pytest.mark.parametrize("seed", [1, 3])
def test_whatever_the_parts_none_of_the_list_looks_like_a_surge(seed):
    """Where the conversion names the smaller part, the default shares can be wrong; not for the list."""
    found = surges(carry(trade(seed, late=False), default()))
    assert len(found) > 10
    listed = {older for code in priority.codes() for older in stands_for(code)}
    assert listed >= {"852580", "854140", "854150", "854890", "880330"}
    assert found & listed <= {"852580"}  # cameras: the UN's table takes drones for them, too


def stands_for(code: str) -> tuple[str, ...]:
    link = links_back("HS2022", "HS2017")[code]
    return link.added or (link.conversion,)


@pytest.mark.parametrize("seed", [1, 3])
def test_whatever_the_parts_hardly_a_code_looks_like_a_surge_with_learnt_shares(seed):
    """One at most of more than five thousand, and none at the low ends of the intervals."""
    assert len(surges(carry(trade(seed, late=False), learnt(seed)))) <= 1
    assert surges(carry(trade(seed, late=False), learnt(seed, low=True))) == set()


@pytest.mark.parametrize(
    "by", [default, lambda: learnt(1), lambda: learnt(1, low=True)], ids=["default", "learnt", "low"]
)
def test_a_true_surge_is_still_there(by):
    """Five times as much of 854231 and 854151 from 2022: under the old codes, both are found."""
    rows = trade(1, late=False)
    six = rows["code"].str[:6]
    grown = (rows["year"] >= 2022) & six.isin(["854231", "854151", "854150"])
    rows = rows.assign(value=rows["value"].where(~grown, rows["value"] * 5))
    assert {"854231", "854150"} <= surges(carry(rows, by()))


@pytest.mark.parametrize("by", [default, lambda: learnt(1)], ids=["default", "learnt"])
def test_what_is_carried_and_what_has_no_past_are_all_that_was_reported(by):
    rows = trade(1, late=True)
    with duckdb_engine() as engine:
        left = without_past(stored(engine, rows), by()).to_pyarrow().to_pandas()
    assert set(left["code"].str[:4]) == {"8524", "8549"}
    total = carry(rows, by())["value"].sum() + left["value"].sum()
    assert total == pytest.approx(rows["value"].sum(), rel=1e-9)


def test_electronic_waste_is_no_surge_of_processors():
    """3 million of processors a year beside 90 million of waste, which has a code of its own from 2022."""
    rows = trade(1, late=False)
    processors = rows["code"].str.startswith("854231")
    mean = rows[processors & (rows["partner"] == "KZ")].groupby("year")["value"].sum().mean()
    rows = rows.assign(value=rows["value"].where(~processors, rows["value"] * 3e6 / mean))
    conversion = [
        Share("HS2022", code, link.conversion, 1.0, "conversion")
        for code, link in links_back("HS2022", "HS2017").items()
    ]
    assert "854231" in surges(carry(rows, as_table(conversion)))
    assert "854231" not in surges(carry(rows, default()))
    spread = [share._replace(rule="") for share in shares(["HS2022"], "HS2017")]
    assert "854231" not in surges(carry(rows, as_table(spread)))


# --- real trade -----------------------------------------------------------------------------------


@cache
def sales() -> pd.DataFrame:
    """What the EU sold to seven states, by reporter and code of HS 2017, in 2020 and 2021 (EUR)."""
    rows = pd.read_parquet(SALES / "eu_exports_sanctioned_cn8.parquet")
    rows = rows.assign(code=rows["code"].str[:6], year=rows["month"].str[:4].astype(int))
    rows = rows[[exists("HS2017", code) for code in rows["code"]]]
    return rows.groupby(["reporter", "code", "year"], as_index=False)["value_eur"].sum()


def recoded(rows: pd.DataFrame, rng) -> pd.DataFrame:
    """The same trade under codes of HS 2022: each good of an older code to one share, give or take."""
    back = links_back("HS2022", "HS2017")
    links = [(newer, older) for newer, link in back.items() for older in held(newer, link)]
    frame = pd.DataFrame(sorted(links), columns=["newer", "code"])
    frame["part"] = rng.gamma(1.0, 1.0, len(frame))
    joined = rows.merge(frame, on="code", how="left").fillna({"part": 1.0})
    joined["newer"] = joined["newer"].fillna(joined["code"])  # 300219
    joined["part"] *= rng.lognormal(0, NOISE, len(joined))
    joined["part"] /= joined.groupby(["reporter", "code", "year"])["part"].transform("sum")
    joined["value"] = joined["value_eur"] * joined["part"]
    return joined.groupby(["reporter", "newer", "year"], as_index=False)["value"].sum()


def jumps(before: pd.Series, after: pd.Series) -> set[str]:
    """Codes with twice as much or more after, and more than 0.2 million."""
    before, after = before.align(after, fill_value=0.0)
    return set(before.index[((after + 10e3) / (before + 10e3) >= 2) & (after > 0.2e6)])


@needs_sales
@pytest.mark.parametrize("seed", [1, 3])
def test_real_trade_of_a_year_that_is_recoded_does_not_surge_against_itself(seed):
    """By parts that nobody knows: some jump by default, none of which enough reporters said something."""
    real = sales()[sales()["year"] == 2021]
    true = real.groupby("code")["value_eur"].sum()
    after = recoded(real, np.random.default_rng([seed, 4]))
    raw = jumps(true, after.groupby("newer")["value"].sum())
    assert "880730" in raw  # of the six, the only one whose goods are in these data
    by_default = jumps(true, back_to_2017(after, shares(["HS2022"], "HS2017")))
    records = pd.concat([
        real.rename(columns={"value_eur": "value"}).assign(edition="HS2017"),
        after.rename(columns={"newer": "code"}).assign(edition="HS2022"),
    ]).assign(flow="export")  # fmt: skip
    found = estimated(records.drop(columns="year"), "HS2022", "HS2017")
    by_learnt = jumps(true, back_to_2017(after, found.shares))
    unlearnt = {older for each in found.left for older in convert(each.code, "HS2022", "HS2017")}
    assert len(by_learnt) < len(by_default) < len(raw) / 3
    assert by_learnt <= unlearnt & by_default


def back_to_2017(rows: pd.DataFrame, by: Iterable[Share]) -> pd.Series:
    table = pd.DataFrame(by)[["code", "target_code", "weight"]]
    joined = rows.merge(table, left_on="newer", right_on="code", how="left").fillna({"weight": 1.0})
    code = joined["target_code"].fillna(joined["newer"])
    return (joined["value"] * joined["weight"]).groupby(code).sum()
