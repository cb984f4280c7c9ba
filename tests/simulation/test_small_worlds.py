"""Small countries full of cheats: every run comes to its end, and only a case touches its goods."""

from __future__ import annotations

import pytest

from sarai.simulation import SCHEMES, Scenario
from sarai.simulation.schemes import sudden_specialist
from simulation.runs import Played, lot_key, play

BUSY = {"counts": 1000, "seizures": 1000, "shrinkage": 1000}  # per mille: everybody is visited, daily


def crowded(traders: int, days: int, rate: int, seed: int, **settings: int) -> Played:
    return play(Scenario(traders=traders, days=days, schemes=dict.fromkeys(SCHEMES, rate), **settings), seed)


def test_few_traders_and_many_false_transits():
    """Here an inspection once took goods that a round trip was about to export."""
    schemes = dict.fromkeys(SCHEMES, 3) | {"false_transit": 20}
    assert play(Scenario(traders=60, days=12, schemes=schemes), seed=1).events


@pytest.mark.parametrize(
    ("traders", "days", "rate", "seed"), [(20, 40, 300, 0), (60, 12, 300, 1), (200, 5, 50, 2)]
)
def test_small_worlds_come_to_their_end(traders, days, rate, seed):
    played = crowded(traders, days, rate, seed, **BUSY)
    cases = played.truth["scheme"]
    assert len(cases) == len(SCHEMES) * traders * rate // 1000
    for lot in played.truth["lot"]:
        assert lot["born"] == sum([lot["stock"], lot["underway"], *lot["fates"].values()])
    own = {lot_key(lot) for case in cases for lot in case["lots"]}
    fates = {fate for lot in played.truth["lot"] if lot_key(lot) in own for fate in lot["fates"]}
    assert fates and not fates & {"seized", "lost", "used"}


def test_accomplices_have_the_role_though_they_are_few():
    """With more cases than firms, some take part again; no shell stands in for them."""
    played = crowded(20, 25, 1000, 3)
    roles = {row["id"]: row["role"] for row in played.truth["trader"]}
    trades = {row["id"]: row["activity"].split(", ")[1] for row in played.register}
    cases = {name: [c for c in played.truth["scheme"] if c["scheme"] == name] for name in SCHEMES}
    movers = [case["parties"][-1] for case in cases["false_transit"]]
    specialists = [
        case["parties"][0] for case in cases["sudden_specialist"] if case["variant"] == "established firm"
    ]
    assert len(movers) > len(set(movers))
    assert {roles[party] for party in movers} == {"forwarder"}
    assert {roles[party] for party in specialists} <= {"importer", "wholesaler", "retailer"}
    assert not {trades[party] for party in specialists} & set(sudden_specialist.SETTINGS.own_trades)
