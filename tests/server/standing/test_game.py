"""The game of the server: addresses that mean the same, and answers that are the command's.

Plans are those of a small game that is made up, for the packaged one takes seconds.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods import SaraiError
from sarai.server.asking import TooMuch, Unclear
from sarai.server.settings import ServerSettings
from sarai.server.standing import Bench, game_asked
from sarai.server.standing.game_asked import MOST_VARIED, SLIDERS, VARIED, Playing, playing, understood
from sarai.standing.game import Game, commit, example, nash, payoffs, read_game, repeated_example
from sarai.telling.standing_game import changed, planned, varied
from sarai.telling.standing_played import kept, played
from standing.game_made import SMALL

UNHURRIED = ServerSettings(standing_s=600.0)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Game:
    path: Path = tmp_path_factory.mktemp("game") / "game.toml"
    path.write_text(SMALL, "utf-8")
    return read_game(path)


@pytest.fixture
def bench(small: Game, monkeypatch) -> Bench:
    monkeypatch.setattr(game_asked, "example", lambda: small)
    return Bench(UNHURRIED)


# -- addresses -------------------------------------------------------------------------------------


@given(st.data())
def test_an_address_means_the_question_it_was_made_of(data):
    what = data.draw(st.sampled_from(sorted(SLIDERS)))
    names = data.draw(st.lists(st.sampled_from([*SLIDERS[what], "least"]), unique=True))
    turned = [(name, f"{data.draw(st.integers(50, 90)) / 7.3:g}") for name in names]
    stakes = (("gain", "3"), ("loss", "8")) if what == "statics" and data.draw(st.booleans()) else ()
    level, vary = (
        data.draw(st.sampled_from(["", "250"])),
        data.draw(st.sampled_from(["", "aid", "aid=0,400"])),
    )
    question = Playing(what=what, turned=tuple(turned), level=level, vary=vary, stakes=stakes)
    again = playing(parse_qsl(urlencode(question.address)))
    assert again == question


def test_sliders_are_figures_of_the_game_and_change_nothing_where_they_usually_stand():
    for what, sliders in SLIDERS.items():
        base = repeated_example() if what == "repeated" else example()
        for name, each in sliders.items():
            assert changed(base, {name: each.usual}) == base
            for value in (each.least, each.most):
                assert changed(base, {name: value}) != base or value == each.usual
            assert playing([("what", what), (name, f"{each.usual:g}")]).turned == ()
    for name, values in VARIED.items():
        slider = SLIDERS["plan"][name]
        assert all(slider.least <= each <= slider.most for each in values)
        assert len(values) <= MOST_VARIED


def test_a_slider_and_a_figure_that_is_set_are_the_same():
    assert playing([("inspectors", "14")]) == playing([("set", "inspectors=14")])
    assert understood(playing([("fines", "2")])).game.typologies[0].fine == 2 * example().typologies[0].fine


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("what=chess", "what", "take plan, statics, repeated"),
        ("set=bribes=3", "set", "no figure 'bribes'"),
        ("set=inspectors=many", "set", "'many' is no number"),
        ("set=inspectors=nan", "set", "no number"),
        ("set=inspectors", "set", "no number"),
        ("set=inspectors=2.5", "set", "inspectors"),
        ("set=access=1e30", "set", "no number that it can be"),
        ("what=repeated&level=low", "level", "'low' is no number"),
        ("vary=cost", "vary", "'cost' has no values; take inspectors"),
        ("vary=aid=1,2,3,4,5,6,7,8,9,10", "vary", "10 values of aid are too many"),
    ],
)
def test_what_cannot_be_understood_names_its_field(query: str, field: str, said: str):
    with pytest.raises(Unclear) as fault:
        understood(playing(parse_qsl(query, keep_blank_values=True)))
    assert fault.value.field == field
    assert said in str(fault.value)


# -- answers ---------------------------------------------------------------------------------------


def test_a_plan_is_that_of_the_command(bench: Bench, small: Game):
    asked = [("set", "inspectors=2"), ("set", "access=20"), ("fines", "2")]
    found = bench.game(playing(asked))
    expected = planned(changed(small, {"inspectors": 2, "access": 20, "fines": 2}), 60.0)
    assert found.planned() == expected
    first = found.announced()
    assert first.stands == expected.stands
    assert [each.plan for each in first.compared] == [
        each.plan for each in expected.compared if "Nash" not in each.plan
    ]
    assert bench.game(playing(asked)).planned() is found.planned(), "worked out once"


def test_values_are_those_of_the_command(bench: Bench, small: Game):
    found = bench.game(playing([("vary", "inspectors=1,2,3"), ("set", "threat=100")]))
    name, values = found.meant.vary
    rows = [found.varied(name, each) for each in values]
    assert rows == varied(changed(small, {"threat": 100}), "inspectors", [1, 2, 3], 60.0)
    assert [row["value"] for row in rows] == sorted(row["value"] for row in rows)


def test_small_games_are_those_of_the_command():
    bench = Bench(UNHURRIED)
    own = {"gain": 3, "fine": 5, "reward": 1, "cost": 2, "loss": 8}
    asked = [("what", "statics"), *((name, str(value)) for name, value in own.items())]
    assert bench.game(playing(asked)).played() == played(None, own)
    assert bench.game(playing([("what", "statics")])).played() == played(example())
    found = bench.game(playing([("what", "repeated"), ("level", "250"), ("fine", "8")])).kept()
    assert found == kept(changed(repeated_example(), {"fine": 8}), 250)


def test_what_cannot_be_played_names_its_field():
    bench = Bench(UNHURRIED)
    for asked, field, said in (
        ([("what", "repeated"), ("level", "1")], "level", "cannot be brought below"),
        ([("what", "statics"), ("gain", "3")], "gain", "cost"),
        ([("set", "inspectors=0")], "set", "lower the least share"),
    ):
        found = bench.game(playing(asked))
        with pytest.raises(Unclear) as fault:
            {"repeated": found.kept, "statics": found.played, "plan": found.announced}[found.meant.what]()
        assert (fault.value.field, said in str(fault.value)) == (field, True), str(fault.value)


def test_what_takes_too_long_is_told_so():
    with pytest.raises(TooMuch):
        Bench(ServerSettings(standing_s=0.02)).game(playing([])).announced()


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_plan_that_is_announced_is_never_worse_than_one_that_is_not(small: Game, data):
    """On whatever sliders can set; where there are too few inspectors for the least share it says so."""
    said = {
        name: data.draw(st.integers(0, round((each.most - each.least) / each.step))) * each.step + each.least
        for name, each in SLIDERS["plan"].items()
    }
    said["inspectors"] = int(said["inspectors"]) // 4  # the game is so much smaller
    try:
        made = payoffs(changed(small, said))
    except SaraiError:
        return
    best, other = commit(made), nash(made)
    assert other is not None
    assert best.value >= other.value - 1e-6 * made.size


def test_an_equilibrium_is_found_where_tight_tolerances_find_none(small: Game):
    said = {"inspectors": 2, "aid": 2000, "access": 100, "threat": 9000, "fines": 1.5}
    made = payoffs(changed(small, said))
    other = nash(made)
    assert other is not None
    assert commit(made).value >= other.value - 1e-6 * made.size
