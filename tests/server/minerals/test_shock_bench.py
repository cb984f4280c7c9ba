"""Shocks worked out for the desk: as the command tells them, and month by month against plain loops."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from minerals.supposed_made import bench_of
from msgspec.structs import replace

from sarai.corridors import shipped
from sarai.minerals.shocks import by_month, cascade, cut, market_of, parameters, parse
from sarai.minerals.shocks.markets import known
from sarai.server.asking import Unclear
from sarai.server.minerals import Bench, NoData
from sarai.server.minerals.shock_asked import Asked, asked
from sarai.server.settings import ServerSettings
from sarai.telling import minerals_shock as telling

EMBARGO = "material=lree&year=2009&importer=JP&draws=10&if=embargo+CN%3EJP"


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return bench_of(tmp_path_factory.mktemp("data"))


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


def test_it_is_what_the_command_tells(bench: Bench):
    told = telling.told(telling.Question(folder=bench.folder, material="lree", shocks=parse("embargo CN>JP"),
                                         year=2009, importer="JP", draws=10))  # fmt: skip
    one = question(EMBARGO)
    assert replace(bench.shock(one), prices=bench.prices(one)) == told
    assert told.prices and told.losers
    assert bench.shock(one) is bench.shock(one), "an answer is kept"
    assert bench.prices(one) is bench.prices(one)


@pytest.mark.parametrize("shock", ["embargo CN>JP", "embargo CN>JP 100d", "quota CN>* 40%", "lose CN 20%"])
def test_two_years_are_played_month_by_month(bench: Bench, shock: str):
    """Against cascades one after the other, each with a twelfth of the trade and the stocks that are left."""
    found = bench.shock(asked([*question(EMBARGO).address[:-1], ("if", shock)]))
    data, measures = known(bench.folder, "lree", 2009), parse(shock)
    days = parameters("lree")["stocks"].short[1]
    market = market_of(data.flows, data.production, reserve_days=days)
    left = replace(market, trade=market.trade / 12, production=market.production / 12)
    by_code = {each.country: each for each in found.by_country}
    for month in range(24):
        now = measures if month < 12 else tuple(each for each in measures if each.days == 365)
        spread = cascade(left, cut(now, market.countries, 2009, month=min(month + 1, 12)))
        left = replace(left, reserves=(left.reserves + spread.held + spread.reserves).clip(min=0.0))
        for at, code in enumerate(market.countries):
            if code in by_code:
                assert by_code[code].missed[month] == pytest.approx(-spread.consumption[at], abs=1e-9)
                assert by_code[code].stocks[month + 1] == pytest.approx(left.reserves[at], abs=1e-9)


def test_months_of_the_importer_sum_to_those_of_its_countries(bench: Bench):
    found = bench.shock(question(EMBARGO))
    inside = next(each for each in found.by_country if each.country == "JP")
    assert [each.missed for each in found.months] == pytest.approx(list(inside.missed[:12]))
    assert [each.stock for each in found.months] == pytest.approx(list(inside.stocks[1:13]))


def test_who_misses_nothing_stands_there_too_with_what_it_uses(bench: Bench):
    found = bench.shock(question(EMBARGO))
    data = known(bench.folder, "lree", 2009)
    market = market_of(data.flows, data.production, reserve_days=60.0)
    uses = dict(zip(market.countries, market.supply.tolist(), strict=True))
    assert {each.country for each in found.by_country} == {code for code, use in uses.items() if use > 1e-6}
    for each in found.by_country:
        assert each.consumed == pytest.approx(uses[each.country])


def test_prices_go_on_for_two_years_and_the_first_is_summed_up(bench: Bench):
    for each in bench.prices(question(EMBARGO)):
        year = each.months[:12]
        assert [month.month for month in each.months] == list(range(1, 25))
        assert each.highest == max(month.price for month in year)
        assert each.missed == pytest.approx(sum(month.missed for month in year))
        assert each.after == year[-1].price
        assert all(month.p10 <= month.p90 for month in each.months)


def test_a_shock_that_is_over_leaves_the_second_year_alone(bench: Bench):
    found = bench.shock(asked([*question(EMBARGO).address[:-1], ("if", "embargo CN>JP 100d")]))
    for each in found.by_country:
        assert sum(each.missed[12:]) == 0


def test_months_agree_with_the_year_of_the_room(bench: Bench):
    meant = telling.Question(folder=bench.folder, material="lree", shocks=parse("embargo CN>JP"), year=2009)
    played = telling.play(meant)
    year = by_month(played.market, played.cut_of)
    for each in played.by_country():
        at = played.market.countries.index(each.country)
        assert each.missed[:12] == pytest.approx(tuple(-year.consumption[:, at]), abs=1e-12)


@pytest.mark.parametrize(("query", "field", "value"), [
    ("material=gallium&year=2009&if=embargo+CN%3EJP", "material", "811291"),
    (f"{EMBARGO}&importer=KZ", "importer", "KZ"),
    ("material=lree&year=2009&if=embargo+KZ%3EJP", "if", "KZ"),
    ("material=lree&year=2009&if=close+place%3AATLANTIS", "if", "ATLANTIS"),
])  # fmt: skip
def test_what_the_data_lack_is_said_with_its_field_and_without_the_folder(bench, query, field, value):
    with pytest.raises(Unclear, match=value) as caught:
        bench.shock(question(query))
    assert caught.value.field == field
    assert str(bench.folder) not in str(caught.value)


def test_a_closed_canal_is_looked_up_in_the_network(bench: Bench):
    found = bench.shock(question("material=lree&year=2009&draws=10&if=close+place%3ASUEZ"))
    assert found.shocks == ("close place:SUEZ",)
    assert 0 < found.first < 140


def test_without_a_folder_nothing_is_asked():
    with pytest.raises(NoData):
        Bench(ServerSettings(), None, shipped).shock(question(EMBARGO))


def test_the_folder_is_no_part_of_the_address(bench: Bench):
    assert all(str(Path(bench.folder)) not in value for _, value in question(EMBARGO).address)
