"""Findings that others published, beside what the measures make of the same statistics.

The files are read here with plain pandas, so that nothing rests on the readers. Months after 2021 are held
back of the EU's exports: what is known of them is asserted where somebody puts them there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from flows.engines import duckdb
from sarai.flows.engines import rows_of
from sarai.flows.measures.anomalous import anomalous, anomalous_share
from sarai.flows.measures.concentration import concentration
from sarai.flows.measures.disagreement import disagreement
from sarai.flows.measures.growth import growth
from sarai.flows.measures.origin_consignment import origin_consignment
from sarai.flows.measures.series import series
from sarai.flows.measures.terms import Term
from sarai.flows.periods import span
from sarai.flows.shape import COLUMNS, TOTAL, arrow_schema

TRADE = Path(__file__).resolve().parents[3] / "shared" / "data" / "trade"
EU = TRADE / "eurostat_cn8_monthly"
ARMENIA = TRADE / "armenia"
pytestmark = pytest.mark.skipif(not TRADE.is_dir(), reason=f"no shared data at {TRADE}")

PARTNERS = {
    "Armenia": "AM",
    "Belarus (Belorussia)": "BY",
    "Georgia": "GE",
    "Kazakhstan": "KZ",
    "Kyrgyzstan": "KG",
    "Russian Federation (Russia)": "RU",
    "Uzbekistan": "UZ",
}
NEIGHBOURS = ("AM", "BY", "GE", "KG", "KZ", "UZ")
NOW, THEN = span("2022-03..2022-11"), span("2021-03..2021-11")
EXPORTS = dict(source="comext", flow="export")
UNION = "European Union - 27 countries"


def tidy(frame, **same):
    """A frame in the tidy shape, and the coverage of who reports at all: every period of the frame."""
    import pandas
    import pyarrow

    defaults = dict(frequency="M", edition="HS2017", currency="EUR", valuation="fob", basis="destination")
    frame = frame.assign(**{**defaults, **same})
    frame = frame.assign(**{name: None for name in COLUMNS if name not in frame})
    reports = ["source", "reporter", "flow", "frequency"]
    published = frame[reports].drop_duplicates().merge(frame[["period"]].drop_duplicates(), how="cross")
    published = published.assign(period=pandas.to_datetime(published.period).dt.date)
    frame = frame.assign(period=pandas.to_datetime(frame.period).dt.date)
    table = pyarrow.Table.from_pandas(frame[list(COLUMNS)], schema=arrow_schema(), preserve_index=False)
    return table, pyarrow.Table.from_pandas(published, preserve_index=False)


def measured(tables, measure) -> list[dict]:
    """The rows of a measure over tables."""
    with duckdb() as engine:
        trade = engine.create_table("trade", tables[0])
        return rows_of(engine, measure(trade, engine.create_table("published", tables[1])))


@cache
def union_exports(name: str):
    """The EU's exports by member and month; every member publishes every month of both files."""
    import pandas

    frame = pandas.read_parquet(EU / f"{name}.parquet")
    frame = frame[frame.flow == "EXPORT"].rename(columns={"value_eur": "value", "month": "period"})
    return tidy(frame.assign(partner=frame.partner.map(PARTNERS)), source="comext", flow="export")


def sanctioned():
    return union_exports("eu_exports_sanctioned_cn8")


def totals():
    return union_exports("eu_total_trade")


def of_all_goods(trade):
    return trade.filter(trade.code == TOTAL)


def has(tables, last) -> bool:
    import pyarrow.compute as pc

    return pc.max(tables[1]["period"]).as_py() >= last


def needs_2022(tables):
    if not has(tables, NOW.last):
        pytest.skip("the months from 2022 are held back")


def sums_of(tables, partners, over, select=lambda trade: trade) -> float:
    """EUR that the Union's members exported in a span, with no hole in it."""
    term = Term(span=over, partners=partners, **EXPORTS)
    found = measured(tables, lambda t, p: series(select(t), p, term=term))
    assert all(row["holes"] == 0 for row in found)
    return sum(row["value"] for row in found)


