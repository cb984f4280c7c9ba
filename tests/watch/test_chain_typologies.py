"""The chain family: goods from hand to hand, round and back, out of nothing, under other names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec import structs
from watching import DAY, HOUR, booked, exported, findings, imported, in_order, line, on, party, record, sold
from watching import words as text_of

import sarai
from sarai.goods import (
    Consumption,
    Correction,
    CountedLine,
    Document,
    Line,
    LotRef,
    OutputLine,
    Processing,
    StockCount,
    Waybill,
)
from sarai.ledger.feed import Feed
from sarai.ledger.rows import from_us
from sarai.simulation import Scenario, simulate
from sarai.watch.given import Given
from sarai.watch.kin import closest, is_young, link
from sarai.watch.memory.holdings import Holder, Holdings
from sarai.watch.memory.times import Share, Times
from sarai.watch.register import Firm, Register
from sarai.watch.seen import seen

CHIPS, SHIRTS = "854231", "610910"
OLD, YOUNG = date(2011, 5, 4), date(2026, 1, 20)


def used(number: str, time: datetime, who: str, *lines: Line) -> Consumption:
    return Consumption(
        issuer=who, number=number, time=time, holder=party(who), place="store", lines=list(lines)
    )


def counted(number: str, time: datetime, who: str, *lines: CountedLine) -> StockCount:
    return StockCount(
        issuer=who, number=number, time=time, holder=party(who), place="store", lines=list(lines)
    )


def ordinary(days: int = 40) -> list[Document]:
    """Shops that import shirts and sell them over the next weeks: so goods usually lie here for weeks."""
    papers: list[Document] = []
    for number in range(4 * days):
        shop, time = f"shop {number % 7}", on(number / 4)
        papers.append(imported(f"shirts {number}", time, shop, line(SHIRTS, 100, 900)))
        for part in range(3):
            at = time + (8 + 5 * part + number % 5) * DAY
            papers.append(used(f"sold {number}.{part}", at, shop, line(SHIRTS, 33)))
    return [paper for paper in papers if paper.time < on(days)]


def beside(*papers: Document | Iterable[Document], days: int = 40) -> list[Document]:
    """Papers among ordinary ones."""
    flat = [each for one in papers for each in ([one] if isinstance(one, Document) else one)]
    return in_order([*ordinary(days), *flat])


def registered(*firms: Firm) -> Given:
    return Given(register=Register(firms))


def passed_on(number: str, time: datetime, seller: str, buyer: str, *lines: Line) -> list[Document]:
    """A sale that is confirmed after an hour."""
    waybill, answer = sold(number, time, seller, buyer, *lines)
    return [waybill, structs.replace(answer, time=time + HOUR)]


# -- who has had the goods ---------------------------------------------------------------------------------


def followed(papers: Iterable[Document]) -> Holdings:
    holdings = Holdings()
    with booked(papers) as book:
        feed = Feed(book.store)
        for posted in feed:
            holdings.learn(seen(posted, feed.accounts))
    return holdings


def test_a_layer_knows_its_way() -> None:
    holdings = followed([imported("1", on(0), "a", line(CHIPS)), *sold("2", on(3), "a", "b", line(CHIPS, 4))])
    left, passed = holdings.listed.values()
    assert (left.holder, left.left, left.past, left.source) == ("a", 6_000, (), "abroad:DE")
    assert (passed.holder, passed.left, passed.whole, passed.hops) == ("b", 4_000, 10_000, 1)
    assert from_us(passed.born) == on(0) and from_us(passed.since) == on(4)
    three_days = 3 * DAY.total_seconds() * 1e6
    assert passed.past == (Holder("a", passed.born, passed.born + int(three_days)),), (
        "three days, not the day on the road"
    )


def test_what_a_correction_undoes_is_undone_here() -> None:
    bought = imported("1", on(0), "a", line(CHIPS))
    left = exported("2", on(1), "a", line(CHIPS))
    cancelled = Correction(issuer="customs", number="2", version=2, time=on(2), reason="did not leave")
    (layer,) = followed([bought, left, cancelled]).listed.values()
    assert (layer.holder, layer.left, from_us(layer.born)) == ("a", 10_000, on(0))


def test_layers_are_those_of_the_book(tmp_path: Path) -> None:
    """Over a simulated state with late, wrong and corrected papers, held against the ledger's own table."""
    holdings, undone, url = Holdings(), 0, str(tmp_path / "book.db")
    with sarai.open(url) as book:
        record(book, simulate(Scenario(traders=80, days=16, mistakes=90, corrected=1000), seed=1))
        feed = Feed(book.store)
        for posted in feed:
            undone += sum(movement.reverses > 0 for movement in posted.movements)
            holdings.learn(seen(posted, feed.accounts))
    with sarai.open(url) as book:  # opened again, so that all of it is stored
        stored = {row[0]: tuple(row[1:]) for row in book.store.query("SELECT id, lot, quantity FROM layer")}
        codes = dict(book.store.query("SELECT id, code FROM lot"))
    assert undone > 20
    layers = holdings.listed | holdings.others
    assert {number: (held.lot, held.left) for number, held in layers.items()} == stored
    assert all(f"{codes[held.lot] % 10**6:06d}" == held.hs for held in layers.values())


