"""Whereabouts are what the ledger and a plain reading of the documents say, followed or built anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from msgspec import structs
from streaming import START, SmallHouse, transit

import sarai
from sarai.goods import (
    Answer,
    AnyDocument,
    Arrival,
    Code,
    Correction,
    Diversion,
    DocumentRef,
    Exit,
    ItemQuantity,
    Line,
    Part,
    Party,
    SealEvent,
    Seizure,
    Split,
    Waybill,
)
from sarai.ledger import Book
from sarai.ledger.feed import Feed, Posted
from sarai.ledger.rows import from_us
from sarai.server.streams.following import Follower
from sarai.server.streams.settings import WhereaboutsSettings
from sarai.server.streams.standing import Standing, standing, track
from sarai.server.streams.told import EVENTS
from sarai.server.streams.whereabouts import Whereabouts
from sarai.watch.memory.places import Point

PLACES = {"KZHOR": Point(44.21, 80.04), "KZAAU": Point(43.65, 51.15), "KZALA": Point(43.25, 76.95)}
SEALS = ("S1", "S2")
NOW = START + timedelta(days=30)


# -- a history of papers ---------------------------------------------------------------------------


class History:
    """Papers about a few consignments, right and wrong ones, in no good order."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.number = 0
        self.names: list[tuple[str, str]] = []
        self.papers: list[AnyDocument] = []

    def head(self, issuer: str = "customs") -> dict:
        self.number += 1
        return {"issuer": issuer, "number": f"{self.number}", "time": self.time()}

    def time(self) -> datetime:
        return START + timedelta(hours=self.rng.randrange(24 * 8))

    def about(self) -> DocumentRef:
        issuer, number = self.rng.choice(self.names)
        return DocumentRef(issuer=issuer, number=number)

    def place(self) -> str:
        return self.rng.choice((*PLACES, "nowhere"))

    def next(self) -> AnyDocument:
        writers = [self.transit] if len(self.names) < 3 else self.writers()
        paper = self.rng.choice(writers)()
        self.papers.append(paper)
        return paper

    def transit(self) -> AnyDocument:
        head = self.head() | {"time": START + timedelta(hours=self.rng.randrange(24))}
        self.names.append((head["issuer"], head["number"]))
        lines = [
            Line(item=1, hs="854231", quantity=Decimal(8)),
            Line(item=2, hs="854231", quantity=Decimal(3), unit="C62"),
        ]
        bound = self.rng.choice(("", "KG"))
        return transit(
            **head,
            destination_country=bound,
            seals=self.rng.sample(SEALS, self.rng.randrange(3)),
            lines=lines,
            destination=self.place(),
        )

    def waybill(self) -> AnyDocument:
        head = self.head("trader-a") | {"time": START}
        self.names.append((head["issuer"], head["number"]))
        return Waybill(
            **head, consignor=Party(id="trader-a"), consignee=Party(id="trader-b"), place="KZALA",
            destination=self.place(), deadline=START + timedelta(days=self.rng.randrange(1, 9)),
            lines=[Line(item=1, hs="854231", quantity=Decimal(5))],
        )  # fmt: skip

    def seal_event(self) -> AnyDocument:
        where = {}
        if self.rng.random() < 0.8:
            where = {
                "latitude_deg": Decimal(self.rng.randrange(4000, 5000)).scaleb(-2),
                "longitude_deg": Decimal(self.rng.randrange(5000, 8000)).scaleb(-2),
            }
        return SealEvent(
            **self.head("operator"), consignment=self.about(), seal=self.rng.choice(SEALS),
            event=self.rng.choice((*EVENTS, "position", "position")),
            place=self.rng.choice(("", "KZALA")), **where,
        )  # fmt: skip

    def diversion(self) -> AnyDocument:
        country = self.rng.choice(("", "UZ"))
        return Diversion(
            **self.head(), consignment=self.about(), destination=self.place(), destination_country=country
        )

    def arrival(self) -> AnyDocument:
        return Arrival(
            **self.head(), consignment=self.about(), holder=Party(id="trader-b"), place=self.place()
        )

    def exit(self) -> AnyDocument:
        return Exit(**self.head(), consignment=self.about(), place=self.place(), country="UZ")

    def answer(self) -> AnyDocument:
        decision = self.rng.choice(("confirm", "decline", "partial"))
        return Answer(**self.head("trader-b"), consignment=self.about(), decision=decision)

    def split(self) -> AnyDocument:
        head, about = self.head(), self.about()
        parts = [
            Part(
                number=f"{head['number']}/{n}",
                destination=self.place(),
                deadline=self.rng.choice((None, START + timedelta(days=9))),
                items=[
                    ItemQuantity(item=1, quantity=Decimal(4)),
                    *([ItemQuantity(item=2, quantity=Decimal(3))] if n == 1 else []),
                ],
            )
            for n in (1, 2)
        ]
        self.names += [(head["issuer"], part.number) for part in parts]
        return Split(**head, consignment=about, parts=parts)

    def seizure(self) -> AnyDocument:
        some = self.rng.random() < 0.5
        lines = [Line(item=1, hs="854231", quantity=Decimal(1 if some else 8))]
        if not some:
            lines.append(Line(item=2, hs="854231", quantity=Decimal(3), unit="C62"))
        return Seizure(
            **self.head(), holder=Party(id="trader-a"), place="KZALA", consignment=self.about(), lines=lines
        )

    def correction(self) -> AnyDocument:
        rare = [paper for paper in self.papers if not isinstance(paper, SealEvent | Correction | Diversion)]
        former = self.rng.choice(rare[-6:] if self.rng.random() < 0.7 else self.papers)
        if isinstance(former, Correction | Diversion):
            return self.seal_event()
        mark = {"issuer": former.issuer, "number": former.number, "version": 2}
        new = None
        if self.rng.random() < 0.5 and not isinstance(former, Split):
            more = {"place": "KZAAU"} if hasattr(former, "place") else {}
            new = structs.replace(former, version=2, **more)
        return Correction(**mark, time=NOW, replacement=new)

    def writers(self) -> list:
        return [
            self.transit, self.waybill, *[self.seal_event] * 12, self.diversion, self.arrival, self.exit,
            self.answer, self.split, self.split, self.seizure, *[self.correction] * 4,
        ]  # fmt: skip


