r"""One currency and one valuation, with what cannot be known left open.

A value of a currency :math:`c` in a period :math:`t` becomes

.. math:: v' = v \cdot e_{target,t} / e_{c,t}

where :math:`e` is how many units are one euro, averaged over the month, or over the year where either of
the two has no average of the month. A c.i.f. value becomes f.o.b. by the margin :math:`m` of its importer,

.. math:: v_{fob} = v_{cif} / (1 + m)

with `value_low` and `value_high` from the high and the low of what is stated about :math:`m`.

Where no rate is known the value is null and `no_rate` says why: it is not one to one, and not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sarai.goods import BadSetting
from sarai.reference.exchange import CODE, Rate, crossed
from sarai.reference.margins import EVERYONE, Margin

if TYPE_CHECKING:
    import ibis
    from ibis.expr.types import Table

__all__ = ["at_fob", "in_currency", "rate_table", "without_rate"]

VALUES = ("value", "value_low", "value_high")
MONTHS = range(1, 13)
RATE_COLUMNS = {
    "rate_currency": "string",
    "rate_frequency": "string",
    "rate_at": "date32[day]",
    "rate": "double",
    "rate_period": "string",
}

MARGIN_COLUMNS = {"importer": "string", "margin": "double", "low": "double", "high": "double"}

RateRow = tuple[str, str, date, float, str]


def rate_table(rates: Iterable[Rate], currency: str) -> Table:
    """Rates to one currency, for `in_currency`: what each month and each year is converted by.

    Returns
    -------
    Table
        rate_currency, rate_frequency (``A`` or ``M``), rate_at (first day), rate (units of the target that
        are one unit), rate_period (``2021-03``, or ``2021`` if the year stands in for its month).
    """
    if not CODE.fullmatch(currency):
        raise BadSetting(f"currency {currency!r} is no ISO 4217 code; write it as USD")
    known = crossed(rates, currency)
    years = sorted({(code, int(period[:4])) for code, period in known if code != currency})
    rows = [row for code, year in years for row in _of_year(known, code, year)]
    return _table(RATE_COLUMNS, rows)


def _of_year(known: Mapping[tuple[str, str], float], currency: str, year: int) -> list[RateRow]:
    periods = [("A", 1, [f"{year}"])] + [("M", month, [f"{year}-{month:02}", f"{year}"]) for month in MONTHS]
    rows = []
    for frequency, month, names in periods:
        used = next((name for name in names if (currency, name) in known), None)
        if used:
            rows.append((currency, frequency, date(year, month, 1), known[currency, used], used))
    return rows


def in_currency(trade: Table, rates: Iterable[Rate], currency: str) -> Table:
    """Values in one currency, each by the rate of its period.

    Parameters
    ----------
    trade : Table
        With currency, frequency, period and value; value_low and value_high go along if they are there.
    rates : iterable of Rate
        Of two for the same period the later one counts: the packaged ones first, then your own.
    currency : str
        ISO 4217 code of the answer.

    Returns
    -------
    Table
        As `trade`, and: reported_currency, reported_value, rate (null if there is none), rate_period (what
        the rate is an average of; null if nothing was converted), no_rate (why value is null though one
        was reported; else null).
    """
    import ibis

    table = rate_table(rates, currency)
    joined = trade.left_join(
        table,
        [
            trade.currency == table.rate_currency,
            trade.frequency == table.rate_frequency,
            trade.period == table.rate_at,
        ],
    )
    rate = ibis.ifelse(trade.currency == currency, 1.0, table.rate)
    missing = rate.isnull() & trade.value.notnull()
    columns = {name: trade[name] for name in trade.columns}
    columns |= {name: trade[name] * rate for name in VALUES if name in columns}
    return joined.select(
        **columns | {"currency": ibis.literal(currency)},
        reported_currency=trade.currency,
        reported_value=trade.value,
        rate=rate,
        rate_period=table.rate_period,
        no_rate=ibis.ifelse(missing, _reason(trade, currency), ibis.null("string")),
    )


def _reason(trade: Table, currency: str) -> ibis.Value:
    import ibis

    year = trade.period.year().cast("string")
    month = ibis.literal("-") + trade.period.month().cast("string").lpad(2, "0")
    period = ibis.ifelse(trade.frequency == "M", year + month, year)
    unknown = ibis.literal("no rate of ") + trade.currency + f" in {currency} for " + period
    return ibis.coalesce(unknown, ibis.literal("no currency is stated"))


def without_rate(converted: Table) -> Table:
    """How much could not be converted, and why: what `in_currency` left null.

    Returns
    -------
    Table
        no_rate, reported_currency, rows, reported_value (their sum, in that currency); in order.
    """
    lost = converted.filter(converted.no_rate.notnull())
    grouped = lost.group_by(["no_rate", "reported_currency"]).agg(
        rows=lost.count(), reported_value=lost.reported_value.sum()
    )
    return grouped.order_by(["no_rate", "reported_currency"])


def at_fob(trade: Table, margins: Mapping[str, Margin]) -> Table:
    """Values at the exporter's border, with the range in which they may lie.

    Parameters
    ----------
    trade : Table
        With reporter, partner, flow, valuation and value. The importer is who reports imports, and the
        partner of who reports exports.
    margins : mapping
        By importer, as `sarai.reference.margins.margins` gives it, with one for `EVERYONE` else.

    Returns
    -------
    Table
        As `trade`, valuation ``fob``, and: value_low, value_high (both equal to value where it was f.o.b.
        before), reported_valuation. What is valued neither way is null.

    Raises
    ------
    BadSetting
        There is no margin for `EVERYONE` else.
    """
    import ibis

    if EVERYONE not in margins:
        raise BadSetting(f"no margin is given for all other importers; add a row for {EVERYONE!r}")
    importer = ibis.ifelse(trade.flow.isin(["import", "reimport"]), trade.reporter, trade.partner)
    table = _margin_table(margins)
    joined = trade.left_join(table, importer == table.importer)
    other = margins[EVERYONE]

    def lowered(margin: ibis.Value, default: float) -> ibis.Value:
        at = ibis.cases(
            (trade.valuation == "cif", margin.fill_null(default)),
            (trade.valuation == "fob", 0.0),
            else_=ibis.null("float64"),
        )
        return trade.value / (1.0 + at)

    columns = {name: trade[name] for name in trade.columns} | {
        "value": lowered(table.margin, other.margin),
        "value_low": lowered(table.high, other.high),
        "value_high": lowered(table.low, other.low),
        "valuation": ibis.literal("fob"),
        "reported_valuation": trade.valuation,
    }
    return joined.select(**columns)


def _margin_table(margins: Mapping[str, Margin]) -> Table:
    named = [(importer, each) for importer, each in sorted(margins.items()) if importer != EVERYONE]
    return _table(MARGIN_COLUMNS, [(importer, each.margin, each.low, each.high) for importer, each in named])


def _table(columns: Mapping[str, str], rows: Sequence[tuple]) -> Table:
    """A small table of facts, as Ibis joins it on any engine."""
    import ibis
    import pyarrow as pa

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
    lists = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    return ibis.memtable(pa.table(lists, schema=schema))
