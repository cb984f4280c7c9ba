"""Typologies of goods under customs control: sequences that must be found, and near misses that must not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from msgspec import msgpack, structs
from watching import (
    DAY,
    HOUR,
    Finder,
    Paper,
    arrived,
    booked,
    exited,
    findings,
    line,
    on,
    party,
    record,
    ref,
    row,
    watch,
    words,
)

import sarai
from sarai.goods import (
    Arrival,
    Correction,
    Diversion,
    Document,
    DocumentRef,
    ItemQuantity,
    Part,
    SealEvent,
    Seizure,
    Split,
    Transit,
)
from sarai.ledger import Book
from sarai.ledger.feed import Feed
from sarai.ledger.rows import to_us
from sarai.watch.finding import Finding
from sarai.watch.given import Given
from sarai.watch.memory import Memory
from sarai.watch.memory.places import Point, distance_km, off_line_km
from sarai.watch.typologies import transit as family

CHIPS, SHOES = "854231", "640399"  # of the priority list, and not
PLACES = {
    "KZURA": (51.2, 51.4), "KZHOR": (44.2, 80.0), "KZALA": (43.2, 76.9), "KZAST": (51.2, 71.4),
    "RUOMS": (55.0, 73.4), "RUKUF": (53.2, 50.2),
}  # fmt: skip
MIDWAY = (47.2, 64.2)  # from KZURA to KZALA
BEGUN = on(80)  # when the days of ordinary trade are over


def sent(number: str, time: datetime, hs: str = CHIPS, who: str = "buyer", **more: object) -> Transit:
    """Goods from Germany come in at Oral, for a buyer in Almaty, due in nine days."""
    head = {
        "issuer": "customs", "place": "KZURA", "destination": "KZALA", "country": "DE",
        "deadline": time + 9 * DAY, "principal": party("forwarder"), "consignee": party(who),
        "carrier": party("carrier"), "seals": ["S-1"], "lines": [line(hs)], **more,
    }  # fmt: skip
    return Transit(number=number, time=time, **head)


def through(number: str, time: datetime, hs: str = CHIPS, **more: object) -> Transit:
    """Goods from Germany that cross the country, for China."""
    head = {"destination": "KZHOR", "destination_country": "CN", "consignee": None, **more}
    return sent(number, time, hs, **head)


def seal(
    of: Transit,
    time: datetime,
    event: str,
    place: str = "",
    at: tuple[float, float] | None = None,
    consignment: DocumentRef | None = None,
) -> SealEvent:
    """A seal tells something; with a place, from there."""
    latitude, longitude = at or PLACES.get(place) or (None, None)
    return SealEvent(
        issuer="seals", number=f"{of.number}/{event}/{time:%d%H%M}", time=time,
        consignment=consignment or ref(of), seal="S-1", event=event, place=place,
        latitude_deg=None if latitude is None else Decimal(str(latitude)),
        longitude_deg=None if longitude is None else Decimal(str(longitude)),
    )  # fmt: skip


def diversion(of: Transit, time: datetime, to: str, who: str = "buyer", **more: object) -> Diversion:
    """Somebody sends it elsewhere."""
    number = f"{of.number}/diversion"
    return Diversion(issuer=who, number=number, time=time, consignment=ref(of), destination=to, **more)


def course(of: Transit, hours: float = 60.0) -> list[Document]:
    """What follows where all is well: sealed, heard from on the way, unsealed, and at its end."""
    end = of.time + hours * HOUR
    (north, east), (to_north, to_east) = PLACES[of.place], PLACES[of.destination]
    halfway = round((north + to_north) / 2, 2), round((east + to_east) / 2, 2)
    ends = exited(of, end, of.destination_country, place=of.destination) if of.destination_country else None
    return [
        seal(of, of.time + HOUR, "applied", of.place),
        seal(of, of.time + hours / 2 * HOUR, "position", at=halfway),
        seal(of, end, "removed", of.destination),
        ends or arrived(of, end),
    ]


@cache
def trade(days: int = 80, a_day: int = 4) -> tuple[Paper, ...]:
    """Ordinary transits, recorded four times a day; one of eleven is half a day late."""
    papers: list[Document] = []
    for number in range(days * a_day):
        time = on(number // a_day, number % a_day * 24 / a_day)
        begin = through if number % 5 == 0 else sent
        of = begin(
            f"honest-{number}", time, SHOES, **({} if number % 5 == 0 else {"who": f"firm {number % 20}"})
        )
        papers += [of, *course(of, 228.0 if number % 11 == 1 else 48.0 + number % 30)]
    return tuple(in_batches(papers))


def in_batches(papers: Iterable[Document]) -> Iterator[tuple[datetime, Document]]:
    """As they are recorded: at the end of every six hours."""
    for paper in sorted(papers, key=lambda paper: paper.time):
        if paper.time < BEGUN:
            hours = (paper.time - on(0)) // (6 * HOUR) + 1
            yield on(0) + hours * 6 * HOUR, paper


class History(NamedTuple):
    """A book of ordinary trade, and what is remembered of it."""

    book: bytes
    memory: bytes
    position: int


@cache
def history() -> History:
    """It is judged once; every test goes on from it as after a restart."""
    with TemporaryDirectory(prefix="sarai-watch-") as directory:
        path = Path(directory) / "book.db"
        with booked(trade(), str(path)) as book:
            before = Finder(Memory(), family.ROWS)
            position = judge(before, book)
        memory = msgpack.encode(structs.replace(before.memory, given=None))
        return History(path.read_bytes(), memory, position)


def judge(finder: Finder, book: Book, after: int = 0) -> int:
    """Judge what is in a book after an entry; the last entry."""
    feed = Feed(book.store, after)
    for posted in feed:
        list(finder.judge(posted, feed.accounts))
    assert finder.faults == []
    return feed.position


def found(typology: str, *papers: Paper, days: float = 0.0, known: bool = True) -> list[Finding]:
    """What a typology finds of papers, after days of ordinary trade if it is to know any."""
    until = BEGUN + days * DAY
    if not known:
        return [each for each in findings(papers, typology, until=until) if "honest" not in each.subject]
    with TemporaryDirectory(prefix="sarai-watch-") as directory:
        path = Path(directory) / "book.db"
        path.write_bytes(history().book)
        memory = msgpack.decode(history().memory, type=Memory)
        memory.given = Given()
        finder = Finder(memory, [row(typology)])
        with sarai.open(str(path)) as book:
            record(book, papers)
            judge(finder, book, history().position)
        list(finder.tell_time(to_us(until)))
    return [each for each in finder.found if "honest" not in each.subject]


def points(typology: str, finding: Finding) -> float:
    """What a finding weighs."""
    return row(typology).points * finding.strength


# -- never discharged ------------------------------------------------------------------------------------


def meanwhile(days: int) -> list[Paper]:
    """Others end as ever, while somebody is waited for."""
    after = []
    for number in range(days * 4):
        of = sent(f"honest-later-{number}", BEGUN + number * 6 * HOUR, SHOES, f"firm {number % 20}")
        after += [of, *course(of)]
    return sorted(after, key=lambda paper: paper.time)


def test_a_transit_that_never_ends_is_told_of_when_late_ones_have_come():
    of = sent("T", BEGUN)
    (one,) = found("transit-overdue", *sorted([of, *meanwhile(30)], key=lambda paper: paper.time), days=30)
    assert points("transit-overdue", one) == 3.0
    assert one.parties == ("buyer",)
    assert 1.0 <= one.facts["days"] < 4.0  # others were half a day late
    assert "customs/T" in words(one, "transit-overdue")
    assert "priority goods of tier 1" in words(one, "transit-overdue")


def test_goods_of_every_day_that_are_late_are_a_sign_and_no_alert():
    of = sent("T", BEGUN, SHOES)
    (one,) = found("transit-overdue", *sorted([of, *meanwhile(30)], key=lambda paper: paper.time), days=30)
    assert points("transit-overdue", one) == 2.0


def test_while_nobody_knows_how_late_papers_come_ten_days_are_waited():
    of = sent("T", BEGUN)
    assert found("transit-overdue", of, days=9 + 9.9, known=False) == []
    (one,) = found("transit-overdue", of, days=9 + 10.1, known=False)
    assert one.facts["days"] == 10.0


def test_a_seal_that_was_odd_shortens_the_wait():
    of = sent("T", BEGUN, SHOES)
    (one,) = found("transit-overdue", of, seal(of, BEGUN + DAY, "off_route"), days=10.1, known=False)
    assert points("transit-overdue", one) == 3.0
    assert "left its route" in words(one, "transit-overdue")


@pytest.mark.parametrize("late_h", [0, 60])
def test_who_arrives_within_the_grace_is_not_overdue(late_h):
    of = sent("T", BEGUN)
    paper = arrived(of, of.deadline + late_h * HOUR)
    assert found("transit-overdue", of, paper, days=60, known=False) == []


def test_a_paper_that_is_lost_after_the_seal_was_removed_is_a_curiosity():
    of = sent("T", BEGUN)
    *before, arrival = course(of)
    assert isinstance(arrival, Arrival)
    (one,) = found("transit-overdue", of, *before, days=60, known=False)
    assert points("transit-overdue", one) < 0.5
    assert one.parties == ()


def test_an_arrival_that_came_before_the_transits_own_paper_is_remembered():
    of = sent("T", BEGUN)
    papers = [(BEGUN + 2 * DAY, arrived(of, BEGUN + DAY)), (BEGUN + 3 * DAY, of)]
    (one,) = found("transit-overdue", *papers, days=60, known=False)
    assert points("transit-overdue", one) < 0.5
    assert "refused by the book" in words(one, "transit-overdue")


def test_what_the_authority_has_seized_is_not_overdue():
    of = sent("T", BEGUN)
    seizure = Seizure(
        issuer="customs", number="Z", time=BEGUN + DAY, holder=party("forwarder"), place="KZURA",
        consignment=ref(of), lines=[line(CHIPS, 4)],
    )  # fmt: skip
    assert found("transit-overdue", of, seizure, days=60, known=False) == []


def test_in_an_outage_nothing_is_said_of_papers_that_are_missing():
    of = sent("T", BEGUN)
    assert found("transit-overdue", of, days=30) == []


def test_a_cancelled_transit_is_not_overdue_and_a_cancelled_arrival_leaves_it_open():
    of = sent("T", BEGUN)
    arrival = arrived(of, BEGUN + DAY)
    dropped, undone = (
        Correction(issuer="customs", number=number, version=2, time=BEGUN + 2 * DAY)
        for number in ("T", "T/arrival")
    )
    assert found("transit-overdue", of, dropped, days=60, known=False) == []
    assert len(found("transit-overdue", of, arrival, undone, days=60, known=False)) == 1


def test_each_part_of_a_split_has_a_deadline_of_its_own():
    of = sent("T", BEGUN)
    split = halves(of, BEGUN + DAY, "KZALA", "KZALA")
    part = DocumentRef(issuer="customs", number="T/1")
    arrival = structs.replace(arrived(of, BEGUN + 2 * DAY), consignment=part)
    (one,) = found("transit-overdue", of, split, arrival, days=60, known=False)
    assert one.consignment == "customs/T/2"
    assert one.parties == ("buyer",)


def halves(of: Transit, time: datetime, *destinations: str) -> Split:
    """The same share of its one item to each destination."""
    share = [ItemQuantity(item=1, quantity=of.lines[0].quantity / len(destinations))]
    parts = [
        Part(number=f"{of.number}/{number}", destination=destination, items=share)
        for number, destination in enumerate(destinations, start=1)
    ]
    return Split(issuer="customs", number=f"{of.number}/split", time=time, consignment=ref(of), parts=parts)


# -- left otherwise ----------------------------------------------------------------------------------------


def test_goods_declared_for_here_that_leave_are_an_alert():
    of = sent("T", BEGUN)
    (one,) = found("exit-elsewhere", of, exited(of, BEGUN + DAY))
    assert points("exit-elsewhere", one) >= 3.0
    assert "declared for KZALA, in the country, and left at RUOMS for RU" in words(one, "exit-elsewhere")


def test_goods_for_one_country_that_leave_for_another_are_an_alert():
    of = through("T", BEGUN)
    (one,) = found("exit-elsewhere", of, exited(of, BEGUN + DAY, "RU", place="KZHOR"))
    assert points("exit-elsewhere", one) >= 3.0


def test_leaving_as_declared_is_nothing():
    of = through("T", BEGUN)
    assert found("exit-elsewhere", of, exited(of, BEGUN + DAY, "CN", place="KZHOR")) == []


def test_leaving_where_declared_is_nothing_though_no_country_was_said():
    of = sent("T", BEGUN, destination="KZHOR", consignee=None)
    assert found("exit-elsewhere", of, exited(of, BEGUN + DAY, "CN", place="KZHOR")) == []


@pytest.mark.parametrize(
    "country, place, how",
    [("CN", "KZAST", "left at KZAST for CN."), ("DE", "KZURA", "from where it came")],
)
def test_another_post_or_the_way_back_is_a_curiosity(country, place, how):
    of = through("T", BEGUN)
    (one,) = found("exit-elsewhere", of, exited(of, BEGUN + DAY, country, place=place))
    assert points("exit-elsewhere", one) <= 1.5
    assert how in words(one, "exit-elsewhere")


def test_an_exit_that_was_ordered_on_the_way_is_weighed_with_the_order():
    of = sent("T", BEGUN)
    papers = [of, diversion(of, BEGUN + DAY, "RUOMS"), exited(of, BEGUN + 2 * DAY)]
    (one,) = found("exit-elsewhere", *papers)
    assert points("exit-elsewhere", one) <= 0.75
    assert "as was ordered on its way" in words(one, "exit-elsewhere")


def test_the_exit_of_a_part_is_held_against_what_the_whole_was():
    of = sent("T", BEGUN)
    part = DocumentRef(issuer="customs", number="T/2")
    exit_ = structs.replace(exited(of, BEGUN + 2 * DAY), consignment=part)
    (one,) = found("exit-elsewhere", of, halves(of, BEGUN + DAY, "KZALA", "KZALA"), exit_)
    assert points("exit-elsewhere", one) >= 3.0


# -- sent elsewhere ----------------------------------------------------------------------------------------


def test_priority_goods_that_are_sent_abroad_on_their_way_here_are_an_alert():
    of = sent("T", BEGUN)
    order = diversion(of, BEGUN + DAY, "RUOMS", reason="consignee gave up the goods")
    (one,) = found("diverted-before-arrival", of, order)
    assert points("diverted-before-arrival", one) >= 3.0
    told = words(one, "diverted-before-arrival")
    assert "bound for KZALA, was sent to RUOMS in RU 24 hours after it began, by its consignee buyer" in told
    assert "consignee gave up the goods" in told


def test_an_order_of_a_stranger_weighs_more_and_of_goods_of_every_day_less():
    of = sent("T", BEGUN, SHOES)
    (own,) = found("diverted-before-arrival", of, diversion(of, BEGUN + DAY, "RUOMS"))
    (other,) = found("diverted-before-arrival", of, diversion(of, BEGUN + DAY, "RUOMS", "stranger"))
    assert points("diverted-before-arrival", own) < 3.0 <= points("diverted-before-arrival", other)


@pytest.mark.parametrize(
    "to, more", [("KZHOR", {"destination_country": "RU"}), ("KZHOR", {"destination_country": "DE"})]
)
def test_the_country_may_be_stated_apart_and_back_is_less(to, more):
    of = sent("T", BEGUN)
    (one,) = found("diverted-before-arrival", of, diversion(of, BEGUN + DAY, to, **more))
    assert (points("diverted-before-arrival", one) >= 3.0) == (more["destination_country"] == "RU")


def test_a_split_may_divert():
    of = sent("T", BEGUN)
    (one,) = found("diverted-before-arrival", of, halves(of, BEGUN + DAY, "KZALA", "RUOMS"))
    assert one.consignment == "customs/T/2"
    assert points("diverted-before-arrival", one) >= 3.0


@pytest.mark.parametrize("hours, least", [(2, 0.0), (30, 3.0)])
def test_a_correction_may_divert_and_on_the_first_day_is_a_slip(hours, least):
    of = sent("T", BEGUN)
    other = structs.replace(of, version=2, destination="KZHOR", destination_country="RU")
    correction = Correction(
        issuer="customs", number="T", version=2, time=BEGUN + hours * HOUR, replacement=other
    )
    (one,) = found("diverted-before-arrival", of, correction)
    assert least <= points("diverted-before-arrival", one) < least + 3.0


def test_another_store_here_is_a_curiosity():
    of = sent("T", BEGUN)
    (one,) = found("diverted-before-arrival", of, diversion(of, BEGUN + DAY, "KZAST"))
    assert points("diverted-before-arrival", one) < 1.0
    assert one.parties == ()


def test_an_order_that_changes_nothing_is_nothing():
    of = sent("T", BEGUN)
    assert (
        found("diverted-before-arrival", of, diversion(of, BEGUN + DAY, "KZALA", reason="same again")) == []
    )


def test_a_consignee_who_changes_at_the_end_of_the_way_is_a_sign_and_at_its_beginning_is_none():
    of = sent("T", BEGUN)
    late, early = (
        diversion(of, BEGUN + hours * HOUR, "KZALA", consignee=party("other")) for hours in (55, 20)
    )
    (one,) = found("last-minute-consignee", of, late)
    assert points("last-minute-consignee", one) == 1.5
    assert "consignee other instead of buyer" in words(one, "last-minute-consignee")
    assert found("last-minute-consignee", of, early) == []
    assert found("last-minute-consignee", of, late, known=False) == []  # nobody knows how long ways are


def test_one_party_whose_goods_are_sent_abroad_again_and_again_is_told_of():
    papers: list[Paper] = []
    for number in range(3):
        of = sent(f"T{number}", BEGUN + number * DAY, SHOES, who="sly")
        papers += [of, diversion(of, of.time + HOUR, "RUOMS", "sly")]
    one, *_ = found("diversions-of-one", *papers)
    assert one.parties == ("sly",)
    assert "Of 3 transits with sly as consignee, 3 were sent" in words(one, "diversions-of-one")
    assert found("diversions-of-one", *papers[:4]) == []


# -- seals -------------------------------------------------------------------------------------------------


def test_a_seal_that_leaves_its_route_with_priority_goods_is_an_alert_at_its_first_word():
    of = sent("T", BEGUN)
    (one,) = found("off-route", of, seal(of, BEGUN + DAY, "off_route"))
    assert points("off-route", one) == 3.0
    (less,) = found(
        "off-route", *[structs.replace(of, lines=[line(SHOES)]), seal(of, BEGUN + DAY, "off_route")]
    )
    assert points("off-route", less) == 2.0


@pytest.mark.parametrize("event", ["off_route", "silent", "position"])
def test_a_place_in_a_country_that_is_not_on_the_way(event):
    of = sent("T", BEGUN)
    (one,) = found("off-route", of, seal(of, BEGUN + DAY, event, "RUOMS"))
    assert points("off-route", one) >= 3.0
    assert "at RUOMS, in RU, which is not on the way" in words(one, "off-route")


def test_the_country_that_goods_are_bound_for_is_on_the_way():
    of = through("T", BEGUN, destination_country="RU")
    assert found("off-route", of, seal(of, BEGUN + DAY, "position", "RUOMS")) == []


def test_a_country_that_others_on_the_route_pass_is_on_the_way():
    papers: list[Document] = []
    for number in range(20):
        of = sent(f"honest-north-{number}", BEGUN + number * HOUR, SHOES)
        papers += [of, seal(of, of.time + DAY, "position", "RUOMS"), *course(of)]
    of = sent("T", BEGUN + 10 * DAY, destination="KZALA")
    papers += [of, seal(of, of.time + DAY, "position", "RUOMS")]
    assert found("off-route", *sorted(papers, key=lambda paper: paper.time), known=False) == []


@pytest.mark.parametrize("at, far", [(MIDWAY, False), ((47.8, 64.2), False), ((56.8, 60.6), True)])
def test_a_position_far_off_the_way_is_a_sign(at, far):
    of = sent("T", BEGUN)
    got = found("off-route", of, seal(of, BEGUN + DAY, "position", at=at))
    assert [round(points("off-route", one), 2) for one in got] == [2.25] * far


def test_where_nobody_knows_the_way_a_position_says_nothing():
    of = sent("T", BEGUN)
    assert found("off-route", of, seal(of, BEGUN + DAY, "position", at=(56.8, 60.6)), known=False) == []


def test_where_seals_often_cry_wolf_their_word_is_worth_half():
    papers: list[Document] = []
    for number in range(20):
        of = sent(f"honest-wolf-{number}", BEGUN + number * HOUR, SHOES)
        papers += [of, seal(of, of.time + 5 * HOUR, "off_route"), *course(of)]
    of = sent("T", BEGUN + 10 * DAY)
    papers = [*sorted(papers, key=lambda paper: paper.time), of, seal(of, of.time + DAY, "off_route")]
    (one,) = found("off-route", *papers)
    assert points("off-route", one) == 1.5


def test_a_word_that_comes_before_the_transits_own_paper_is_heard():
    of = sent("T", BEGUN)
    (one,) = found(
        "off-route", (BEGUN + DAY, seal(of, BEGUN + DAY, "off_route", "RUOMS")), (BEGUN + 2 * DAY, of)
    )
    assert points("off-route", one) >= 3.0
    assert len(one.entries) == 2


def test_silence_is_a_weak_sign_and_weaker_where_it_is_usual():
    of = sent("T", BEGUN)
    (one,) = found("seal-silent", of, seal(of, BEGUN + DAY, "silent"))
    assert points("seal-silent", one) == 1.5
    assert one.parties == ()


def test_a_seal_that_is_silent_for_longer_than_others():
    of = sent("T", BEGUN, deadline=BEGUN + 40 * DAY)
    word = seal(of, BEGUN + HOUR, "applied", "KZURA")
    (one,) = found("seal-silent", of, word, days=30)
    assert one.facts["hours"] >= one.facts["bound_h"] > 60
    assert "has not been heard from" in words(one, "seal-silent")
    assert found("seal-silent", of, word, seal(of, BEGUN + 2 * DAY, "removed", "KZALA"), days=30) == []
    assert found("seal-silent", of, *course(of), days=30) == []
    assert found("seal-silent", of, word, days=30, known=False) == []


def test_a_broken_seal_on_priority_goods_is_an_alert():
    of = sent("T", BEGUN)
    (one,) = found("seal-broken", of, seal(of, BEGUN + DAY, "broken", "KZAST"))
    assert points("seal-broken", one) == 3.0
    assert "was broken at KZAST" in words(one, "seal-broken")


def test_a_seal_that_is_taken_off_elsewhere_is_a_sign_and_at_the_end_none():
    of = sent("T", BEGUN)
    (one,) = found("seal-broken", of, seal(of, BEGUN + DAY, "removed", "KZAST"))
    assert points("seal-broken", one) == 1.5
    assert found("seal-broken", of, seal(of, BEGUN + DAY, "removed", "KZALA")) == []


def test_an_arrival_on_paper_after_the_seal_left_its_route():
    of = sent("T", BEGUN)
    word = seal(of, BEGUN + DAY, "off_route", "RUOMS")
    (one,) = found("arrived-against-seal", of, word, arrived(of, BEGUN + 4 * DAY))
    assert points("arrived-against-seal", one) == 3.0
    assert "72.0 hours before, its seal had last reported that it left its route at RUOMS, in RU" in words(
        one, "arrived-against-seal"
    )


def test_a_seal_that_was_heard_from_on_its_way_again_does_not_contradict():
    of = sent("T", BEGUN)
    papers = [of, seal(of, BEGUN + DAY, "off_route"), seal(of, BEGUN + 1.5 * DAY, "position", at=MIDWAY)]
    assert found("arrived-against-seal", *papers, arrived(of, BEGUN + 4 * DAY)) == []
    removed = seal(of, BEGUN + 4 * DAY, "removed", "KZALA")
    assert found("arrived-against-seal", *papers[:2], removed, arrived(of, BEGUN + 4 * DAY)) == []


@pytest.mark.parametrize("hours, fast", [(4, True), (40, False)])
def test_an_arrival_sooner_than_anything_travels(hours, fast):
    of = sent("T", BEGUN)
    papers = [of, seal(of, BEGUN + HOUR, "applied", "KZURA"), arrived(of, BEGUN + hours * HOUR)]
    got = found("arrived-against-seal", *papers)
    assert [points("arrived-against-seal", one) for one in got] == [3.0] * fast
    assert all("km away, which takes" in words(one, "arrived-against-seal") for one in got)


def test_a_word_that_comes_after_the_arrival_contradicts_it_too():
    of = sent("T", BEGUN)
    late = (BEGUN + 6 * DAY, seal(of, BEGUN + DAY, "off_route", "RUOMS"))
    (one,) = found("arrived-against-seal", of, arrived(of, BEGUN + 4 * DAY), late)
    assert points("arrived-against-seal", one) == 3.0


# -- late, and missing ---------------------------------------------------------------------------------------


def test_who_is_late_again_and_again_is_told_of_and_who_is_late_as_others_are_is_not():
    def ends(who: str, late: int, all_: int) -> list[Paper]:
        papers: list[Document] = []
        for number in range(all_):
            of = sent(f"{who}-{number}", BEGUN + number * HOUR, SHOES, who, principal=party(who))
            papers += [of, arrived(of, of.deadline + (HOUR if number < late else -HOUR))]
        return sorted(papers, key=lambda paper: paper.time)

    one, *_ = found("repeated-lateness", *ends("slow", 18, 18))
    assert one.parties == ("slow",)
    assert "with slow as consignee" in words(one, "repeated-lateness")
    assert [each.subject for each in found("repeated-lateness", *ends("usual", 3, 30))] == []


@pytest.mark.parametrize("short, least", [("9", 3.0), ("1", 2.0), ("0.1", 0.0)])
def test_goods_that_are_missing_beyond_what_is_usual(short, least):
    of = sent("T", BEGUN)
    missing = [ItemQuantity(item=1, quantity=Decimal(short))]
    got = found("missing-goods", of, arrived(of, BEGUN + DAY, shortages=missing))
    assert [points("missing-goods", one) > least for one in got] == [True] * (least > 0)
    assert found("missing-goods", of, arrived(of, BEGUN + DAY, shortages=missing), known=False) == []


# -- all together --------------------------------------------------------------------------------------------


def test_false_transit_is_an_alert_before_the_goods_leave_and_honest_trade_is_none():
    of = sent("T", BEGUN)
    papers: list[Document] = [
        of,
        seal(of, BEGUN + HOUR, "applied", "KZURA"),
        seal(of, BEGUN + 30 * HOUR, "off_route", "RUKUF"),
        diversion(of, BEGUN + 40 * HOUR, "RUKUF", destination_country="RU"),
        exited(of, BEGUN + 50 * HOUR, place="KZURA"),
    ]
    alerts = watch((*trade(), *papers), typologies=family.ROWS)
    assert {alert.consignment for alert in alerts} == {"customs/T"}
    assert [alert.typology for alert in alerts][:2] == ["off-route", "diverted-before-arrival"]
    assert alerts[1].raised < to_us(papers[-1].time)


def test_distances_on_the_globe():
    assert off_line_km(Point(60.0, 179.0), Point(60.0, -179.0), Point(61.0, 180.0)) == pytest.approx(
        111.2, abs=1
    )
    assert distance_km(Point(0.0, 0.0), Point(0.0, 180.0)) == pytest.approx(20_015, abs=1)
