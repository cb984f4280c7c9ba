"""Questions of standing out of an address: what is meant, and what cannot be."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest

from sarai.server.asking import Unclear
from sarai.server.standing import Asked, asked
from sarai.server.standing.asked import MOST_TEXT, understood
from sarai.standing import shipped


def question(query: str) -> Asked:
    return asked(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize("query", ["", "year=2023", "year=2024&channel=fdi&countries=KZ%2CAM"])
def test_an_address_says_what_is_asked_and_the_other_way_round(query):
    assert question(urlencode(question(query).address)) == question(query)
    assert sorted(question(query).address) == sorted(parse_qsl(query))


def test_what_is_empty_is_open_and_what_is_long_is_cut():
    assert question("year=&channel=&countries=+") == Asked()
    assert len(question(f"channel={'x' * 900}").channel) == MOST_TEXT
    assert question("year=2022&year=2023").year == "2023"


def test_countries_are_meant_by_code_or_name_and_a_measure_is_of_its_channel():
    meant = understood(shipped(), question("year=2022&channel=fdi-net&countries=kz,Georgia,KZ"))
    assert (meant.year, meant.channel, meant.countries) == (2022, "fdi", ("KZ", "GE"))


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("year=last", "year", "last"),
        ("year=1800", "year", "1800"),
        ("year=٢٠٢٢", "year", "cannot be read"),
        ("channel=dreams", "channel", "dreams"),
        ("countries=Atlantis", "countries", "Atlantis"),
        ("countries=EU", "countries", "name 1 to 6"),
        ("countries=%2C", "countries", "0 countries"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_field_and_value(query, field, value):
    with pytest.raises(Unclear) as fault:
        understood(shipped(), question(query))
    assert fault.value.field == field
    assert value in str(fault.value)
