"""The Common High Priority List against a published copy."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from sarai.goods.errors import BadSetting
from sarai.reference import hs, priority
from sarai.reference._tables import table

LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference" / "chpl_2024-02.csv"
needs_shared = pytest.mark.skipif(not LIST.is_file(), reason=f"no shared data at {LIST}")

BORN_IN_2022 = {"852589": "852580", "854149": "854140", "854151": "854150", "854159": "854150",
                "854800": "854890", "880730": "880330"}  # fmt: skip
ANOMALIES = {"854151", "854159"}  # the conversion sheet sends them to 851712, telephones


def published() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_shared
def test_codes_and_tiers_are_those_of_the_published_list():
    wanted = {row["hs2022"]: row["tier"].replace("A", ".A").replace("B", ".B") for row in published()}
    assert {code: priority.tier(code) for code in priority.codes()} == wanted


@needs_shared
def test_earlier_codes_are_those_of_the_published_list_but_for_two():
    wanted = {row["hs2022"]: row["hs2017"] for row in published() if row["hs2022"] not in ANOMALIES}
    assert wanted.items() <= {row["hs6"]: row["earlier"] for row in table("chpl")}.items()


def test_fifty_codes_in_six_tiers():
    assert Counter(map(priority.tier, priority.codes())) == {
        "1": 4,
        "2": 5,
        "3.A": 16,
        "3.B": 9,
        "4.A": 11,
        "4.B": 5,
    }
    assert sorted(code for tier in priority.TIERS for code in priority.codes(tier)) == list(priority.codes())
    assert all(hs.exists("HS2022", code) and priority.label(code) for code in priority.codes())


@pytest.mark.parametrize("edition", ["HS2012", "HS2017"])
def test_only_six_codes_had_another_code_before(edition):
    for code in priority.codes():
        earlier = BORN_IN_2022.get(code, code)
        assert hs.exists(edition, earlier)
        assert hs.exists(edition, code) == (code not in BORN_IN_2022)
        assert hs.compatible("HS2022", code, edition, earlier)
        assert priority.tier(earlier, edition) == priority.tier(code)
        assert (priority.tier(code, edition) is None) == (code in BORN_IN_2022)


def test_what_is_not_listed_has_no_tier():
    assert priority.tier("010121") is None
    assert priority.tier("851712", "HS2017") is None
    assert priority.label("010121") == ""


def test_unknown_tiers_and_editions_are_named():
    with pytest.raises(BadSetting, match="'5'"):
        priority.codes("5")
    with pytest.raises(BadSetting, match="HS2007"):
        priority.tier("854231", "HS2007")
