"""The page Trace: what is drawn sums to what the book says, however many movements there are."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree
from watching import booked, exported, imported, line, on, ref

from sarai.goods import Answer, BadSetting, NotInBook, Party, Waybill
from sarai.server.access import ANOTHER, Eyes, Role, Scope, Visitor
from sarai.server.pages.trace_asked import Asked, asked, traced
from sarai.server.pages.trace_graph import MOST_BOXES, REST
from sarai.server.pages.trace_svg import draw, percent
from sarai.server.pages.trace_told import MOST_TOLD, Teller
from sarai.server.words import Words

CHIPS = "854231"
OFFICER = Eyes(visitor=Visitor(role=Role.OFFICER), scope=Scope.ALL)
EN = Words("en")
HOSTILE = '<script>alert(1)</script>"\u202e&'
SVG = "{http://www.w3.org/2000/svg}"


def sent(number: str, time, giver: str, taker: str, quantity: int) -> list:
    """A waybill, and that it was received a day later."""
    waybill = Waybill(
        issuer=giver, number=number, time=time, consignor=Party(id=giver), place="store",
        consignee=Party(id=taker), destination="KZTSE", deadline=time + timedelta(days=9),
        lines=[line(CHIPS, quantity)],
    )  # fmt: skip
    answer = Answer(
        issuer=taker, number=f"A-{number}", time=time + timedelta(days=1), consignment=ref(waybill),
        decision="confirm",
    )  # fmt: skip
    return [waybill, answer]


def chain() -> list:
    """Two imports by one firm, both sent on, and most of it exported."""
    return [
        imported("I-1", on(0), "F", line(CHIPS, 60)),
        imported("I-2", on(1), "F", line(CHIPS, 40)),
        *sent("W-1", on(2), "F", "G", 100),
        exported("E-1", on(4), "G", line(CHIPS, 80), place="KZTSE"),
    ]


def orders(count: int) -> list:
    papers = [imported("I-1", on(0), "F", line(CHIPS, 100_000))]
    for number in range(count):
        papers += sent(
            f"W-{number}", on(1) + timedelta(minutes=number), "F", f"S-{number % 50}", 1 + number % 7
        )
    return papers


def flow(graph, key, side: int) -> Decimal:
    """What comes into a box (1), or leaves it (0)."""
    ends = (0, -1)
    return sum(
        (
            amount
            for each in graph.ribbons
            if each.path[ends[side]] == key
            for amount in each.amounts.values()
        ),
        Decimal(0),
    )


def test_shares_at_the_origins_are_those_of_the_book():
    with booked(chain()) as book:
        found = traced(book, Asked(issuer="customs", number="E-1", bounds=True), OFFICER)
        said = {origin.lot: origin.share for origin in book.trace("customs", "E-1").origins}
    born = {
        ribbon.moved[0].lot: ribbon.share for ribbon in found.graph.ribbons if not ribbon.moved[0].giver.state
    }
    assert born == pytest.approx(said)
    assert sum(born.values()) == pytest.approx(1)


def test_what_comes_into_a_box_leaves_it_or_is_kept():
    with booked(chain()) as book:
        graph = traced(book, Asked(issuer="customs", number="I-1", direction="down"), OFFICER).graph
    inside = [key for key in graph.boxes if graph.accounts[key][0].state]
    assert inside
    for key in inside:
        kept = sum(graph.kept.get(key, {}).values(), Decimal(0))
        assert flow(graph, key, 1) == flow(graph, key, 0) + kept


def test_a_waybill_and_its_answer_are_one_ribbon_that_names_both():
    with booked(chain()) as book:
        graph = traced(book, Asked(issuer="customs", number="E-1"), OFFICER).graph
    (way,) = [each for each in graph.ribbons if each.kind == "waybill"]
    assert {each.document.number for each in way.moved} == {"W-1"}
    assert {each.answer.number for each in way.moved} == {"A-W-1"}
    assert all(each.time - each.sent == timedelta(days=1) for each in way.moved)


@pytest.fixture(scope="module")
def busy():
    """The way of a lot with 1,300 orders, and who holds it by the book's own account."""
    with booked(orders(1_300)) as book:
        found = traced(book, Asked(issuer="customs", number="I-1", direction="down"), OFFICER)
        held = {
            end.account: end.quantity for end in book.trace("customs", "I-1", direction="down").destinations
        }
    return found, held


def test_many_orders_are_summed_and_nothing_is_lost(busy):
    found, held = busy
    graph = found.graph
    assert not graph.cut
    assert graph.is_summed
    columns = [key[0] for key in graph.boxes]
    assert max(map(columns.count, set(columns))) <= MOST_BOXES
    waybills = [each for each in graph.ribbons if each.kind == "waybill"]
    assert sum(len(each.moved) for each in waybills) == 1_300
    assert sum(sum(each.amounts.values()) for each in waybills) == sum(1 + n % 7 for n in range(1_300))
    rest = next(key for key in graph.boxes if key[1] == (REST,))
    told = {account for key in graph.boxes for account in graph.accounts[key] if account.state}
    assert len(graph.accounts[rest]) > 1
    assert told == set(held)