def test_times_and_shares() -> None:
    times = Times(most=10)
    for value in range(100):
        times.add(float(value))
    assert times.count == 100 and times.values == [float(value) for value in range(90, 100)]
    assert times.rank(0) == 0.0 and times.rank(1000) == 1.0
    share = Share()
    assert share.rarity(0.1, least=10) == 0.5, "nobody knows yet"
    share.add(100, 40)
    assert share.rarity(0.1, least=10) == pytest.approx(0.25)
    assert share.rarity(0.5, least=10) == 1.0


def test_a_business_centre_links_nobody() -> None:
    many = [Firm(id=f"f{n}", address="Centre 1", phone="+7 1" if n < 2 else f"+7 2{n}") for n in range(40)]
    register = Register([*many, Firm(id="x", director="P", founded=YOUNG), Firm(id="y", director="P")])
    assert link(register, "f0", "f1", most=12) == (1.0, ("phone",))
    assert link(register, "f2", "f3", most=12).worth == 0.0
    assert closest(register, "x", ["f0", "y"], most=12) == ("y", (1.0, ("director",)))
    now = int(on(0).timestamp() * 1e6)
    assert is_young(register, "x", now, 45) and not is_young(register, "x", now, 30)
    assert not is_young(register, "y", now, 45), "nobody knows"


# -- out again at once, from hand to hand --------------------------------------------------------------


def test_priority_goods_that_leave_at_once() -> None:
    papers = beside(
        imported("in", on(30), "trader", line(CHIPS, 500)),
        exported("out", on(30, 40), "trader", line(CHIPS, 500)),
    )
    (found,) = findings(papers, "quick-reexport")
    assert found.parties == ("trader",) and found.strength == pytest.approx(1.0)
    assert "40 hours after it came from DE" in text_of(found, "quick-reexport")
    assert "100% of what was imported" in text_of(found, "quick-reexport")


@pytest.mark.parametrize(
    ("hours", "quantity", "more"),
    [
        (24 * 12, 500, {}),  # after as long as goods usually stay
        (40, 20, {"country": "UZ"}),  # a little of it, to somewhere else
        (40, 500, {"country": "DE", "regime": "temporary_admission"}),  # came to leave again
    ],
)
def test_what_leaves_in_due_course(hours: float, quantity: int, more: dict) -> None:
    regime = {"regime": more["regime"]} if "regime" in more else {}
    sound = [  # and a firm that keeps what it buys
        paper
        for n in range(6)
        for paper in (
            imported(f"kept {n}", on(2 + n), "trader", line(CHIPS, 100)),
            used(f"used {n}", on(20 + n), "trader", line(CHIPS, 100)),
        )
    ]
    papers = beside(
        sound,
        imported("in", on(27), "trader", line(CHIPS, 500), **regime),
        exported("out", on(27, hours), "trader", line(CHIPS, quantity), **more),
    )
    assert findings(papers, "quick-reexport") == []


def test_nothing_is_quick_where_nobody_knows_what_is_usual() -> None:
    papers = [imported("in", on(0), "trader", line(CHIPS)), exported("out", on(0, 1), "trader", line(CHIPS))]
    assert findings(papers, "quick-reexport") == []


def chain(start: float, hours: float, *firms: str) -> list[Document]:
    """The first imports, each keeps the goods for so many hours, the last exports."""
    papers: list[Document] = [imported("chain in", on(start), firms[0], line(CHIPS, 300))]
    time = on(start)
    for number, (seller, buyer) in enumerate(pairwise(firms)):
        time += hours * HOUR
        papers += passed_on(f"chain {number}", time, seller, buyer, line(CHIPS, 300))
        time += HOUR
    return [*papers, exported("chain out", time + hours * HOUR, firms[-1], line(CHIPS, 300))]


def test_quick_resales() -> None:
    found = findings(beside(chain(30, 6, "a", "b", "c")), "quick-resales")
    assert [each.facts["firms"] for each in found] == [["a", "b", "c"]]
    assert found[0].parties == ("c",) and found[0].strength == pytest.approx(1.0)
    assert "went through 3 firms one after the other (a, b, c), with whom it lay 18 hours" in text_of(
        found[0], "quick-resales"
    )


