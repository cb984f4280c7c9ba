"""Distances of votes: the file's own numbers, by another reading of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sarai.goods import BadSetting
from sarai.reference.countries import alpha2
from sarai.standing import distance, distances, shipped
from sarai.standing.votes import find, read

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "balance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")


def plain(column: str) -> dict[tuple[str, int], float]:
    """The file read without the system: by alpha-3 and year."""
    (path,) = SHARED.glob("un_ideal_points*.csv")
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines)]
    header = rows[0]
    code, year, value = (header.index(name) for name in ("iso3c", "year", column))
    found: dict[tuple[str, int], float] = {}
    for row in rows[1:]:
        if row[code] and row[value]:
            found.setdefault((row[code], int(float(row[year]))), float(row[value]))
    return found


@needs_shared
@pytest.mark.parametrize(("series", "column"), [("fp", "idealpointfp"), ("legacy", "idealpointlegacy")])
def test_distances_are_those_of_the_file(series, column):
    points, votes = plain(column), read(find(SHARED), series)
    last = 0
    for year in range(1992, 2025):
        for theirs in ("USA", "CHN", "RUS", "TUR"):
            if ("KAZ", year) in points and (theirs, year) in points:
                found = distance(votes, "KZ", alpha2(theirs), year, draws=0)
                assert found.distance == abs(points["KAZ", year] - points[theirs, year])
                last = year
    assert last >= 2019


@needs_shared
def test_every_point_and_quantile_is_the_files():
    votes = read(find(SHARED))
    for name, place in (("idealpointfp", None), ("q5fp", 1), ("q50fp", 3), ("q95fp", 5)):
        stated = {(alpha2(who) or who, year): value for (who, year), value in plain(name).items()}
        assert {
            key: each.point if place is None else each.quantiles[place] for key, each in votes.points.items()
        } == stated
    assert len(votes.points) + votes.left_out == 11_440


@needs_shared
def test_the_pole_of_the_union_is_the_mean_of_its_members():
    points, votes = plain("idealpointfp"), read(find(SHARED))
    union = (
        "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK"
    )
    union = [*union.split(), "SVN", "SWE"]
    found = distance(votes, "KZ", "EU", 2023, draws=0)
    assert found.members == 27
    mean = sum(points[who, 2023] for who in union) / 27
    assert found.distance == pytest.approx(abs(points["KAZ", 2023] - mean), abs=1e-12)


@needs_shared
def test_intervals_hold_the_distance_and_are_those_of_an_independent_sampling():
    """Against 40,000 draws of the standard library from the same quantiles."""
    from random import Random

    votes = read(find(SHARED))
    found = distance(votes, "KZ", "CN", 2022, draws=20_000)
    dice, ends = Random(3), (0, 5, 10, 50, 90, 95, 100)

    def draw(quantiles):
        at = dice.random() * 100
        n = max(i for i in range(6) if ends[i] <= at)
        return quantiles[n] + (quantiles[n + 1] - quantiles[n]) * (at - ends[n]) / (ends[n + 1] - ends[n])

    mine, theirs = (votes.points[who, 2022].quantiles for who in ("KZ", "CN"))
    drawn = sorted(abs(draw(mine) - draw(theirs)) for _ in range(40_000))
    assert found.low < found.distance < found.high
    assert found.low == pytest.approx(drawn[2_000], abs=0.02)
    assert found.high == pytest.approx(drawn[38_000], abs=0.02)


@needs_shared
def test_a_state_is_at_no_distance_from_itself_and_the_same_seed_gives_the_same():
    votes = read(find(SHARED))
    itself = distance(votes, "CN", "CN", 2020)
    assert (itself.distance, itself.low, itself.high) == (0, 0, 0)
    assert distances(votes, shipped(), ["KZ"], [2020]) == distances(votes, shipped(), ["KZ"], [2020])
    one, other = (distances(votes, shipped(), ["KZ"], years)[-1] for years in ([2020], [2019, 2020]))
    assert one == other


@needs_shared
def test_years_without_votes_have_a_reason():
    found = distance(read(find(SHARED)), "KZ", "US", 1980)
    assert (found.distance, found.reason) == (None, "KZ has no point in 1980")


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(BadSetting, match=r"un_ideal_points\*\.csv; put the file there"):
        find(tmp_path)
    path = tmp_path / "un_ideal_points_x.csv"
    path.write_text("iso3c,year,idealpointfp\nKAZ,2000,1\n")
    with pytest.raises(BadSetting, match="has no column nvotesfp"):
        read(path)
    with pytest.raises(BadSetting, match="series 'x' is not known"):
        read(path, "x")
    header = "iso3c,year,idealpointfp,nvotesfp,qofp,q5fp,q10fp,q50fp,q90fp,q95fp,q100fp\n"
    path.write_text(header + "KAZ,2000,one,1,1,1,1,1,1,1,1\n")
    with pytest.raises(BadSetting, match="line 2: could not convert"):
        read(path)
