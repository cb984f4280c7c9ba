"""Exchange rates and c.i.f. margins against what others published."""

from __future__ import annotations

import pytest

from sarai.goods import BadSetting
from sarai.reference import margins
from sarai.reference.countries import exists
from sarai.reference.exchange import Rate, crossed, rates, read_rates
from sarai.reference.margins import EVERYONE, read_margins, stated

ECB_IN_FULL = {  # EXR.A.USD.EUR.SP00.A as the ECB's web service gave it, before it was rounded
    "2012": 1.284788671875001, "2013": 1.328118039215687, "2014": 1.328500784313724,
    "2015": 1.109512890624999, "2016": 1.106903112840467,
}  # fmt: skip
YUAN_PER_DOLLAR = {  # Federal Reserve, G.5A, of 4 January 2016
    "2012": 6.3093, "2013": 6.1478, "2014": 6.1620, "2015": 6.2827,
}  # fmt: skip

OF_ECB = """KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,TITLE
EXR.M.USD.EUR.SP00.A,M,USD,EUR,SP00,A,2021-03,1.1899,A,"US dollar/Euro, average"
EXR.M.USD.EUR.SP00.E,M,USD,EUR,SP00,E,2021-03,1.1725,A,end of period
EXR.M.RUB.EUR.SP00.A,M,RUB,EUR,SP00,A,2022-04,,H,suspended
EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2021-03-01,1.2053,A,a day
EXR.A.USD.EUR.SP00.A,A,USD,EUR,SP00,A,2021,1.1827,A,a year
"""


def packaged(currency: str, period: str) -> float:
    return next(each.rate for each in rates() if (each.currency, each.period) == (currency, period))


@pytest.mark.parametrize("year", ECB_IN_FULL)
def test_the_dollar_is_the_rounded_average_of_the_ecb(year: str):
    assert packaged("USD", year) == round(ECB_IN_FULL[year], 4)


def test_the_yuan_of_2024():
    assert packaged("CNY", "2024") == round(7.787469921875, 4)  # EXR.A.CNY.EUR.SP00.A


@pytest.mark.parametrize("year", YUAN_PER_DOLLAR)
def test_the_cross_rate_is_near_the_one_of_the_federal_reserve(year: str):
    """An average of quotients is not the quotient of averages: they agree to a thousandth, not exactly."""
    assert crossed(rates(), "CNY")["USD", year] == pytest.approx(YUAN_PER_DOLLAR[year], rel=1e-3)


def test_what_is_packaged():
    held = {(each.currency, each.period) for each in rates()}
    assert {("USD", str(year)) for year in range(2012, 2025)} <= held
    assert max(period for currency, period in held if currency == "RUB") == "2021"
    assert len(held) == len(rates())


def test_rates_cross_through_the_euro_and_back():
    dollars = crossed(rates(), "USD")
    assert dollars["EUR", "2021"] == 1.1827
    assert dollars["KZT", "2021"] == pytest.approx(1 / 425.9, rel=1e-12)  # is stated against the dollar
    assert dollars["USD", "2021"] == 1
    tenge = crossed(rates(), "KZT")
    for (currency, period), rate in tenge.items():
        assert rate * crossed(rates(), currency)["KZT", period] == pytest.approx(1)


def test_a_period_without_a_rate_has_none():
    assert ("RUB", "2022") not in crossed(rates(), "USD")
    assert ("USD", "2022") not in crossed(rates(), "RUB")
    assert ("USD", "2021-03") not in crossed(rates(), "EUR")
    month = Rate("KZT", "USD", "2021-03", 420.0, "own")
    assert ("KZT", "2021-03") not in crossed([*rates(), month], "EUR")  # no dollar of that month


def test_your_own_take_the_place_of_the_packaged():
    own = Rate("KZT", "EUR", "2021", 503.88, "own")
    assert crossed([*rates(), own], "KZT")["EUR", "2021"] == 503.88


