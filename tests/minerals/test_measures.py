"""Shocks in words: what they mean, and what is said of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from sarai.goods import BadSetting
from sarai.minerals.shocks import cut, parse

MARKET = ("CL", "CN", "DE", "GB", "JP")


@pytest.mark.parametrize(
    "words",
    ["embargo CN>JP", "embargo CN>* 120d", "quota CN>* 50%", "quota CN>EU 12.5% 90d", "delay CN>* 60d",
     "lose CL 30%", "close place:SUEZ", "close place:SUEZ 30d"],
)  # fmt: skip
def test_words_say_again_what_was_read(words):
    (measure,) = parse(words)
    assert str(measure) == words


def test_several_shocks_alpha_3_and_any_case():
    assert [str(each) for each in parse("embargo chn>jpn\n ; lose cl 5%;")] == ["embargo CN>JP", "lose CL 5%"]


def taken(words: str, year: int = 2023, month: int | None = None) -> dict[tuple[str, str], float]:
    links = cut(parse(words), MARKET, year, month=month).links
    return {
        (MARKET[giver], MARKET[taker]): round(float(links[giver, taker]), 9)
        for giver, taker in zip(*np.nonzero(links), strict=True)
    }


def test_what_is_missing_of_links():
    assert taken("embargo CN>JP") == {("CN", "JP"): 1.0}
    assert taken("quota CN>JP 40%") == {("CN", "JP"): 0.6}
    assert taken("delay CN>JP 73d") == {("CN", "JP"): 0.2}
    assert taken("embargo CN>JP 73d; quota CN>JP 50%") == {("CN", "JP"): 0.6}
    assert {taker for _, taker in taken("embargo CN>*")} == set(MARKET)


def test_the_union_is_its_members_of_the_year():
    assert set(taken("embargo CN>EU", 2023)) == {("CN", "DE")}
    assert set(taken("embargo CN>EU", 2010)) == {("CN", "DE"), ("CN", "GB")}


def test_by_month_it_holds_while_it_lasts():
    assert [taken("delay CN>JP 73d", month=month).get(("CN", "JP"), 0.0) for month in (1, 2, 3, 4)] == [
        1.0, 1.0, pytest.approx(0.4), 0.0,
    ]  # fmt: skip
    of_year = [taken("delay CN>JP 73d", month=month).get(("CN", "JP"), 0.0) for month in range(1, 13)]
    assert sum(of_year) / 12 == pytest.approx(73 / 365)


def test_production_is_lost_by_its_share():
    assert cut(parse("lose CL 30%; lose CL 50%"), MARKET, 2023).production.tolist() == [0.65, 0, 0, 0, 0]


def test_a_closed_corridor_takes_what_it_is_told():
    def closing(what, countries):
        assert what == "place:SUEZ"
        return np.full((len(countries),) * 2, 0.5)

    found = cut(parse("close place:SUEZ"), MARKET, 2023, closing=closing)
    assert (found.links == 0.5).all()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "is empty; write 'embargo CN>JP'"),
        ("stop CN>JP", "'stop' is no shock; begin with embargo"),
        ("embargo", "of what\\? write 'embargo CN>JP'"),
        ("embargo CN", "'CN' cannot be read; write 'embargo CN>JP'"),
        ("embargo CN>Mars", "country 'Mars' is not known"),
        ("embargo *>JP", "country '\\*' is not known"),
        ("embargo CN>JP 50%", "'50%' is no amount here"),
        ("quota CN>JP", "by how much\\? write 'quota CN>\\* 50%'"),
        ("quota CN>JP 150%", "'150%' is out of bounds"),
        ("delay CN>JP", "by how much\\? write 'delay CN>\\* 60d'"),
        ("delay CN>JP 0d", "'0d' is out of bounds; write 1d to 365d"),
        ("quota CN>JP 5% 6%", "same amount twice"),
        ("lose CL>JP 5%", "'CL>JP' cannot be read; write 'lose CL 30%'"),
        ("close SUEZ", "'close SUEZ': 'SUEZ' is no selector; write leg:CODE"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_next_step(words, told):
    with pytest.raises(BadSetting, match=told):
        parse(words)


def test_a_country_without_a_part_in_it_is_told():
    with pytest.raises(BadSetting, match="KZ neither makes nor trades this in 2023"):
        cut(parse("embargo KZ>JP"), MARKET, 2023)


def test_a_corridor_needs_a_network():
    with pytest.raises(BadSetting, match="needs the corridors' network"):
        cut(parse("close place:SUEZ"), MARKET, 2023)
