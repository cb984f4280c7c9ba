"""Readers of publishers' files: what they make of odd rows, and what the real files hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sarai.goods import BadSetting
from sarai.minerals.sources import (
    MINED,
    Odd,
    find,
    read_assessed,
    read_governance,
    read_produced,
    read_recycled,
    read_supply,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="needs shared/data/minerals beside the checkout")


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# -- finding -------------------------------------------------------------------------------------


def test_a_missing_file_is_told_with_pattern_folder_and_publisher(tmp_path: Path):
    with pytest.raises(BadSetting) as told:
        find(tmp_path, "governance")
    for part in ("wgi_full*.csv", str(tmp_path), "World Bank"):
        assert part in str(told.value)


def test_of_two_files_none_is_guessed(tmp_path: Path):
    for name in ("wgi_full_2022.csv", "wgi_full_2023.csv"):
        write(tmp_path / name, "code")
    with pytest.raises(BadSetting, match="2 files"):
        find(tmp_path, "governance")


# -- shares of supply ----------------------------------------------------------------------------

HEADER = "Material,Stage,Country,Share,t"


def supply(tmp_path: Path, *lines: str):
    odd: list[Odd] = []
    return read_supply(write(tmp_path / "shares.csv", HEADER, *lines), odd), odd


def test_odd_spellings_are_read(tmp_path: Path):
    read, odd = supply(tmp_path, "Borate,E,Trkiye,99%,1", "Niobium,P,Brasil,<0.1%,1.0",
                       '"Natural\nGraphite",E,"Korea, North",2.5%,1.1')  # fmt: skip
    assert [(each.material, each.stage, each.country) for each in read] == [
        ("boron", "mining", "TR"), ("niobium", "processing", "BR"), ("natural-graphite", "mining", "KP"),
    ]  # fmt: skip
    assert [each.share for each in read] == pytest.approx([0.99, 0.0005, 0.025])
    assert odd == []


@pytest.mark.parametrize(
    "line",
    ["Cobalt,E,Atlantis,5%,1", "Cobalt,X,China,5%,1", "Cobalt,E,China,five,1", "Cobalt,E,China,101%,1",
     "Cobalt,E,China,-1%,1", "Cobalt,E,China,nan%,1", "Cobalt,E,China,0.5,1", "Cobalt,E,China,5%,9",
     "Cobalt,E,China,5%,", "Cobalt,E,China,5%", "Cobalt,E,China,5%,1,1"],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, line: str):
    read, odd = supply(tmp_path, "Cobalt,E,Zambia,5%,1", line)
    assert [each.country for each in read] == ["ZM"]
    assert [(each.line, each.kept) for each in odd] == [(3, False)]


def test_a_bare_number_can_only_be_per_cent_and_is_told(tmp_path: Path):
    read, odd = supply(tmp_path, "Silicon metal,P,Germany,6,0.8")
    assert read[0].share == pytest.approx(0.06)
    assert [(each.line, each.text, each.kept) for each in odd] == [(2, "6", True)]


def test_the_same_country_twice_counts_once(tmp_path: Path):
    read, odd = supply(tmp_path, "Cobalt,E,China,5%,1", "Cobalt,E,China,7%,1")
    assert [each.share for each in read] == [0.05]
    assert odd[0].line == 3


def test_a_file_without_a_column_is_an_error(tmp_path: Path):
    with pytest.raises(BadSetting, match="no column t"):
        read_supply(write(tmp_path / "shares.csv", "Material,Stage,Country,Share", "Cobalt,E,China,5%"), [])


@real
@pytest.mark.parametrize("kind", ["world-shares", "eu-shares"])
def test_no_row_of_the_real_shares_is_lost(kind: str):
    odd: list[Odd] = []
    path = find(SHARED, kind)
    read = read_supply(path, odd)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len(read) + sum(not each.kept for each in odd) == len(rows)
    assert sum(not each.kept for each in odd) == 0


# -- published risk ------------------------------------------------------------------------------


def test_a_dash_is_not_assessed_and_a_word_is_told(tmp_path: Path):
    odd: list[Odd] = []
    lines = ("Material,Year,SR,EI", "HREEs,2023,5.1,4.2", "Arsenic,2011,-,-", "Tin,2020,high,1")
    read = read_assessed(write(tmp_path / "a.csv", *lines), odd)
    assert [(each.material, each.risk) for each in read] == [("hree", 5.1), ("arsenic", None)]
    assert [each.line for each in odd] == [4]


# -- governance ----------------------------------------------------------------------------------


def test_governance_is_the_mean_of_what_is_given_turned_and_scaled(tmp_path: Path):
    odd: list[Odd] = []
    lines = ["code,countryname,year,indicator,estimate"]
    lines += ["ROM,Romania,2020,cc,0.5", "ROM,Romania,2020,va,-0.5", "ROM,Romania,2020,pv,..",
              "ROM,Romania,2021,cc,1.0", "ANT,Netherlands Antilles,2020,cc,1.0",
              "KAZ,Kazakhstan,2020,xx,1"]  # fmt: skip
    known = read_governance(write(tmp_path / "g.csv", *lines), odd)
    assert known.risk([2020]) == {"RO": 5.0}
    assert known.risk([2020, 2021]) == {"RO": 4.0}  # means 0 and 1: 0.5 is 4 of 10
    assert [each.line for each in odd] == [7, 6]
    assert (known.latest(2030), known.years()) == (2021, (2020, 2021))
    with pytest.raises(BadSetting, match="2019"):
        known.latest(2019)


@real
def test_governance_of_the_real_file_by_plain_loops():
    path = find(SHARED, "governance")
    with path.open(encoding="utf-8-sig", newline="") as file:
        china = [
            float(r["estimate"]) for r in csv.DictReader(file) if (r["code"], r["year"]) == ("CHN", "2019")
        ]
    assert len(china) == 6
    assert read_governance(path, []).risk([2019])["CN"] == pytest.approx((2.5 - sum(china) / 6) * 2)


# -- production ----------------------------------------------------------------------------------


def test_production_with_its_unit_totals_apart(tmp_path: Path):
    odd: list[Odd] = []
    path = write(
        tmp_path / "w.csv", "material,Country,Country_ISO,2020,2021,unit", "Gallium,China,CHN,8.0,9,metr. t",
        "Gallium,Taiwan,S19,2.0,,metr. t", "Gallium,Total,DELETE,10.0,20.0,metr. t",
        "Gallium,China,CHN,1,1,metr. t", "Gallium,Mordor,XYZ,1,1,metr. t", "Gallium,Japan,JPN,some,1,metr. t",
    )  # fmt: skip
    read = read_produced(path, odd)
    assert [(each.country, each.year, each.amount) for each in read] == [
        ("CN", 2020, 8.0), ("CN", 2021, 9.0), ("TW", 2020, 2.0), ("JP", 2021, 1.0),
    ]  # fmt: skip
    assert {each.line: each.kept for each in odd} == {5: False, 6: False, 7: False, 4: True}


@real
def test_production_of_materials_adds_up_to_the_published_totals():
    odd: list[Odd] = []
    read = read_produced(find(SHARED, "mining"), odd)
    names = {name for few in MINED.values() for name in few}
    assert names <= {each.material for each in read}
    assert [each for each in odd if each.text.rsplit(" ", 1)[0] in names] == []


# -- recycling -----------------------------------------------------------------------------------


def test_recycling_that_is_empty_is_not_zero(tmp_path: Path):
    odd: list[Odd] = []
    lines = ("crm,EoL_RIR_SCRREEN2023", "Copper,0.55", "Copper,0.55", "Hafnium,", "Nickel,1.6", "Copper,0.5")
    assert read_recycled(write(tmp_path / "r.csv", *lines), odd) == {"copper": 0.55}
    assert [each.line for each in odd] == [5, 6]
