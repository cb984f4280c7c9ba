"""Exchange rates: what is packaged, what you give, and how they cross through the euro.

A rate says how many units of a currency are one unit of its base. The packaged ones are annual averages
against the euro (ECB) or the dollar (World Bank); monthly ones come from a file: the ECB's SDMX-CSV, or a
CSV with the columns ``currency,period,rate,source`` and, if it is not the euro, ``base``.

A period without a rate has none: it is never taken from its neighbours, nor set to one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import isfinite

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.reference._tables import table

__all__ = ["EURO", "Rate", "crossed", "rates", "read_rates"]

EURO = "EUR"
CODE = re.compile("[A-Z]{3}")  # ISO 4217
PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
PLAIN = {"currency", "period", "rate", "source"}
SDMX = {"CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE"}
SPOT_AVERAGE = ("SP00", "A")  # ECB: reference rates, averaged over the period; "E" is its last day


class Rate(Struct, frozen=True):
    """A rate of a period.

    Attributes
    ----------
    currency, base : str
        ISO 4217. ``rate`` units of the currency are one unit of the base.
    period : str
        ``2021`` or ``2021-03``.
    """

    currency: str
    base: str
    period: str
    rate: float
    source: str

    def __post_init__(self) -> None:
        for code in (self.currency, self.base):
            if not CODE.fullmatch(code):
                raise BadSetting(f"currency {code!r} is no ISO 4217 code; write it as USD")
        if not PERIOD.fullmatch(self.period):
            raise BadSetting(
                f"period {self.period!r} of {self.currency} is not understood; write 2021 or 2021-03"
            )
        if not (isfinite(self.rate) and self.rate > 0):
            raise BadSetting(f"rate {self.rate} of {self.currency} in {self.period} must be above zero")


@cache
def rates() -> tuple[Rate, ...]:
    """The packaged annual averages.

    >>> [each for each in rates() if each.period == "2021"][0]
    Rate(currency='USD', base='EUR', period='2021', rate=1.1827, source='ECB')
    """
    return tuple(_plain(table("exchange_rates"), "packaged"))


def read_rates(text: str, source: str) -> tuple[Rate, ...]:
    """The rates of a CSV: the ECB's SDMX-CSV, or one of your own.

    Parameters
    ----------
    source : str
        Where the text is from, for words about it.

    Raises
    ------
    BadSetting
        A column is missing, a row cannot be read, or two rows contradict each other.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, strict=True)
    try:
        columns = set(rows.fieldnames or ())
        if columns >= SDMX:
            return _consistent(_of_ecb(rows, source), source)
        if columns >= PLAIN:
            return _consistent(_plain(rows, source), source)
    except csv.Error as fault:
        raise BadSetting(f"{source} is no CSV that can be read: {fault}") from fault
    missing = ", ".join(sorted(PLAIN - columns))
    raise BadSetting(
        f"{source} has no column {missing}; give {','.join(sorted(PLAIN))} or the ECB's SDMX-CSV"
    )


def crossed(known: Iterable[Rate], target: str) -> dict[tuple[str, str], float]:
    r"""What one unit of each currency is in the target, by currency and period.

    .. math:: r_{c \to t} = e_t / e_c

    where :math:`e` is how many units are one euro in the same period. A month crosses with the same
    month, a year with the same year. Of two rates of a currency and period the later one counts, so that
    your own go after the packaged ones.

    >>> round(crossed(rates(), "USD")["CNY", "2021"], 6)
    0.155043
    """
    euros = _per_euro(known)
    periods = sorted({period for _, period in euros})
    euros |= {(EURO, period): 1.0 for period in periods}
    return {
        (currency, period): euros[target, period] / units
        for (currency, period), units in sorted(euros.items())
        if (target, period) in euros
    }


def _per_euro(known: Iterable[Rate]) -> dict[tuple[str, str], float]:
    """Units of each currency that are one euro, by currency and period; through a third one at most."""
    given = {(rate.currency, rate.period): rate for rate in known}
    found = {cell: rate.rate for cell, rate in given.items() if rate.base == EURO}
    through = {
        cell: rate.rate * found[rate.base, rate.period]
        for cell, rate in given.items()
        if rate.base != EURO and (rate.base, rate.period) in found
    }
    return found | through


def _plain(rows: Iterable[Mapping[str, str]], source: str) -> Iterator[Rate]:
    for row in rows:
        yield Rate(
            currency=row["currency"] or "",
            base=row.get("base") or EURO,
            period=row["period"] or "",
            rate=_number(row["rate"], source, row["currency"], row["period"]),
            source=row["source"] or "",
        )


def _of_ecb(rows: Iterable[Mapping[str, str]], source: str) -> Iterator[Rate]:
    """Averages of reference rates; days, and what has no value (a market that was closed), are left out."""
    for row in rows:
        period, said = row["TIME_PERIOD"] or "", row["OBS_VALUE"]
        if (row["EXR_TYPE"], row["EXR_SUFFIX"]) == SPOT_AVERAGE and PERIOD.fullmatch(period) and said:
            rate = _number(said, source, row["CURRENCY"], period)
            yield Rate(row["CURRENCY"] or "", row["CURRENCY_DENOM"] or "", period, rate, "ECB")


def _number(text: str | None, source: str, currency: str, period: str) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise BadSetting(
            f"{source}: rate {text!r} of {currency} in {period} is no number; write it as 1.1827"
        ) from None


def _consistent(found: Iterable[Rate], source: str) -> tuple[Rate, ...]:
    """All of them, if no cell is said twice with two values."""
    kept: dict[tuple[str, str], Rate] = {}
    for rate in found:
        before = kept.setdefault((rate.currency, rate.period), rate)
        if (before.rate, before.base) != (rate.rate, rate.base):
            raise BadSetting(
                f"{source} has two rates of {rate.currency} in {rate.period}, "
                f"{before.rate:g} per {before.base} and {rate.rate:g} per {rate.base}; keep one"
            )
    if not kept:
        raise BadSetting(f"{source} has no average of a month or a year; pull frequency M or A, not days")
    return tuple(kept.values())
