"""Shares of codes across editions: against the UN's sheets, matrix products, and what must be kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sarai.flows.editions import WIDE, Share, shares
from sarai.goods import BadSetting
from sarai.reference import hs
from sarai.reference._tables import table

SHEETS = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference" / "hs_concordance"
needs_sheets = pytest.mark.skipif(not SHEETS.is_dir(), reason=f"no shared data at {SHEETS}")

BACK = (("HS2022", "HS2017"), ("HS2017", "HS2012"))
PAIRS = tuple(product(hs.EDITIONS, hs.EDITIONS))
WITHOUT_HEIR = "300219"  # of HS 2017: no code of HS 2022 corresponds to it
NOT_HS = "999999"


@cache
def rows(source: str, target: str) -> tuple[Share, ...]:
    return tuple(shares([source], target))


@cache
def matrix(source: str, target: str) -> tuple[list[str], list[str], csr_array]:
    codes = sorted({share.code for share in rows(source, target)})
    targets = sorted({share.target_code for share in rows(source, target)})
    place = {code: number for number, code in enumerate(codes)}
    target_place = {code: number for number, code in enumerate(targets)}
    at = [
        [place[s.code] for s in rows(source, target)],
        [target_place[s.target_code] for s in rows(source, target)],
    ]
    weights = [share.weight for share in rows(source, target)]
    return codes, targets, csr_array((weights, at), shape=(len(codes), len(targets)))


@cache
def sheet(newer: str, older: str, number: int) -> frozenset[tuple[str, str]]:
    openpyxl = pytest.importorskip("openpyxl")
    name = f"HS_{newer[2:]}_to_HS_{older[2:]}_ConversionAndCorrelationTables.xlsx"
    book = openpyxl.load_workbook(SHEETS / name, read_only=True)
    pairs = book.worksheets[number].iter_rows(values_only=True, max_col=2)
    found = ((str(new).strip(), str(old).strip()) for new, old in pairs)
    return frozenset((new, old) for new, old in found if new.isdigit() and new != NOT_HS)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_code_is_shared_out_once_and_whole(source, target):
    codes, targets, weights = matrix(source, target)
    assert codes == sorted(row["hs6"] for row in table("hs_codes") if row[source])
    stays = {WITHOUT_HEIR} if target == "HS2022" else set()
    assert {code for code in targets if not hs.exists(target, code)} <= stays
    assert weights.data.min() >= 0
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)
    assert len({(share.code, share.target_code) for share in rows(source, target)}) == len(
        rows(source, target)
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PAIRS), st.integers(0, 2**32 - 1))
def test_the_total_before_is_the_total_after(pair, seed):
    codes, _, weights = matrix(*pair)
    values = np.random.default_rng(seed).lognormal(10, 4, len(codes))
    np.testing.assert_allclose((values @ weights).sum(), values.sum(), rtol=1e-11)


@needs_sheets
@pytest.mark.parametrize(("newer", "older"), BACK)
def test_a_code_with_one_target_has_that_of_the_conversion_sheet(newer, older):
    conversion = dict(sheet(newer, older, 0))
    by_rule = defaultdict(list)
    for share in rows(newer, older):
        by_rule[share.rule].append(share)
    for share in by_rule["only"] + by_rule["conversion"]:
        assert (share.weight, share.target_code) == (1, conversion[share.code])
    differing = {share.code for share in by_rule["nomenclature"] + by_rule["wide"]}
    expected = {"854151", "854159", "911490", "854921", "854929", "854931", "854939", "854991", "854999"}
    flat_panels = {"852411", "852412", "852419", "852491", "852492", "852499"}
    assert differing == (expected | flat_panels if newer == "HS2022" else set())


@needs_sheets
@pytest.mark.parametrize(("newer", "older"), BACK)
def test_the_rules_follow_from_the_correlation_sheet(newer, older):
    named = Counter(new for new, _ in sheet(newer, older, 1))
    rules = {share.code: share.rule for share in rows(newer, older)}
    assert {code for code, rule in rules.items() if rule == "only"} == {
        code for code, count in named.items() if count == 1
    } - {code for code, rule in rules.items() if rule == "nomenclature"}
    assert all(named[code] > WIDE for code, rule in rules.items() if rule == "wide")
    assert all(named[code] > 1 for code, rule in rules.items() if rule == "conversion")


@needs_sheets
@pytest.mark.parametrize(("newer", "older"), BACK)
def test_only_correlated_codes_share_but_for_those_that_the_sheet_leaves_out(newer, older):
    for source, target in ((newer, older), (older, newer)):
        pairs = {(share.code, share.target_code) for share in rows(source, target)}
        backwards = pairs if source == newer else {(new, old) for old, new in pairs}
        added = {("854151", "854150"), ("854159", "854150"), ("911490", "911490"), ("300219", "300219")}
        assert backwards - sheet(newer, older, 1) <= added


@needs_sheets
@pytest.mark.parametrize(("newer", "older"), BACK)
def test_there_and_back_is_the_same_but_for_codes_that_no_newer_one_stands_for(newer, older):
    """25 codes of HS 2017 and 12 of HS 2012 went into others that stand for something else.

    Of 854150 and 911490 the nomenclature says what became of them, and so that 911490 is not 911410.
    """
    back = defaultdict(dict)
    for share in rows(newer, older):
        back[share.code][share.target_code] = share.weight
    around = defaultdict(float)
    for share in rows(older, newer):
        around[share.code] += share.weight * back.get(share.target_code, {}).get(share.code, 0)
    lost = {code for code, weight in around.items() if weight < 1 - 1e-12}
    unconverted = {code for code, _ in around.items()} - {old for _, old in sheet(newer, older, 0)}
    told = ({"854150", "911490"}, {"911410"}) if newer == "HS2022" else (set(), set())
    assert lost == unconverted - told[0] | told[1]
    assert all(around[code] < 0.01 for code in lost)  # some have a part of what is wide still
    assert len(lost) == (25 if newer == "HS2022" else 12)


@pytest.mark.parametrize(("source", "target"), [("HS2022", "HS2012"), ("HS2012", "HS2022")])
def test_two_steps_are_the_product_of_the_steps(source, target):
    codes, targets, weights = matrix(source, target)
    first, middle, one = matrix(source, "HS2017")
    start, last, two = matrix("HS2017", target)
    assert (first, set(middle) <= set(start)) == (codes, True)
    whole = one @ two[[start.index(code) for code in middle]]
    reached = whole.sum(axis=0) > 0
    assert [code for code, found in zip(last, reached, strict=True) if found] == targets
    assert abs(whole[:, np.flatnonzero(reached)] - weights).max() < 1e-15


@pytest.mark.parametrize("edition", hs.EDITIONS)
def test_an_edition_in_its_own_terms_is_itself(edition):
    assert all(share.code == share.target_code and share.weight == 1 for share in rows(edition, edition))
    assert {share.rule for share in rows(edition, edition)} == {"same"}


@pytest.mark.parametrize("code", ["852990", "854231", "854232", "854233", "854239"])
@pytest.mark.parametrize(("source", "target"), [*BACK, ("HS2022", "HS2012")])
def test_a_code_that_took_in_parts_of_many_others_stays_itself(source, target, code):
    """The processors of HS 2017 correlate to 159 codes of HS 2012, parts of radios of 2022 to 483 of 2017."""
    assert [(s.target_code, s.weight) for s in rows(source, target) if s.code == code] == [(code, 1)]


@pytest.mark.parametrize("code", ["854921", "854929", "854931", "854939", "854991", "854999"])
def test_electronic_waste_stands_for_no_code_in_particular(code):
    found = [share for share in rows("HS2022", "HS2017") if share.code == code]
    assert {share.rule for share in found} == {"wide"}
    assert len(found) == 1_019
    assert max(share.weight for share in found) < 0.001
    assert {share.rule for share in rows("HS2022", "HS2012") if share.code == code} == {"wide"}


@pytest.mark.parametrize(
    ("code", "older"),
    [("852589", "852580"), ("854149", "854140"), ("854151", "854150"), ("854159", "854150"),
     ("854800", "854890"), ("880730", "880330")],
)  # fmt: skip
@pytest.mark.parametrize("target", ["HS2017", "HS2012"])
def test_the_six_codes_that_2022_gave_the_priority_list_go_back_whole(code, older, target):
    assert [(s.target_code, s.weight) for s in rows("HS2022", target) if s.code == code] == [(older, 1)]


def test_learnt_shares_take_the_place_of_the_default_and_are_carried_on():
    learnt = [
        Share("HS2022", "854231", "854231", 0.75, "estimated"),
        Share("HS2022", "854231", "854239", 0.25, "estimated"),
    ]
    found = shares(["HS2022"], "HS2012", {("HS2022", "HS2017"): learnt})
    ours = [share for share in found if share.code == "854231"]
    assert [(share.target_code, share.weight) for share in ours] == [("854231", 0.75), ("854239", 0.25)]
    default = [share for share in rows("HS2022", "HS2012") if share.code != "854231"]
    assert [share for share in found if share.code != "854231"] == default


def test_several_editions_come_together_in_order():
    found = shares(["HS2022", "HS2017", "HS2022"], "HS2017")
    assert found == [*rows("HS2017", "HS2017"), *rows("HS2022", "HS2017")]
    assert found == sorted(found)


@pytest.mark.parametrize(("source", "target"), [("HS2007", "HS2017"), ("HS2017", "HS2007")])
def test_an_edition_without_tables_is_named(source, target):
    with pytest.raises(BadSetting, match=r"HS2007.*HS2012, HS2017, HS2022"):
        shares([source], target)
