"""sarai target: a model is trained and kept, and picks are told with their reasons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from inspected import START_S, TOML, history, write

from cli.conftest import Ran, Run

pytest.importorskip("lightgbm", reason="LightGBM comes with extra `targeting`")


@pytest.fixture
def trained(tmp_path: Path, run: Run) -> Ran:
    """A model of the first 250 days, and a table of the last 50."""
    (tmp_path / "columns.toml").write_text(TOML)
    world = history()
    before = world.time_s < START_S + 250 * 86_400
    write(tmp_path / "past.csv", world.where(before))
    write(tmp_path / "new.csv", world.where(~before))
    ran = run(
        "target", "train", tmp_path / "past.csv", "--columns", tmp_path / "columns.toml", "--lag", 10,
        "--out", tmp_path / "a.model", "--json",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    return ran


def test_training_says_how_good_it_is(trained: Ran, tmp_path: Path):
    said = trained.json
    assert said["model"] == str(tmp_path / "a.model")
    assert [each["use"] for each in said["windows"]] == ["past", "growing", "stopping", "calibrating"]
    assert said["windows"][-1]["end"] < said["known_before"]
    assert [each["percent"] for each in said["judged"]["at"]] == [1, 2, 5, 10]
    assert said["judged"]["at"][3]["precision"]["value"] > said["judged"]["rate"]["value"]
    assert sum(said["gains"].values()) == pytest.approx(1)
    assert said["settings"]["lag_days"] == 10


def test_picks_under_a_budget_with_reasons(trained: Ran, tmp_path: Path, run: Run):
    asked = ["target", "rank", tmp_path / "a.model", tmp_path / "new.csv", "--budget", 10, "--seed", 3]
    ran = run(*asked, "--json")
    assert (ran.status, ran.err) == (0, "")
    said = ran.json
    assert said["model"] == trained.json["digest"]
    assert len(said["picks"]) == said["declarations"] // 10
    for pick in said["picks"]:
        why = pick["why"]
        points = why["base"] + why["rest"] + sum(each["points"] for each in why["reasons"])
        assert points == pytest.approx(pick["score"], abs=1e-9)
        assert pick["picked"] in ("risk", "random")
    assert {pick["picked"] for pick in said["picks"]} == {"risk", "random"}
    assert said["measures"]["declarations"] == said["declarations"]
    assert run(*asked, "--json").out == ran.out


def test_a_seed_that_is_not_given_is_told(trained: Ran, tmp_path: Path, run: Run):
    seeds = {
        run("target", "rank", tmp_path / "a.model", tmp_path / "new.csv", "--json").json["seed"]
        for _ in range(3)
    }
    assert len(seeds) == 3


def test_people_read_the_same(trained: Ran, tmp_path: Path, run: Run):
    ran = run(
        "target", "rank", tmp_path / "a.model", tmp_path / "new.csv", "--budget", 2, "--random-share", 0.5
    )
    assert ran.status == 0
    assert "something found in" in ran.out
    assert "drawn by chance, as one in" in ran.out
    assert "The score is spread as before" in ran.out
    columns = ["--columns", tmp_path / "columns.toml"]
    ran = run("target", "train", tmp_path / "past.csv", *columns, "--lag", 10, "--out", tmp_path / "b.model")
    assert ran.status == 0
    assert "Most was learnt from" in ran.out
    assert "calibrating" in ran.out
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()


def test_a_world_that_has_moved_is_an_alarm(trained: Ran, tmp_path: Path, run: Run):
    world = history()
    later = world.where(world.time_s >= START_S + 250 * 86_400)
    dear = {row: str(later.numbers["price"][row] * 450) for row in range(len(later))}
    write(tmp_path / "dear.csv", later, price=dear)
    ran = run("target", "rank", tmp_path / "a.model", tmp_path / "dear.csv")
    assert ran.status == 1
    assert "ALARM" in ran.out
    assert "price has moved" in ran.out


def test_refused_rows_are_told_and_the_others_ranked(trained: Ran, tmp_path: Path, run: Run):
    world = history()
    later = world.where(world.time_s >= START_S + 250 * 86_400)
    write(tmp_path / "some.csv", later, time=dict.fromkeys(range(5), "soon"))
    ran = run("target", "rank", tmp_path / "a.model", tmp_path / "some.csv", "--json")
    assert ran.status == 1
    assert ran.err.startswith("sarai: line 2: 'soon' is no time")
    assert "2 rows more were refused" in ran.err
    assert ran.json["declarations"] == len(later) - 5
    assert len(ran.json["refused"]) == 5


def test_now_keeps_later_outcomes_out(trained: Ran, tmp_path: Path, run: Run):
    ran = run(
        "target", "train", tmp_path / "past.csv", "--columns", tmp_path / "columns.toml", "--lag", 10,
        "--out", tmp_path / "c.model", "--now", "2025-07-01T00:00:00Z", "--json",
    )  # fmt: skip
    assert ran.json["known_before"] == "2025-07-01T00:00:00Z"
    assert max(each["end"] for each in ran.json["windows"]) < "2025-06-21"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["target", "rank", "new.csv", "new.csv"], "is no model of targeting"),
        (["target", "rank", "a.model", "new.csv", "--budget", "0"], "--budget"),
        (["target", "train", "empty.csv", "--out", "x"], "no column of the table is called importer, "),
        (["target", "train", "past.csv", "--columns", "new.csv", "--out", "x"], "columns"),
        (["target", "rank", "a.model", "empty.csv"], "no column"),
    ],
)
def test_what_cannot_be_done(
    trained: Ran, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").write_text("a,b\n")
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert why in ran.err
    assert not (tmp_path / "x").exists()


def test_too_few_outcomes(tmp_path: Path, run: Run):
    (tmp_path / "columns.toml").write_text(TOML)
    write(tmp_path / "few.csv", history(200))
    ran = run(
        "target",
        "train",
        tmp_path / "few.csv",
        "--columns",
        tmp_path / "columns.toml",
        "--out",
        tmp_path / "x",
    )
    assert ran.status == 2
    assert "too few to learn from" in ran.err


def test_without_outcomes_there_are_picks_and_no_measures(trained: Ran, tmp_path: Path, run: Run):
    world = history()
    later = world.where(world.time_s >= START_S + 250 * 86_400)
    write(tmp_path / "blind.csv", later, outcome=dict.fromkeys(range(len(later)), ""))
    ran = run("target", "rank", tmp_path / "a.model", tmp_path / "blind.csv", "--seed", 1, "--json")
    assert ran.json["measures"] is None
    assert ran.json["drift"]["hit_rate"] is None
    assert np.isfinite(ran.json["expected"])
