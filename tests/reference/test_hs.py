"""HS codes and correlations against the published workbooks, classes against networkx."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods.errors import BadSetting
from sarai.reference import hs
from sarai.reference._tables import table

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference"
needs_shared = pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"no shared data at {REFERENCE}")

NOT_HS = "999999"  # "not specified": of the UN's statistics, in every list and correlated to itself
ADDED = {("854151", "854150"), ("854159", "854150"), ("911490", "911490")}
STEPS = (("HS2022", "HS2017"), ("HS2017", "HS2012"))

codes = st.sampled_from([row["hs6"] for row in table("hs_codes")]) | st.from_regex("[0-9]{6}", fullmatch=True)
editions = st.sampled_from(hs.EDITIONS)


@cache
def sheet_pairs(newer: str, older: str, sheet: int) -> frozenset[tuple[str, str]]:
    openpyxl = pytest.importorskip("openpyxl")
    name = f"HS_{newer[2:]}_to_HS_{older[2:]}_ConversionAndCorrelationTables.xlsx"
    book = openpyxl.load_workbook(REFERENCE / "hs_concordance" / name, read_only=True)
    rows = book.worksheets[sheet].iter_rows(values_only=True, max_col=2)
    pairs = ((str(new), str(old)) for new, old in rows)  # one sheet has 999999 as a number
    return frozenset((new, old) for new, old in pairs if new.isdigit() and new != NOT_HS)


def packaged_pairs(newer: str, older: str) -> set[tuple[str, str]]:
    return {
        (row["hs6"], old)
        for row in table("hs_codes")
        if hs.exists(newer, row["hs6"])
        for old in hs.convert(row["hs6"], newer, older)
    }


@needs_shared
def test_the_codes_of_2022_are_those_of_the_published_list():
    with (REFERENCE / "hs2022.csv").open(encoding="utf-8") as file:
        published = {row["hscode"] for row in csv.DictReader(file) if len(row["hscode"]) == 6}
    ours = {row["hs6"] for row in table("hs_codes") if row["HS2022"]}
    assert ours == published - {NOT_HS}
    assert all(hs.exists("HS2022", code) for code in ours)


@needs_shared
@pytest.mark.parametrize(("newer", "older"), STEPS)
def test_correlations_are_those_of_the_sheet_and_the_three_it_leaves_out(newer, older):
    sheet = set(sheet_pairs(newer, older, 1))
    added = ADDED if newer == "HS2022" else set()
    assert not sheet & added
    assert packaged_pairs(newer, older) == sheet | added
    unlinked = {"300219"} if newer == "HS2022" else set()
    assert {row["hs6"] for row in table("hs_codes") if row[older]} == {
        old for _, old in sheet | added
    } | unlinked


@needs_shared
@pytest.mark.parametrize(("newer", "older"), STEPS)
def test_every_conversion_of_the_sheet_is_compatible(newer, older):
    conversions = sheet_pairs(newer, older, 0)
    assert len(conversions) > 5_000
    assert all(hs.compatible(newer, new, older, old) for new, old in conversions)


def test_classes_are_the_connected_components():
    graph = networkx.Graph()
    graph.add_nodes_from(
        (edition, row["hs6"]) for row in table("hs_codes") for edition in hs.EDITIONS if row[edition]
    )
    for newer, older in STEPS:
        graph.add_edges_from(((newer, new), (older, old)) for new, old in packaged_pairs(newer, older))
    for component in networkx.connected_components(graph):
        smallest = min(code for edition, code in component if edition == "HS2022")
        assert {hs.commodity_class(*node) for node in component} == {int(smallest)}


@given(editions, codes, editions, codes)
def test_compatible_is_symmetric_and_stays_within_a_class(edition_a, a, edition_b, b):
    found = hs.compatible(edition_a, a, edition_b, b)
    assert found == hs.compatible(edition_b, b, edition_a, a)
    if found:
        assert hs.commodity_class(edition_a, a) == hs.commodity_class(edition_b, b)


@given(editions, editions, codes)
def test_the_same_digits_share_a_class_if_compatible(edition_a, edition_b, code):
    if hs.compatible(edition_a, code, edition_b, code):
        assert hs.commodity_class(edition_a, code) == hs.commodity_class(edition_b, code)


@given(editions, editions, codes)
def test_what_converts_is_compatible_and_exists(source, target, code):
    for found in hs.convert(code, source, target):
        assert hs.exists(target, found)
        assert hs.compatible(source, code, target, found)


def test_one_edition_knows_only_the_same_code():
    assert hs.compatible("HS2022", "854231", "HS2022", "854231")
    assert not hs.compatible("HS2022", "854231", "HS2022", "854232")


def test_digits_given_to_other_goods_are_not_compatible():
    assert not hs.compatible("HS2017", "701919", "HS2022", "701919")  # glass yarn, then glass mats
    assert hs.convert("701919", "HS2017", "HS2022") == ("701913",)


def test_from_2012_to_2022_goes_by_way_of_2017():
    assert hs.convert("701919", "HS2012", "HS2022") == ("701913",)
    assert "880730" in hs.convert("880330", "HS2012", "HS2022")
    assert hs.compatible("HS2022", "880730", "HS2012", "880330")


@pytest.mark.parametrize("code", ["999999", "000000", "123456"])
def test_an_unknown_code_is_compatible_with_its_own_digits_alone(code):
    assert not hs.exists("HS2022", code)
    assert hs.commodity_class("HS2022", code) == int(code)
    assert hs.convert(code, "HS2022", "HS2017") == ()
    assert hs.compatible("HS2022", code, "HS2017", code)
    assert not hs.compatible("HS2022", code, "HS2017", "854231")


def test_a_code_of_an_older_edition_stated_as_of_a_newer_keeps_its_class():
    assert not hs.exists("HS2022", "854150")
    assert hs.commodity_class("HS2022", "854150") == hs.commodity_class("HS2017", "854150")


@pytest.mark.parametrize("call", [hs.exists, hs.commodity_class])
def test_an_unknown_edition_is_named(call):
    with pytest.raises(BadSetting, match=r"HS2007.*HS2012, HS2017, HS2022"):
        call("HS2007", "854231")


def test_an_unknown_edition_is_named_by_convert():
    with pytest.raises(BadSetting, match="HS2007"):
        hs.convert("854231", "HS2022", "HS2007")


def test_every_chapter_has_a_short_label():
    labels = [hs.chapter_label(f"{chapter:02}") for chapter in range(1, 98)]
    assert len(set(labels)) == 97
    assert all(0 < len(label) <= 42 and not label.startswith("Chapter") for label in labels)
    assert hs.chapter_label("99") == "Chapter 99"


@needs_shared
def test_reads_a_published_nomenclature():
    texts = hs.read_nomenclature(REFERENCE / "hs2022.csv")
    assert texts["01"] == "Animals; live"
    assert sum(len(code) == 6 for code in texts) == 5_613


@pytest.mark.parametrize("head", ["hscode,description", "Code,Text", "\ufeffHS6 ,NAME", "label,hs"])
def test_a_nomenclature_may_name_its_columns_in_several_ways(tmp_path, head):
    row = "processors,8542.31" if head.startswith("label") else "8542.31,processors"
    path = tmp_path / "nomenclature.csv"
    path.write_text(f"{head}\n{row}\nTOTAL,TOTAL\n\n", encoding="utf-8")
    assert hs.read_nomenclature(path) == {"854231": "processors"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a,b\n1,2\n", "no column named hscode"), (b"hs,x\n1,2\n", "no column named description"),
     (b"", "no column"), (b"hs,name\n1,\xff\n", "cannot be read")],
)  # fmt: skip
def test_a_nomenclature_that_cannot_be_used_says_why(tmp_path, content, message):
    path = tmp_path / "nomenclature.csv"
    path.write_bytes(content)
    with pytest.raises(BadSetting, match=message):
        hs.read_nomenclature(path)


def test_a_nomenclature_that_is_not_there_says_so(tmp_path):
    with pytest.raises(BadSetting, match=r"nowhere\.csv cannot be read"):
        hs.read_nomenclature(tmp_path / "nowhere.csv")
