"""A handed plan: read with its faults, and drawn by a comb."""

from __future__ import annotations

import pytest

from sarai.goods import BadSetting
from sarai.watch.targeting import Columns, draw_by, read_declarations, read_plan

HEAD = "place,shift,typology,propensity,consignments\n"
PLAN = HEAD + "A,day,x,0.2,50\nA,day,y,0.1,50\nA,night,x,0.4,10\nB,day,x,1,5\n"
CATEGORIES = {"place": "place", "shift": "shift"}


def draw(tmp_path, plan: str, rows: str, categories: dict[str, str], seed: int = 1):
    (tmp_path / "plan.csv").write_text(plan, "utf-8")
    (tmp_path / "today.csv").write_text(f"id,time,place,shift\n{rows}", "utf-8")
    new = read_declarations(tmp_path / "today.csv", Columns(categories=categories), 30, outcome=False)
    return draw_by(read_plan(tmp_path / "plan.csv"), new, seed)


def test_what_is_always_opened_is_opened(tmp_path):
    rows = "".join(f"D{at},2026-03-02,B,day\n" for at in range(5))
    for seed in range(20):
        found = draw(tmp_path, PLAN, rows, CATEGORIES, seed)
        assert [each.id for each in found.picks] == [f"D{at}" for at in range(5)]
    rows += "".join(f"E{at},2026-03-02,B,day\n" for at in range(5))
    assert len(draw(tmp_path, PLAN, rows, CATEGORIES).picks) == 5


def test_where_nothing_is_declared_nothing_is_opened(tmp_path):
    found = draw(tmp_path, PLAN, "D1,2026-03-02,B,day\n", CATEGORIES)
    assert {(each.place, each.shift): (each.declared, each.opened) for each in found.strata} == {
        ("A", "day"): (0, 0), ("A", "night"): (0, 0), ("B", "day"): (1, 1),
    }  # fmt: skip


def test_shifts_of_a_place_are_one_by_their_traffic(tmp_path):
    """By hand: A opens 10 + 5 of 50 by day and 4 of 10 by night, so 19 of 60."""
    rows = "".join(f"D{at},2026-03-02,A,\n" for at in range(30))
    plan = PLAN.replace("B,day,x,1,5\n", "")
    (stratum,) = draw(tmp_path, plan, rows, {"place": "place"}).strata
    assert stratum.propensity == pytest.approx(19 / 60)
    assert stratum.capacity == pytest.approx(19)
    with pytest.raises(BadSetting, match="no check at B in shift night, so what passes there is not known"):
        draw(tmp_path, PLAN, rows, {"place": "place"})


def test_declarations_without_a_place_are_told(tmp_path):
    with pytest.raises(BadSetting, match="no category place"):
        draw(tmp_path, PLAN, "D1,2026-03-02,A,day\n", {"shift": "shift"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "has no check"),
        (HEAD + "A,day,x,0,50\n", "line 2: propensity must be more than 0"),
        (HEAD + "A,day,x,often,50\n", "line 2: propensity 'often' is no number"),
        (HEAD + "A,day,x,nan,50\n", "is no number"),
        (HEAD + "A,day,x,0.1,0\n", "consignments more than 0"),
        (HEAD + "A,day,,0.1,5\n", "place or typology is empty"),
        (HEAD + "A,day,x,0.7,5\nA,day,y,0.4,5\n", "checks at A day open 1.1 of all"),
        (HEAD + "A,day,x\n", "line 2"),
        ("place,shift\nA,day\n", "typology"),
    ],
)
def test_plans_that_cannot_be_say_where(tmp_path, text, said):
    path = tmp_path / "plan.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSetting) as fault:
        read_plan(path)
    assert said in str(fault.value)