@pytest.mark.parametrize("papers", [chain(25, 96, "a", "b", "c"), chain(30, 6, "a", "b")])
def test_slow_or_few_resales(papers: list[Document]) -> None:
    quick_trade = [  # so that a day or two is what is usual at the quickest
        paper
        for n in range(200)
        for paper in (
            imported(f"q{n}", on(n / 10), f"quick {n}", line(SHIRTS, 5)),
            used(f"r{n}", on(n / 10, 30), f"quick {n}", line(SHIRTS, 5)),
        )
    ]
    assert findings(beside(quick_trade, papers), "quick-resales") == []


def test_one_quick_sale_among_slow_ones_is_chance() -> None:
    slow = [imported("stock", on(0), "b", line(CHIPS, 50))]
    slow += [used(f"slow {n}", on(20 + n), "b", line(CHIPS, 5)) for n in range(9)]
    (found,) = findings(beside(slow, chain(30, 6, "a", "b", "c")), "quick-resales")
    assert found.strength <= 0.2


# -- firms that belong together ----------------------------------------------------------------------------


def shells(founded: date) -> list[Firm]:
    return [Firm(id=each, director="Person 1", phone=f"+7 {each}", founded=founded) for each in "abc"]


def test_firms_of_one_director() -> None:
    found = findings(chain(0, 6, "a", "b", "c"), "linked-chain", registered(*shells(YOUNG)))
    assert [(each.parties, each.facts["row"]) for each in found] == [
        (("a", "b"), 2), (("b", "c"), 3), (("c", "a"), 3),
    ]  # fmt: skip
    assert [each.strength for each in found] == pytest.approx([1.0, 1.5, 1.5])
    assert "a and b, between whom goods pass" in text_of(found[0], "linked-chain")
    assert "have the same director; both are younger than a year" in text_of(found[0], "linked-chain")


def test_old_firms_of_one_group_weigh_little() -> None:
    papers = [
        imported("1", on(0), "a", line(SHIRTS)),
        *sold("2", on(1), "a", "b", line(SHIRTS)),
        *sold("3", on(1), "a", "d", line(SHIRTS)),
    ]
    (found,) = findings(papers, "linked-chain", registered(*shells(OLD), Firm(id="d", director="Person 2")))
    assert found.parties == ("a", "b") and found.strength < 0.3


def test_importer_and_exporter_of_a_lot_may_belong_together() -> None:
    firms = [Firm(id="a", phone="1", founded=YOUNG), Firm(id="b"), Firm(id="c", phone="1", founded=YOUNG)]
    (found,) = findings(chain(0, 6, "a", "b", "c"), "linked-chain", registered(*firms))
    assert found.parties == ("c", "a") and [*map(str, found.facts["shared"])] == ["phone"]


def test_goods_that_only_paper_has() -> None:
    bought = [imported("1", on(0), "a", line(CHIPS)), *passed_on("2", on(1), "a", "b", line(CHIPS))]
    given = registered(*shells(YOUNG))
    (found,) = findings(bought, "ghost-import", given, until=on(60))
    assert found.parties == ("b", "a") and found.entries == (3,)
    assert "has not moved for 45 days" in text_of(found, "ghost-import")
    assert findings([*bought, used("3", on(20), "b", line(CHIPS, 1))], "ghost-import", given, on(60)) == []
    assert findings(bought, "ghost-import", registered(*shells(OLD)), until=on(60)) == []


# -- round and back, all to one --------------------------------------------------------------------------


def carousel(price: int, quantity: int = 400, firms: tuple[str, str] = ("a", "b")) -> list[Document]:
    papers: list[Document] = []
    for number in range(2):
        worth = 10_000 * price**number // 100**number
        goods = line(CHIPS, quantity * (1 + number * (quantity != 400)), worth)
        papers.append(imported(f"in {number}", on(10 * number), firms[number], goods, country="AE"))
        if number == 0:
            papers.append(exported("out", on(4), firms[0], goods, country="AE"))
    return papers


def test_round_trip() -> None:
    found = findings(carousel(price=135), "round-trip", registered(*shells(YOUNG)))
    assert [each.facts["times"] for each in found] == [3]
    assert found[0].parties == ("b", "a") and found[0].strength == pytest.approx(0.8)
    assert "400 H87 of 854231 have crossed the border with AE 3 times since 02 March 2026" in text_of(
        found[0], "round-trip"
    )
    assert "35% dearer" in text_of(found[0], "round-trip")


