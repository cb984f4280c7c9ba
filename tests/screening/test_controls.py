"""Control lists: which lines they name, in any edition, on any day, on the way to anywhere."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods.errors import BadSetting
from sarai.reference import hs, priority
from sarai.reference.countries import UnknownCountry
from sarai.screening.controls import Certainty, ControlList, Controls
from sarai.screening.controls.nomenclature import carry, nomenclature

CHPL = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference" / "chpl_2024-02.csv"
DAY = date(2023, 6, 1)
HEADER = "list,code,nomenclature,from,until,destinations,except_destinations,end_use,tier,text,source"
BORN_IN_2022 = {"852589": "852580", "854149": "854140", "854151": "854150", "854159": "854150",
                "854800": "854890", "880730": "880330"}  # fmt: skip


@pytest.fixture
def table(tmp_path):
    """Write a table and read it."""

    def read(*rows: str, header: str = HEADER) -> ControlList:
        path = tmp_path / "list.csv"
        path.write_text("\n".join((header, *rows)), encoding="utf-8")
        return ControlList.read(path)

    return read


@pytest.fixture
def check(table):
    """Hold a line against a table of one row or more."""

    def hits(*rows: str, code: str, edition: str = "HS2022", to: str = "KG", on: date = DAY, user=None):
        return Controls([table(*rows)]).check(code, edition, to, on, user)

    return hits


def row(code: str, of: str = "HS2022", **more: str) -> str:
    cells = {"list": "own", "code": code, "nomenclature": of, "destinations": "*"} | more
    return ",".join(cells.get(name.replace("from_", "from"), "") for name in HEADER.split(","))


def certainties(hits) -> list[str]:
    return [hit.certainty.value for hit in hits]


# The priority list in every edition


@pytest.mark.parametrize("edition", hs.EDITIONS)
def test_priority_goods_are_found_through_the_correlations_as_the_curated_table_says(edition):
    """The curated table was typed in; the hits come out of the UN's correlation tables."""
    controls = Controls([ControlList.priority()])
    codes = sorted(set().union(*(hs._classes(each) for each in hs.EDITIONS)))
    differing = [
        code
        for code in codes
        if hs.exists(edition, code)
        and bool(controls.check(code, edition, "KG", DAY)) != (priority.tier(code, edition) is not None)
    ]
    assert differing == []


@pytest.mark.parametrize("edition", ["HS2012", "HS2017", "CN2021", "EAEU2019"])
@pytest.mark.parametrize(("born", "before"), BORN_IN_2022.items())
def test_codes_born_in_2022_are_found_from_those_before_and_said_to_be_wider(born, before, edition):
    hits = Controls([ControlList.priority()]).check(before + "0000", edition, "KG", date(2019, 1, 1))
    (hit,) = [hit for hit in hits if hit.entry.code == born]
    assert hit.certainty is Certainty.POSSIBLE
    assert "wider code" in hit.reasons[0]


@pytest.mark.skipif(not CHPL.is_file(), reason=f"no shared data at {CHPL}")
@pytest.mark.parametrize("edition", ["HS2012", "HS2017"])
def test_every_code_of_the_published_list_is_found_from_its_published_earlier_codes(edition):
    controls = Controls([ControlList.priority()])
    sent_astray = {"851712"}  # by the conversion sheet: telephones are no transducers
    with CHPL.open(encoding="utf-8") as file:
        pairs = [
            (published["hs2022"], earlier)
            for published in csv.DictReader(file)
            for earlier in published[edition.lower()].split(";")
            if earlier not in sent_astray
        ]
    assert len(pairs) >= 48
    for code, earlier in pairs:
        assert code in {hit.entry.code for hit in controls.check(earlier, edition, "RU", DAY)}, earlier


def test_a_code_that_kept_its_goods_is_certain_and_waste_does_not_make_it_wider():
    (hit,) = Controls([ControlList.priority()]).check("854231", "HS2017", "KG", DAY)
    assert hit.certainty is Certainty.CERTAIN
    assert "854921" in hs.convert("854231", "HS2017", "HS2022")
    assert hit.reasons == (
        "854231 of HS2017 lies in 854231 of HS2022 (chpl, tier 1, Processors and controllers (ICs)).",
    )


def test_telephones_are_not_taken_for_transducers():
    assert "854151" in hs.convert("851712", "HS2017", "HS2022")
    assert Controls([ControlList.priority()]).check("851712", "HS2017", "KG", DAY) == []


# Codes of a table


