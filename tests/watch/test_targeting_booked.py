"""The book's own imports as declarations, with what officers and seizures say of them."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from watching import DAY, booked, imported, line, on, party

from sarai.goods import LotRef, Seizure
from sarai.ledger.rows import to_us
from sarai.watch.targeting import BOOKED, Opened, from_book
from sarai.watch.targeting.declarations import NEVER

CHIPS, PUMPS = "85423110", "84135000"


def seized(number: str, lot: tuple[str, int], day: float) -> Seizure:
    return Seizure(
        issuer="customs", number=number, time=on(day), holder=party("KZ-A"), place="store",
        lines=[line(CHIPS, 2, lot=LotRef(issuer="customs", number=lot[0], item=lot[1]))],
    )  # fmt: skip


def test_items_with_what_was_found() -> None:
    papers = [
        imported("1", on(0), "KZ-A", line(CHIPS, 10, 500, net_mass_kg=Decimal("2.5"), origin="DE"),
                 line(PUMPS, 1, item=2), seller=party("DE-S"), declarant=party("KZ-D")),
        imported("2", on(1), "KZ-B", line(CHIPS, 5, 100)),
        imported("3", on(2), "KZ-B", line(CHIPS, 5, 100)),
        seized("S-1", ("1", 1), 9),
    ]  # fmt: skip
    told = [
        Opened("customs", "1", wrong=False, known=on(3), propensity=0.5),
        Opened("customs", "2", wrong=True, known=on(4)),
        Opened("customs", "nowhere", wrong=True, known=on(4)),
    ]
    with booked(papers) as book:
        found = from_book(book, told)
    assert found.ids == ["customs/1#1", "customs/1#2", "customs/2#1", "customs/3#1"]
    np.testing.assert_array_equal(found.outcome, [1, 0, 1, np.nan])
    assert found.propensity.tolist() == [0.5, 0.5, 1, 1]
    days = [(known * 1_000_000 - to_us(on(0))) // (DAY.total_seconds() * 1e6) for known in found.known_s[:3]]
    assert days == [9, 3, 4]
    assert found.known_s[3] == NEVER
    first = {name: category.text(0) for name, category in found.categories.items()}
    assert first == {
        "importer": "KZ-A", "seller": "DE-S", "declarant": "KZ-D", "carrier": "", "place": "store",
        "regime": "home_use", "country": "DE", "origin": "DE", "hs": "854231", "heading": "8542",
        "chapter": "85",
    }  # fmt: skip
    assert {name: values[0] for name, values in found.numbers.items()} == {
        "quantity": 10, "mass_kg": 2.5, "value": 500,
    }  # fmt: skip
    assert found.value.tolist() == [500, 0, 100, 100]
    assert set(found.categories) == set(BOOKED.categories)


def test_an_item_alone() -> None:
    papers = [imported("1", on(0), "KZ-A", line(CHIPS), line(PUMPS, item=2))]
    with booked(papers) as book:
        found = from_book(book, [Opened("customs", "1", wrong=True, known=on(1), item=2)])
    np.testing.assert_array_equal(found.outcome, [np.nan, 1])


def test_an_empty_book() -> None:
    with booked([]) as book:
        assert len(from_book(book)) == 0
