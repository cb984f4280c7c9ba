"""One currency and one valuation, against the same written out row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import isnan

import ibis
import pytest

from sarai.flows.engines import duckdb_engine
from sarai.flows.money import at_fob, in_currency, without_rate
from sarai.goods import BadSetting
from sarai.reference.exchange import Rate, rates
from sarai.reference.margins import EVERYONE, Margin, margins

SCHEMA = dict.fromkeys(("reporter", "partner", "flow", "frequency"), "string")
SCHEMA |= {"period": "date", "currency": "string", "value": "float64", "valuation": "string"}

OWN = [
    Rate("USD", "EUR", "2021-01", 1.2171, "own"),
    Rate("CNY", "EUR", "2021-01", 7.8730, "own"),
    Rate("CNY", "EUR", "2021-02", 7.8136, "own"),  # and no dollar of that month
]


@pytest.fixture(scope="module")
def engine() -> Iterator[ibis.BaseBackend]:
    with duckdb_engine() as running:
        yield running


def trade(*rows: tuple) -> ibis.Table:
    return ibis.memtable([dict(zip(SCHEMA, row, strict=True)) for row in rows], schema=SCHEMA)


def row(currency, value, period=date(2021, 1, 1), frequency="M", **other) -> tuple:
    said = {"reporter": "KZ", "partner": "DE", "flow": "import", "valuation": "cif"} | other
    return (
        said["reporter"],
        said["partner"],
        said["flow"],
        frequency,
        period,
        currency,
        value,
        said["valuation"],
    )


def asked(engine: ibis.BaseBackend, table: ibis.Table) -> list[dict]:
    return engine.to_pyarrow(table).to_pylist()


@pytest.mark.parametrize(("currency", "period", "frequency", "rate", "used"), [
    ("CNY", date(2021, 1, 1), "M", 1.2171 / 7.8730, "2021-01"),  # both have the month
    ("CNY", date(2021, 2, 1), "M", 1.1827 / 7.6282, "2021"),  # only one has: both by the year, never mixed
    ("CNY", date(2021, 1, 1), "A", 1.1827 / 7.6282, "2021"),  # a year, though it begins as January does
    ("EUR", date(2021, 1, 1), "M", 1.2171, "2021-01"),
    ("KZT", date(2021, 12, 1), "M", 1 / 425.9, "2021"),
    ("USD", date(1950, 1, 1), "M", 1.0, None),  # is in it already
])  # fmt: skip
def test_a_row_is_converted_by_the_rate_of_its_period(engine, currency, period, frequency, rate, used):
    table = in_currency(trade(row(currency, 200.0, period, frequency)), [*rates(), *OWN], "USD")
    [found] = asked(engine, table)
    assert found["value"] == pytest.approx(200 * rate, rel=1e-12)
    assert (found["currency"], found["reported_currency"], found["reported_value"]) == (
        "USD",
        currency,
        200.0,
    )
    assert (found["rate_period"], found["no_rate"]) == (used, None)


@pytest.mark.parametrize(("currency", "period", "frequency", "why"), [
    ("RUB", date(2022, 4, 1), "M", "no rate of RUB in USD for 2022-04"),
    ("RUB", date(2022, 1, 1), "A", "no rate of RUB in USD for 2022"),
    ("GEL", date(2021, 12, 1), "M", "no rate of GEL in USD for 2021-12"),
    ("EUR", date(2011, 12, 1), "M", "no rate of EUR in USD for 2011-12"),
    (None, date(2021, 12, 1), "M", "no currency is stated"),
])  # fmt: skip
def test_no_rate_is_null_with_the_reason(engine, currency, period, frequency, why):
    [found] = asked(engine, in_currency(trade(row(currency, 200.0, period, frequency)), rates(), "USD"))
    assert (found["value"], found["rate"], found["no_rate"]) == (None, None, why)
    assert found["reported_value"] == 200.0


def test_a_value_that_was_not_reported_lacks_no_rate(engine):
    [found] = asked(engine, in_currency(trade(row("GEL", None)), rates(), "USD"))
    assert (found["value"], found["no_rate"]) == (None, None)


def test_how_much_had_no_rate_can_be_asked(engine):
    table = trade(row("GEL", 1.0), row("EUR", 5.0), row("GEL", 2.0), row("RUB", 4.0, date(2023, 1, 1)),
                  row("GEL", None))  # fmt: skip
    assert asked(engine, without_rate(in_currency(table, rates(), "USD"))) == [
        {
            "no_rate": "no rate of GEL in USD for 2021-01",
            "reported_currency": "GEL",
            "rows": 2,
            "reported_value": 3.0,
        },
        {
            "no_rate": "no rate of RUB in USD for 2023-01",
            "reported_currency": "RUB",
            "rows": 1,
            "reported_value": 4.0,
        },
    ]


def test_no_row_is_lost_or_doubled(engine):
    rows = [row(currency, 1.0, date(year, month, 1), frequency)
            for currency in ("USD", "EUR", "CNY", "RUB", "KZT", "GEL") for year in range(2010, 2026)
            for month, frequency in ((1, "A"), (1, "M"), (7, "M"))]  # fmt: skip
    found = engine.to_pyarrow(in_currency(trade(*rows), [*rates(), *OWN], "USD")).to_pylist()
    assert len(found) == len(rows)
    by_hand = {(each.currency, each.period): each.rate for each in rates() if each.base == "EUR"}
    for each in found:
        if each["reported_currency"] == "RUB" and (each["frequency"], each["period"].month) != ("M", 1):
            year = str(each["period"].year)
            known = ("RUB", year) in by_hand
            assert (each["value"] is not None) == known
            if known:
                assert each["value"] == pytest.approx(by_hand["USD", year] / by_hand["RUB", year], rel=1e-12)


def test_without_any_rate_only_the_same_currency_stays(engine):
    found = asked(engine, in_currency(trade(row("USD", 1.0), row("EUR", 1.0)), [], "USD"))
    assert sorted((each["reported_currency"], each["value"]) for each in found) == [
        ("EUR", None),
        ("USD", 1.0),
    ]


def test_a_currency_that_is_none():
    with pytest.raises(BadSetting, match="'dollar' is no ISO 4217"):
        in_currency(trade(row("USD", 1.0)), rates(), "dollar")


# -- c.i.f. to f.o.b. ------------------------------------------------------------------------------

GIVEN = {EVERYONE: Margin((EVERYONE,), 0.06, 0.05, 0.10, "a"), "KZ": Margin(("KZ",), 0.25, 0.0, 0.6, "b")}


@pytest.mark.parametrize(("said", "value", "low", "high"), [
    ({}, 80.0, 62.5, 100.0),  # Kazakhstan imports
    ({"reporter": "GE"}, 100 / 1.06, 100 / 1.10, 100 / 1.05),
    ({"flow": "reimport"}, 80.0, 62.5, 100.0),
    ({"reporter": "DE", "partner": "KZ", "flow": "export"}, 80.0, 62.5, 100.0),  # an export valued so
    ({"valuation": "fob"}, 100.0, 100.0, 100.0),
    ({"valuation": None}, None, None, None),
])  # fmt: skip
def test_the_margin_is_that_of_the_importer(engine, said, value, low, high):
    [found] = asked(engine, at_fob(trade(row("USD", 100.0, **said)), GIVEN))
    assert [found[name] for name in ("value", "value_low", "value_high")] == [
        each if each is None else pytest.approx(each, rel=1e-12) for each in (value, low, high)
    ]
    assert (found["valuation"], found["reported_valuation"]) == ("fob", said.get("valuation", "cif"))


def test_only_everyone(engine):
    [found] = asked(engine, at_fob(trade(row("USD", 106.0)), {EVERYONE: GIVEN[EVERYONE]}))
    assert found["value"] == pytest.approx(100)


def test_the_packaged_margins_keep_the_range_in_order(engine):
    rows = [row("USD", 1.0, reporter=reporter) for reporter in ("KZ", "GE", "DE", "KG")]
    for each in asked(engine, at_fob(trade(*rows), margins())):
        assert each["value_low"] < each["value"] < each["value_high"] < 1
        assert not isnan(each["value"])


def test_both_in_either_order(engine):
    table = trade(row("EUR", 100.0), row("GEL", 3.0), row("USD", 7.0, reporter="GE"))
    one = at_fob(in_currency(table, rates(), "USD"), GIVEN)
    other = in_currency(at_fob(table, GIVEN), rates(), "USD")
    names = ["reported_currency", "value", "value_low", "value_high", "no_rate"]
    first, second = (sorted(map(repr_of, asked(engine, each.select(names)))) for each in (one, other))
    assert first == second


def repr_of(found: dict) -> list[str]:
    return [f"{each:.9g}" if isinstance(each, float) else str(each) for each in found.values()]


def test_a_margin_for_everyone_else_is_needed():
    with pytest.raises(BadSetting, match="all other importers"):
        at_fob(trade(row("USD", 1.0)), {"KZ": GIVEN["KZ"]})