@pytest.mark.parametrize(
    ("papers", "founders"),
    [
        (carousel(price=100), "abc"),  # sent back and replaced, at its price
        (carousel(price=135), "c"),  # strangers
        (carousel(price=135, quantity=100), "abc"),  # the second time twice as much
    ],
)
def test_what_comes_back_for_a_reason(papers: list[Document], founders: str) -> None:
    firms = [Firm(id=each, director=f"Person {each in founders or each}") for each in "abc"]
    found = findings(papers, "round-trip", registered(*firms))
    assert [each for each in found if each.facts["times"] > 2] == []


def deliveries(*buyers: str, hs: str = "880730") -> list[Document]:
    """Imports, each of which leaves for Russia six days later."""
    papers: list[Document] = []
    for number, buyer in enumerate(buyers):
        goods, day = line(hs, 3), 9 * number
        papers.append(imported(f"in {number}", on(day), "trader", goods))
        papers.append(exported(f"out {number}", on(day + 6), "trader", goods, consignee=party(buyer)))
    return papers


def test_all_for_one_buyer() -> None:
    (found,) = findings(deliveries("one", "one", "one", "one"), "sole-buyer")
    assert found.parties == ("trader",)
    assert "All 3 deliveries of trader" in text_of(found, "sole-buyer")
    assert "one buyer, one in RU" in text_of(found, "sole-buyer")


@pytest.mark.parametrize(
    "papers",
    [
        deliveries("one", "two", "one", "one"),
        deliveries("one", "one"),
        deliveries("one", "one", "one", "one", hs=SHIRTS),
    ],
)
def test_several_buyers_or_few_deliveries_or_other_goods(papers: list[Document]) -> None:
    assert findings(papers, "sole-buyer") == []


# -- out of nothing ------------------------------------------------------------------------------------------


def test_out_of_stock_that_is_not_there() -> None:
    papers = beside(
        imported("in", on(30), "trader", line(CHIPS, 100)),
        exported("out", on(32), "trader", line(CHIPS, 400, 4000)),
    )
    first, still = findings(papers, "unexplained-export", until=on(60))
    assert first.strength == pytest.approx(0.75) and first.parties == ("trader",)
    assert "75% of the 854231 of customs/out (export of trader, value 4000 USD)" in text_of(
        first, "unexplained-export"
    )
    assert still.entries and "3 days later no late paper has explained it" in text_of(
        still, "unexplained-export"
    )


def test_a_late_paper_explains() -> None:
    late = imported("late", on(31), "trader", line(CHIPS, 300))
    papers: list = [
        (paper.time + HOUR, paper) for paper in beside(exported("out", on(32), "trader", line(CHIPS, 300)))
    ]
    papers.append((on(33), late))
    papers.sort(key=lambda dated: dated[0])
    assert [each.facts["then"] for each in findings(papers, "unexplained-export", until=on(60))] == [""]


def test_a_correction_explains() -> None:
    out = exported("out", on(32), "trader", line(CHIPS, 300))
    meant = structs.replace(out, version=2, lines=[line(CHIPS, 30)])
    correction = Correction(issuer="customs", number="out", version=2, time=on(33), replacement=meant)
    papers = beside(imported("in", on(30), "trader", line(CHIPS, 100)), out, correction)
    assert [each.facts["then"] for each in findings(papers, "unexplained-export", until=on(60))] == [""]


def test_a_return_that_never_was() -> None:
    young = registered(*shells(YOUNG))
    back = passed_on("back", on(30), "a", "b", line(CHIPS, 50))
    papers = beside(back, exported("out", on(31), "b", line(CHIPS, 50)))
    sent, left = findings(papers, "phantom-return", young)
    assert sent.parties == ("a", "b")
    assert "the book knows of no goods that the sender ever had" in text_of(sent, "phantom-return")
    assert left.strength == 1.0 and "a had it out of nothing 24 hours before" in text_of(
        left, "phantom-return"
    )


def test_a_return_from_where_nothing_had_gone() -> None:
    usual = [imported(f"chips {n}", on(n), f"shop {n}", line(CHIPS)) for n in range(25)]
    back = imported("back", on(30), "a", line(CHIPS, 50), country="RU")
    papers = beside(usual, back, exported("out", on(33), "a", line(CHIPS, 50)))
    came, left = findings(papers, "phantom-return")
    assert "0% of 25 imports of it came from there" in text_of(came, "phantom-return")
    assert "exports to RU 854231 (customs/out), but it came from RU 3 days before" in text_of(
        left, "phantom-return"
    )


