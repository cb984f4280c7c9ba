"""Countries against a published list of codes; groups against the dates of their treaties."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from sarai.goods.errors import BadSetting
from sarai.reference import countries
from sarai.reference._tables import table

CODES = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference" / "country_codes.csv"

EU_27 = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
         "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"]  # fmt: skip


@pytest.mark.skipif(not CODES.is_file(), reason=f"no shared data at {CODES}")
def test_codes_are_those_of_the_published_list():
    with CODES.open(encoding="utf-8") as file:
        published = {
            (row["ISO3166-1-Alpha-2"], row["ISO3166-1-Alpha-3"], row["ISO3166-1-numeric"].zfill(3))
            for row in csv.DictReader(file)
        }
    ours = {(row["alpha2"], row["alpha3"], row["numeric"]) for row in table("countries")}
    assert ours - {("XK", "XKX", "")} == published


def test_every_country_is_found_by_each_of_its_codes():
    for row in table("countries"):
        found = countries.country(row["alpha2"])
        assert countries.alpha2(found.alpha3) == countries.alpha2(found.alpha2.lower()) == found.alpha2
        assert not found.numeric or countries.alpha2(found.numeric) == found.alpha2
    assert len({row["name"] for row in table("countries")}) == len(table("countries"))


@pytest.mark.parametrize("code", ["XX", "ZZ", "QZ", "XK", "AA"])
def test_codes_left_to_users_exist(code):
    assert countries.exists(code)
    assert countries.country(code).alpha2 == code


@pytest.mark.parametrize("code", ["", "kz", "KAZ", "SU", "QA ", "UK", "EU", "K1"])
def test_other_codes_do_not_exist(code):
    assert not countries.exists(code)
    with pytest.raises(countries.UnknownCountry, match="alpha-2"):
        countries.country(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KZ", "KZ"),
        (" kaz ", "KZ"),
        ("398", "KZ"),
        ("51", "AM"),
        ("051", "AM"),
        ("UK", None),
        ("999", None),
        ("", None),
    ],
)
def test_other_codes_lead_to_alpha_2(text, code):
    assert countries.alpha2(text) == code


@pytest.mark.parametrize(
    ("group", "code", "last_day_out", "first_day_in"),
    [("EAEU", "KZ", date(2014, 12, 31), date(2015, 1, 1)), ("EAEU", "AM", date(2015, 1, 1), date(2015, 1, 2)),
     ("EAEU", "KG", date(2015, 8, 11), date(2015, 8, 12)), ("EU", "FR", date(1957, 12, 31), date(1958, 1, 1)),
     ("EU", "LT", date(2004, 4, 30), date(2004, 5, 1)), ("EU", "HR", date(2013, 6, 30), date(2013, 7, 1)),
     ("SCO", "IN", date(2017, 6, 8), date(2017, 6, 9)), ("SCO", "IR", date(2023, 7, 3), date(2023, 7, 4)),
     ("SCO", "BY", date(2024, 7, 3), date(2024, 7, 4))],
)  # fmt: skip
def test_accessions(group, code, last_day_out, first_day_in):
    assert code not in countries.members(group, last_day_out)
    assert code in countries.members(group, first_day_in)


def test_the_united_kingdom_left():
    assert "GB" in countries.members("EU", date(2020, 1, 31))
    assert countries.members("EU", date(2020, 2, 1)) == frozenset(EU_27)


@pytest.mark.parametrize(
    ("year", "size"),
    [(1957, 0), (1960, 6), (1980, 9), (1985, 10), (1990, 12), (2000, 15), (2005, 25), (2010, 27), (2015, 28)],
)  # fmt: skip
def test_the_union_grew(year, size):
    assert len(countries.members("EU", date(year, 1, 1))) == size


def test_central_asia_has_no_dates():
    assert countries.members("C5", date(1900, 1, 1)) == frozenset({"KZ", "KG", "TJ", "TM", "UZ"})


def test_group_members_are_countries_with_a_source():
    for row in table("groups"):
        assert countries.exists(row["member"])
        assert row["source"]


def test_an_unknown_group_is_named():
    with pytest.raises(BadSetting, match=r"BRICS.*C5, EAEU, EU, SCO"):
        countries.members("BRICS", date(2024, 1, 1))


@pytest.mark.parametrize(
    ("name", "code"),
    [("Kazakhstan", "KZ"), ("REPUBLIC OF KAZAKHSTAN", "KZ"), ("Russian Federation", "RU"),
     ("Korea, North", "KP"),
     ("Democratic People’s Republic of Korea (DPRK)", "KP"), ("D.P.R.K.", "KP"), ("Korea, Republic of", "KR"),
     ("Türkiye", "TR"), ("turkiye", "TR"), ("Turkey", "TR"), ("Burma", "MM"), ("Myanmar/ Burma", "MM"),
     ("UAE", "AE"),
     ("U.S.A.", "US"), ("Hong Kong", "HK"), ("China, Hong Kong Special Administrative Region", "HK"),
     ("Iran (Islamic Republic of)", "IR"), ("Congo, Republic of the", "CG"), ("Cote d Ivoire", "CI"),
     ("Congo, Democratic Republic of the", "CD"), ("Bahamas, The", "BS"), ("Man, Isle of", "IM"),
     ("Virgin Islands, British", "VG"), ("North Macedonia, The Republic of", "MK"),
     ("St. Kitts & Nevis", "KN"),
     ("Region: Gaza", "PS"), ("Belarusian", "BY"), ("Nigerien", "NE"), ("Nigerian", "NG")],
)  # fmt: skip
def test_a_country_is_found_by_its_name(name, code):
    assert countries.by_name(name) == code


@pytest.mark.parametrize(
    "name",
    ["", " ", "the", "KZ", "Atlantis", "Korea", "Congolese", "Guinean", "Dominican", "former Soviet Union",
     "Crimea",
     "Yugoslavia", "Netherlands Antilles", "undetermined", "na", "Казахстан"],
)  # fmt: skip
def test_what_names_no_single_country_gives_none(name):
    assert countries.by_name(name) == ""


def test_no_name_stands_for_two_countries():
    names = [(row["name"], row["alpha2"]) for each in ("countries", "country_names") for row in table(each)]
    assert all(countries.by_name(name) == code for name, code in names)
    assert all(countries.exists(code) for _, code in names)
