"""The soak in short: a steady load over HTTP, a listener that is cut off, and nothing that is lost."""

from __future__ import annotations

import pytest

from benchmarks import soak

LINES_S, SECONDS = 500, 10


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """One run; its listener's connection is cut every few seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soak, "CUT_OFF_S", 3.0)
        return soak.run(tmp_path_factory.mktemp("soak"), LINES_S, SECONDS)


def test_every_line_is_in_the_book_and_judged(found: dict):
    assert found["refused"] == {}
    assert found["lost"] == found["not_judged"] == 0
    assert found["lines"] >= LINES_S * SECONDS / 2, "also on a machine that is busy with other tests"


def test_every_alert_is_heard_once(found: dict):
    assert found["alerts_raised"] >= 5
    assert found["alerts_not_heard"] == found["alerts_heard_again"] == 0


def test_memory_stays_within_what_a_small_machine_has(found: dict):
    assert 0 < found["mb"]["most"] < soak.MOST_MB


def test_what_does_not_hold_is_told():
    figures = {
        "asked_lines_s": 500.0, "seconds": 300.0, "lines_s": 500.0, "most_behind_s": 0.0,
        "to_alert_s": {"p50": 0.1, "p95": 0.5, "p99": 1.2}, "asked_s": {}, "refused": {"Busy": 3},
        "mb": {"most": 300.0, "late_growth_by_early": 1.0}, "lost": 1, "not_judged": 0, "alerts_raised": 9,
        "alerts_not_heard": 0, "alerts_heard_again": 2,
    }  # fmt: skip
    failed = {figure.name for figure in soak.report(figures).figures if figure.verdict == "no"}
    assert failed == {
        "from post to alert, p99", "memory, late growth by early", "lost", "alerts heard again", "refused",
    }  # fmt: skip
