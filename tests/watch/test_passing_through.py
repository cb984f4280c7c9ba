"""Goods that do not stay: straight through a firm, from a partner of its own, written off as they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest
from watching import DAY, exported, findings, imported, in_order, line, on, party, sold
from watching import words as text_of

from sarai.goods import Consumption, Document, Line
from sarai.watch.given import Given
from sarai.watch.register import Firm, Register

CHIPS, SHIRTS, DRONES, LATHE = "854231", "610910", "880624", "845811"
OLD, YOUNG = date(2011, 5, 4), date(2026, 1, 20)


def registered(*firms: Firm) -> Given:
    return Given(register=Register(firms))


def used(number: str, time: datetime, who: str, *lines: Line) -> Consumption:
    return Consumption(
        issuer=who, number=number, time=time, holder=party(who), place="store", lines=list(lines),
        reason="own use",
    )  # fmt: skip


# -- straight through --------------------------------------------------------------------------------------


def through(*buyers: str, kept: int = 0, trader: str = "trader", start: int = 0) -> list[Document]:
    """Drones that leave for Russia six days after they came, but for so many that stay."""
    papers: list[Document] = []
    for number, buyer in enumerate(buyers):
        day, out = start + 9 * number, line(DRONES, 10 - kept)
        papers.append(imported(f"{trader} in {number}", on(day), trader, line(DRONES, 10)))
        papers.append(exported(f"{trader} out {number}", on(day + 6), trader, out, consignee=party(buyer)))
    return papers


def test_all_that_a_firm_imports_goes_on_to_one_buyer() -> None:
    (found,) = findings(through("one", "one", "one"), "conduit", registered(Firm(id="trader", founded=YOUNG)))
    assert found.parties == ("trader",)
    assert found.strength == 0.5, "of how many exporters are like that nothing is known yet"
    assert text_of(found, "conduit") == (
        "All that trader has imported goes on as it came to one buyer, one in RU: 3 exports by now, the "
        "latest customs/trader out 2 (880624 from DE)."
    )


def test_an_old_firm_that_does_so_says_less() -> None:
    papers = through("one", "one", "one")
    old, young = (
        findings(papers, "conduit", registered(Firm(id="trader", founded=since)))[0] for since in (OLD, YOUNG)
    )
    assert old.strength < young.strength


@pytest.mark.parametrize(
    "papers",
    [
        through("one", "one"),
        through("one", "two", "one", "one"),
        through("one", "one", "one", kept=5),
        [*through("one", "one", "one"), *sold("inland", on(1), "trader", "shop", line(SHIRTS))],
    ],
    ids=["twice", "two buyers", "half of it stays", "other trade too"],
)
def test_few_exports_or_several_buyers_or_other_business_are_no_conduit(papers: list[Document]) -> None:
    assert findings([imported("shirts", on(0), "trader", line(SHIRTS)), *in_order(papers)], "conduit") == []


def test_where_many_are_like_that_it_says_little() -> None:
    crowd = [paper for n in range(20) for paper in through("a", "a", "a", trader=f"firm {n}")]
    found = findings(in_order([*crowd, *through("one", "one", "one", start=30)]), "conduit")
    assert found[0].strength == pytest.approx(0.5 * 0.6)
    assert found[-1].parties == ("trader",)
    assert found[-1].strength == pytest.approx(0.1 * 0.6)


# -- a partner of its own ------------------------------------------------------------------------------------

DAUGHTER = Firm(id="trader", phone="+7 1", director="Person 1", founded=YOUNG)
PARENT = Firm(id="maker", phone="+7 1", director="Person 2", founded=OLD)


def bought(hs: str = CHIPS) -> list[Document]:
    return [imported("in", on(0), "trader", line(hs), seller=party("maker", country="DE"))]


def test_a_seller_abroad_with_the_same_telephone() -> None:
    (found,) = findings(bought(), "linked-abroad", registered(DAUGHTER, PARENT))
    assert (found.parties, found.strength) == (("trader",), 1.0)
    assert text_of(found, "linked-abroad") == (
        "trader buys from maker in DE (customs/in: 854231), and both have the same phone; the firm is "
        "younger than a year."
    )


def test_a_buyer_abroad_too() -> None:
    papers = [*bought(SHIRTS), exported("out", on(2), "trader", line(SHIRTS, 4), consignee=party("maker"))]
    found = findings(papers, "linked-abroad", registered(DAUGHTER, PARENT))
    assert [str(each.facts["does"]) for each in found] == ["buys from"], "once for the two of them"
    (found,) = findings(papers[1:], "linked-abroad", registered(DAUGHTER, PARENT))
    assert str(found.facts["does"]) == "sells to"


def test_an_old_daughter_or_other_goods_say_less() -> None:
    old = Firm(id="trader", phone="+7 1", founded=OLD)
    strengths = [
        findings(bought(hs), "linked-abroad", registered(firm, PARENT))[0].strength
        for firm, hs in ((DAUGHTER, CHIPS), (DAUGHTER, SHIRTS), (old, CHIPS), (old, SHIRTS))
    ]
    assert strengths == pytest.approx([1.0, 0.6, 0.5, 0.3])


def test_strangers_and_those_whom_nobody_knows_are_left_alone() -> None:
    stranger = Firm(id="maker", phone="+49 2")
    assert findings(bought(), "linked-abroad", registered(DAUGHTER, stranger)) == []
    assert findings(bought(), "linked-abroad", registered(DAUGHTER)) == []


# -- used up at once -----------------------------------------------------------------------------------------


def ordinary(sold_whole: int = 0) -> Iterable[Document]:
    """Makers that use up bearings bit by bit, over weeks; some of them, all on the day."""
    for number in range(60):
        at_once = number >= 60 - sold_whole
        who, time = f"quick {number}" if at_once else f"maker {number % 9}", on(number / 2)
        yield imported(f"bearings {number}", time, who, line("848210", 100))
        if at_once:
            yield used(f"all {number}", time + DAY / 4, who, line("848210", 100))
            continue
        for part in range(3):
            yield used(f"part {number}.{part}", time + (8 + 5 * part) * DAY, who, line("848210", 30))


def written_off(after_days: float, quantity: int = 10) -> list[Document]:
    waybill, answer = sold("w", on(50), "importer", "shop", line(LATHE))
    return [
        imported("lathes", on(48), "importer", line(LATHE)),
        waybill,
        answer,
        used("off", on(51 + after_days), "shop", line(LATHE, quantity)),
    ]


def found_of(off: list[Document], sold_whole: int = 0) -> list:
    papers = in_order([*ordinary(sold_whole), *off])
    return [each for each in findings(papers, "used-up-at-once") if each.subject == "shop/off"]


def test_a_shop_writes_off_lathes_on_the_day_they_come() -> None:
    (found,) = found_of(written_off(0.3))
    assert found.strength == 1.0
    assert found.parties == (), "its other goods are no matter"
    assert len(found.lots) == 1
    assert text_of(found, "used-up-at-once") == (
        "shop has written off 845811 of the priority list to the last piece 7 hours after they came "
        "(shop/off, own use). Lately 0.0% of such goods were written off so."
    )


def test_after_weeks_or_in_part_it_is_ordinary() -> None:
    assert found_of(written_off(30)) == []
    assert found_of(written_off(0.3, quantity=4)) == []


def test_where_much_is_used_up_at_once_it_says_less() -> None:
    (found,) = found_of(written_off(0.1), sold_whole=25)
    assert found.strength < 0.4
