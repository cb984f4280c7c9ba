"""The page Now: what comes first, where everything is, and that 5,000 consignments are no burden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sarai.goods import (
    Answer,
    Code,
    Diversion,
    DocumentRef,
    Import,
    ItemQuantity,
    Line,
    Part,
    Party,
    SealEvent,
    Split,
    Transit,
    Waybill,
)
from sarai.ledger import Settings, open_book
from sarai.ledger.rows import to_us
from sarai.reference.places import place
from sarai.server.access import Consigned, Eyes, Role, Scope, Visitor
from sarai.server.pages import now_cells, now_first, now_news, now_points, now_view
from sarai.server.pages.now_cells import Cell, View, cells, changes
from sarai.server.pages.now_points import ALERT, LATE, ON_TIME, Point, points
from sarai.server.pages.now_roll import Roll
from sarai.server.streams import Follower
from sarai.server.words import Words
from sarai.watch import Alert, AlertStore, Phrase, Reason

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICER = Eyes(visitor=Visitor(role=Role.OFFICER), scope=Scope.ALL)
ANALYST = Eyes(visitor=Visitor(role=Role.ANALYST), scope=Scope.SUMMARY, key=b"k")


def own(party, role=Role.TRADER):
    return Eyes(visitor=Visitor(role=role, parties=(party,)), scope=Scope.OWN, offices=("customs:",))


def line(item=1):
    return Line(item=item, hs="854231", quantity=Decimal(10))


def transit(number="T1", **changes):
    fields = {
        "issuer": "customs:H", "number": number, "time": NOW - DAY, "deadline": NOW + DAY, "place": "KZHOR",
        "principal": Party(id="P"), "destination": "KZAAU", "country": "CN", "lines": [line()],
        "seals": ["S1"], "carrier": Party(id="C"),
    }  # fmt: skip
    return Transit(**{**fields, **changes})


def waybill(number="W1", consignee="B", **changes):
    fields = {
        "issuer": "A", "number": number, "time": NOW - HOUR, "deadline": NOW + DAY, "place": "KZALA",
        "destination": "KZAST", "consignor": Party(id="A"), "consignee": Party(id=consignee),
        "lines": [line()],
    }  # fmt: skip
    return Waybill(**{**fields, **changes})


def seal(hours, latitude, longitude, event="position", number=None):
    return SealEvent(
        issuer="ops", number=number or f"E{hours}", time=NOW - DAY + hours * HOUR, seal="S1", event=event,
        consignment=DocumentRef(issuer="customs:H", number="T1"),
        latitude_deg=Decimal(latitude), longitude_deg=Decimal(longitude),
    )  # fmt: skip


@pytest.fixture
def book(tmp_path):
    with open_book(str(tmp_path / "b.db"), Settings(authorities=("customs:KZ",)), clock=lambda: NOW) as made:
        yield made


@pytest.fixture
def roll(book):
    """A roll that follows what is recorded by its ``take``."""
    made = Roll(Follower())

    def take(*documents):
        results = book.record(list(documents), mode="observe")
        assert all(result.ok for result in results), results
        read(made.follower, book)
        return made

    made.take = take
    return made


def read(follower, book):
    while follower.read_on(book) is not None:
        pass


def under_way(roll):
    with roll.open() as courses:
        return courses


def alert(consignment, name="a1"):
    return Alert(
        id=name, typology="off-route", version=1, subject=consignment, raised=to_us(NOW), entry=1, score=7.0,
        words="It is off its route.", facts={"x": 1}, consignment=consignment,
        reasons=(Reason(typology="off-route", points=7.0, words="w", entries=(1,)),),
    )  # fmt: skip


# -- the roll --------------------------------------------------------------------------------------


def test_who_has_to_do_with_what_is_under_way(roll):
    roll.take(transit(), waybill())
    found = {course.name[1]: course.consigned for course in under_way(roll)}
    assert found == {"T1": Consigned("P", "", "C"), "W1": Consigned("A", "B", "")}


def test_a_diversion_brings_another_consignee(roll):
    away = Diversion(
        issuer="P", number="D", time=NOW, consignment=DocumentRef(issuer="customs:H", number="T1"),
        destination="KZURA", consignee=Party(id="X"),
    )  # fmt: skip
    roll.take(transit(), away)
    (course,) = under_way(roll)
    assert (course.consigned.consignee, course.destination) == ("X", "KZURA")


def test_parts_have_those_of_the_whole_unless_they_say_otherwise(roll):
    ref = DocumentRef(issuer="customs:H", number="T1")
    half = [ItemQuantity(item=1, quantity=Decimal(5))]
    parted = Split(
        issuer="P", number="SP", time=NOW, consignment=ref,
        parts=[
            Part(number="a", destination="KZAAU", items=half),
            Part(number="b", destination="KZAAU", items=half, consignee=Party(id="X")),
        ],
    )  # fmt: skip
    roll.take(transit(consignee=Party(id="B")), parted)
    assert {each.name[1]: each.consigned.consignee for each in under_way(roll)} == {"a": "B", "b": "X"}


def test_it_reads_on_where_it_stopped(roll, book):
    roll.take(transit())
    roll.take(waybill())
    assert len(under_way(roll)) == 2
    other = Roll(Follower())
    read(other.follower, book)
    assert [each.name for each in under_way(other)] == [each.name for each in under_way(roll)]


def test_what_ended_is_under_way_no_more(roll):
    roll.take(waybill())
    answer = Answer(
        issuer="B", number="1", time=NOW, consignment=DocumentRef(issuer="A", number="W1"), decision="confirm"
    )
    assert under_way(roll.take(answer)) == []


# -- points ----------------------------------------------------------------------------------------


def one(roll, eyes=OFFICER, now=NOW, *, warn=True):
    (found,) = points(roll, eyes, now, warn=warn)
    return found


def test_without_a_seal_it_goes_straight_on_by_time(roll):
    found = one(roll.take(transit()))
    here, there = place("KZHOR"), place("KZAAU")
    assert found.latitude_deg == pytest.approx((here.latitude_deg + there.latitude_deg) / 2)
    assert found.longitude_deg == pytest.approx((here.longitude_deg + there.longitude_deg) / 2)
    assert found.heard == 0


def test_a_seal_tells_where_it_was_and_the_pace_where_it_is(roll):
    roll.take(transit(), seal(12, "44.2", "75.0"))
    heard = one(roll, now=NOW - DAY + 12 * HOUR)
    assert (heard.latitude_deg, heard.longitude_deg) == (44.2, 75.0)
    assert heard.heard == to_us(NOW - DAY + 12 * HOUR)
    later = one(roll)
    start = place("KZHOR").longitude_deg
    assert later.longitude_deg == pytest.approx(75.0 - (start - 75.0), abs=0.01)  # as far again westwards


def test_what_has_not_arrived_is_not_drawn_as_arrived(roll):
    found = one(roll.take(transit()), now=NOW + 100 * DAY)
    assert found.longitude_deg > place("KZAAU").longitude_deg


@pytest.mark.parametrize(
    ("documents", "hours", "state"),
    [
        ((), 0, ON_TIME),
        ((), 25, LATE),
        ((seal(1, "44", "79", "broken"),), 0, ALERT),
        ((seal(1, "44", "79", "silent"),), 25, ALERT),
        ((seal(1, "44", "79", "silent"), seal(2, "44", "78")), 0, ON_TIME),
    ],
)
def test_how_it_fares(roll, documents, hours, state):
    assert one(roll.take(transit(), *documents), now=NOW + hours * HOUR).state == state


def test_an_alert_is_for_those_who_may_see_alerts(roll):
    roll.take(transit())
    roll.warn([(1, alert("customs:H/T1"))])
    assert (one(roll).state, one(roll).alert) == (ALERT, "a1")
    assert (one(roll, own("P"), warn=False).state, one(roll, own("P"), warn=False).alert) == (ON_TIME, "")


def test_everybody_sees_their_own(roll):
    roll.take(transit(), waybill())
    seen = {
        name: {point.number for point in points(roll, eyes, NOW, warn=False)}
        for name, eyes in {
            "principal": own("P"), "carrier": own("C", Role.CARRIER), "consignee": own("B"),
            "nobody": own("Z"),
        }.items()
    }  # fmt: skip
    assert seen == {"principal": {"T1"}, "carrier": {"T1"}, "consignee": {"W1"}, "nobody": set()}


def test_an_analyst_sees_labels(roll):
    found = one(roll.take(transit()), ANALYST)
    assert "customs:H" not in found.issuer and "T1" not in found.number


def test_a_place_nobody_knows_is_not_drawn(roll):
    assert points(roll.take(transit(place="somewhere", destination="else")), OFFICER, NOW, warn=True) == []


def test_ways_are_counted(roll):
    roll.take(transit(), transit("T2"), transit("T3", destination="KZURA"))
    ways = now_points.ways(points(roll, OFFICER, NOW, warn=True), 9)
    assert [(way.destination, way.count) for way in ways] == [("KZAAU", 2), ("KZURA", 1)]


# -- marks -----------------------------------------------------------------------------------------


def at(latitude, longitude, state=ON_TIME, number="1"):
    return Point("A", number, "transit", latitude, longitude, state, "KZHOR", "KZAAU", to_us(NOW))


def test_what_is_close_is_one_mark_and_its_worst_counts():
    marks = cells([at(45, 70, number="1"), at(45.01, 70.01, LATE, "2"), at(52, 60, number="3")], View())
    assert sorted((mark.count, mark.state) for mark in marks) == [(1, ON_TIME), (2, LATE)]
    assert [mark.point is None for mark in sorted(marks, key=lambda mark: mark.count)] == [False, True]


def test_nearer_they_part():
    several = [at(45, 70, number="1"), at(45.5, 70.5, number="2")]
    assert len(cells(several, View(zoom=3))) == 1
    assert len(cells(several, View(zoom=9))) == 2


def test_five_thousand_are_a_few_marks_and_none_is_lost():
    many = [
        at(41 + index % 97 / 7, 47 + index % 379 / 10, STATES[index % 3], str(index))
        for index in range(5_000)
    ]
    for zoom in (3, 5, 8):
        marks = cells(many, View(zoom=zoom))
        assert len(marks) <= now_cells.MOST
        assert sum(mark.count for mark in marks) == len(many)


STATES = (ON_TIME, LATE, ALERT)


def test_what_is_off_the_screen_is_not_sent():
    assert cells([at(-30, -60)], View()) == []


def test_only_what_changed_is_sent():
    before = {mark.key: mark for mark in cells([at(45, 70, number="1"), at(50, 60, number="2")], View())}
    after = cells([at(45, 70, number="1"), at(50, 61, number="2")], View())
    put, gone = changes(before, after)
    assert [mark.key for mark in put] == ["A/2"] and gone == []
    assert changes(before, []).gone == list(before)


@pytest.mark.parametrize("told", [None, [1, 2], "12345", [1, 2, 3, 4, "x"], [1, 2, 3, 4, 1e9], {"a": 1}])
def test_what_is_no_view_is_none(told):
    assert View.of(told) is None


def test_a_mark_says_what_it_is():
    words = Words()
    single, several = at(45, 70, LATE), Cell("k", 45, 70, (1, 0, 2))
    assert now_view.said_point(single, words) == "A/1: Khorgos → Aktau, late"
    assert now_view.said_cell(several, words) == "3 consignments (alert: 1, on time: 2)"


@pytest.mark.parametrize(
    ("rights", "address"),
    [
        ({"case": True, "trace": True}, "/case/a1"),
        ({"trace": True}, "/trace?issuer=A&number=1&direction=down"),
        ({"book": True}, "/book/document?issuer=A&number=1"),
        ({}, ""),
    ],
)
def test_a_mark_leads_where_one_may_go(rights, address):
    assert now_view.to_consignment(at(45, 70)._replace(alert="a1"), rights) == address


# -- what comes first ------------------------------------------------------------------------------


def test_a_traders_waybills_wait_for_its_answer(roll):
    roll.take(waybill("W1"), waybill("W2", deadline=NOW + HOUR), waybill("W3", consignee="Z"), transit())
    first = now_first.of_own(roll, (), (), own("B"), NOW)
    assert [need.name for need in first.needs] == ["A/W2", "A/W1"]
    assert first.counts == {"answer": 2, "held": 0, "refused": 0}
    assert "decision=confirm" in first.needs[0].to and "decision=decline" in first.needs[0].other


def test_what_was_refused_waits_until_it_is_mended(book):
    wrong = Import(
        issuer="A", number="7", time=NOW, importer=Party(id="A"), place="KZALA", country="J9", lines=[line()]
    )
    assert book.record([wrong])[0].code == Code.UNKNOWN_COUNTRY
    (found,) = now_first.own(book, own("A"), (), read=True).refused
    assert found.number == "7"
    assert now_first.own(book, own("B"), (), read=True).refused == []
    book.record([Import(issuer="A", number="7", time=NOW, importer=Party(id="A"), place="KZALA", country="DE",
                        lines=[line()])])  # fmt: skip
    assert now_first.own(book, own("A"), (), read=True).refused == []


# -- news ------------------------------------------------------------------------------------------


def test_the_day_begins_at_midnight_where_one_is():
    zone = ZoneInfo("Asia/Almaty")
    assert now_news.midnight(datetime(2026, 3, 5, 20, tzinfo=UTC), zone) == datetime(2026, 3, 6, tzinfo=zone)


def test_what_was_recorded_today_is_counted_once(tmp_path):
    times = [NOW - 2 * DAY]
    with (
        open_book(str(tmp_path / "b.db"), clock=lambda: times[-1]) as book,
        AlertStore.open(tmp_path / "a.db") as store,
    ):
        book.record([waybill("old", time=NOW - 3 * DAY)], mode="observe")
        times.append(NOW)
        counter = now_news.Counter(ZoneInfo("UTC"))
        assert counter.today(book, store, NOW) == (0, 0, 0)
        book.record([waybill("W1"), waybill("W2")], mode="observe")
        book.record([transit(country="J9")], mode="observe")
        store.keep([alert("x")])
        assert counter.today(book, store, NOW) == counter.today(book, store, NOW) == (2, 1, 1)
        assert counter.today(book, store, NOW + DAY) == (0, 0, 0)


def test_words_of_seals_do_not_crowd_documents_out(roll, book):
    roll.take(transit(), *(seal(hour / 100, 44, 80, number=str(hour)) for hour in range(1, 400)))
    assert [news.name for news in now_news.documents(book, OFFICER)] == ["customs:H/T1"]


def test_news_are_cut_to_what_one_may_see(roll, book):
    roll.take(transit(), waybill())
    names = {
        name: {news.name for news in now_news.documents(book, eyes)}
        for name, eyes in {"officer": OFFICER, "consignee": own("B"), "nobody": own("Z")}.items()
    }
    assert names == {"officer": {"customs:H/T1", "A/W1"}, "consignee": {"A/W1"}, "nobody": set()}
    assert all("W1" not in news.name for news in now_news.documents(book, ANALYST))


def test_nobody_sees_an_alert_as_its_own():
    assert now_news.alert_news(1, alert("x"), own("A")) is None
    assert now_news.alert_news(1, alert("x"), ANALYST).text == ""
    assert now_news.alert_news(1, alert("x"), OFFICER).text == Phrase("It is off its route.")


# -- as HTML ---------------------------------------------------------------------------------------


def test_what_traders_write_is_no_markup():
    bad = "<script>alert(1)</script>"
    need = now_first.Need("refused", bad, "notice", "/post", bad)
    said = now_view.first_list(now_first.First([need], {}), Words(), NOW)
    assert "<script" not in said and "&lt;script" in said


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_an_empty_page_says_so(language):
    words = Words(language)
    assert words("Nothing needs you now.") in now_view.first_list(now_first.First([], {}), words, NOW)
    assert now_view.figures(now_view.Figures(0, 0), words)