def test_a_picture_of_many_orders_is_small_and_well_formed(busy):
    found, _ = busy
    drawn = draw(found, EN)
    tree = etree.fromstring(drawn.svg.encode())
    ribbons = [each for each in tree.iter(f"{SVG}g") if (each.get("id") or "").startswith("r")]
    assert len(ribbons) == len(found.graph.ribbons) == len(drawn.course) < 60
    assert all(each.get("aria-label") and each.get("role") == "button" for each in ribbons)
    assert len(drawn.svg) < 100_000
    for course in drawn.course:
        assert sum(course["part"]) == pytest.approx(1, abs=1e-3)
        assert all(sent <= came for sent, came in zip(course["sent"], course["came"], strict=True))


def test_what_stands_together_can_be_opened(busy):
    found, _ = busy
    boxes, ribbons = list(found.graph.boxes), found.graph.ribbons
    rest = next(place for place, key in enumerate(boxes) if key[1] == (REST,))
    told = Teller(found, EN).chosen(f"b{rest}")
    for account in found.graph.accounts[boxes[rest]]:
        assert f"{account.party}, KZTSE</a>: " in told
    most = max(range(len(ribbons)), key=lambda place: len(ribbons[place].moved))
    said = Teller(found, EN).chosen(f"r{most}")
    assert len(ribbons[most].moved) > 500
    assert all(
        f"W-{number}<" in said for number in (each.document.number[2:] for each in ribbons[most].moved)
    )


def test_who_has_next_to_nothing_stands_with_the_others():
    papers = [imported("I-1", on(0), "F", line(CHIPS, 100_000)), *sent("W-0", on(0.5), "F", "BIG", 9_000)]
    for number in range(1, 90):
        papers += sent(f"W-{number}", on(1) + timedelta(minutes=number), "F", f"S-{number}", 50)
    with booked(papers) as book:
        found = traced(book, Asked(issuer="customs", number="I-1", direction="down"), OFFICER)
    last = [found.graph.accounts[key] for key in found.graph.boxes if key[0] == 0]
    assert sorted(map(len, last)) == [1, 89]
    svg = draw(found, EN).svg
    assert "BIG" in svg
    assert "89 more holders" in svg


def test_what_traders_write_becomes_no_markup():
    papers = [
        imported(f"I-{HOSTILE}", on(0), HOSTILE, line(CHIPS, 5)),
        exported("E-1", on(1), HOSTILE, line(CHIPS, 5)),
    ]
    with booked(papers) as book:
        found = traced(book, Asked(issuer="customs", number="E-1"), OFFICER)
    drawn, teller = draw(found, EN), Teller(found, EN)
    tree = etree.fromstring(drawn.svg.encode())
    assert not list(tree.iter(f"{SVG}script"))
    whole = (
        drawn.svg
        + teller.ends()
        + teller.way()
        + "".join(teller.chosen(f"{what}{n}") for what in "rb" for n in (0, 1))
    )
    assert "<script" not in whole
    assert "\u202e" not in whole
    assert "[U+202E]" in whole


def test_a_method_changes_the_shares_at_the_origins_and_says_so():
    with booked(chain()) as book:
        wanted = Asked(issuer="customs", number="E-1", method="proportional", bounds=True)
        found = traced(book, wanted, OFFICER)
    teller = Teller(found, EN)
    assert {round(end.share, 2) for end in found.ends} == {0.6, 0.4}  # as booked: 0.75 and 0.25
    svg = draw(found, EN).svg
    assert "60% (50%–75%)" in svg
    assert "by the method chosen" in teller.note()


def test_a_trader_sees_nothing_of_others():
    trader = Eyes(visitor=Visitor(role=Role.TRADER, parties=("F",)), scope=Scope.OWN, offices=("customs",))
    with booked(chain()) as book:
        found = traced(book, Asked(issuer="customs", number="I-1", direction="down"), trader)
        with pytest.raises(NotInBook, match="no document of yours"):
            traced(
                book,
                Asked(issuer="customs", number="E-1"),
                Eyes(visitor=Visitor(role=Role.TRADER, parties=("X",)), scope=Scope.OWN),
            )
    accounts = {account.party for some in found.graph.accounts.values() for account in some}
    assert "G" not in accounts
    assert ANOTHER in accounts
    assert "G," not in draw(found, EN).svg


def test_the_list_of_steps_is_bounded(busy):
    found, _ = busy
    way = Teller(found, EN).way()
    assert way.count("<time") == MOST_TOLD
    assert "Only 300 steps" in way


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ({"item": "0"}, "item"),
        ({"item": "x"}, "item"),
        ({"direction": "sideways"}, "sideways"),
        ({"method": "lifo"}, "lifo"),
    ],
)
def test_what_cannot_be_asked_is_named(query, what):
    with pytest.raises(BadSetting, match=what):
        asked(query)


def test_a_question_survives_its_address():
    from urllib.parse import parse_qsl

    wanted = Asked(
        issuer="customs:KZ", number="A/1 2&3", item=4, direction="down", method="fifo", bounds=True
    )
    assert asked(dict(parse_qsl(wanted.url.partition("?")[2]))) == wanted


@pytest.mark.parametrize("name", ["", "r", "r99", "b99", "x1", "r-1", "r²"])
def test_a_part_that_there_is_not_says_nothing(name):
    with booked(chain()) as book:
        found = traced(book, Asked(issuer="customs", number="E-1"), OFFICER)
    assert Teller(found, EN).chosen(name) == ""


def test_small_shares_are_not_nothing():
    assert percent(0.0004, EN) == "<0.1%"
    assert percent(0.0, EN) == "0%"
