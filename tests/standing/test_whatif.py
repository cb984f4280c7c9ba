"""What if: words that change the tables, and what does nothing changes nothing."""

from __future__ import annotations

import pytest

from sarai.goods import BadSetting
from sarai.standing import apply, exposures, parse, shares, shipped
from sarai.telling.standing_supposed import supposed


def after(words: str, **more):
    return apply(shipped(), parse(words), **more)[0]


@pytest.mark.parametrize("words", ["", "join EAEU", "sanction RU trade 0%", "invest CN 0bn"])
def test_what_does_nothing_changes_nothing(words):
    found = supposed(shipped(), [words])
    assert not any(turn.changed for turn in found.turns)
    assert found.means_before == found.means_after


def test_what_is_not_spoken_of_is_drawn_as_before():
    now = {(e.channel, e.power): e for e in exposures(after("leave CSTO"), draws=40)}
    for each in exposures(shipped(), draws=40):
        if each.channel != "memberships":
            assert now[each.channel, each.power] == each


def share(standing, measure: str, of: str, power: str) -> float:
    return {each.power: each for each in shares(standing, measure, of, draws=0).powers}[power].share


def test_bodies_are_joined_and_left():
    count = {each.power: each.amount for each in shares(shipped(), "bodies", "2025").powers}
    joined = {each.power: each.amount for each in shares(after("join BRICS"), "bodies", "2025").powers}
    assert (joined["CN"], joined["RU"]) == (count["CN"] + 0.5, count["RU"] + 0.5)
    left = {each.power: each.amount for each in shares(after("leave CSTO"), "bodies", "2025").powers}
    assert left["RU"] == count["RU"] - 1
    assert shares(after("leave CSTO; join CSTO"), "bodies", "2025").powers == shares(
        shipped(), "bodies", "2025").powers  # fmt: skip
    new = {each.power: each.amount for each in shares(after("join Union of TR"), "bodies", "2025").powers}
    assert new["TR"] == count["TR"] + 1


def test_a_sanction_cuts_and_part_of_it_is_had_elsewhere():
    """By hand: 30 % of 26 is 7.8, of which 30 % come from elsewhere, so the total loses 5.46."""
    now = after("sanction RU trade 30%")
    assert share(now, "trade-kz", "2023", "RU") == pytest.approx(26 * 0.7 / (138 - 5.46))
    assert share(now, "trade-kz", "2023", "EU") == pytest.approx(41.4 / (138 - 5.46))
    assert share(now, "trade-kz", "2022", "RU") == share(shipped(), "trade-kz", "2022", "RU")


def test_investment_adds_to_a_power_and_to_the_total():
    assert share(after("invest CN 2bn"), "fdi-gross", "2022", "CN") == pytest.approx(3.4 / 30)
    assert share(after("invest TR 500m"), "fdi-gross", "2022", "TR") == pytest.approx(0.5 / 28.5)


def test_a_route_that_shuts_is_carried_by_others_within_their_limits():
    """By hand: Atyrau-Samara 17.5 less 8.8, Aktau 5.2 less 2.06 and 1.54, Atyrau-Kenkiyak 6 less 1.2."""
    standing, (told,) = apply(shipped(), parse("shut pipeline:CPC"))
    moved = (17.5 - 8.8) + (5.2 - 2.06 - 1.54) + (6 - 1.2)
    assert share(standing, "oil-route", "2024", "CN") == pytest.approx(6 / (68.55 - 54.9 + moved))
    assert f"{54.9 - moved:.3g} finds no way" in told
    with pytest.raises(BadSetting, match="shut already"):
        apply(standing, parse("shut CPC"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("dance", "cannot be read; write one of: join BODY"),
        ("sanction RU trade", "cannot be read"),
        ("sanction RU trade 130%", "at most 100%"),
        ("sanction XX trade 30%", "power 'XX' is not known; take EU"),
        ("sanction RU tade 30%", "'tade' is no channel"),
        ("sanction RU energy 30%", "shut ROUTE"),
        ("sanction RU memberships 30%", "leave BODY"),
        ("sanction US trade 30%", "no figure of US"),
        ("join Nobody", "write whose it is: join Nobody of CN RU"),
        ("leave BRICS", "is not one that holds on 2025-12-31; those are EAEU"),
        ("shut pipeline:X", "route 'X' is not known, or shut already; take one of CPC"),
    ],
)
def test_what_cannot_be_says_what_can(words, said):
    with pytest.raises(BadSetting) as fault:
        apply(shipped(), parse(words))
    assert said in str(fault.value)


def test_a_year_without_figures_says_which_there_are():
    with pytest.raises(BadSetting, match="no figures of 1999; its years are 2020"):
        apply(shipped(), parse("invest CN 1bn"), year=1999)
