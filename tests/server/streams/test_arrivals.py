"""Arrivals expected of a book that is followed: from each entry once, and as good as they say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

import sarai
from sarai.corridors import shipped
from sarai.corridors.learnt import Expected
from sarai.goods import Answer, Arrival, Exit, Party, Transit, Waybill
from sarai.ledger import Book, Settings
from sarai.ledger.feed import Feed, Posted
from sarai.server.streams import Follower
from sarai.server.streams.expecting import Expecting, at_places
from sarai.simulation import Scenario, Simulation

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Sixty days of a small state that is played."""
    events = list(Simulation(Scenario(traders=120, days=60), 3))
    ledger = str(tmp_path_factory.mktemp("arrivals") / "book.db")
    with sarai.open(ledger, Settings()) as book:
        book.record([event.document for event in events], events[-1].record_time, "observe")
        yield book


def followed(book: Book) -> Follower:
    follower = Follower()
    while follower.read_on(book) is not None:
        pass
    while follower.learn_on(book):
        pass
    return follower


def posted_in(book: Book) -> list[Posted]:
    return [posted for block in Feed(book.store).blocks() for posted in block.posted()]


def test_arrivals_hold_as_often_as_they_say(book: Book):
    """Asked when each consignment leaves, and counted when it has come."""
    expecting, said, counted = Expecting(), {}, Counter()
    expecting.open()
    for posted in posted_in(book):
        document = posted.document
        if isinstance(document, Arrival | Exit) or (
            isinstance(document, Answer) and document.decision == "confirm"
        ):
            name = (document.consignment.issuer, document.consignment.number)
            expected, destination = said.pop(name, (None, ""))
            if expected is not None and getattr(document, "place", destination) == destination:
                counted[expected.early <= document.time <= expected.late] += 1
        expecting.take(posted)
        if isinstance(document, Transit | Waybill):
            name = (document.issuer, document.number)
            expected = expecting.expect(name, document.destination, document.time)
            if expected is not None and expected.calibrated:
                said[name] = expected, document.destination
    assert counted.total() > 500
    assert 0.75 <= counted[True] / counted.total() <= 0.9


def test_what_is_under_way_has_an_arrival_and_a_restart_gives_the_same(book: Book):
    follower, anew = followed(book), followed(book)
    now = max(posted.document.time for posted in posted_in(book))
    names = [(each.standing.issuer, each.standing.number) for each in follower.under_way(now)]
    arrivals = {name: follower.arrival(*name, now) for name in names}
    assert len(names) > 20
    known = {name: each for name, each in arrivals.items() if each is not None}
    assert len(known) > 0.8 * len(names)
    assert {name: anew.arrival(*name, now) for name in names} == arrivals
    for name, each in known.items():
        view = follower.standing(*name, now)
        assert view.arrival == each
        assert now <= each.early <= each.median <= each.late, "what has not come cannot come before now"
        assert 0 <= each.late_probability <= 1
        if view.deadline <= now:
            assert each.late_probability == 1


def test_entries_are_learnt_once_however_often_it_reads(book: Book):
    follower = followed(book)
    times = follower._expecting._following.arrivals.times
    learnt = {pair: times.passages(*pair) for pair in times.pairs()}
    assert not follower.learn_on(book)
    assert {pair: times.passages(*pair) for pair in times.pairs()} == learnt
    assert learnt


def test_whoever_looks_at_all_is_told_what_was_told_minutes_ago(book: Book):
    follower = followed(book)
    now = max(posted.document.time for posted in posted_in(book))
    with follower.looking() as known:
        course = next(course for course in known.open.values() if follower.due(course, now))
        told = follower.due(course, now)
        assert follower.due(course, now + timedelta(minutes=4)) is told
        assert isinstance(follower.due(course, now + timedelta(days=2)), Expected)
        assert follower.due(course, now + timedelta(days=2)) is not told


def test_what_was_refused_or_sent_elsewhere_is_not_expected():
    expecting = Expecting()
    expecting.open()
    transit = a_transit()
    expecting.take(Posted(1, 0, 5, transit, (), ()))  # type: ignore[arg-type]
    assert expecting.expect(("carrier", "T1"), "KZKUR", BEGIN) is None
    expecting.take(Posted(2, 0, 0, transit, (), ()))  # type: ignore[arg-type]
    expected = expecting.expect(("carrier", "T1"), "KZKUR", BEGIN)
    assert expected is not None
    assert expected.passages == 0, "the network alone says so"
    assert expecting.expect(("carrier", "T1"), "KZALA", BEGIN) is None


def test_a_warehouse_is_where_its_code_says():
    asked = []
    prior = at_places(shipped(), lambda *pair: asked.append(pair))
    prior("KZATK", "KZALA-7")
    prior("Warehouse 4", "KZALA")
    assert asked == [("KZATK", "KZALA")]


def a_transit() -> Transit:
    party = Party(id="P", name="P", country="KZ")
    return Transit(
        issuer="carrier", number="T1", version=1, time=BEGIN, place="KZATK", destination="KZKUR",
        destination_country="AZ", principal=party, consignee=party, carrier=party, country="CN",
        deadline=BEGIN + timedelta(days=9), lines=(),
    )  # fmt: skip