# -- a plain reading of the documents ---------------------------------------------------------------


def in_force(posted: list[Posted]) -> list[tuple[int, AnyDocument]]:
    """The documents that stand at the end, each by the entry of its last version."""
    standing_now: dict[tuple[str, str], tuple[int, AnyDocument]] = {}
    for each in posted:
        document = each.document
        if not each.code:
            name = document.issuer, document.number
            if isinstance(document, Correction):
                document = document.replacement
            standing_now.pop(name, None)
            if document is not None:
                standing_now[name] = each.entry, document
    return list(standing_now.values())


def words_of(posted: list[Posted], name: tuple[str, str]) -> list[tuple[int, SealEvent]]:
    """What seals told of a consignment, by time and entry."""
    words = [
        (entry, document)
        for entry, document in in_force(posted)
        if isinstance(document, SealEvent)
        and (document.consignment.issuer, document.consignment.number) == name
    ]
    return sorted(words, key=lambda word: (word[1].time, word[0]))


def seal_state(words: list[tuple[int, SealEvent]], began: datetime) -> tuple[str, datetime]:
    """What its words say, looked at from the end."""
    settled = [(e.event, e.time) for _, e in words if e.event in ("applied", "removed", "broken")]
    state, since = settled[-1] if settled else ("declared", began)
    if not settled and (spoken := [e.time for _, e in words if e.event == "position"]):
        state, since = "applied", spoken[0]
    if state in ("removed", "broken"):
        return state, since
    alarms: list[tuple[str, datetime]] = []
    for _, event in reversed(words):
        if event.event not in ("silent", "off_route"):
            break
        alarms.append((event.event, event.time))
    if not alarms:
        return state, since
    run = [time for n, (name, time) in enumerate(alarms) if {a for a, _ in alarms[: n + 1]} == {alarms[0][0]}]
    return alarms[0][0], run[-1]


