"""Composition by another attribution, against books that were kept by it, and against fractions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from histories import (
    as_booked,
    as_it_is,
    cones,
    new_book,
    parents_of,
    shared_out,
    small_book,
    subjects,
    uncorrected,
    unnamed,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from papers import stream

from sarai.goods import (
    Answer,
    AnyDocument,
    DocumentRef,
    Export,
    Import,
    ItemQuantity,
    Line,
    LotRef,
    Part,
    Party,
    Split,
    TooLarge,
    Waybill,
)
from sarai.ledger import Book, blend, pools
from sarai.ledger.blend import compose, recompute
from sarai.ledger.cone import Cone, Flow, late_draws, once
from sarai.ledger.rows import Movement

START = datetime(2026, 3, 1, tzinfo=UTC)
METHODS = ("fifo", "proportional", "named")
BOOKS = settings(
    max_examples=15,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where there is no book yet."""
    directory = tmp_path_factory.mktemp("books")
    return (str(directory / f"{n}.book") for n in itertools.count())


def difference(found: dict[int, float], expected: dict[int, float]) -> float:
    """The greatest difference of any lot."""
    return max((abs(found.get(lot, 0) - expected.get(lot, 0)) for lot in {*found, *expected}), default=0)


def quantity_of(movements: list[Movement]) -> int:
    return sum(movement.quantity for movement in once(movements))


# -- against books -----------------------------------------------------------------------------


@BOOKS
@given(data=st.data(), attribution=st.sampled_from(("fifo", "proportional")))
def test_nothing_is_gained_or_lost(data, attribution, paths):
    with small_book(data, next(paths), attribution, as_it_is) as book:
        made = {lot for (lot,) in book.store.query("SELECT child FROM parent")}
        for (_, movements), method in itertools.product(subjects(book._reader), METHODS):
            roots = recompute(book._reader, movements, method)
            assert min(roots.values()) > 0
            if not made:
                assert sum(roots.values()) == pytest.approx(quantity_of(movements))


@BOOKS
@given(data=st.data())
def test_fifo_is_what_a_book_by_fifo_says(data, paths):
    with small_book(data, next(paths), "fifo", uncorrected) as book:
        rounding = shared_out(book._reader)
        for _, movements in subjects(book._reader):
            found = recompute(book._reader, movements, "fifo")
            assert difference(found, as_booked(book._reader, movements)) <= rounding


def plain(paper: AnyDocument) -> AnyDocument | None:
    """No corrections, no names, and one edition of the HS: what may differ is the attribution alone."""
    if uncorrected(paper) is None:
        return None
    paper = unnamed(paper)
    for field in ("lines", "inputs", "outputs"):
        if hasattr(paper, field):
            lines = [structs.replace(line, edition="HS2022") for line in getattr(paper, field)]
            paper = structs.replace(paper, **{field: lines})
    return paper


def kept(url: str, attribution: str, batches: int = 12) -> Book:
    book = new_book(url, attribution)
    for batch in stream(7, batches):
        book.expire(batch.now)
        book.record(filter(None, map(plain, batch.documents)), batch.now, mode="observe")
    return book


@pytest.mark.parametrize("method", ["fifo", "proportional"])
def test_a_book_kept_otherwise_says_what_was_computed(method, urls):
    with kept(next(urls), "fifo") as one, kept(next(urls), "proportional") as other:
        by = {"fifo": one, "proportional": other}[method]
        expected = {name: as_booked(by._reader, moved) for name, moved in subjects(by._reader)}
        rounding = 0.01 + by.store.query("SELECT count(*) FROM movement")[0][0] * (method != "fifo")
        changed = 0
        for book in (one, other):
            for name, movements in subjects(book._reader):
                found = recompute(book._reader, movements, method)
                assert difference(found, expected[name]) <= rounding + shared_out(by._reader)
                changed += difference(found, as_booked(book._reader, movements)) > 1_000
        assert changed > 10  # or there was nothing to compute