def test_a_return_of_what_had_gone() -> None:
    usual = [imported(f"chips {n}", on(n), f"shop {n}", line(CHIPS)) for n in range(25)]
    gone = exported("gone", on(28), "shop 1", line(CHIPS, 5))
    papers = beside(usual, gone, imported("back", on(30), "shop 1", line(CHIPS, 5), country="RU"))
    assert findings(papers, "phantom-return") == []


def test_a_firm_with_stock_may_send_what_its_papers_lack() -> None:
    had = [imported("had", on(1), "a", line(CHIPS, 5)), used("some", on(2), "a", line(CHIPS, 1))]
    papers = beside(had, passed_on("sale", on(30), "a", "b", line(CHIPS, 500)))
    assert findings(papers, "phantom-return", registered(*shells(OLD))) == []


def count_line(quantity: int, hs: str = CHIPS) -> CountedLine:
    return CountedLine(item=1, hs=hs, quantity=Decimal(quantity), unit="H87")


def test_counted_but_never_come() -> None:
    papers = beside(
        counted("opening", on(0), "keeper", count_line(40)),
        counted("again", on(38), "keeper", count_line(100)),
        counted("shirts", on(38), "shop", count_line(70, SHIRTS)),
        counted("slip", on(39), "keeper", count_line(102)),
    )
    (found,) = findings(papers, "count-surplus")
    assert found.facts["document"] == "keeper/again" and found.strength == pytest.approx(0.6)
    assert "keeper counted 100 H87 of 854231 (keeper/again), of which no paper explains 60%" in text_of(
        found, "count-surplus"
    )


def made(number: int, output: int) -> list[Document]:
    run = Processing(
        issuer="mill", number=f"run {number}", time=on(number, 5), processor=party("mill"), place="store",
        inputs=[line("100199", 1000, unit="KGM")],
        outputs=[OutputLine(item=2, hs="110100", quantity=Decimal(output), unit="KGM")],
    )  # fmt: skip
    return [imported(f"corn {number}", on(number), "mill", line("100199", 1000, unit="KGM")), run]


def test_more_made_than_the_inputs_give() -> None:
    usual = [paper for n in range(12) for paper in made(n, 740 + n)]
    (found,) = findings([*usual, *made(20, 1500)], "processing-yield")
    assert found.strength == 1.0 and "mill made 2.0 times as much as is usual" in text_of(
        found, "processing-yield"
    )
    (slip,) = findings([*usual, *made(20, 7450)], "processing-yield")
    assert slip.strength < 0.5 and "slip of the pen" in text_of(slip, "processing-yield")
    assert findings([*usual, *made(20, 770)], "processing-yield") == []
    assert findings([*usual[:8], *made(20, 1500)], "processing-yield") == [], "too few to know"


# -- under other names ---------------------------------------------------------------------------------------


def renamed(hs: str, **more: str) -> list[Document]:
    came = imported("in", on(0), "a", line(CHIPS, 50, origin="DE"))
    lot = LotRef(issuer="customs", number="in", item=1)
    return [came, *sold("out", on(1), "a", "b", line(hs, 50, lot=lot, **more))]


def test_the_code_changes_on_the_way() -> None:
    (found,) = findings(renamed("853120"), "code-drift")
    assert found.strength == 1.0 and len(found.lots) == 1
    assert "names as 853120 goods that came as 854231 (priority list, tier 1)." in text_of(
        found, "code-drift"
    )
    (slip,) = findings(renamed("854290"), "code-drift")
    assert slip.strength < 0.5 and "slip of the pen" in text_of(slip, "code-drift")
    assert findings(renamed(CHIPS), "code-drift") == []


def test_the_origin_changes_on_the_way() -> None:
    (found,) = findings(renamed(CHIPS, origin="KZ"), "origin-drift")
    assert "854231 that came as of DE goes as of KZ" in text_of(found, "origin-drift")
    assert findings(renamed(CHIPS, origin="DE"), "origin-drift") == []


def test_where_origins_often_differ_it_says_less() -> None:
    mixed = [
        paper
        for n in range(210)
        for paper in (
            imported(f"m{n}", on(n / 10), "x", line(SHIRTS, 1, origin="CN")),
            used(f"u{n}", on(n / 10, 1), "x", line(SHIRTS, 1, origin="TR")),
        )
    ]
    late = [structs.replace(each, time=each.time + 30 * DAY) for each in renamed(CHIPS, origin="KZ")]
    late = [structs.replace(x, deadline=x.deadline + 40 * DAY) if isinstance(x, Waybill) else x for x in late]
    found = findings([*mixed, *late], "origin-drift")
    assert [each for each in found if each.facts["hs"] == CHIPS] == []
