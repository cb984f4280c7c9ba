"""The benchmark of screening: how it counts, what it leaves off, and that it asks a process and hears it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.page import PAGE
from benchmarks.screening import QUICK, WHOLE, Size, judged
from benchmarks.screening_contestants import PEER_PYTHON, Asked, Asking, peer_version
from benchmarks.screening_tables import SANCTIONS, Labelled, labelled, mixed, negatives, spread, without

from sarai.screening.listed import ListedEntity, ListedName

ENTITY = ListedEntity(id="x-1", names=(ListedName("Ivan Petrov (Иван Петров)"), ListedName("John Peters")))


def _asked(query: str) -> Labelled:
    return Labelled(query, "", "Person", True, ENTITY.id)


def test_precision_recall_and_f1_by_hand() -> None:
    hit = np.array([True, True, True, False, False, False])
    same = np.array([True, True, False, True, False, False])
    found = {name: values[0] for name, values in judged(hit, same).items()}
    assert found == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "F1": 2 / 3})


def test_every_measure_lies_within_what_chance_makes_of_it() -> None:
    rng = np.random.default_rng(7)
    for value, low, high in judged(rng.random(200) < 0.7, rng.random(200) < 0.5).values():
        assert 0 < low < value < high < 1


def test_without_pairs_of_different_parties_there_is_only_recall() -> None:
    assert judged(np.array([True, False]), np.array([True, True]))["recall"][0] == 0.5
    assert list(judged(np.array([True, False]), np.array([True, True]))) == ["recall"]


@pytest.mark.parametrize("query", ["PETROV, Ivan", "Иван Петров", "ivan petrov (иван петров)"])
def test_a_name_asked_about_is_left_off_however_it_is_printed(query: str) -> None:
    (left,) = without([ENTITY], [_asked(query)])
    assert [name.text for name in left.names] == ["John Peters"]


def test_other_names_and_a_last_name_are_kept() -> None:
    assert list(without([ENTITY], [_asked("Pyotr Ivanov")])) == [ENTITY]
    assert list(without([ENTITY], [_asked("Ivan Petrov"), _asked("John Peters")])) == [ENTITY]


def test_a_sample_is_even_and_no_larger_than_the_whole() -> None:
    assert spread("abcdefgh", 4) == ["a", "c", "e", "g"]
    assert spread("abc", 10) == ["a", "b", "c"]


def test_ours_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps({"id": "x-1", "kind": "person", "names": [{"text": "Ivan Petrov"}]}) + "\n")
    with Asking("ours") as ask:
        assert ask("pairs", [["Иван Петров", "Ivan Petrov", "Person"]]).value[0] > 0.9
        ask("load", str(path))
        ask("build")
        answer = ask(
            "screen", [Asked("Иван Петров"), Asked("Olga Schmidt", "Person", "1970-01-01", "Germany")]
        )
    assert answer.value == [["x-1"], []]
    assert answer.peak_mb > 10


def test_wratio_answers_between_nought_and_one() -> None:
    with Asking("WRatio") as ask:
        assert ask("pairs", [["Ivan Petrov", "IVAN PETROV", ""], ["Ivan", "", ""]]).value == [1.0, 0.0]


def test_a_contestant_that_fails_is_an_error() -> None:
    with Asking("WRatio") as ask, pytest.raises(RuntimeError, match="WRatio ended at 'fly'"):
        ask("fly")


def test_without_an_interpreter_there_is_no_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PEER_PYTHON, raising=False)
    assert peer_version() == ""


def test_the_page_has_a_place_for_the_figures() -> None:
    assert "<!-- Screening names -->" in PAGE.read_text("utf-8")


@pytest.mark.skipif(not SANCTIONS.exists(), reason="the shared lists are not beside the checkout")
def test_the_tables_are_read_whole() -> None:
    assert len(labelled("nk_entity_checks")) == 228
    assert len(labelled("watchman_java_stress")) == 30, "four rows say nothing of what is right"
    unnumbered = [row for row in labelled("eu_cross_script_alias_dev") if not row.entity]
    assert len(unnumbered) == 2, "two records of the EU have no number of their own"
    assert all(row.name and row.birth and row.country for row in negatives("negatives_us_dev"))


@pytest.mark.skipif(not SANCTIONS.exists(), reason="the shared lists are not beside the checkout")
@pytest.mark.parametrize("size", [WHOLE, QUICK], ids=["whole", "quick"])
def test_no_round_lacks_names_that_are_new_to_it(size: Size) -> None:
    of_a_round = len(mixed()) // size.rounds
    assert all(size.batch[name] + size.single[name] <= of_a_round for name in size.batch)