@pytest.mark.parametrize(
    ("listed", "of", "code", "edition", "wanted"),
    [
        ("85", "HS2022", "854231", "HS2022", ["certain"]),
        ("8482", "HS2012", "8482100000", "HS2022", ["certain"]),
        ("854140", "HS2017", "854143", "HS2022", ["certain"]),  # into the wider code
        ("854143", "HS2022", "854140", "HS2017", ["possible"]),  # out of it
        ("8542", "HS2022", "8541100000", "HS2022", []),
        ("70191", "HS2022", "701919", "HS2017", ["certain"]),  # same digits, other goods: 701913
        ("701919", "HS2022", "701919", "HS2017", []),
        ("85423111", "CN2024", "85423111", "CN2024", ["certain"]),
        ("85423111", "CN2024", "8542311100", "CN2024", ["certain"]),
        ("85423111", "CN2024", "85423190", "CN2024", []),
        ("8542311190", "EAEU2022", "85423111", "EAEU2022", ["possible"]),  # a part of the code
        ("8542311190", "EAEU2022", "854231", "HS2022", ["possible"]),
        ("85423111", "CN2024", "8542319010", "EAEU2022", ["possible"]),  # other digits, another tariff
        ("85423111", "CN2021", "85423190", "CN2024", ["possible"]),
        ("85423111", "CN2024", "85423290", "EAEU2022", []),
        ("852589", "HS2022", "852589", "HS2017", ["possible"]),  # HS 2017 has no such code
    ],
)
def test_codes_meet(check, listed, of, code, edition, wanted):
    assert certainties(check(row(listed, of), code=code, edition=edition)) == wanted


CODES = st.sampled_from(["85", "8541", "8542", "854231", "854232", "84", "8471", "847150", "8541100000"])


@given(listed=st.lists(CODES, max_size=6), code=st.sampled_from(sorted(hs._classes("HS2022"))[3900:]))
def test_within_an_edition_a_hit_is_a_common_beginning(listed, code):
    entries = tuple(ControlList.priority().entries[:1])
    (one,) = entries
    made = [type(one)(list="own", code=each, nomenclature=nomenclature("HS2022")) for each in listed]
    hits = Controls([ControlList(tuple(made))]).check(code, "HS2022", "KG", DAY)
    wanted = sorted(each for each in listed if code.startswith(each) or each[:6] == code)
    assert sorted(hit.entry.code for hit in hits) == wanted


@given(code=st.sampled_from(sorted(hs._classes("HS2017"))))
def test_what_is_carried_is_correlated_and_never_nothing(code):
    carried = carry(code, "HS2017", "HS2022")
    correlated = set(hs.convert(code, "HS2017", "HS2022"))
    assert carried.likely
    assert set(carried.likely) <= (correlated or {code})
    assert carried.known == bool(correlated)


# Destination, day, end use


@pytest.mark.parametrize(
    ("to", "on", "places", "excepted", "wanted"),
    [
        ("KG", date(2015, 8, 11), "EAEU", "", []),
        ("KG", date(2015, 8, 12), "EAEU", "", ["certain"]),
        ("GB", date(2020, 1, 31), "*", "EU", []),
        ("GB", date(2020, 2, 1), "*", "EU", ["certain"]),
        ("UZ", DAY, "C5", "", ["certain"]),
        ("RU", DAY, "BLR; RU", "", ["certain"]),
        ("CN", DAY, "BY RU", "", []),
        ("KZ", DAY, "EAEU", "KZ", []),
        ("", DAY, "RU", "", ["possible"]),
        ("ZZ", DAY, "*", "EU", ["possible"]),
        ("", DAY, "*", "", ["certain"]),
    ],
)
def test_destinations(check, to, on, places, excepted, wanted):
    listed = row("8542", destinations=places, except_destinations=excepted)
    assert certainties(check(listed, code="854231", to=to, on=on)) == wanted


def test_a_destination_is_named_with_its_reason(check):
    (hit,) = check(row("8542", destinations="EAEU"), code="854231", to="KG")
    assert hit.reasons[1] == "Destination KG belonged to EAEU on 2023-06-01."


@pytest.mark.parametrize(
    ("on", "wanted"),
    [(date(2023, 5, 31), 0), (date(2023, 6, 1), 1), (date(2023, 12, 31), 1), (date(2024, 1, 1), 0)],
)
def test_the_day_of_the_document_decides(check, on, wanted):
    listed = row("8542", **{"from": "2023-06-01", "until": "2024-01-01"})
    assert len(check(listed, code="854231", on=on)) == wanted


@pytest.mark.parametrize(
    ("user", "certainty", "words"),
    [
        (None, "possible", "Nothing is known of the end user"),
        ("a maker of toys", "possible", "judge whether it is met"),
        ("Repair shop, Military End Use", "certain", "so described"),
    ],
)
def test_a_condition_on_the_end_use_is_quoted(check, user, certainty, words):
    (hit,) = check(row("8542", end_use="military end use"), code="854231", user=user)
    assert hit.certainty.value == certainty
    assert "military end use" in hit.reasons[1]
    assert words in hit.reasons[1]


