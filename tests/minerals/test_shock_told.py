"""The command of shocks on a small made-up trade: what it says, in JSON and for people, and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sarai.cli.minerals import minerals
from sarai.goods import BadSetting, SaraiError

TRADE = """t,exp,imp,k,v,q
2009,CHN,JPN,280530,800,80
2009,CHN,VNM,280530,400,40
2009,CHN,DEU,280530,300,30
2009,VNM,JPN,280530,200,20
2009,CHN,FRA,280530,100,10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "baci_raw_materials_made_up.csv").write_text(TRADE, encoding="utf-8")
    return tmp_path


def asked(folder: Path, *words: str) -> Result:
    """Ask; whatever the command raises comes through."""
    words = ("shock", *words, "--data", str(folder), "--draws", "10")
    return CliRunner().invoke(minerals, words, catch_exceptions=False)


def test_as_json_it_adds_up(folder: Path):
    said = json.loads(asked(folder, "lree", "embargo CN>JP", "--year", "2009", "--importer", "jpn",
                            "--reserves", "0", "--absorbed", "0", "--json").stdout)  # fmt: skip
    assert said["first"] == pytest.approx(80)
    assert said["from_reserves"] + said["from_consumption"] == pytest.approx(80, abs=1e-9)
    assert said["from_consumption"] == pytest.approx(70)  # by hand, as in test_cascade
    assert said["diverted"] == pytest.approx(10)
    sellers = {each["country"]: each for each in said["suppliers"]}
    assert (sellers["CN"]["share_before"], sellers["CN"]["after"]) == (pytest.approx(0.8), 0)
    assert sellers["VN"]["after"] == pytest.approx(30)
    assert said["losers"][0]["country"] == "JP"
    assert said["losers"][0]["share"] == pytest.approx(0.7)
    assert said["prices"][0]["country"] == "JP"
    assert said["prices"][0]["highest"] > 1


def test_what_is_in_stock_is_one_assumption_of_both_models(folder: Path):
    words = ("lree", "embargo CN>JP", "--year", "2009", "--json", "--reserves")
    little, much = (json.loads(asked(folder, *words, days).stdout) for days in ("10", "300"))
    assert little["from_consumption"] > much["from_consumption"]
    for of, days in ((little, 10), (much, 300)):
        japan = next(each for each in of["losers"] if each["country"] == "JP")
        assert japan["from_reserves"] <= japan["consumed"] * days / 365 + 1e-9
    dear, cheap = ({each["country"]: each["highest"] for each in of["prices"]}["JP"] for of in (little, much))
    assert dear > cheap > 1


def test_the_union_is_one_importer(folder: Path):
    said = json.loads(
        asked(folder, "lree", "quota CN>EU 50%", "--year", "2009", "--importer", "EU", "--json").stdout
    )
    assert [(each["country"], each["before"]) for each in said["suppliers"]] == [("CN", 40)]
    assert said["first"] == pytest.approx(20)


def test_a_closed_canal_delays_what_goes_through_it(folder: Path):
    said = json.loads(asked(folder, "lree", "close place:SUEZ", "--year", "2009", "--json").stdout)
    hit = {each["country"] for each in said["losers"] if each["first"] > 0}
    assert hit == {"DE"}  # JP, FR and VN have no port in the network
    assert any("FR" in line and "VN" in line for line in said["words"])
    assert 0 < said["first"] < 30 * 30 / 365  # a way round the Cape takes days, not a month, longer
    germany = {each["country"]: each for each in said["prices"]}["DE"]
    assert germany["after"] > 1  # nothing is late any more, but the longer way costs more


def test_for_people_it_says_the_same_and_draws(folder: Path, tmp_path: Path):
    picture = tmp_path / "lost.svg"
    words = ("lree", "embargo CN>JP", "--year", "2009", "--importer", "JP", "--months")
    answer = asked(folder, *words, "--plot", str(picture))
    said = " ".join(answer.stdout.split())
    for words in ("80.0 t are missing; reserves bear 26.4 t, consumption 53.6 t", "Loses", "Sells to JP",
                  "Month", "By prices", "Assumed: 60 days"):  # fmt: skip
        assert words in said
    assert "embargo CN&gt;JP" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lree", "embargo CN>JP", "--year", "2010"), "no trade of lree in 2010 .*280530"),
        (("gallium", "embargo CN>JP", "--year", "2009"), "811291, 811292.*take another year"),
        (("unobtainium", "embargo CN>JP", "--year", "2009"), "'unobtainium' is not one of the 34"),
        (("lree", "embargo KZ>JP", "--year", "2009"), "KZ neither makes nor trades"),
        (("lree", "embargo CN>JP", "--year", "2009", "--importer", "KZ"), "importer KZ trades none"),
        (("lree", "close place:NOWHERE", "--year", "2009"), "NOWHERE"),
    ],
)
def test_what_cannot_be_asked_is_told(folder: Path, words: tuple[str, ...], told: str):
    with pytest.raises(SaraiError, match=told):
        asked(folder, *words)


def test_a_folder_without_trade_is_told(tmp_path: Path):
    with pytest.raises(BadSetting, match="baci_raw_materials"):
        asked(tmp_path, "lree", "embargo CN>JP", "--year", "2009")