def follow(book: Book, settings: WhereaboutsSettings | None = None) -> Whereabouts:
    known = Whereabouts(settings)
    for posted in Feed(book.store):
        known.follow(posted)
    return known


@pytest.fixture(params=range(6))
def told_book(request: pytest.FixtureRequest, tmp_path) -> Iterator[tuple[Book, Whereabouts, History]]:
    """A book, what was followed while it was recorded, and what was written."""
    history = History(request.param)
    with sarai.open(str(tmp_path / "book.db"), settings=sarai.BookSettings(authorities=("customs",))) as book:
        known, feed = Whereabouts(), Feed(book.store)
        for _ in range(350):
            book.record([history.next()], NOW, "observe")
            for posted in feed:
                known.follow(posted)
        yield book, known, history


def test_states_and_destinations_are_those_of_the_ledger(told_book):
    book, known, _ = told_book
    seen = set()
    for issuer, number in [*known.open, *known.ended]:
        theirs, ours = book.consignment(issuer, number), known.course(issuer, number)
        assert (ours.state, ours.kind) == (theirs.state, theirs.kind)
        assert (ours.destination, ours.turns[-1].country) == (theirs.destination, theirs.destination_country)
        assert (from_us(ours.began), from_us(ours.deadline)) == (theirs.began, theirs.deadline)
        assert ours.units == theirs.units
        if theirs.state == "open":
            assert ours.left == theirs.left
            assert ours.parts == ()
        seen.add(theirs.state)
    assert {"open", "corrected"} <= seen
    book.flush()
    stored = book.store.query("SELECT issuer, number FROM consignment WHERE state = 'open'")
    assert set(stored) == set(known.open)
    on = [known.consignment_of(seal) for seal in SEALS]
    assert {(each.issuer, each.number) for each in on if each} <= set(known.open)


def test_seals_and_positions_are_what_the_documents_say(told_book):
    book, known, _ = told_book
    posted = list(Feed(book.store))
    states = set()
    for name in [*known.open, *known.ended]:
        course = known.course(*name)
        view = standing(known, course, NOW, PLACES.get)
        words = words_of(posted, name)
        placed = [(entry, e) for entry, e in words if e.latitude_deg is not None]
        assert [(each.entry, each.time) for each in track(known, course)] == [
            (entry, e.time) for entry, e in placed
        ]
        if placed:
            entry, last = placed[-1]
            assert (view.last.entry, view.last.time, view.last.place) == (entry, last.time, last.place)
            assert (view.last.latitude_deg, view.last.longitude_deg) == (
                last.latitude_deg,
                last.longitude_deg,
            )
        for seal in view.seals:
            own = [word for word in words if word[1].seal == seal.seal]
            assert (seal.state, seal.since) == seal_state(own, view.began), (name, seal)
            states.add(seal.state)
    assert len(states) > 3


def test_what_is_built_anew_answers_the_same(told_book):
    book, known, _ = told_book
    anew = follow(book)
    assert views(known) == views(anew)
    assert known.position == anew.position
    follower = Follower(PLACES.get, WhereaboutsSettings(block=50))
    while follower.read_on(book) is not None:
        pass
    listed = list(follower.under_way(NOW))
    assert [each.standing for each in listed] == [view for view in views(known) if view.state == "open"]
    numbers = [each.sequence for each in listed]
    assert numbers == sorted(set(numbers))
    for number in numbers[:-1]:
        assert next(follower.under_way(NOW, number)).sequence == numbers[numbers.index(number) + 1]
    assert [known.consignment_of(seal) for seal in SEALS] == [follower.consignment_of(seal) for seal in SEALS]


def views(known: Whereabouts) -> list[Standing]:
    return [standing(known, known.course(*name), NOW, PLACES.get) for name in [*known.open, *known.ended]]


