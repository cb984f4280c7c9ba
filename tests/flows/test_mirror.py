"""The mirror gap: its figures by hand, zero and hole told apart, codes carried, sources never mixed."""

from __future__ import annotations

import math
import statistics

import pytest

from flows.tables import on_duckdb, row
from sarai.flows.measures.legs import Sources, legs
from sarai.flows.measures.mirror import LEAST_SPREAD, mirror_gap
from sarai.flows.periods import span
from sarai.flows.preparing import Selection, prepared, share_table

COMTRADE = Sources("comtrade", "comtrade")
MONTHS = [f"2021-{month:02d}" for month in range(1, 13)]


def gaps(rows, *, sources=COMTRADE, edition="", **selection):
    with on_duckdb(rows) as (engine, trade, published):
        shares = share_table(["HS2017", "HS2022"], edition) if edition else None
        ready = prepared(trade, Selection(**selection), shares, edition)
        found = mirror_gap(legs(ready, published, sources), span("2021"))
        return engine.to_pyarrow(found.order_by("exporter", "code", "period")).to_pylist()


def steady(exported: float = 100.0, imported: float = 90.0, code: str = "854231"):
    for number, month in enumerate(MONTHS):
        yield row("LT", "export", "KZ", code, month, exported + number)
        yield row("KZ", "import", "LT", code, month, imported)


def test_level_share_and_log_by_hand():
    found = gaps(steady())[3]
    assert (found["exporter"], found["importer"], found["exported"], found["imported"]) == (
        "LT",
        "KZ",
        103,
        90,
    )
    assert found["gap"] == 13
    assert found["gap_share"] == pytest.approx(13 / 103)
    assert found["gap_log"] == pytest.approx(math.log(103 / 90))


def test_the_score_is_the_change_against_the_pairs_own_past():
    later = [
        row("LT", "export", "KZ", "854231", "2022-05", 400),
        row("KZ", "import", "LT", "854231", "2022-05", 90),
    ]
    past = [math.log((100 + number) / 90) for number in range(12)]
    found = gaps([*steady(), *later])[-1]
    spread = max(statistics.stdev(past), LEAST_SPREAD)
    assert found["base_periods"] == 12
    assert found["base_mean"] == pytest.approx(statistics.mean(past))
    assert found["score"] == pytest.approx((math.log(400 / 90) - statistics.mean(past)) / spread)


def test_nothing_reported_is_zero_where_it_was_published_and_a_hole_where_not():
    later = [
        row("LT", "export", "KZ", "854231", "2022-05", 400),
        row("KZ", "import", "CN", "010121", "2022-05", 7),  # Kazakhstan has published May
        row("LT", "export", "KZ", "854231", "2022-06", 500),
    ]
    may, june = [each for each in gaps([*steady(), *later]) if each["exporter"] == "LT"][-2:]
    assert (may["imported"], may["imported_published"], may["gap"], may["gap_share"]) == (0, True, 400, 1)
    assert (june["imported"], june["imported_published"], june["gap"], june["score"]) == (
        None,
        False,
        None,
        None,
    )


def test_what_is_confidential_is_not_known():
    later = [
        row("LT", "export", "KZ", "854231", "2022-05", None),
        row("KZ", "import", "LT", "854231", "2022-05", 9),
    ]
    found = gaps([*steady(), *later])[-1]
    assert (found["exported"], found["exported_published"], found["gap"]) == (None, True, None)


def test_a_part_that_is_confidential_makes_the_whole_unknown():
    rows = [
        row("LT", "export", "KZ", "85423110", "2021-01", 5),
        row("LT", "export", "KZ", "85423190", "2021-01", None),
    ]
    assert gaps(rows, detail=8)[0]["exported"] is None


def test_a_pair_without_a_past_has_no_score():
    rows = [
        row("LT", "export", "KZ", "854231", "2022-05", 400),
        row("KZ", "import", "LT", "854231", "2022-05", 90),
    ]
    (found,) = gaps(rows)
    assert found["gap_log"] is not None
    assert (found["change"], found["score"]) == (None, None)


def test_a_code_born_later_keeps_its_past():
    later = [
        row("LT", "export", "KZ", "854151", "2022-05", 40, edition="HS2022"),
        row("LT", "export", "KZ", "854159", "2022-05", 63, edition="HS2022"),
        row("KZ", "import", "LT", "854150", "2022-05", 90),  # still in the old edition
    ]
    found = gaps([*steady(code="854150"), *later], edition="HS2017")[-1]
    assert (found["code"], found["exported"], found["imported"]) == ("854150", 103, 90)
    assert abs(found["score"]) < 2


def test_sources_stand_side_by_side():
    other = [row("LT", "export", "KZ", "854231", "2021-01", 70, source="comext", currency="EUR")]
    rows = [*steady(), *other]
    assert gaps(rows)[0]["exported"] == 100
    assert gaps(rows, sources=Sources("comext", "comtrade"))[0]["exported"] == 70


def test_levels_of_the_same_trade_are_not_added():
    rows = [
        row("LT", "export", "KZ", code, "2021-01", 10)
        for code in ("TOTAL", "85", "8542", "854231", "85423110")
    ]  # fmt: skip
    rows += [row("LT", "export", "W1", "854231", "2021-01", 1000)]
    assert [each["exported"] for each in gaps(rows)] == [10]
    assert [each["code"] for each in gaps(rows, detail=0, digits=0)] == ["TOTAL"]
    assert [each["exported"] for each in gaps(rows, detail=6, digits=2)] == [10]
