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
        "mb": {"most": 300.0, "after_a_minute": 270.0, "growth": 26.0}, "lost": 1, "not_judged": 0,
        "alerts_raised": 9, "alerts_not_heard": 0, "alerts_heard_again": 2,
    }  # fmt: skip
    failed = {figure.name for figure in soak.report(figures).figures if figure.verdict == "no"}
    assert failed == {
        "from post to alert, p99", "memory, growth", "lost", "alerts heard again", "refused",
    }  # fmt: skip


def test_memory_that_grows_is_told_from_memory_that_is_taken_for_a_moment():
    def grown(mb) -> float:
        return soak._memory([(second, mb(second)) for second in range(1, 301)])["growth"]

    assert grown(lambda second: 700 + 150 * (second % 60 == 0)) == 0
    assert grown(lambda second: 600 + min(second, 50)) == 0, "it has settled by then"
    assert grown(lambda second: 600 + second / 10) == pytest.approx(24.0, abs=0.2)
    assert "growth" not in soak._memory([(second, 100.0) for second in range(1, 60)])