def test_bounds_keep_the_latest(told_book):
    book, whole, _ = told_book
    bounds = WhereaboutsSettings(open=4, ended=3, positions=2, words=1, seals=1, track=2)
    known = follow(book, bounds)
    assert len(known.open) <= 4
    assert len(known.ended) <= 3
    for name, course in [*known.open.items(), *known.ended.items()]:
        assert course.state == whole.course(*name).state
        assert len(track(known, course)) <= 2
        for telling in course.seals.values():
            events = [EVENTS[word.event] for word in telling]
            assert events.count("position") <= 2
            assert len(events) - events.count("position") <= 1
    known_names = set(known.open) | set(known.ended)
    assert set(known._closed_by.values()) <= known_names
    assert set(known._by_seal.values()) <= known_names


def test_the_latest_words_are_kept_whatever_their_order(tmp_path):
    """Against a plain sort: so many of each kind, the latest by time and then entry."""
    rng = random.Random(4)
    events = [
        SealEvent(
            issuer="operator", number=str(n), time=START + timedelta(minutes=rng.randrange(200)), seal="S1",
            consignment=DocumentRef(issuer="customs", number="T1"), event=rng.choice(("position", "silent")),
        )
        for n in range(120)
    ]  # fmt: skip
    with sarai.open(str(tmp_path / "book.db")) as book:
        assert all(not r.code for r in book.record([transit(), *events], NOW))
        known = follow(book, WhereaboutsSettings(positions=10, words=5))
    ranked = sorted(range(120), key=lambda n: (events[n].time, n))
    wanted = [n for n in ranked if events[n].event == "position"][-10:]
    wanted += [n for n in ranked if events[n].event == "silent"][-5:]
    kept = [word.entry - 2 for word in known.course("customs", "T1").seals["S1"]]
    assert sorted(kept) == sorted(wanted)
    assert kept == sorted(kept, key=lambda n: (events[n].time, n))


# -- by example ------------------------------------------------------------------------------------


def event(number: int, hours: float, point: Point | None, what: str = "position") -> SealEvent:
    where = {}
    if point:
        where = {"latitude_deg": Decimal(str(point[0])), "longitude_deg": Decimal(str(point[1]))}
    return SealEvent(
        issuer="seal:S1", number=str(number), time=START + timedelta(hours=hours), seal="S1", event=what,
        consignment=DocumentRef(issuer="customs", number="T1"), **where,
    )  # fmt: skip


def view_after(house: SmallHouse, *papers: AnyDocument, now: datetime = NOW) -> Standing:
    assert all(not result.code for result in house.book.record(papers, house.now(), "observe"))
    known = follow(house.book)
    return standing(known, known.course("customs", "T1"), now, PLACES.get)


def between(share: float) -> Point:
    one, other = PLACES["KZHOR"], PLACES["KZAAU"]
    return Point(*(round(a + (b - a) * share, 4) for a, b in zip(one, other, strict=True)))


def test_progress_and_expectation(house):
    half_way = view_after(
        house, transit(), event(1, 0, PLACES["KZHOR"]), event(2, 30, between(0.5)), now=START
    )
    assert half_way.progress == pytest.approx(0.5, abs=0.01)
    assert half_way.gone_km + half_way.left_km == pytest.approx(2300, rel=0.02)
    assert half_way.expected - START == pytest.approx(timedelta(hours=60), abs=timedelta(hours=1))
    assert (half_way.late, half_way.behind) == (False, False)
    slow = view_after(house, event(3, 80, between(0.52)), now=START + timedelta(days=6))
    assert (slow.late, slow.behind) == (True, True)


def test_a_diversion_turns_the_way(house):
    papers = [
        transit(),
        event(1, 10, between(0.4)),
        Diversion(
            issuer="customs", number="D1", time=START + timedelta(hours=11), destination="KZALA",
            consignment=DocumentRef(issuer="customs", number="T1"),
        ),
        event(2, 14, between(0.3)),
    ]  # fmt: skip
    view = view_after(house, *papers)
    assert (view.destination, view.diverted) == ("KZALA", 1)
    assert [stop.place for stop in view.route] == ["KZHOR", "", "KZALA"]
    assert (view.route[1].latitude_deg, view.route[1].longitude_deg) == between(0.4)
    assert view.left_km == pytest.approx(400, rel=0.35)
    assert 0.5 < view.progress < 0.9


