"""The truth adds up: what was born is somewhere, and every export came from somewhere."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from sarai.goods import Import
from sarai.reference import hs
from sarai.simulation.basket import BY_SECTOR, GOODS, RECIPES
from simulation.runs import key, lot_key

HS_TABLE = Path(__file__).resolve().parents[3] / "shared/data/reference/hs2022.csv"


def test_no_lot_is_lost_or_multiplied(played):
    lots = played.truth["lot"]
    assert len({lot_key(lot) for lot in lots}) == len(lots)
    for lot in lots:
        parts = [lot["stock"], lot["underway"], *lot["fates"].values()]
        assert min(parts) >= 0
        assert sum(parts) == lot["born"]


def test_stock_is_made_of_lots(played):
    left = {lot_key(lot): lot["stock"] for lot in played.truth["lot"]}
    held: dict = defaultdict(Decimal)
    for row in played.truth["stock"]:
        assert row["quantity"] == sum(part["quantity"] for part in row["lots"]) > 0
        for part in row["lots"]:
            held[lot_key(part)] += part["quantity"]
    assert held == {name: quantity for name, quantity in left.items() if quantity}


def test_origins_of_exports_are_the_lots_that_were_exported(played):
    codes = {lot_key(lot): lot["hs"] for lot in played.truth["lot"]}
    exported: dict = defaultdict(Decimal)
    for origin in played.truth["origin"]:
        assert sum(part["quantity"] for part in origin["lots"]) == origin["quantity"]
        for part in origin["lots"]:
            assert codes[lot_key(part)] == origin["hs"]
            exported[lot_key(part)] += part["quantity"]
    fates = {
        lot_key(lot): sum(q for fate, q in lot["fates"].items() if fate.startswith("exported"))
        for lot in played.truth["lot"]
    }
    assert exported == {name: quantity for name, quantity in fates.items() if quantity}


def test_honest_export_lines_say_what_left(honest):
    origins = {(*key(o["document"]), o["item"]): o for o in honest.truth["origin"]}
    lines = [
        ((*key(event.document), line.item), line)
        for event in honest.events
        if event.document.__struct_config__.tag == "export"
        for line in event.document.lines
    ]
    assert len(lines) == len(origins) > 100
    for name, line in lines:
        assert (line.hs, line.quantity) == (origins[name]["hs"], origins[name]["quantity"])


def test_made_goods_have_parents(played):
    made = [lot for lot in played.truth["lot"] if "parents" in lot]
    known = {lot_key(lot) for lot in played.truth["lot"]}
    outputs = {hs for recipe in RECIPES for hs, *_ in recipe.outputs}
    assert made
    for lot in made:
        assert lot["hs"] in outputs
        assert {lot_key(parent) for parent in lot["parents"]} <= known


def test_imports_are_heavy_tailed(played):
    """The largest hundredth of exporters has about half of the value (World Bank, Exporter Dynamics)."""
    sums: dict = defaultdict(int)
    for _, document in played.events:
        if isinstance(document, Import) and document.previous_regime is None:
            sums[document.importer.id] += sum(
                int(line.quantity) * GOODS[line.hs].unit_value_cusd
                for line in document.lines
                if line.hs in GOODS and line.unit == GOODS[line.hs].unit
            )
    ranked = sorted(sums.values(), reverse=True)
    top = sum(ranked[: max(1, len(ranked) // 100)]) / sum(ranked)
    tenth = sum(ranked[: len(ranked) // 10]) / sum(ranked)
    assert 0.1 < top < 0.7
    assert 0.5 < tenth < 0.95


def test_register_knows_every_trader_once(played):
    ids = [row["id"] for row in played.register]
    assert ids == sorted(set(ids))
    assert ids == [row["id"] for row in played.truth["trader"]]
    named = {p.id for _, d in played.events if isinstance(d, Import) for p in [d.importer]}
    assert named <= set(ids)


def test_basket_has_real_codes_and_one_unit_each():
    codes = {code for good in GOODS.values() for code in (good.hs, good.sibling) if code}
    assert all(hs.exists("HS2022", code) for code in sorted(codes))
    assert all(good.sibling[:4] in (good.hs[:4], "") != good.hs for good in GOODS.values())
    assert sum(map(len, BY_SECTOR.values())) == len(GOODS)


@pytest.mark.skipif(not HS_TABLE.exists(), reason="the shared HS table is not beside the checkout")
def test_basket_against_the_published_table():
    with HS_TABLE.open(encoding="utf-8") as rows:
        published = {row["hscode"] for row in csv.DictReader(rows)}
    assert {good.hs for good in GOODS.values()} <= published
    assert {good.sibling for good in GOODS.values() if good.sibling} <= published