def test_too_much_is_refused(paths, monkeypatch):
    monkeypatch.setattr(pools, "MAX_FLOWS", 3)
    with kept(next(paths), "fifo", 10) as book, pytest.raises(TooLarge, match="name one item"):
        for _, movements in subjects(book._reader):
            recompute(book._reader, movements, "fifo")


def test_a_birth_is_its_own_root(paths):
    with kept(next(paths), "fifo", 5) as book:
        births = [(name, m) for name, m in subjects(book._reader) if not m[0].source and len(m) == 1]
        assert births
        for _, (birth,) in births:
            if not parents_of(book._reader, birth.lot):
                assert recompute(book._reader, [birth], "named") == {birth.lot: birth.quantity}


# -- against plain arithmetic ------------------------------------------------------------------

Layers = list[tuple[int, int, Fraction]]  # time, lot, quantity


def replay(cone: Cone, share: Callable[[list[Fraction], Fraction], list[Fraction]]) -> dict[int, Fraction]:
    """What the subject consists of, layer by layer and with fractions."""
    held: dict[int, Layers] = {}
    subject: dict[int, Fraction] = {}
    for flow in cone.flows:
        parts = [(flow.lot, Fraction(flow.quantity))]
        if flow.giver:
            held[flow.giver], parts = draw(held[flow.giver], flow, share)
        for lot, quantity in parts:
            if flow.taker == -1:
                subject[lot] = subject.get(lot, Fraction(0)) + quantity
            held.setdefault(flow.taker, []).append((flow.time, lot, quantity))
            held[flow.taker].sort(key=lambda layer: layer[0])
    return subject


def draw(layers: Layers, flow: Flow, share: Callable) -> tuple[Layers, list[tuple[int, Fraction]]]:
    left = [quantity for _, _, quantity in layers]
    want = Fraction(flow.quantity)
    in_time = [time <= flow.time for time, _, _ in layers]
    named = [ok and lot == flow.lot for ok, (_, lot, _) in zip(in_time, layers, strict=True)]
    for may, way in ((named, oldest), (in_time, share), ([True] * len(layers), oldest)):
        taken = way([quantity * ok for quantity, ok in zip(left, may, strict=True)], want)
        left = [quantity - part for quantity, part in zip(left, taken, strict=True)]
        want -= sum(taken)
    parts = [(lot, before - after) for (_, lot, before), after in zip(layers, left, strict=True)]
    rest = [(time, lot, after) for (time, lot, _), after in zip(layers, left, strict=True)]
    return rest, parts


def oldest(left: list[Fraction], want: Fraction) -> list[Fraction]:
    taken = []
    for quantity in left:
        taken.append(min(quantity, want))
        want -= taken[-1]
    return taken


def in_proportion(left: list[Fraction], want: Fraction) -> list[Fraction]:
    total = sum(left)
    return [quantity * min(want, total) / total if total else quantity for quantity in left]


@given(cone=st.one_of(cones(), cones(late=True)))
def test_pools_blend_as_fractions_do(cone):
    for method, share in (("fifo", oldest), ("proportional", in_proportion)):
        expected = {lot: float(part) for lot, part in replay(cone, share).items() if part}
        assert compose(cone, method)[1] == pytest.approx(expected)


@given(cone=cones())
def test_layers_laid_together_blend_alike(cone):
    expected = compose(cone, "proportional")[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blend, "MOST_LAYERS", 1)
        assert compose(cone, "proportional")[1] == pytest.approx(expected)


def test_layers_that_a_late_draw_tells_apart_are_not_laid_together(monkeypatch):
    """Lot 1 comes at 2 and at 8, with lot 2 between; a draw dated 5 finds 2 and 4 units."""
    monkeypatch.setattr(blend, "MOST_LAYERS", 1)
    flows = [
        Flow(1, 0, 1, 4, 1, 1, ()),
        Flow(2, 1, 2, 2, 2, 0, ()),
        Flow(3, 0, 2, 4, 3, 2, ()),
        Flow(4, 1, 2, 2, 8, 0, ()),
        Flow(5, 2, 0, 3, 5, 0, ()),
        Flow(6, 2, -1, 5, 9, 0, ()),
    ]
    assert compose(Cone(flows, late_draws(flows), frozenset()), "proportional") == {1: {1: 3.0, 2: 2.0}}