def test_the_file_of_the_ecb():
    assert read_rates(OF_ECB, "ecb.csv") == (
        Rate("USD", "EUR", "2021-03", 1.1899, "ECB"),
        Rate("USD", "EUR", "2021", 1.1827, "ECB"),
    )


def test_a_file_of_your_own():
    text = (
        "\ufeff# from the bank\nsource,currency,period,rate,base\n"
        "NBK,KZT,2021-03,419.9,USD\nNBK,KZT,2021,503.88,\n"
    )
    assert [(each.base, each.period, each.rate, each.source) for each in read_rates(text, "own.csv")] == [
        ("USD", "2021-03", 419.9, "NBK"),
        ("EUR", "2021", 503.88, "NBK"),
    ]


@pytest.mark.parametrize(("rows", "said"), [
    ("currency,period,rate\n", "has no column source"),
    ("currency,period,rate,source\n", "no average of a month or a year"),
    ("currency,period,rate,source\nUSD,2021,1.18,a\nUSD,2021,1.19,a", "own.csv has two rates of USD in 2021"),
    ("currency,period,rate,source\nUSD,2021,much,a", "'much' of USD in 2021 is no number"),
    ("currency,period,rate,source\nUSD,2021", "rate None of USD in 2021 is no number"),
    ("currency,period,rate,source\nUSD,2021,0,a", "above zero"),
    ("currency,period,rate,source\nUSD,2021,nan,a", "above zero"),
    ("currency,period,rate,source\nUSD,2021,inf,a", "above zero"),
    ("currency,period,rate,source\nusd,2021,1,a", "'usd' is no ISO 4217"),
    ("currency,period,rate,source\nUSD,2021-13,1,a", "'2021-13'"),
    ('currency,period,rate,source\nUSD,2021,1,"a', "can be read: unexpected end"),
])  # fmt: skip
def test_what_cannot_be_read_is_named(rows: str, said: str):
    with pytest.raises(BadSetting, match=said):
        read_rates(rows, "own.csv")


def test_every_importer_has_a_margin_and_its_range():
    taken = margins.margins()
    assert set(taken) > {EVERYONE, "KZ", "KG", "AM", "UZ"}
    assert len(taken) == 33  # the 32 of the United Nations' list, and everyone else
    assert all(exists(importer) for importer in taken if importer != EVERYONE)
    assert all(each.low < each.margin < each.high and each.source for each in taken.values())


def test_where_sources_disagree_all_are_there():
    of_all = [each for each in stated() if each.importers == (EVERYONE,)]
    assert {each.margin for each in of_all} >= {0.06, 0.10, 0.081}
    assert [each.used for each in of_all].count(True) == 1
    unctad = next(each for each in of_all if "2015" in each.source)
    assert unctad.margin == pytest.approx(0.09 / (1 - 0.09), abs=5e-4)  # a share of the c.i.f. value, turned


def test_your_own_margins():
    text = "importers,margin,low,high,source\nKZ RU,0.08,0.05,0.12,own\nAM,0.04,,,own\n"
    taken = margins.margins([*stated(), *read_margins(text, "own.csv")])
    assert (taken["KZ"].high, taken["AM"].low, taken["KG"].margin) == (0.12, 0.04, 0.10)


@pytest.mark.parametrize(("rows", "said"), [
    ("importers,margin,low,high\n", "no column source"),
    ("importers,margin,low,high,source\nKZ,six,,,a", "margin of 'KZ' is no number"),
    ("importers,margin,low,high,source\nKZ,6,5,10,a", "six per cent as 0.06"),
    ("importers,margin,low,high,source\nKZ,0.06,0.07,0.10,a", "not ordered"),
    ("importers,margin,low,high,source\nKZ,nan,,,a", "not ordered"),
    ("importers,margin,low,high,source\nKAZ,0.06,,,a", "'KAZ' is not known"),
    ("importers,margin,low,high,source\n,0.06,,,a", "'' is not known"),
])  # fmt: skip
def test_margins_that_cannot_be_read_are_named(rows: str, said: str):
    with pytest.raises(BadSetting, match=said):
        read_margins(rows, "own.csv")
