"""Every scheme is played, leaves papers, and does what its description says."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from sarai.reference import priority
from sarai.simulation import SCHEMES, Scenario
from sarai.simulation.basket import GOODS
from sarai.simulation.schemes import STAGES, split_consignments
from simulation.runs import Played, key, lot_key, play


@pytest.fixture(scope="module")
def crooked() -> Played:
    """Many cases of every scheme, so that every variant occurs."""
    return play(Scenario(traders=200, days=30, schemes=dict.fromkeys(SCHEMES, 50)), seed=21)


@pytest.fixture(scope="module")
def cases(crooked) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for case in crooked.truth["scheme"]:
        found[case["scheme"]].append(case)
    return found


@pytest.fixture(scope="module")
def lots(crooked) -> dict[tuple, dict]:
    return {lot_key(lot): lot for lot in crooked.truth["lot"]}


def quantities(case: dict, what: str) -> list[dict]:
    return [row for row in case["quantities"] if row["what"].startswith(what)]


def fates(case: dict, lots: dict[tuple, dict]) -> Counter:
    """Of the case's lots: how much met which fate."""
    sums: Counter = Counter()
    for name in case["lots"]:
        sums.update(lots[lot_key(name)]["fates"])
    return sums


def test_every_scheme_is_staged_once_per_case():
    assert tuple(STAGES) == SCHEMES
    quiet = play(Scenario(traders=40, days=2, schemes={"round_trip": 0, "ghost_trade": 1}), seed=1)
    assert [case["scheme"] for case in quiet.truth["scheme"]] == ["ghost_trade"]


def test_cases_leave_papers_lots_and_parties(crooked, cases, lots):
    assert {name: len(found) for name, found in cases.items()} == dict.fromkeys(SCHEMES, 10)
    dishonest = {row["id"] for row in crooked.truth["trader"] if not row["honest"]}
    for case in crooked.truth["scheme"]:
        assert case["documents"] and case["quantities"] and case["start"] <= case["end"]
        assert all(key(document) in crooked.papers for document in case["documents"])
        assert all(lot_key(lot) in lots for lot in case["lots"])
        assert set(case["parties"]) <= dishonest


def test_all_goods_of_schemes_but_carousels_are_on_the_priority_list(crooked):
    for case in crooked.truth["scheme"]:
        if case["scheme"] != "round_trip":
            assert all(priority.tier(row["actual_hs"]) for row in case["quantities"])


def test_false_transit_never_arrives(cases, lots):
    assert len({case["variant"] for case in cases["false_transit"]}) == 3
    for case in cases["false_transit"]:
        assert set(fates(case, lots)) == {"diverted:RU"}
        kinds = [document["kind"] for document in case["documents"]]
        assert kinds[0] == "transit"
        assert ("arrival" in kinds) == (case["variant"] == "paper arrival")
        assert ("exit" in kinds) == (case["variant"] == "rerouted")


def test_shells_share_a_seat_and_are_young(crooked, cases):
    firms = {row["id"]: row for row in crooked.register}
    together = in_all = 0
    for case in cases["shell_chain"]:
        shells = [firms[party] for party in case["parties"]]
        assert len(shells) >= 3
        assert len({shell["seat"] for shell in shells}) == 1
        together += max(Counter(shell["address"] for shell in shells).values())
        in_all += len(shells)
        assert all(crooked.scenario.start - shell["founded"] <= timedelta(days=240) for shell in shells)
    assert together / in_all > 0.7
    assert any("export" in [d["kind"] for d in case["documents"]] for case in cases["shell_chain"])


def test_misdeclared_goods_have_harmless_codes(cases):
    assert len({case["variant"] for case in cases["misdeclared_code"]}) == 2
    rows = [row for case in cases["misdeclared_code"] for row in case["quantities"]]
    assert rows
    assert all(row["hs"] != row["actual_hs"] and not priority.tier(row["hs"]) for row in rows)
    assert all(GOODS[row["hs"]].unit == GOODS[row["actual_hs"]].unit for row in rows)


def test_less_is_declared_than_comes(cases):
    for case in cases["under_declared"]:
        came = quantities(case, "imported")
        assert all(row["declared"] < row["actual"] for row in came)
        left = quantities(case, "exported")
        assert not left or [row["actual"] for row in left] == [row["actual"] for row in came]


def test_round_trips_bring_the_same_goods_back(cases, lots):
    for case in cases["round_trip"]:
        first, *others = (lots[lot_key(name)] for name in case["lots"])
        assert others
        assert "formerly" not in first
        assert all(lot_key(lot["formerly"]) in lots and lot["born"] == first["born"] for lot in others)


def test_split_consignments_stay_under_the_threshold(cases):
    limit_cusd = split_consignments.SETTINGS.threshold_usd * 100
    for case in cases["split_consignments"]:
        parts = quantities(case, "imported")
        values = [int(row["declared"]) * GOODS[row["hs"]].unit_value_cusd for row in parts]
        assert len(values) >= 4
        assert max(values) < limit_cusd < sum(values)


def test_sudden_specialists_come_from_another_trade(crooked, cases):
    firms = {row["id"]: row for row in crooked.register}
    for case in cases["sudden_specialist"]:
        if case["variant"] == "established firm":
            trade = firms[case["parties"][0]]["activity"].split(", ")[1]
            assert trade not in ("components", "electronics", "machinery", "vehicles")


def test_phantom_returns_return_nothing(cases, lots):
    for case in cases["phantom_return"]:
        assert all(row["actual"] == 0 < row["declared"] for row in quantities(case, "returned"))
        exported = quantities(case, "exported")
        assert sum(row["actual"] for row in exported) == fates(case, lots)["exported:RU"]


def test_what_the_shop_wrote_off_has_left(cases, lots):
    for case in cases["impossible_consumption"]:
        written_off = quantities(case, "written off")
        assert all(row["actual"] == 0 < row["declared"] for row in written_off)
        assert sum(row["declared"] for row in written_off) == fates(case, lots)["smuggled:RU"]


def test_ghosts_are_on_paper_only(cases, lots):
    assert len({case["variant"] for case in cases["ghost_trade"]}) == 2
    for case in cases["ghost_trade"]:
        assert all(row["actual"] == 0 < row["declared"] for row in case["quantities"])
        assert not any(fate.startswith("exported") for fate in fates(case, lots))