def test_a_part_goes_on_from_where_the_whole_was(house):
    items = [ItemQuantity(item=1, quantity=Decimal(4))]
    parts = [
        Part(number=f"P{n}", destination=place, items=items) for n, place in ((1, "KZAAU"), (2, "KZALA"))
    ]
    about = DocumentRef(issuer="customs", number="T1")
    papers = [
        transit(),
        event(1, 10, between(0.4)),
        Split(
            issuer="customs", number="X1", time=START + timedelta(hours=12), consignment=about, parts=parts
        ),
        event(2, 20, between(0.9)),
    ]
    whole = view_after(house, *papers)
    assert (whole.state, whole.parts) == ("split", (("customs", "P1"), ("customs", "P2")))
    known = follow(house.book)
    part = standing(known, known.course("customs", "P2"), NOW, PLACES.get)
    assert part.last.entry == 2
    on = DocumentRef(issuer="customs", number="P2")
    house.book.record(
        [
            Diversion(
                issuer="customs",
                number="D1",
                time=START + timedelta(hours=30),
                consignment=on,
                destination="KZAAU",
            )
        ],
        NOW,
    )
    known = follow(house.book)
    again = standing(known, known.course("customs", "P2"), NOW, PLACES.get)
    assert [(stop.latitude_deg, stop.longitude_deg) for stop in again.route[1:3]] == [between(0.4)] * 2
    assert [stop.place for stop in part.route] == ["KZHOR", "", "KZALA"]
    assert part.whole == ("customs", "T1")


def test_a_seal_that_is_silent_and_heard_again(house):
    view = view_after(house, transit(), event(1, 1, between(0.1)), event(2, 5, None, "silent"))
    assert (view.seal_state, view.seals[0].since) == ("silent", START + timedelta(hours=5))
    assert view.last.event == "position"
    view = view_after(house, event(3, 7, between(0.3), "off_route"))
    assert (view.seal_state, view.seals[0].since) == ("off_route", START + timedelta(hours=7))
    view = view_after(house, event(4, 8, between(0.3)))
    assert (view.seal_state, view.seals[0].since) == ("applied", START + timedelta(hours=1))
    view = view_after(house, event(5, 9, between(0.4), "broken"), event(6, 10, between(0.5)))
    assert (view.seal_state, view.seals[0].since) == ("broken", START + timedelta(hours=9))
    assert view.seals[0].at.latitude_deg == Decimal(str(between(0.4)[0]))


def test_a_seal_is_known_by_the_consignment_under_way(house):
    on = DocumentRef(issuer="customs", number="T2")
    begun = [transit(), transit("T2", seals=())]
    heard = structs.replace(event(1, 1, None, "applied"), consignment=on)
    papers = [
        *begun,
        heard,
        Exit(issuer="customs", number="E1", time=NOW, consignment=on, place="KZAAU", country="UZ"),
    ]
    known = Whereabouts()
    house.book.record(papers, NOW)
    found = []
    for posted in Feed(house.book.store):
        known.follow(posted)
        found.append(known.consignment_of("S1"))
    assert [each and each.number for each in found] == ["T1", "T1", "T2", None]


def test_an_unknown_place_leaves_the_way_unknown(house):
    view = view_after(house, transit(destination="nowhere"), event(1, 1, between(0.1)))
    assert (view.progress, view.expected, view.left_km) == (None, None, None)
    assert view.last is not None


def test_refused_papers_count_for_nothing(house):
    unknown = structs.replace(event(1, 1, between(0.1)), consignment=DocumentRef(issuer="x", number="y"))
    assert house.book.record([transit(), unknown], NOW)[1].code == Code.CONSIGNMENT_UNKNOWN
    known = follow(house.book)
    assert known.course("customs", "T1").last() is None
    assert known.position == 2
