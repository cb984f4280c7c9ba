"""Questions to the network out of an address: what is meant, and what cannot be; and what knobs change."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest

from sarai.corridors import Network, shipped
from sarai.corridors.changes import SHOCKS, apply, parse
from sarai.server.asking import Unclear
from sarai.server.corridors.asked import Asked, asked, changed, understood, what_if
from sarai.server.corridors.knobs import BORDERS, SLIDERS, SWITCHES, TARIFFS, Knobs, words_of

WAY = "from=CNXIA&to=DEDUI"


@pytest.fixture(scope="module")
def network() -> Network:
    return shipped()


def question(query: str) -> Asked:
    return asked(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize("query", [
    WAY, f"{WAY}&good=grain&month=11&by=hours&best=3",
    f"{WAY}&northern=1&caspian=1.2&border=2&border_at=AZ-GE&if=aktau-shut&if=close+place%3ASUEZ",
])  # fmt: skip
def test_an_address_says_what_is_asked_and_the_other_way_round(query):
    assert question(urlencode(question(query).address)) == question(query)
    assert sorted(question(query).address) == sorted(parse_qsl(query))


def test_a_slider_at_its_usual_place_is_not_named():
    usual = urlencode({name: each.usual for name, each in SLIDERS.items()})
    told = question(f"{WAY}&{usual}&border_at=KZ-RU&tariff_on=mode%3Asea&month=&if=")
    assert told == question(WAY)
    assert not told.is_turned
    assert question("").is_open


@pytest.mark.parametrize(("query", "field", "value"), [
    ("from=Atlantis&to=DEDUI", "from", "Atlantis"),
    ("from=CNXIA", "to", "nothing is chosen"),
    ("from=CNXIA&to=Xi'an", "to", "where it starts"),
    (f"{WAY}&good=dreams", "good", "dreams"),
    (f"{WAY}&month=13", "month", "13"),
    (f"{WAY}&by=luck", "by", "luck"),
    (f"{WAY}&best=99", "best", "99"),
    (f"{WAY}&if=close+place%3AATLANTIS", "if", "ATLANTIS"),
    (f"{WAY}&if=burn+place%3ASUEZ", "if", "burn"),
    (f"{WAY}&if=add+/etc", "if", "add"),
    (f"{WAY}&caspian=9", "if", "caspian 9"),
    (f"{WAY}&caspian=deep", "if", "deep"),
    (f"{WAY}&border=nan", "if", "nan"),
    (f"{WAY}&border=2&border_at=AA-BB", "if", "AA-BB"),
])  # fmt: skip
def test_what_cannot_be_understood_is_said_with_its_field_and_value(network, query, field, value):
    with pytest.raises(Unclear, match=value) as caught:
        meant = understood(network, question(query))
        changed(network, meant.knobs, meant.changes)
    assert caught.value.field == field


def test_no_folder_of_the_server_is_read(network, tmp_path):
    (tmp_path / "legs.csv").write_text("code\nX\n")
    with pytest.raises(Unclear, match="folders of the server"):
        understood(
            network, question(urlencode([("from", "CNXIA"), ("to", "DEDUI"), ("if", f"add {tmp_path}")]))
        )


# -- knobs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("border", BORDERS)
def test_every_border_and_tariff_of_the_sliders_is_in_the_network(network, border):
    for tariff in TARIFFS:
        knobs = Knobs(border=2.0, border_at=border, tariff=-50.0, tariff_on=tariff)
        assert changed(network, knobs, apply_words(knobs)) != network


def apply_words(knobs: Knobs):
    return what_if(shipped(), Asked(knobs=tuple(as_text(knobs))))[1]


def as_text(knobs: Knobs):
    for name in (*SWITCHES, *SLIDERS, "border_at", "tariff_on"):
        value = getattr(knobs, name)
        yield name, ("1" if value else "") if isinstance(value, bool) else str(value)


def test_all_that_can_be_turned_can_be_turned_together(network):
    knobs = Knobs(
        northern=True, suez=True, ferry=True, caspian=2.0, weather=2.0, border=3.0, border_at="BY-PL",
        tariff=50.0,
    )  # fmt: skip
    found = changed(network, knobs, apply_words(knobs))
    assert len(found.legs) < len(network.legs)


def test_a_metre_of_the_caspian_is_the_shock_of_that_name(network):
    words = "; ".join(words_of(Knobs(caspian=1.0)))
    assert apply(network, parse(words)) == apply(network, parse(SHOCKS["caspian-lower"].changes))
    less = apply(network, parse("; ".join(words_of(Knobs(caspian=0.5)))))
    limits = [{each.code: each.capacity for each in found.limits} for found in (network, less)]
    assert limits[1]["tc-aktau"] == pytest.approx(0.9 * limits[0]["tc-aktau"])


def test_the_same_said_twice_happens_once(network):
    once = what_if(network, question(f"{WAY}&suez=1"))[1]
    assert what_if(network, question(f"{WAY}&suez=1&if=suez-shut&if=close+place%3ASUEZ"))[1] == once


def test_wind_shuts_ports_longer_and_nothing_else(network):
    stormy = changed(network, Knobs(weather=2.0), ())
    for month in range(1, 13):
        before, after = network.closed_share(month), stormy.closed_share(month)
        for what, share in before.items():
            times = 2 if what in ("place:KZAAU", "place:KZKUR") else 1
            expected = min(times * share, 0.95) if times > 1 else share
            assert after[what] == pytest.approx(expected), (month, what)
