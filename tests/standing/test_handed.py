"""A plan of inspections, handed to targeting: what is opened keeps its probabilities and its inspectors."""

from __future__ import annotations

import csv
import json
from collections import Counter
from math import ceil, sqrt
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from sarai.cli.standing import standing
from sarai.cli.target import target
from sarai.watch.targeting import Columns, draw_by, header_of, read_declarations, read_plan
from standing.game_made import SMALL

SEEDS = 400
SIGMAS = 5.0  # of a binomial: once in two million, and there are some hundreds of declarations


def run(command, *words, status=0):
    ran = CliRunner().invoke(command, [*map(str, words)], standalone_mode=False)
    assert (ran.exception, ran.return_value or 0) == (None, status), ran.output
    return ran


def made(path: Path, times: float, *, shifts: bool) -> Path:
    """Declarations of a day: so many times what the plan was made for, in no order."""
    rng, rows = Random(7), []
    for place, passed in (("KZHOR", 40), ("B", 20)):
        for shift, traffic in (("day", 1.0), ("night", 0.5)):
            rows += [(place, shift)] * round(passed * traffic * times)
    rng.shuffle(rows)
    with path.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["id", "time", "place", "value", *(["shift"] if shifts else [])])
        for at, (place, shift) in enumerate(rows):
            write.writerow([f"D{at}", "2026-03-02", place, 100 + at, *([shift] if shifts else [])])
    return path


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> tuple[Path, list[dict]]:
    """The file that is handed over, and where inspectors stand by the command that wrote it."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "game.toml").write_text(SMALL, "utf-8")
    path = folder / "plan.csv"
    told = run(standing, "game", "--table", folder / "game.toml", "--plan", path, "--json")
    return path, json.loads(told.stdout)["stands"]


@pytest.mark.parametrize("shifts", [True, False])
@pytest.mark.parametrize("times", [0.9, 3.0])
def test_what_targeting_opens_keeps_the_plan(plan, tmp_path, times: float, shifts: bool):
    """Shares by hand from the command's JSON: those planned, or fewer where inspectors cannot open them."""
    path, stands = plan
    table = made(tmp_path / "today.csv", times, shifts=shifts)
    new = read_declarations(table, Columns.usual(header_of(table)), lag_days=30, outcome=False)
    handed = read_plan(path)

    def key(row: dict) -> tuple[str, str]:
        return row["place"], row["shift"] if shifts else ""

    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    declared = Counter(key(row) for row in rows)
    opens, traffic = Counter(), {}
    for each in stands:
        opens[key(each), each["typology"]] += each["share"] * each["consignments"]
        traffic.setdefault(key(each), {})[each["shift"]] = each["consignments"]
    expected = {
        (at, check): min(many / sum(traffic[at].values()), many / declared[at])
        for (at, check), many in opens.items()
    }
    times_opened: Counter = Counter()
    for seed in range(SEEDS):
        found = draw_by(handed, new, seed)
        assert found.refused == ()
        assert len({each.id for each in found.picks}) == len(found.picks)
        counts = Counter(((each.place, each.shift), each.check) for each in found.picks)
        for (at, check), share in expected.items():
            assert abs(counts[at, check] - share * declared[at]) < 1 + 1e-9
            assert counts[at, check] <= ceil(opens[at, check] - 1e-9)
        for each in found.strata:
            assert each.opened <= ceil(each.capacity - 1e-9)
        times_opened.update((each.id, each.check) for each in found.picks)
    for row in rows:
        for (at, check), share in expected.items():
            if at == key(row):
                off = times_opened[row["id"], check] - SEEDS * share
                assert abs(off) <= SIGMAS * sqrt(SEEDS * share * (1 - share)) + 1


def test_the_command_draws_and_writes_what_it_drew(plan, tmp_path):
    path, _ = plan
    table, out = made(tmp_path / "today.csv", 2.0, shifts=True), tmp_path / "drawn.csv"
    told = json.loads(run(target, "draw", path, table, "--seed", 4, "--out", out, "--json").stdout)
    again = json.loads(run(target, "draw", path, table, "--seed", 4, "--json").stdout)
    assert told == again
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"]: row["check"] for row in rows if row["check"]} == {
        each["id"]: each["check"] for each in told["picks"]
    }
    read = read_declarations(out, Columns.usual(header_of(out)), lag_days=30)
    by_stratum = {(each["place"], each["shift"]): each["propensity"] for each in told["strata"]}
    for at, row in enumerate(rows):
        assert read.propensity[at] == pytest.approx(by_stratum[row["place"], row["shift"]])
    assert "declarations (seed 4)" in run(target, "draw", path, table, "--seed", 4).output


def test_places_that_the_plan_has_not_are_told(plan, tmp_path):
    path, _ = plan
    table = tmp_path / "today.csv"
    table.write_text("id,time,place,shift\nA,2026-03-02,KZHOR,day\nB,2026-03-02,Nowhere,day\n", "utf-8")
    ran = run(target, "draw", path, table, "--json", status=1)
    assert [each["line"] for each in json.loads(ran.stdout)["refused"]] == [3]
    assert "the plan has no check at Nowhere day; it has KZHOR, B" in ran.stderr
