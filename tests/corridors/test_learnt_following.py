"""Following papers and seals: what is learnt of a journey, and whether intervals hold in a made-up state."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from sarai.corridors.learnt import Arrivals, Following, TravelTimes
from sarai.corridors.network import Network
from sarai.corridors.tables import Place
from sarai.goods import Answer, AnyDocument, Arrival, Exit, Transit, Waybill
from sarai.simulation import Scenario, Simulation

DAY = datetime(2026, 3, 1, tzinfo=UTC)
LINE = {"item": 1, "hs": "847130", "quantity": "1", "unit": "kg"}
PARTY = {"id": "P", "name": "P", "country": "KZ"}


def document(kind: str, number: str, hour: float, **said: object) -> AnyDocument:
    """A document of the carrier's at an hour of the first day or later."""
    time = (DAY + timedelta(hours=hour)).isoformat()
    common = {"kind": kind, "issuer": "carrier", "number": number, "version": 1, "time": time}
    return msgspec.convert(common | said, AnyDocument, strict=False)


def transit(number: str, hour: float, place: str = "A", destination: str = "C") -> AnyDocument:
    party = PARTY
    return document(
        "transit", number, hour, place=place, destination=destination, destination_country="KZ",
        principal=party, consignee=party, carrier=party, country="CN",
        deadline=(DAY + timedelta(hours=hour + 200)).isoformat(), lines=[LINE], seals=["S"],
    )  # fmt: skip


def seal(number: str, consignment: str, hour: float, **where: object) -> AnyDocument:
    reference = {"issuer": "carrier", "number": consignment}
    return document("seal_event", number, hour, consignment=reference, seal="S", event="position", **where)


def arrival(number: str, consignment: str, hour: float, place: str) -> AnyDocument:
    reference = {"issuer": "carrier", "number": consignment}
    return document("arrival", number, hour, consignment=reference, place=place, holder=PARTY)


def following(*places: Place) -> Following:
    return Following(Network(places=places), Arrivals(TravelTimes(lambda start, end: None)))


@pytest.fixture
def learnt() -> Following:
    """Four consignments from A by B to C: ten hours, five at B, twenty hours."""
    found = following(Place(code="B", name="B", kind="city", latitude_deg=45, longitude_deg=70, source="s"))
    for index in range(4):
        start, name = index * 100.0, f"T{index}"
        for each in (
            transit(name, start),
            seal(f"s{index}", name, start + 10, latitude_deg="45.01", longitude_deg="70.01"),
            seal(f"t{index}", name, start + 15, latitude_deg="45.00", longitude_deg="70.00"),
            seal(f"u{index}", name, start + 20, latitude_deg="46.50", longitude_deg="72.00"),
            arrival(f"a{index}", name, start + 35, "C"),
        ):
            found.take(each)
    return found


def test_each_place_teaches_the_time_to_the_next_and_to_the_destination(learnt):
    times = learnt.arrivals.times
    medians = {pair: round(times.time(*pair).median_h, 3) for pair in times.pairs()}
    assert medians == {("A", "B"): 10.0, ("A", "C"): 35.0, ("B", "C"): 20.0}
    assert learnt.open == {}


def test_it_is_expected_from_where_it_was_seen_last(learnt):
    for each in (
        transit("N", 500), seal("n", "N", 530, latitude_deg="45", longitude_deg="70"),
    ):  # fmt: skip
        learnt.take(each)
    expected = learnt.expect("carrier", "N", DAY + timedelta(hours=531))
    assert expected.median == pytest.approx(DAY + timedelta(hours=550), abs=timedelta(hours=2))


def test_a_consignment_that_nobody_opened_teaches_nothing():
    found = following()
    found.take(arrival("a", "nobody", 5, "C"))
    assert found.arrivals.times.pairs() == [] and found.expect("carrier", "nobody", DAY) is None


def test_a_clock_that_goes_back_teaches_nothing_of_the_way():
    found = following(Place(code="B", name="B", kind="city", latitude_deg=45, longitude_deg=70, source="s"))
    before = seal("s", "T", 5, latitude_deg="45", longitude_deg="70")
    for each in (transit("T", 10), before, arrival("a", "T", 40, "C")):
        found.take(each)
    assert found.arrivals.times.pairs() == [("A", "C")]


@pytest.mark.parametrize("seed", [5, 6])
def test_in_a_made_up_state_four_of_five_come_within_their_interval(seed):
    """Counted on what has arrived; the young book is a little too careful, never far too sure."""
    found, expected, counted = following(), {}, Counter()
    for event in Simulation(Scenario(traders=200, days=60), seed):
        each = event.document
        if isinstance(each, Arrival | Exit) or (isinstance(each, Answer) and each.decision == "confirm"):
            name = (each.consignment.issuer, each.consignment.number)
            said, destination = expected.pop(name, (None, ""))
            if said is not None and getattr(each, "place", destination) == destination:
                counted[said.early <= each.time <= said.late] += 1
        found.take(each)
        if isinstance(each, Transit | Waybill):
            said = found.expect(each.issuer, each.number, each.time)
            if said is not None and said.calibrated:
                expected[each.issuer, each.number] = said, each.destination
    assert counted.total() > 1_000
    assert 0.77 <= counted[True] / counted.total() <= 0.88
