"""Years out of months: whole ones only, and never beside a year that is published."""

from __future__ import annotations

from datetime import date

from flows.tables import on_duckdb, row
from sarai.flows.years import by_year

MONTHS = [f"2021-{month:02d}" for month in range(1, 13)]


def years(rows):
    with on_duckdb(rows) as (engine, trade, published):
        found, covered = by_year(trade, published)
        sums = found.group_by(["reporter", "period"]).agg(value=found.value.sum()).order_by("reporter")
        told = {
            (each["reporter"], each["period"].year): each["value"]
            for each in engine.to_pyarrow(sums).to_pylist()
        }
        who = {(each["reporter"], each["period"].year) for each in engine.to_pyarrow(covered).to_pylist()}
        return told, who


def test_twelve_published_months_are_a_year_and_eleven_are_none():
    whole = [row("LT", "export", "KZ", "854231", month, 10) for month in MONTHS]
    part = [row("EE", "export", "KZ", "854231", month, 10) for month in MONTHS[1:]]
    assert years([*whole, *part]) == ({("LT", 2021): 120}, {("LT", 2021)})


def test_a_month_without_the_pair_is_zero_if_it_is_published():
    rows = [row("LT", "export", "KZ", "854231", month, 10) for month in MONTHS[:4]]
    others = [row("LT", "export", "CN", "010121", month, 0) for month in MONTHS]
    assert years([*rows, *others])[0] == {("LT", 2021): 40}


def test_a_published_year_goes_before_its_months():
    months = [row("LT", "export", "KZ", "854231", month, 10) for month in MONTHS]
    year = row("LT", "export", "KZ", "854231", "2021-01", 125, frequency="A", period=date(2021, 1, 1))
    assert years([*months, year]) == ({("LT", 2021): 125}, {("LT", 2021)})
