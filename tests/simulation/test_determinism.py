"""The same seed gives the same bytes, whatever the process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from sarai.simulation import Scenario, write
from sarai.simulation.dice import Dice

FILES = ("documents.jsonl", "arrivals.jsonl", "register.jsonl", "truth.jsonl")
SMALL = "Scenario(traders=60, days=8)"
ELSEWHERE = f"""
from pathlib import Path; import sys
from sarai.simulation import Scenario, write
write({SMALL}, 5, Path(sys.argv[1]))
"""


def digests(directory: Path) -> list[str]:
    return [hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES]


def test_same_seed_same_bytes_in_another_process(tmp_path):
    write(Scenario(traders=60, days=8), 5, tmp_path / "here")
    for hash_seed in ("0", "123"):
        there = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo"}
        subprocess.run([sys.executable, "-c", ELSEWHERE, str(there)], check=True, env=environment)
        assert digests(there) == digests(tmp_path / "here")


def test_other_seed_other_papers(tmp_path):
    write(Scenario(traders=60, days=8), 5, tmp_path / "a")
    write(Scenario(traders=60, days=8), 6, tmp_path / "b")
    assert not set(digests(tmp_path / "a")) & set(digests(tmp_path / "b"))


def test_progress_is_told_day_by_day_and_changes_nothing(tmp_path):
    told: list[tuple[int, int]] = []
    scenario = Scenario(traders=20, days=3)
    write(scenario, 5, tmp_path / "watched", lambda done, days: told.append((done, days)))
    write(scenario, 5, tmp_path / "alone")
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert digests(tmp_path / "watched") == digests(tmp_path / "alone")


def test_dice_fall_the_same_on_every_machine():
    dice = Dice(1, "trade")
    assert [dice.below(1_000_000) for _ in range(5)] == PINNED


PINNED = [926_901, 880_712, 286_885, 629_876, 600_103]