@given(cone=cones(names=False))
def test_where_nothing_is_named_nothing_is_known(cone):
    assert compose(cone, "named")[1] == {0: cone.flows[-1].quantity}


# -- examples ----------------------------------------------------------------------------------


def written(number: int, kind: type, issuer: str = "A", **fields) -> AnyDocument:
    return kind(issuer=issuer, number=str(number), time=START + timedelta(hours=number), **fields)


def goods(kilograms: int, lot: int = 0) -> dict:
    """One line; ``lot``: the number of the import that it names."""
    ref = LotRef(issuer="A", number=str(lot), item=1) if lot else None
    return {"lines": [Line(item=1, hs="854231", quantity=Decimal(kilograms), lot=ref)]}


def test_parts_of_a_split_are_kept_apart(paths):
    """The second part is answered first, and has what lies second in the whole."""
    a, b = Party(id="A"), Party(id="B")
    there = {"consignor": a, "consignee": b, "place": "north", "destination": "south"}
    shares = [[ItemQuantity(item=1, quantity=Decimal(quantity))] for quantity in (4, 6)]
    parts = [Part(number=f"4.{n}", destination="south", items=items) for n, items in enumerate(shares, 1)]
    papers = [
        written(1, Import, importer=a, place="north", country="DE", **goods(5)),
        written(2, Import, importer=a, place="north", country="DE", **goods(5)),
        written(3, Waybill, **there, deadline=START + timedelta(days=9), **goods(10)),
        written(4, Split, consignment=DocumentRef(issuer="A", number="3"), parts=parts),
        written(5, Answer, "B", consignment=DocumentRef(issuer="A", number="4.2"), decision="confirm"),
        written(6, Answer, "B", consignment=DocumentRef(issuer="A", number="4.1"), decision="confirm"),
    ]
    with new_book(next(paths), "fifo") as book:
        assert all(result.ok for result in book.record(papers, START + timedelta(days=1)))
        found = {name[1]: recompute(book._reader, moved, "fifo") for name, moved in subjects(book._reader)}
    first, second = (number << 16 | 1 for number in (1, 2))
    assert found["5"] == {first: 1_000_000, second: 5_000_000}
    assert found["6"] == {first: 4_000_000}


def test_names_count_as_far_as_they_go_back(paths):
    a, b = Party(id="A"), Party(id="B")
    there = {"consignor": a, "consignee": b, "place": "north", "destination": "south"}
    out = {"exporter": b, "place": "south", "country": "KZ"}
    papers = [
        written(1, Import, importer=a, place="north", country="DE", **goods(10)),
        written(2, Import, importer=a, place="north", country="DE", **goods(10)),
        written(3, Waybill, **there, deadline=START + timedelta(days=9), **goods(4, lot=2)),
        written(4, Answer, "B", consignment=DocumentRef(issuer="A", number="3"), decision="confirm"),
        written(5, Waybill, **there, deadline=START + timedelta(days=9), **goods(12)),
        written(6, Answer, "B", consignment=DocumentRef(issuer="A", number="5"), decision="confirm"),
        written(7, Export, **out, **goods(6, lot=2)),
        written(8, Export, **out, **goods(1)),
    ]
    with new_book(next(paths), "fifo") as book:
        assert all(result.ok for result in book.record(papers, START + timedelta(days=1)))
        found = {name[1]: recompute(book._reader, moved, "named") for name, moved in subjects(book._reader)}
    second, kilogram = 2 << 16 | 1, 1_000_000
    assert found["4"] == {second: 4 * kilogram}
    assert found["6"] == {0: 12 * kilogram}
    assert found["7"] == {0: 2 * kilogram, second: 4 * kilogram}
    assert found["8"] == {0: kilogram}
