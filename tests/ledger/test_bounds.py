"""Bounds against every way there is, the formula for one pool, and what books say."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import networkx
import pytest
from histories import as_booked, as_it_is, cones, new_book, shared_out, small_book, subjects, unnamed
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import sarai.ledger.bounds as ledger_bounds
from sarai.goods import Export, Import, Line, OutputLine, Party, Processing
from sarai.ledger.blend import recompute
from sarai.ledger.bounds import ELSEWHERE, HERE, Bound, Network, bounds, by_flow, pool_by_pool
from sarai.ledger.cone import Cone, Flow

START = datetime(2026, 3, 1, tzinfo=UTC)
A = Party(id="A")
BOOKS = settings(
    max_examples=15,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CONES = settings(max_examples=300, deadline=None)
LOTS = (1, 2, 3, 4)  # that a cone may have

Held = tuple[tuple[tuple[int, int], int], ...]  # ((time acquired, lot), quantity)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where there is no book yet."""
    directory = tmp_path_factory.mktemp("books")
    return (str(directory / f"{n}.book") for n in itertools.count())


# -- every way there is ------------------------------------------------------------------------


def ways(held: Held, want: int, flow: Flow) -> Iterator[dict[tuple[int, int], int]]:
    """Every choice of so many units that a draw may make."""
    if not held:
        if not want:
            yield {}
        return
    ((time, lot), quantity), *rest = held
    most = min(quantity, want) if time <= flow.time and flow.lot in (0, lot) else 0
    for taken in range(most + 1):
        for others in ways(tuple(rest), want - taken, flow):
            yield {(time, lot): taken, **others}


def moved(state: tuple[Held, ...], flow: Flow) -> Iterator[tuple[Held, ...]]:
    """Every state (pool 1, pool 2, elsewhere, subject) that a flow may lead to."""
    taker = flow.taker - 1
    taken = [{(flow.time, flow.lot): flow.quantity}]
    if flow.giver:
        taken = ways(state[flow.giver - 1], flow.quantity, flow)
    for parts in taken:
        after = [dict(held) for held in state]
        for (time, lot), quantity in parts.items():
            if flow.giver:
                after[flow.giver - 1][time, lot] -= quantity
            after[taker][flow.time, lot] = after[taker].get((flow.time, lot), 0) + quantity
        yield tuple(tuple(sorted(pair for pair in held.items() if pair[1])) for held in after)


def possible(cone: Cone) -> list[dict[int, int]]:
    """Everything that the subject may consist of. Goods elsewhere (taker 0) are forgotten."""
    states = {((), (), (), ())}
    for flow in cone.flows:
        after = {end for state in states for end in moved(state, flow)}
        states = {(one, two, subject, ()) for one, two, subject, _ in after}
    found = []
    for _, _, subject, _ in states:
        parts: dict[int, int] = {}
        for (_, lot), quantity in subject:
            parts[lot] = parts.get(lot, 0) + quantity
        found.append(parts)
    return found


@CONES
@given(cone=st.one_of(cones(names=False), cones(), cones(late=True)))
def test_bounds_are_those_of_all_ways(cone):
    every = possible(cone)
    assume(every)
    swept = pool_by_pool(cone, LOTS)[1]
    for lot in LOTS:
        least, most = (end(parts.get(lot, 0) for parts in every) for end in (min, max))
        bound = by_flow(cone, lot, 1)
        if bound.exact:
            assert bound == (least, most, True)
        assert bound.low <= least <= most <= bound.high
        assert swept[lot].low <= bound.low <= bound.high <= swept[lot].high


@CONES
@given(cone=st.one_of(cones(names=False), cones(lots=1)))
def test_bounds_are_exact_unless_others_are_named(cone):
    assert all(by_flow(cone, lot, 1).exact for lot in LOTS)


def test_where_others_are_named_bounds_are_outer():
    """Lot 2 is named out of pool 1, so it alone went there; but lots 2 and 3 count as one against lot 1."""
    flows = [
        Flow(1, 0, 2, 1, 1, 1, ((1, 1),)),
        Flow(2, 0, 2, 1, 2, 2, ((2, 1),)),
        Flow(3, 0, 1, 1, 3, 3, ((3, 1),)),
        Flow(4, 2, 1, 1, 4, 0, ((2, 1),)),
        Flow(5, 1, 0, 1, 5, 2, ((2, 1),)),
        Flow(6, 1, -1, 1, 6, 0, ((3, 1),)),
    ]
    cone = Cone(flows, {}, frozenset())
    assert possible(cone) == [{3: 1}]
    assert by_flow(cone, 1, 1) == (0, 1, False)
    assert by_flow(cone, 2, 1) == (0, 0, True)


