"""Questions to the page Minerals out of an address: what is meant, and what cannot be."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest

from sarai.server.asking import Unclear
from sarai.server.minerals.asked import Asked, asked, understood

YEARS = (1995, 1996, 2022)


def question(query: str) -> Asked:
    return asked(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize(
    "query", ["", "material=gallium", "material=hree&importer=JP&year=1996&stage=mining"]
)
def test_an_address_says_what_is_asked_and_the_other_way_round(query):
    assert urlencode(question(query).address) == query
    assert question(urlencode(question(query).address)) == question(query)


def test_what_is_empty_is_open_and_what_is_long_is_cut():
    assert question("material=&importer=&year=+&stage=&nonsense=1") == Asked()
    assert len(question(f"material={'x' * 500}").material) < 100


def test_names_are_understood_and_the_last_year_is_taken():
    meant = understood(question("material=Natural+Graphite&importer=jpn"), YEARS)
    assert (meant.material, meant.importer, meant.year, meant.stage) == ("natural-graphite", "JP", 2022, "")
    assert understood(question("importer=eu&year=1995&stage=refining"), YEARS).importer == "EU"
    assert understood(Asked(), ()).year == 2023, "without trade, the year of the EU's study"


@pytest.mark.parametrize(("query", "field", "value"), [
    ("material=unobtainium", "material", "unobtainium"),
    ("importer=Atlantis", "importer", "Atlantis"),
    ("year=1994", "year", "1994"),
    ("year=2023", "year", "2023"),
    ("year=MMXX", "year", "MMXX"),
    ("year=²", "year", "²"),
    ("stage=smelting", "stage", "smelting"),
])  # fmt: skip
def test_what_cannot_be_understood_is_said_with_its_field_and_value(query, field, value):
    with pytest.raises(Unclear, match=value) as caught:
        understood(question(query), YEARS)
    assert caught.value.field == field