def test_certain_hits_come_first(check):
    hits = check(row("854143"), row("8541"), row("854142"), code="854140", edition="HS2017")
    assert [hit.entry.code for hit in hits] == ["8541", "854142", "854143"]


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        (("85", "HS2022", "KG"), BadSetting, "'85' must have 6 to 12 digits"),
        (("85x231", "HS2022", "KG"), BadSetting, "85x231"),
        (("٨٥٤٢٣١", "HS2022", "KG"), BadSetting, "digits"),
        (("854231", "HS2007", "KG"), BadSetting, "use one of HS2012"),
        (("854231", "CN2010", "KG"), BadSetting, "older than HS2012"),
        (("854231", "combined", "KG"), BadSetting, "such as CN2024"),
        (("854231", "HS2022", "JJ"), UnknownCountry, "JJ"),
    ],
)
def test_what_cannot_be_checked_is_named(line, error, words):
    with pytest.raises(error, match=words):
        Controls([ControlList.priority()]).check(*line, DAY)


# Tables


def test_a_table_is_read_as_it_says(table):
    (entry,) = table(
        "# typed by hand",
        'EU 2021/821,8542.31 11,cn 2024,2024-01-01,,RU;blr,EU,military end use,I,"Circuits, certain",OJ L',
    ).entries
    assert (entry.list, entry.code, entry.nomenclature.name) == ("EU 2021/821", "85423111", "CN2024")
    assert (entry.since, entry.until) == (date(2024, 1, 1), date.max)
    assert (entry.destinations, entry.excepted) == (("RU", "BY"), ("EU",))
    assert (entry.end_use, entry.tier, entry.text) == ("military end use", "I", "Circuits, certain")


def test_three_columns_are_enough_and_other_names_for_two_are_known(table):
    (entry,) = table("own,8542,HS2022,armed forces", header="List,code,Edition,end_user").entries
    assert (entry.destinations, entry.end_use) == (("*",), "armed forces")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("8542"), row("85-42")], ["line 3", "'85-42'", "2 to 10 digits"]),
        ([row("85423111901")], ["line 2", "85423111901", "digits"]),
        ([row("8542", of="CN")], ["line 2", "'CN'", "such as CN2024"]),
        ([row("8542", **{"from": "01.02.2024"})], ["line 2", "from", "01.02.2024", "2024-02-29"]),
        ([row("8542", until="2024-02-30")], ["line 2", "until", "2024-02-30"]),
        ([row("8542", **{"from": "2024-02-02", "until": "2024-02-02"})], ["line 2", "not after"]),
        ([row("8542", destinations="Russia")], ["line 2", "RUSSIA", "use one of C5"]),
        ([row("8542", destinations="")], ["line 2", "destinations", "write *"]),
        ([row("8542", list="")], ["line 2", "list", "name the list"]),
        ([row("8542") + ",more"], ["line 2", "12 cells under 11 columns", "quotation marks"]),
        (["own,8542"], ["line 2", "2 cells"]),
        (['own,"85'], ["after line", "save it as CSV"]),
        ([], ["lists no code"]),
    ],
)
def test_a_bad_table_is_told_where_and_what_to_do(table, rows, words):
    with pytest.raises(BadSetting) as caught:
        table(*rows)
    assert [word for word in ["list.csv", *words] if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("list;code;nomenclature", "no column list, code, nomenclature"),
        ("list,code,nomenclature,except_destination", "'except_destination' is not known"),
        ("list,code,nomenclature,edition", "stands twice"),
    ],
)
def test_a_bad_header_is_told(table, header, words):
    with pytest.raises(BadSetting, match=words):
        table("own,8542,HS2022", header=header)


def test_a_table_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(BadSetting, match=r"none\.csv"):
        ControlList.read(tmp_path / "none.csv")
    (tmp_path / "cp1251.csv").write_bytes("list,code,nomenclature\nсписок,8542,HS2022\n".encode("cp1251"))
    with pytest.raises(BadSetting, match="UTF-8"):
        ControlList.read(tmp_path / "cp1251.csv")


def test_circuits_are_not_looked_for_under_dishwashers():
    """HS 2017 put multi-component circuits out of two hundred codes into heading 8542."""
    assert "842211" in hs.convert("854231", "HS2022", "HS2012")
    assert carry("854231", "HS2022", "HS2012").likely == ("854231",)
    assert len(carry("854921", "HS2022", "HS2017").likely) > 1_000  # waste has nothing else