@given(brought=st.lists(st.integers(1, 50), min_size=1, max_size=6), data=st.data())
def test_one_pool_has_the_known_bounds(brought, data):
    out = data.draw(st.integers(1, sum(brought)))
    lots = dict(enumerate(brought, 1))
    flows = [Flow(lot, 0, 1, quantity, lot, lot, ((lot, quantity),)) for lot, quantity in lots.items()]
    units = [lot for lot, quantity in lots.items() for _ in range(quantity)][:out]
    booked = tuple((lot, units.count(lot)) for lot in sorted(set(units)))
    cone = Cone([*flows, Flow(99, 1, -1, out, 99, 0, booked)], {}, frozenset())
    expected = {
        lot: Bound(max(0, out - sum(brought) + quantity), min(quantity, out), True)
        for lot, quantity in lots.items()
    }
    assert {lot: by_flow(cone, lot, 1) for lot in expected} == expected
    swept = pool_by_pool(cone, list(expected))[1]
    assert {lot: bound._replace(exact=True) for lot, bound in swept.items()} == expected


# -- the flow ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_push_finds_the_maximum_flow(seed):
    rng = random.Random(seed)
    size, big = rng.randint(3, 25), 1 << 60
    network, graph = Network(), networkx.DiGraph()
    graph.add_nodes_from([ELSEWHERE, HERE])
    for _ in range(size):
        network.node()
    for _ in range(rng.randint(size, 5 * size)):
        start, end = rng.sample(range(size + 2), 2)
        for one, other, room in ((start, end, rng.randint(0, big)), (end, start, rng.choice((0, big)))):
            former = graph.get_edge_data(one, other, {"capacity": 0})["capacity"]
            graph.add_edge(one, other, capacity=former + room)
            network.join(one, other, room)
    assert network.push(ELSEWHERE, HERE) == networkx.maximum_flow_value(graph, ELSEWHERE, HERE)


# -- books -------------------------------------------------------------------------------------


@pytest.mark.parametrize("most_exact", [ledger_bounds.MAX_EXACT, 0])
@BOOKS
@given(data=st.data(), attribution=st.sampled_from(("fifo", "proportional")))
def test_every_method_is_within_the_bounds(most_exact, data, attribution, paths):
    with pytest.MonkeyPatch.context() as patch, small_book(data, next(paths), attribution, unnamed) as book:
        patch.setattr(ledger_bounds, "MAX_EXACT", most_exact)
        reader, slack = book._reader, shared_out(book._reader) + 1e-6
        for _, movements in subjects(reader):
            answers = [recompute(reader, movements, method) for method in ("fifo", "proportional")]
            answers.append(as_booked(reader, movements))
            found = bounds(reader, movements, sorted(set().union(*answers)))
            for answer, (lot, bound) in itertools.product(answers, found.items()):
                assert bound.low - slack <= answer.get(lot, 0) <= bound.high + slack


@BOOKS
@given(data=st.data(), attribution=st.sampled_from(("fifo", "proportional")))
def test_what_is_booked_is_within_the_bounds(data, attribution, paths):
    with small_book(data, next(paths), attribution, as_it_is) as book:
        reader, slack = book._reader, shared_out(book._reader) + 1e-6
        for _, movements in subjects(reader):
            booked = as_booked(reader, movements)
            for lot, bound in bounds(reader, movements, booked).items():
                assert bound.low - slack <= booked[lot] <= bound.high + slack


def test_processing_passes_bounds_on_by_share(paths):
    """Of 6 and 4 kg, 5 are used: 1 to 5 of the first. Of 8 made and 2 others, 4 leave: 2 to 4 made ones."""
    at = {"place": "north", "time": START}
    papers = [
        Import(issuer="A", number="1", importer=A, country="DE", lines=[line(1, 6), line(2, 4)], **at),
        Processing(
            issuer="A", number="2", processor=A, inputs=[line(1, 5)],
            outputs=[OutputLine(item=2, hs="852691", quantity=Decimal(8), unit="C62")], **at,
        ),
        Import(issuer="A", number="3", importer=A, country="DE", lines=[pieces(2)], **at),
        Export(
            issuer="A", number="4", exporter=A, country="KZ",
            lines=[pieces(4)], **at,
        ),
    ]  # fmt: skip
    with new_book(next(paths), "fifo") as book:
        assert all(result.ok for result in book.record(papers, START))
        export = next(moved for (_, number, _), moved in subjects(book._reader) if number == "4")
        first, second, kilogram = 1 << 16 | 1, 1 << 16 | 2, 1_000_000
        assert bounds(book._reader, export, [first, second]) == {
            first: Bound(kilogram * 2 // 8, kilogram * 5 * 4 // 8, False),
            second: Bound(0, kilogram * 4 * 4 // 8, False),
        }


def test_a_lot_that_cannot_be_there_has_no_part(paths):
    one = Import(
        issuer="A", number="1", importer=A, place="north", country="DE", lines=[line(1, 6)], time=START
    )
    with new_book(next(paths), "fifo") as book:
        book.record([one], START)
        ((_, birth),) = subjects(book._reader)
        assert bounds(book._reader, birth, [birth[0].lot, 5]) == {
            birth[0].lot: Bound(birth[0].quantity, birth[0].quantity, True),
            5: Bound(0, 0, True),
        }


def line(item: int, kilograms: int) -> Line:
    return Line(item=item, hs="854231", quantity=Decimal(kilograms))


def pieces(count: int) -> Line:
    return Line(item=1, hs="852691", quantity=Decimal(count), unit="C62")
