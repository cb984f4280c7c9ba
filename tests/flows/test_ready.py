"""A question made ready: one currency, one border, one edition; what cannot be is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tables import row
from flows.test_statistics import load
from sarai.flows import NothingThere, Question, Statistics, duckdb_engine, ready, rows_of, span
from sarai.goods import BadSetting
from sarai.reference import exchange

SENT = row("LT", "export", "KZ", "854231", "2022-05", 400)
GOT = row("KZ", "import", "LT", "854231", "2022-05", 106)


def trade(folder: Path, question: Question, rates=()):
    with duckdb_engine() as engine:
        found = ready(Statistics(folder), question, engine, rates)
        rows = rows_of(engine, found.trade.order_by("reporter", "code"))
        lost = found.without_past()
        return found, rows, [] if lost is None else rows_of(engine, lost)


@pytest.fixture
def folder(tmp_path) -> Path:
    load(tmp_path / "s", [SENT, GOT])
    return tmp_path / "s"


def test_imports_come_to_the_exporters_border_by_the_margin_that_is_named(folder):
    values = [trade(folder, Question(fob=end))[1][0]["value"] for end in ("", "low", "stated", "high")]
    assert values[0] == 106
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 4
    assert trade(folder, Question(fob="stated"))[1][1]["value"] == 400


def test_a_margin_that_is_none_is_refused(folder):
    with pytest.raises(BadSetting, match=r"margin 'lower'.*stated, low, high"):
        trade(folder, Question(fob="lower"))


def test_several_currencies_need_one_to_answer_in(folder):
    load(folder, [row("EE", "export", "KZ", "854231", "2022-05", 10, currency="EUR")], name="b.csv")
    with pytest.raises(BadSetting, match=r"EUR and USD.*--currency"):
        trade(folder, Question())
    rate = exchange.Rate("USD", "EUR", "2022-05", 1.25, "made up")
    found, rows, _ = trade(folder, Question(currency="USD"), (rate,))
    assert found.currency == "USD"
    assert [each["value"] for each in rows] == [12.5, 106, 400]


def test_a_value_without_a_rate_is_not_known_and_told(folder):
    load(folder, [row("EE", "export", "KZ", "854231", "2022-05", 10, currency="EUR")], name="b.csv")
    with duckdb_engine() as engine:
        found = ready(Statistics(folder), Question(currency="USD"), engine, ())
        assert rows_of(engine, found.trade.order_by("reporter"))[0]["value"] is None
        (lost,) = rows_of(engine, found.without_rate())
    assert (lost["reported_currency"], lost["rows"]) == ("EUR", 1)


def test_the_oldest_edition_answers_and_what_has_no_past_is_told(folder):
    waste = row("LT", "export", "KZ", "854921", "2022-05", 7, edition="HS2022")
    born = row("LT", "export", "KZ", "854151", "2022-05", 9, edition="HS2022")
    load(folder, [waste, born], name="b.csv")
    found, rows, lost = trade(folder, Question())
    assert found.edition == "HS2017"
    assert [(each["code"], each["value"]) for each in rows] == [
        ("854231", 106),
        ("854150", 9),
        ("854231", 400),
    ]
    assert [(each["code"], each["value"]) for each in lost] == [("854921", 7)]


def test_codes_of_a_list_are_sought_in_the_edition_of_the_answer(folder):
    load(folder, [row("LT", "export", "KZ", "854150", "2021-05", 9)], name="b.csv")
    _, rows, _ = trade(folder, Question(codes=("854151",), codes_of="HS2022"))
    assert [each["code"] for each in rows] == ["854150"]


def test_nothing_there_says_what_to_do(folder):
    with pytest.raises(NothingThere, match="sarai flows held"):
        trade(folder, Question(exporters=("AM",), importers=("GE",)))
    with pytest.raises(NothingThere, match="8 digits"):
        trade(folder, Question(digits=8))
    with pytest.raises(NothingThere, match="'baci' has no such rows; there is comtrade"):
        trade(folder, Question(exported="baci"))
    with pytest.raises(NothingThere):
        trade(folder, Question(span=span("1999")))


def test_months_stand_in_for_a_year_that_is_not_published(tmp_path):
    months = [row("LT", "export", "KZ", "854231", f"2021-{month:02}", 10) for month in range(1, 13)]
    year = row("KZ", "import", "LT", "854231", "2021-01", 90, frequency="A", period=date(2021, 1, 1))
    load(tmp_path / "s", [*months, year])
    _, rows, _ = trade(tmp_path / "s", Question(frequency="A"))
    assert {(each["reporter"], each["period"].year) for each in rows} == {("LT", 2021), ("KZ", 2021)}
    assert sum(each["value"] for each in rows if each["reporter"] == "LT") == 120