@pytest.mark.parametrize(("partners", "published_bn"), [(("RU",), 69.2), (NEIGHBOURS, 13.7)])
def test_the_base_that_the_union_is_compared_with(partners, published_bn):
    """RBC on Euromonitor, 31 January 2023: EUR 69.2 bn and 13.7 bn in March to November 2021.

    These are all goods. Reports call them "non-energy"; without chapter 27 it would be 68.6 and 13.3.
    """
    computed = sums_of(totals(), partners, THEN, of_all_goods)
    assert round(computed / 1e9, 1) == published_bn


def test_sanctioned_goods_of_a_month_to_the_neighbours():
    """The same: about EUR 500 m in November 2021."""
    computed = sums_of(sanctioned(), NEIGHBOURS, span("2021-11"))
    assert round(computed / 1e6, -2) == 500
    assert computed == pytest.approx(490_886_740, abs=1)  # as pandas sums it


def zemlys_growth(tables, partners, now, then, select=lambda trade: trade) -> float:
    """Growth of what the Union's members exported, in per cent."""
    asked = dict(source="comext", span=now, base=then, partners=partners)
    (found,) = measured(tables, lambda t, p: growth(select(t), p, **asked))
    return 100 * found["growth"]


GROWTHS = [
    (sanctioned, NEIGHBOURS, None, 95),
    (sanctioned, ("RU",), None, -71),
    (totals, NEIGHBOURS, of_all_goods, 48),
    (totals, ("RU",), of_all_goods, -47),
]


@pytest.mark.parametrize(("tables", "partners", "select", "published"), GROWTHS)
def test_growth_after_the_invasion(tables, partners, select, published):
    """Zemlys 2023: March to November 2022 against the same months of 2021, in per cent."""
    needs_2022(tables())
    computed = zemlys_growth(tables(), partners, NOW, THEN, select or (lambda trade: trade))
    assert computed == pytest.approx(published, abs=1.5)


def zemlys_markets(tables, now, then) -> dict:
    """How many markets of the neighbours are anomalous, and how much of the value they hold."""
    asked = dict(source="comext", span=now, base=then, partners=NEIGHBOURS)
    (found,) = measured(tables, lambda t, p: anomalous_share(anomalous(t, p, **asked)))
    return found


def test_anomalous_markets_after_the_invasion():
    """Zemlys 2023: more than 100 anomalous markets, which hold 21 % of the value."""
    needs_2022(sanctioned())
    found = zemlys_markets(sanctioned(), NOW, THEN)
    assert found["anomalous"] > 100
    assert round(100 * found["share"]) == 21


def test_anomalous_markets_before_it():
    """The same years apart before the invasion, beside plain pandas: far fewer, and of far less."""
    early = span("2020-03..2020-11")
    found = zemlys_markets(sanctioned(), THEN, early)
    frame = sanctioned()[0].select(["reporter", "partner", "code", "period", "value"]).to_pandas()
    frame = frame[frame.partner.isin(NEIGHBOURS)]
    sums = [
        frame[(frame.period >= each.first) & (frame.period <= each.last)]
        .groupby(["reporter", "partner", "code"])
        .value.sum()
        for each in (THEN, early)
    ]
    later, base = sums[0].align(sums[1], fill_value=0)
    large, grown = later > 10e6, later / base.where(base > 0) - 1 > 1
    flagged = large & (grown | (base == 0))
    assert (found["anomalous"], found["unknown"]) == (flagged.sum(), 0)
    assert found["share"] == pytest.approx(later[flagged].sum() / later.sum())
    assert found["anomalous"] < 100


def test_members_add_up_to_the_union():
    """Eurostat's own row of the EU-27, beside the sum of its members."""
    import pandas

    frame = pandas.read_csv(TRADE / "mirror_totals" / "eu_members_monthly.csv")
    frame = frame.rename(columns={"REPORTER": "reporter", "month": "period", "VALUE_IN_EUR": "value"})
    frame = frame.assign(partner=frame.PARTNER.map(PARTNERS), flow=frame.flow.str.lower(), code=TOTAL)
    frame = frame[frame.flow == "export"]
    union = frame[frame.reporter.str.startswith(UNION)].set_index(["partner", "period"]).value
    members = frame[~frame.reporter.str.contains("European Union|Euro area|United Kingdom")]
    assert members.reporter.nunique() == 27
    term = Term(span=span("2019..2021"), **EXPORTS)
    found = measured(tidy(members, source="comext"), lambda t, p: series(t, p, term=term, by=("importer",)))
    computed = {(row["importer"], str(row["period"])): row["value"] for row in found}
    assert len(computed) == len(union) == 6 * 36
    assert computed == pytest.approx(union.to_dict(), rel=1e-6)


