"""The tables of materials, held against the nomenclature, the EU's list and other people's maps of codes."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from sarai.goods import BadSetting
from sarai.minerals import STAGES, cited_sources, hs_codes, material, materials, named, substitutes, uses
from sarai.minerals.loading import TablesFaulty, packaged, read_table
from sarai.minerals.materials import TABLES, HsCode
from sarai.reference import hs

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "minerals"
EDITIONS = {"HS2012": (2012, 2016), "HS2017": (2017, 2021), "HS2022": (2022, 2027)}
CODES = (
    "aluminium", "antimony", "arsenic", "baryte", "beryllium", "bismuth", "boron", "cobalt",
    "coking-coal", "copper", "feldspar", "fluorspar", "gallium", "germanium", "hafnium", "helium",
    "hree", "lithium", "lree", "magnesium", "manganese", "natural-graphite", "nickel", "niobium", "pgm",
    "phosphate-rock", "phosphorus", "scandium", "silicon-metal", "strontium", "tantalum",
    "titanium-metal", "tungsten", "vanadium",
)  # fmt: skip


def shared(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the checkout")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_34_by_the_agreed_codes():
    assert sorted(materials()) == sorted(CODES)


def test_the_names_and_the_strategic_ones_are_those_of_the_eu():
    rows = shared("crm34_2023_profile.csv")
    theirs = {named(row["crm"]): row["strategic"] == "True" for row in rows}
    assert theirs == {code: each.strategic for code, each in materials().items()}


@pytest.mark.parametrize("code", CODES)
def test_every_material_has_codes_uses_and_substitutes(code: str):
    assert hs_codes(code)
    assert uses(code)
    known = {each.use for each in uses(code)}
    assert {each.use for each in substitutes(code)} <= known
    assert substitutes(code)


@pytest.mark.parametrize("row", hs_codes(), ids=lambda row: f"{row.material}-{row.hs}-{row.since}")
def test_every_code_is_in_the_editions_that_it_is_said_to_be_in(row: HsCode):
    for edition, (first, last) in EDITIONS.items():
        if row.holds(first) and row.holds(last):
            assert hs.exists(edition, row.hs)
        else:
            others = [each for each in hs_codes() if each.hs == row.hs and each.holds(first)]
            assert not hs.exists(edition, row.hs) or others


def test_every_edition_without_a_table_is_held_at_its_ends():
    """Codes that ended before 2012 are in no edition that is known; those since then are in the first."""
    ended = {row.hs for row in hs_codes() if row.until and row.until < 2012}
    assert {"811230", "811240", "811291", "810310", "811211"} <= ended
    assert not [code for code in ended for edition in EDITIONS if hs.exists(edition, code)]


def test_who_shares_a_code_says_so_on_both_sides():
    for row in hs_codes():
        alike = [other for other in hs_codes() if other.hs == row.hs and other.material != row.material]
        overlaps = {
            other.material
            for other in alike
            if other.since <= (row.until or 9999) and row.since <= (other.until or 9999)
        }
        assert set(row.others) == overlaps
        assert row.alone == (row.share == 1)


def test_gallium_and_germanium_share_one_code_since_2007():
    of = {year: {each.hs for each in hs_codes("germanium", "processing", year)} for year in (2006, 2007)}
    assert of == {2006: {"811230"}, 2007: {"811292"}}
    assert {each.hs for each in hs_codes("gallium", year=2006)} == {"811292"}
    (row,) = hs_codes("germanium", "processing", 2023)
    assert "gallium" in row.others


def test_the_map_of_geopolrisk_has_no_code_that_ours_lacks():
    for row in shared("geopolrisk_hs_map.csv"):
        code = named(row["Reference ID"])
        for one in (row["HS Code"], *row["HS Code - Complementary"].split(";")):
            if code and one.isdecimal():
                assert one in {each.hs for each in hs_codes(code)}, row["Reference ID"]


def test_trade_kept_in_hs_1992_has_no_code_of_a_later_edition():
    path = SHARED / "baci_raw_materials_1995_2024.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the checkout")
    with gzip.open(path, "rt") as file:
        next(file)
        there = {line.split(",", 4)[3] for _, line in zip(range(300_000), file, strict=False)}
    assert not there & ({each.hs for each in hs_codes()} - {each.hs for each in hs_codes(year=1992)})


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_that_there_is(name: str):
    rows = packaged(name, TABLES[name])
    assert rows
    for row in rows:
        for code in getattr(row, "source", "known").split():
            assert code in cited_sources()


def test_the_stages_are_those_agreed():
    assert STAGES == ("mining", "refining", "processing"), "in the order of the chain"
    assert {row.stage for row in hs_codes()} == set(STAGES)


HEAD = "material,stage,hs,since,source\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "copper,smelting,740311,1988,s\n", r"hs, line 2:.*stage 'smelting' is not one of mining"),
        (HEAD + "copper,mining,7403,1988,s\n", r"line 2:.*not six digits"),
        (HEAD + "copper,mining,740311,1990,s\n", r"line 2:.*not years of editions"),
        (HEAD + "copper,mining,740311,soon,s\n", r"line 2: since 'soon'"),
        (HEAD + "# a comment\ncopper,mining,740311\n", r"line 3:.*more or fewer fields"),
        (HEAD + "copper,mining,740311,1988,s\n" * 2, r"line 3:.*again what line 2 says"),
        ("material,stage\n", r"line 1:.*has no column hs, since, source; the columns are material"),
    ],
)
def test_a_fault_of_a_table_is_told_with_its_row(text: str, said: str):
    with pytest.raises(TablesFaulty, match=f"(?s){said}"):
        read_table(text, HsCode, "hs")


def test_all_faults_are_told_at_once():
    with pytest.raises(TablesFaulty) as caught:
        read_table(HEAD + "copper,mining,1,1988,s\ncopper,mining,2,1988,s\n", HsCode, "hs")
    assert [fault.row for fault in caught.value.faults] == [2, 3]


def test_norway_is_no_answer():
    """``NO`` is a country; only ``no`` in small letters is a truth value."""
    from sarai.minerals.footprint.tables import Grid

    assert read_table("country,year,g_per_kwh,source\nNO,2023,30,s\n", Grid, "g")[0].country == "NO"


def test_what_is_not_known_is_told_with_what_is_near():
    with pytest.raises(BadSetting, match=r"'galium'.*gallium"):
        material("galium")
    with pytest.raises(BadSetting, match="stage 'refined'"):
        hs_codes(stage="refined")
