"""Amounts over the graph of lots: looked up and solved, beside a recursion in fractions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sarai
from sarai.goods import Import, Line, OutputLine, Party, Processing
from sarai.ledger import ancestry
from sarai.ledger.ancestry import LotGraph

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MILL = Party(id="mill")


@st.composite
def graphs(draw):
    """Lots 1 … n; each may be made of some before it. Starting amounts."""
    count = draw(st.integers(2, 25))
    made = {}
    for lot in range(2, count + 1):
        parents = draw(st.lists(st.integers(1, lot - 1), max_size=4, unique=True))
        if parents:
            made[lot] = [(parent, draw(st.integers(1, 20)) / 10) for parent in sorted(parents)]
    start = draw(st.dictionaries(st.integers(1, count + 2), st.integers(1, 100), min_size=1, max_size=4))
    return made, start


def by_recursion(made, start):
    amounts = {}

    def add(lot, amount):
        amounts[lot] = amounts.get(lot, 0) + amount
        for parent, ratio in made.get(lot, ()):
            add(parent, amount * Fraction(ratio))

    for lot, quantity in start.items():
        add(lot, Fraction(quantity))
    return amounts


@settings(deadline=None)
@given(graphs())
def test_one_solve_does_what_recursion_does(graph):
    made, start = graph
    rows = [(child, parent, ratio) for child, links in sorted(made.items()) for parent, ratio in links]
    answer = LotGraph(iter(rows)).upstream(start)
    expected = by_recursion(made, start)
    assert dict(zip(answer.lots.tolist(), answer.quantities.tolist(), strict=True)) == {
        lot: pytest.approx(float(amount), rel=1e-9) for lot, amount in expected.items()
    }
    assert {lot for lot, root in zip(answer.lots.tolist(), answer.root.tolist(), strict=True) if root} == {
        lot for lot in expected if lot not in made
    }


def kg(item, quantity, kind=Line, hs="271019"):
    return kind(item=item, hs=hs, quantity=Decimal(quantity))


def blends():
    """A tank farm: every day an import, and a blend of it with what there is."""
    for day in range(40):
        time = NOON + timedelta(days=day)
        yield Import(issuer="mill", number=f"i{day}", time=time, importer=MILL, place="tank", country="KZ",
                     lines=[kg(1, 60), kg(2, 40, hs="271012")])  # fmt: skip
        inputs = [kg(1, 50), kg(2, 40, hs="271012")] + [kg(3, 75, hs="271020")] * (day > 0)
        outputs = [kg(4, 80, OutputLine, "271020")]
        yield Processing(issuer="mill", number=f"p{day}", time=time, processor=MILL, place="tank",
                         inputs=inputs, outputs=outputs)  # fmt: skip


def test_looked_up_and_solved_are_the_same(tmp_path, monkeypatch):
    with sarai.open(str(tmp_path / "book.db")) as book:
        assert all(result.ok for result in book.record(list(blends()), now=NOON + timedelta(days=50)))
        looked_up = book.trace("mill", "p39", 4).origins
        assert len(looked_up) > 40
        monkeypatch.setattr(ancestry, "FEW", 3)
        solved = book.trace("mill", "p39", 4).origins
        assert [origin.lot for origin in sorted(solved)] == [origin.lot for origin in sorted(looked_up)]
        quantities = [origin.quantity for origin in sorted(looked_up)]
        assert [origin.quantity for origin in sorted(solved)] == pytest.approx(quantities, rel=1e-9)
        assert sum(origin.share for origin in solved) == pytest.approx(1)


def test_new_mixtures_are_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(ancestry, "FEW", 0)
    papers = list(blends())
    with sarai.open(str(tmp_path / "book.db")) as book:
        book.record(papers[:2], now=NOON)
        assert {origin.lot.number for origin in book.trace("mill", "p0", 4).origins} == {"i0"}
        book.record(papers[2:4], now=NOON + timedelta(days=2))
        assert {origin.lot.number for origin in book.trace("mill", "p1", 4).origins} == {"i0", "i1"}