@cache
def armenian(column: str, source: str):
    import pandas

    frame = pandas.read_csv(
        ARMENIA / "reexports_estimated_data_month.csv",
        encoding_errors="replace",
        dtype={"commodity_code": "string"},
    )
    frame = frame.assign(
        code=frame.commodity_code.str.zfill(6), value=frame[column], reporter="AM", partner="XX"
    )
    return frame, tidy(frame, source=source, flow="export", currency="USD")


def test_products_that_hold_armenias_re_exports():
    """The file's cumulated shares of each month's largest products, beside the top shares."""
    frame, tables = armenian("reexports", "estimate")
    frame = frame.assign(rank=frame.groupby("period").reexports.rank(ascending=False, method="first"))
    term = Term(source="estimate", flow="export", span=span("2010..2024"))
    for top in (1, 3):
        asked = dict(term=term, over="code", by=("period",), top=top)
        found = measured(tables, lambda t, p, asked=asked: concentration(t, p, **asked))
        computed = {str(row["period"]): row["top_share"] for row in found}
        published = frame[frame["rank"] == top].set_index("period").pct_cum.to_dict()
        assert len(computed) == len(published) > 100
        assert computed == pytest.approx(published)


def test_how_much_of_armenias_exports_are_re_exports():
    """The file's share of each product and month, beside the ratio of the two accounts of it."""
    import pyarrow

    frame, estimates = armenian("reexports", "estimate")
    _, exports = armenian("X", "exports")
    both = [pyarrow.concat_tables(pair) for pair in zip(estimates, exports, strict=True)]
    asked = dict(first="estimate", second="exports", flow="export", span=span("2010..2024"))
    found = measured(both, lambda t, p: disagreement(t, p, **asked))
    computed = {(str(row["period"]), row["code"]): row["ratio"] for row in found}
    published = frame.set_index(["period", "code"]).prop_reexport.to_dict()
    assert computed == pytest.approx(published)


def armenian_imports():
    """Armenia's imports on both bases, by partner and month; partners keep the names of the file."""
    import pandas

    frame = pandas.read_csv(ARMENIA / "arm_trade_country.csv", encoding_errors="replace")
    parts = [
        frame.assign(value=frame[f"import_{basis}"], basis=basis)[["country", "date", "value", "basis"]]
        for basis in ("origin", "consignment")
    ]
    frame = pandas.concat(parts).rename(columns={"country": "partner", "date": "period"})
    same = dict(source="armstat", reporter="AM", flow="import", code=TOTAL, currency="USD", valuation="cif")
    return tidy(frame.assign(value=frame.value * 1000), **same | {"basis": frame.basis.to_numpy()})


def test_both_bases_are_the_same_imports():
    """Over all partners Armenia's imports by origin are its imports by consignment, in every month."""
    asked = dict(source="armstat", span=span("2020..2023"), by=("importer", "period"))
    found = measured(armenian_imports(), lambda t, p: origin_consignment(t, p, **asked))
    assert len(found) == 48
    assert [row["by_origin"] for row in found] == pytest.approx([row["by_consignment"] for row in found])


def test_what_armenia_buys_by_way_of_others():
    """Georgia and the Emirates send what others made; China makes what others send."""
    asked = dict(source="armstat", span=span("2023"), by=("exporter",))
    found = measured(armenian_imports(), lambda t, p: origin_consignment(t, p, **asked))
    shares = {row["exporter"]: row["share"] for row in found}
    assert shares["Georgia"] < -0.8 and shares["United Arab Emirates"] < -0.8
    assert 0.4 < shares["China"] < 0.5
